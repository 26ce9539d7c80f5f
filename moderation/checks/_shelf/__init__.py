"""Lists of hosts from elsewhere: which there are, what each is, and those that come along.

None counts until an owner switches it on. NOTICE says where they come from.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from moderation.domain.rule import ListName

_FOLDER = Path(__file__).parent


class Looks(StrEnum):
    """Where a list's hosts are looked for; hosts below them too."""

    EMAIL = "the domain of the e-mail address"
    HOSTS = "links, the author's website and the source of a ping"


@dataclass(frozen=True, slots=True)
class Listing:
    """What is known of a list."""

    name: ListName
    title: str
    about: str
    looks: Looks
    licence: str
    home: str  # its project
    address: str  # where it is published, one host a line
    made: str = ""  # the day of the copy that comes with the service; "" where none does

    @property
    def comes_along(self) -> bool:
        return bool(self.made)


SHELF: Mapping[ListName, Listing] = {
    one.name: one
    for one in (
        Listing(
            ListName.DISPOSABLE,
            "Throw-away e-mail addresses",
            "Domains at which anybody gets an address for a few minutes. People use them too.",
            Looks.EMAIL,
            "CC0 1.0",
            "https://github.com/disposable-email-domains/disposable-email-domains",
            "https://raw.githubusercontent.com/disposable-email-domains/disposable-email-domains"
            "/main/disposable_email_blocklist.conf",
            made="2026-11-09",
        ),
        Listing(
            ListName.REFERRERS,
            "Referrer spam",
            "Hosts that pose as referrers of blogs, as those who use Matomo collect them.",
            Looks.HOSTS,
            "public domain",
            "https://github.com/matomo-org/referrer-spam-list",
            "https://raw.githubusercontent.com/matomo-org/referrer-spam-list/master/spammers.txt",
        ),
    )
}


def pack(hosts: frozenset[str]) -> bytes:
    """Hosts as bytes; the same ones give the same bytes."""
    return zlib.compress("\n".join(sorted(hosts)).encode("ascii"), 9)


def unpack(data: bytes) -> frozenset[str]:
    """Read what `pack` wrote; it takes some milliseconds."""
    return frozenset(zlib.decompress(data).decode("ascii").split("\n"))


def shipped(name: ListName) -> bytes | None:
    """The copy that comes with the service, packed; None where none does."""
    return (_FOLDER / f"{name}.bin").read_bytes() if SHELF[name].comes_along else None


@lru_cache(maxsize=len(SHELF))
def shipped_number(name: ListName) -> int:
    """How many hosts the copy has that comes with the service."""
    data = shipped(name)
    return len(unpack(data)) if data is not None else 0
