"""How much a stranger's page may cost: the figures of fetching and reading, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one fetch may take. Tests hand in smaller figures; nobody hands in larger ones."""

    connect_seconds: float = 5.0  # the name's lookup, and again the dialling of all addresses
    first_byte_seconds: float = 10.0  # between two reads
    total_seconds: float = 20.0  # wall clock, with all redirects
    header_bytes: int = 64 * 1024
    body_bytes: int = 1024 * 1024  # as sent, and again after inflating
    pieces: int = 20_000  # chunks of a body; a chunk a byte would keep the parser busy
    redirects: int = 5
    addresses: int = 3  # of one name, tried in turn
    ports: frozenset[int] = frozenset({80, 443})
    url_characters: int = 2048


@dataclass(frozen=True, slots=True)
class BudgetLimits:
    """How often others may be made to hear from us."""

    at_once: int = 16  # fetches in all
    at_once_seconds: float = 1.6  # so long 16 of those who wait are told to come again
    per_sender: int = 8  # fetches begun for one sender (IPv6: /64): half of all places at the most
    sender_seconds: float = 20.0  # as long as one fetch may take
    per_host_at_once: int = 1
    per_host_second: int = 2  # requests begun, by name
    per_address: int = 30  # requests begun, by network address, whatever names point to it
    address_seconds: float = 10.0
    per_page: int = 6  # requests begun, whatever the query
    page_seconds: float = 300.0
    longest_seconds: float = 600.0  # that anybody is told to wait
    patience_seconds: float = 3.0  # how long a redirect waits for its turn


@dataclass(frozen=True, slots=True)
class RecentLimits:
    """For how long what came of a fetch is told again, and how much of it is kept."""

    seconds: float = 55.0  # the first further try, a minute later, is a fetch of its own
    pages: int = 64
    bytes: int = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What reading one page may take, in a process of its own."""

    seconds: float = 3.0  # wall clock; then the process is killed
    start_seconds: float = 15.0  # for a new process to be ready
    memory_bytes: int = 256 * 1024 * 1024  # address space; a megabyte of tags needs 150 MB
    workers: int = 1
    pages_per_worker: int = 200  # then a fresh process takes over


FETCH = FetchLimits()
BUDGET = BudgetLimits()
RECENT = RecentLimits()
READ = ReadLimits()
