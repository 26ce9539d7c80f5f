"""A published list, read: one host a line, all of it or nothing."""

from dataclasses import dataclass

from moderation.text.hosts import normal_host
from moderation.text.shared_hosts import is_shared
from moderation.text.suffixes import is_public

MOST = 200_000  # hosts
MOST_BYTES = 4 * 1024 * 1024
_REMARKS = ("#", ";", "//", "!")


@dataclass(frozen=True, slots=True)
class Published:
    """What a list has."""

    hosts: frozenset[str]
    left_out: int  # lines that are no host, or one of everybody's


def read_lines(data: bytes) -> Published:
    """Read a list. Raises ValueError with a sentence for what is none.

    Left out are public suffixes and hosts of many authors, such as `tumblr.com`: a list that
    names one by mistake would take countless people for spam.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"It is larger than {MOST_BYTES // 1024 // 1024} MB.")
    text = _text(data)
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith(_REMARKS)]
    if not lines:
        raise ValueError("It is empty.")
    if lines[0].startswith("<"):
        raise ValueError("It is a web page, not a list with one host a line.")
    if len(lines) > MOST:
        raise ValueError(f"It has more than {MOST:,} lines.")
    found = [_host(line) for line in lines]
    hosts = frozenset(host for host in found if host is not None)
    left_out = found.count(None)
    if left_out * 2 > len(lines):
        raise ValueError(f"{left_out:,} of its {len(lines):,} lines are no hosts.")
    return Published(hosts, left_out)


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("It is no text in UTF-8.") from None
    if "\0" in text:
        raise ValueError("It is no text.")
    return text


def _host(line: str) -> str | None:
    named = line.lower().removeprefix("@").removeprefix("*").removeprefix(".")
    try:
        host = normal_host(named.removeprefix("www."))
    except ValueError:
        return None
    everybodys = "." not in host or ":" in host or is_public(host) or is_shared(host)
    return None if everybodys else host
