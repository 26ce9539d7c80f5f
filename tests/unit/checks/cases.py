"""Cases to look at, and the tools a check is made with, for the tests of the shelf."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from moderation.checks.contract import Case, Tools
from moderation.domain.comment import Author, Client, Kind, Type
from moderation.domain.lesson import Evidence, Lesson, Teaching
from moderation.domain.rule import Rule
from moderation.domain.site import Moderation, Pings, Site
from moderation.domain.trust import Past, SourcePlace
from moderation.settings import Settings
from moderation.text.shared_hosts import place_of

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
READER = Author("Ada", "ada@reader.example", "https://ada.example/")
BROWSER = Client("192.0.2.7", "Browser/1.0", "https://blog.example/bees")
BLOGGER = Author("Other Blog", "", "https://other.example/")
SENDER = Client("198.51.100.9", "Sender/2.0")
SITE = Site("blog", "https://blog.example/", name="The Blog", language="en-GB")


@dataclass
class TurnedClock:
    """A clock that a test turns by hand."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return (self.moment - NOW).total_seconds() + 1000.0

    def turn(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class WrittenRecords:
    """A past as a test writes it down."""

    approved: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, datetime] = field(default_factory=dict)
    places: Mapping[tuple[str, str], Past] = field(default_factory=dict)
    copies: int = 0
    asked: list[tuple[str, str, datetime, str]] = field(default_factory=list)
    owners: tuple[Rule, ...] = ()
    wave: str | None = None
    listed: Mapping[str, frozenset[str]] = field(default_factory=dict)

    async def approved_by(self, author_id: str) -> int:
        return self.approved.get(author_id, 0)

    async def last_rejection_of(self, author_id: str) -> datetime | None:
        return self.rejected.get(author_id)

    async def past_of(self, site: Site, place: SourcePlace) -> Past:
        return self.places.get((site.id, str(place)), Past())

    async def same_text(self, site: str, text: str, *, since: datetime, besides: str) -> int:
        self.asked.append((site, text, since, besides))
        return self.copies

    async def rules(self, edition: int | None = None) -> tuple[Rule, ...]:
        return self.owners

    async def lists(self, names: Collection[str]) -> Mapping[str, frozenset[str]]:
        return {name: self.listed[name] for name in names}

    async def wave_of(self, case: Case) -> str | None:
        return self.wave


class PlainTokens:
    """Form tokens that say their age in seconds in plain words; any other is forged."""

    def age(self, token: str, now: datetime) -> timedelta | None:
        return timedelta(seconds=float(token[:-1])) if token.endswith("s") else None


@dataclass
class WrittenLessons:
    """A journal as a test writes it down."""

    lessons: list[Lesson] = field(default_factory=list)

    def teach(self, teaching: Teaching, *tokens: str, site: str = "blog") -> None:
        number = len(self.lessons) + 1
        evidence = Evidence(1, tokens)
        self.lessons.append(Lesson(number, site, f"c{number}", teaching, None, True, evidence))

    async def since(self, after: int) -> Sequence[Lesson]:
        return self.lessons[after:]

    async def standing(self, after: int) -> Sequence[Lesson]:
        return [lesson for lesson in self.lessons[after:] if lesson.stands]

    async def lines(self, numbers: Collection[int]) -> Sequence[Lesson]:
        return [lesson for lesson in self.lessons if lesson.sequence in numbers]

    async def last(self) -> int:
        return len(self.lessons)

    async def kept(self, scope: str) -> tuple[int, str, bytes] | None:
        return None


@dataclass
class WrittenPreferences:
    """What an owner set, as a test writes it down; the rest is as shipped."""

    values: dict[str, object] = field(default_factory=dict)

    async def value(self, site: str, key: str) -> object:
        shipped = {"spam_at": 0.98, "approve": False, "starter": True}
        return self.values.get(key, shipped.get(key.rpartition(".")[2]))


def tools(
    settings: Settings | None = None,
    records: WrittenRecords | None = None,
    clock: TurnedClock | None = None,
    lessons: WrittenLessons | None = None,
    preferences: WrittenPreferences | None = None,
) -> Tools:
    return Tools(
        settings or Settings(sites=(SITE,)),
        records or WrittenRecords(),
        PlainTokens(),
        clock or TurnedClock(),
        lessons or WrittenLessons(),
        preferences or WrittenPreferences(),
    )


def site(*, max_links: int = 2, hold_unproven_after_days: int = 30) -> Site:
    moderation = Moderation(max_links=max_links, hold_unproven_after_days=hold_unproven_after_days)
    return Site("blog", "https://blog.example/", moderation=moderation)


def trusting_site(after: int) -> Site:
    return Site("blog", "https://blog.example/", pings=Pings(trust_after=after))


def reply(
    text: str = "Bees do indeed sleep at night.",
    *,
    html: str | None = None,
    at: Site = SITE,
    author: Author = READER,
    author_id: str | None = None,
    client: Client = BROWSER,
    article_published_at: datetime | None = None,
    parent_id: str | None = None,
    trap: str = "",
    form_token: str = "",
    edited: bool = False,
) -> Case:
    return Case(
        comment_id="m00000000000000000a1",
        site=at,
        article_id="m00000000000000000b1",
        article_url="https://blog.example/bees",
        article_published_at=article_published_at,
        kind=Kind.COMMENT,
        type=Type.REPLY,
        author=author,
        author_id=author_id,
        text=text,
        html=f"<p>{text}</p>" if html is None else html,
        source=None,
        client=client,
        received_at=NOW,
        parent_id=parent_id,
        trap=trap,
        form_token=form_token,
        edited=edited,
    )


def ping(
    source: str = "https://other.example/2026/11/on-bees",
    *,
    kind: Kind = Kind.WEBMENTION,
    at: Site = SITE,
    text: str = "An excerpt about bees.",
    title: str = "On bees",
    author: Author = BLOGGER,
    client: Client = SENDER,
    article_published_at: datetime | None = None,
    edited: bool = False,
) -> Case:
    return Case(
        comment_id="m00000000000000000a2",
        site=at,
        article_id="m00000000000000000b1",
        article_url="https://blog.example/bees",
        article_published_at=article_published_at,
        kind=kind,
        type=Type.MENTION,
        author=author,
        author_id=None,
        text=text,
        html=f"<p>{text}</p>",
        source=source,
        client=client,
        received_at=NOW,
        title=title,
        edited=edited,
        place=place_of(source),
    )
