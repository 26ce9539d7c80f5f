"""The trace of a ping in words: each look at its source, and the place it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from moderation.domain.ping import Cause
from moderation.flow.sources import KnownPlace
from moderation.store.pings import PingRecord
from moderation.text.globs import Pattern
from moderation.web.dashboard.words import CAUSES


@dataclass(frozen=True, slots=True)
class LookLine:
    """One fetch of a source."""

    at: datetime | None
    what: str
    cause: str  # "" where the link was found
    facts: str  # "HTTP 200, text/html, 12 KiB, 130 ms"
    led_to: str  # where redirects ended, "" where there were none
    link: str  # which link proved it


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a ping came from."""

    known: KnownPlace | None
    blockable: tuple[Pattern, ...]
    looks: tuple[LookLine, ...]


def looks(record: PingRecord) -> tuple[LookLine, ...]:
    """The looks at a source, oldest first; those from before facts were kept have few."""
    return tuple(_look(look, record.source) for look in record.trace)


def _look(look: Mapping[str, object], source: str) -> LookLine:
    url = str(look.get("url", ""))
    what = str(look.get("what", ""))
    return LookLine(
        at=_moment(str(look.get("at", ""))),
        what=what[:1].upper() + what[1:],
        cause=_cause(str(look.get("cause", ""))),
        facts=_facts(look),
        led_to=url if url != source else "",
        link=str(look.get("link", "")),
    )


def _facts(look: Mapping[str, object]) -> str:
    parts = []
    if "status" in look:
        parts.append(f"HTTP {look['status']}")
    if look.get("type"):
        parts.append(str(look["type"]))
    size = look.get("bytes")
    if isinstance(size, int):
        parts.append(f"{size:,} bytes")
    if "ms" in look:
        parts.append(f"{look['ms']} ms")
    return ", ".join(parts)


def _moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def _cause(word: str) -> str:
    try:
        return CAUSES[Cause(word)]
    except ValueError:
        return ""
