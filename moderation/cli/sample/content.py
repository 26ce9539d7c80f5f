"""What the made-up people say, and when: `threads.toml` as types, in order of time."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from moderation.domain.comment import Kind, Type
from moderation.text.words import fold

FILE = Path(__file__).with_name("threads.toml")
ANSWERED_AFTER = 0.06  # days


@dataclass(frozen=True, slots=True)
class Said:
    """A reader's reply."""

    on: str  # slug of the article
    days: float  # before now
    name: str
    text: str
    url: str = ""
    key: str = ""  # what others call it
    to: str = ""  # the key of the reply it answers
    known: bool = False  # remembered by an author key
    then: str = ""  # what the owner decided
    trap: str = ""

    @property
    def email(self) -> str:
        local = ".".join(
            "".join(c for c in word if c.isalnum()) for word in fold(self.name).split()
        )
        return f"{local if local.isascii() else 'reader'}@mail.example"


@dataclass(frozen=True, slots=True)
class Answered:
    """The owner's answer to a reply."""

    to: str
    text: str
    days: float


@dataclass(frozen=True, slots=True)
class Pinged:
    """Another blog's page about one of ours."""

    on: str
    days: float
    by: Kind
    source: str
    author: str
    title: str
    text: str
    type: Type
    then: str = ""
    lost: str = ""  # "gone", "no link"


Event = Said | Answered | Pinged


def events() -> Sequence[Event]:
    """All that happens, the oldest first."""
    document = tomllib.loads(FILE.read_text("utf-8"))
    said = [Said(**entry) for entry in document["reply"]]
    days_of = {one.key: one.days for one in said if one.key}
    answered = [
        Answered(days=days_of[entry["to"]] - ANSWERED_AFTER, **entry)
        for entry in document["answer"]
    ]
    pinged = [
        Pinged(by=Kind(entry.pop("by")), type=Type(entry.pop("as")), **entry)
        for entry in document["ping"]
    ]
    return sorted([*said, *answered, *pinged], key=lambda event: -event.days)
