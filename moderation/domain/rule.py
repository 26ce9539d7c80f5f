"""A rule of the owner: what it looks for in a comment, and what then becomes of that comment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.domain.opinion import Verdict


class What(StrEnum):
    """Where a rule looks. Its value is written accordingly."""

    PHRASE = "phrase"  # whole words, in every field
    LINK = "link"  # host of a link in the text, or of a ping's source; hosts below it too
    WEBSITE = "website"  # host of the author's website; hosts below it too
    NETWORK = "network"  # a network address, or a range of them
    EMAIL = "email"  # an e-mail address, or what stands after its @
    NAME = "name"  # the author's whole name
    SCRIPT = "script"  # the writing that most letters of the text are of
    LIST = "list"  # a list of hosts from elsewhere that is switched on
    WAVE = "wave"  # what is nearly identical to comments that were decided on as one


WRITABLE = tuple(what for what in What if what is not What.WAVE)  # what an owner may ask for
TYPED = tuple(what for what in WRITABLE if what is not What.LIST)  # … in words of their own


class ListName(StrEnum):
    """The lists there are; see `checks/_shelf`."""

    DISPOSABLE = "disposable"
    REFERRERS = "referrers"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it is kept."""

    id: str
    site: str  # "" = all
    what: What
    value: str  # as the owner wrote it
    key: str  # its one spelling, by which it is compared
    verdict: Verdict  # HOLD or SPAM
    note: str
    made_by: str  # a name
    made_at: datetime
    expires_at: datetime | None = None
    decision_id: str | None = None  # of a wave: ends where that is taken back
    hits: int = 0
    hit_at: datetime | None = None
    removed_by: str = ""
    removed_at: datetime | None = None

    def holds_at(self, now: datetime) -> bool:
        """Whether it counts: neither removed nor past its time."""
        return self.removed_at is None and (self.expires_at is None or now < self.expires_at)

    def is_of(self, sites: frozenset[str]) -> bool:
        """Whether it is for one of these sites alone; empty: for any, or all."""
        return not sites or self.site in sites
