"""What a place on the web has earned: whose pings were approved, by whom, and what owners said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LAPSES_AFTER = timedelta(days=365)  # without an approved ping
FORGIVEN = timedelta(days=180)  # a rejection as spam holds everything for this long


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """A host and a path prefix that one author owns: ``alice.example`` and ``/``."""

    host: str  # with its port unless that is the scheme's own
    path: str  # begins and ends with "/"

    def __str__(self) -> str:
        return self.host + self.path

    def around(self) -> tuple[str, ...]:
        """Its path and those that hold it, the host's root last."""
        parts = self.path.strip("/").split("/") if self.path != "/" else []
        return tuple(
            f"/{'/'.join(parts[:length])}/" if length else "/"
            for length in range(len(parts), -1, -1)
        )


class Mark(StrEnum):
    """What one decision on one ping says of the place it came from."""

    APPROVED = "approved"  # by a person
    SHOWN = "shown"  # by the ruling: keeps trust from lapsing, and earns none
    SPAM = "spam"
    TRASH = "trash"
    NEITHER = "neither"  # a person put it on hold: what was said of it before is void


REJECTIONS = frozenset({Mark.SPAM, Mark.TRASH})


class Stance(StrEnum):
    """What an owner said of a place by hand; it goes before everything that was earned."""

    TRUSTED = "trusted"
    WATCHED = "watched"  # never trusted: everything from there waits for a person


@dataclass(frozen=True, slots=True)
class Vouch:
    """One decision that speaks for a place, or against it."""

    id: str  # of its line in the log
    comment_id: str
    mark: Mark
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ByHand:
    """A stance, and whose it is; it holds for all that is below the place."""

    place: SourcePlace
    stance: Stance
    by: str
    at: datetime


class Standing(StrEnum):
    """Where a place stands."""

    BY_HAND = "by_hand"
    WATCHED = "watched"
    EARNED = "earned"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    GROWING = "growing"


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a place on one site."""

    approvals: tuple[Vouch, ...] = ()  # by people, oldest first, as many as are needed at most
    last: datetime | None = None  # the last approved ping
    rejection: Vouch | None = None  # the last; approvals before it count no more
    by_hand: ByHand | None = None

    def standing(self, needed: int, now: datetime) -> Standing:
        """Where it stands; `needed` 0 means that nothing is earned, ever."""
        if self.by_hand is not None:
            trusted = self.by_hand.stance is Stance.TRUSTED
            return Standing.BY_HAND if trusted else Standing.WATCHED
        if needed and len(self.approvals) >= needed:
            lapsed = self.last is None or now - self.last > LAPSES_AFTER
            return Standing.LAPSED if lapsed else Standing.EARNED
        if self.rejection is not None and not self.approvals:
            return Standing.REJECTED
        return Standing.GROWING

    def since(self, needed: int) -> datetime | None:
        """Since when it is trusted, if it is."""
        if self.by_hand is not None:
            return self.by_hand.at
        return self.approvals[needed - 1].at if 0 < needed <= len(self.approvals) else None


def tell(past: Past, place: SourcePlace, needed: int, now: datetime) -> str:
    """Say in a sentence where a place stands and why."""
    standing = past.standing(needed, now)
    if past.by_hand is not None:
        what = "trusts" if standing is Standing.BY_HAND else "wants to see everything from"
        return f"{past.by_hand.by} {what} {past.by_hand.place}, since {day(past.by_hand.at)}."
    if standing is Standing.EARNED:
        names = " and ".join(dict.fromkeys(vouch.by for vouch in past.approvals))
        pings = "1 ping" if needed == 1 else f"{needed} pings"
        since = day(past.approvals[needed - 1].at)
        return f"{place} is trusted since {since}: {names} approved {pings} from there."
    if standing is Standing.LAPSED and past.last is not None:
        return f"{place} was trusted, but had no approved ping since {day(past.last)}."
    if standing is Standing.REJECTED and past.rejection is not None:
        as_what = "spam" if past.rejection.mark is Mark.SPAM else "not wanted"
        when = day(past.rejection.at)
        return f"{past.rejection.by} marked a ping from {place} as {as_what} on {when}."
    if not needed:
        return "No source is trusted by its past."
    number = len(past.approvals)
    known = f"{number or 'No'} ping{'' if number == 1 else 's'} from {place}"
    verb = "was" if number == 1 else "were"
    return f"{known} {verb} approved by a person; {needed} make a source trusted."


def day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
