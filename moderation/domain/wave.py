"""A wave: comments that are nearly identical, as spam is sent; what they are found by."""

from dataclasses import dataclass
from datetime import datetime

from moderation.domain.rule import Rule


@dataclass(frozen=True, slots=True)
class Signature:
    """What a comment is found by among those like it. Numbers only; no words can be read back."""

    sketch: bytes = b""  # of the text; empty where that is too short
    bands: tuple[int, ...] = ()  # keys of the sketch: whoever shares one is compared
    hosts: tuple[int, ...] = ()  # keys of hosts that few link to: sharing one is enough
    ties: tuple[int, ...] = ()  # keys of a host of everybody's, with the name or address range

    @property
    def keys(self) -> frozenset[int]:
        return frozenset((*self.bands, *self.hosts, *self.ties))


@dataclass(frozen=True, slots=True)
class Member:
    """A comment of a wave, in the version that is shown."""

    id: str
    version: int
    name: str
    html: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """What of a wave waits, or lies in spam, at one place."""

    wave: str
    total: int
    members: tuple[Member, ...]  # the newest first; at most as many as are decided on at once
    follow: Rule | None = None  # what is like them becomes spam until it ends
