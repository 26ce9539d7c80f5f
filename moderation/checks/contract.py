"""What a check is, what it may look at, and what it may ask."""

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from moderation.domain.clock import Clock
from moderation.domain.comment import Author, Client, Kind, Type
from moderation.domain.lesson import Lesson
from moderation.domain.opinion import Opinion
from moderation.domain.rule import Rule
from moderation.domain.site import Site
from moderation.domain.trust import Past, SourcePlace
from moderation.settings import Settings

SAME_TEXT_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Glance:
    """What the store said at the door, where it is asked once for all: see `Records`."""

    rules: int  # edition of the owner's rules
    lessons: int  # the newest line of the journal
    copies: int  # comments with the same text within SAME_TEXT_WITHIN


@dataclass(frozen=True, slots=True)
class Case:
    """All a check may know of one comment."""

    comment_id: str
    site: Site
    article_id: str | None  # None: the article's first comment, not stored yet
    article_url: str
    article_published_at: datetime | None
    kind: Kind
    type: Type
    author: Author
    author_id: str | None  # proven
    text: str
    html: str  # as readers would see it
    source: str | None
    client: Client
    received_at: datetime
    parent_id: str | None = None
    title: str = ""
    trap: str = ""  # what stood in the field people leave empty
    form_token: str = ""  # signed time of the form's first focus; "" when absent
    edited: bool = False  # looked at again after an edit
    place: SourcePlace | None = None  # of a ping: whose past speaks for it
    glance: Glance | None = None  # None: whoever wants to know asks


class Records(Protocol):
    """What a check may ask of the past; the store answers."""

    async def approved_by(self, author_id: str) -> int:
        """Count the approved comments of a proven author, on all sites."""
        ...

    async def last_rejection_of(self, author_id: str) -> datetime | None:
        """When a comment of this proven author was last marked spam by a moderator."""
        ...

    async def past_of(self, site: Site, place: SourcePlace) -> Past:
        """What decisions, and owners by hand, said of a place that pings come from."""
        ...

    async def same_text(self, site: str, text: str, *, since: datetime, besides: str) -> int:
        """Count comments with the same text (white space and case folded) other than `besides`."""
        ...

    async def rules(self, edition: int | None = None) -> Sequence[Rule]:
        """The owner's rules: the very same object for as long as none of them has changed.

        `edition`: where it is known which was in force a moment ago, that one or a later.
        """
        ...

    async def lists(self, names: Collection[str]) -> Mapping[str, frozenset[str]]:
        """The hosts of some lists, as they were fetched last or as they come with the service."""
        ...

    async def wave_of(self, case: Case) -> str | None:
        """The wave of nearly identical comments that a case would be of, if of any."""
        ...


class FormTokens(Protocol):
    """Checks the signed time that a form's script asked for."""

    def age(self, token: str, now: datetime) -> timedelta | None:
        """How old a token is, or None where the signature is not ours."""
        ...


class Lessons(Protocol):
    """What the learned check may ask of the journal; the store answers."""

    async def since(self, after: int) -> Sequence[Lesson]:
        """What came after a line of the journal, oldest first; a part of it where it is much."""
        ...

    async def standing(self, after: int) -> Sequence[Lesson]:
        """Lessons in force after a line, oldest first; a part of them where they are many."""
        ...

    async def lines(self, numbers: Collection[int]) -> Sequence[Lesson]:
        """Some lines by their numbers."""
        ...

    async def last(self) -> int:
        """The number of the newest line, 0 before the first."""
        ...

    async def kept(self, scope: str) -> tuple[int, str, bytes] | None:
        """The model kept for a scope: up to which line, its form, and itself."""
        ...


class Preferences(Protocol):
    """What is set for a site now: by its owner in the dashboard, else in the file."""

    async def value(self, site: str, key: str) -> object:
        """The value in force of a key such as ``checks.learned.spam_at``; site "": of all."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What a check is made with."""

    settings: Settings
    records: Records
    tokens: FormTokens
    clock: Clock
    lessons: Lessons
    preferences: Preferences


class Check(Protocol):
    """One check. Its file offers ``make(tools: Tools) -> Check``."""

    name: str
    deadline_seconds: float  # past it the opinion is UNKNOWN
    remote: bool  # True: asked by a job after the comment is stored

    def examine(self, case: Case) -> Coroutine[Any, Any, Opinion]:
        """Look at a case. `flood` and `duplicate` alone may raise a `Fault` instead."""
        ...


Make = Callable[[Tools], Check]
