"""Fill an empty store as weeks of visitors would: through the doors' flows, by a turned clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from moderation.cli.sample.content import Answered, Event, Pinged, Said, events
from moderation.cli.sample.sources import MadeUpPages
from moderation.domain.article import Existence
from moderation.domain.comment import Author, Badge, Client, Status
from moderation.domain.decision import Action, Actor, Door
from moderation.domain.moderator import Role
from moderation.domain.submission import Ping, Reply
from moderation.flow import places
from moderation.flow.screen import Screen
from moderation.flow.verify import NO_LINK, Verify
from moderation.flow.worker import Worker
from moderation.house import House, make_checks, make_tools, open_house
from moderation.settings import Settings
from moderation.store import articles, comments
from moderation.web.demo import ARTICLES

OWNER = "owner"
DECIDED_AFTER = timedelta(minutes=23)
WRITTEN_BEFORE = 0.4  # days an article is older than what is first said of it
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class TurnedClock:
    """Shows the time it was last turned to."""

    def __init__(self, at: datetime) -> None:
        self._began = self._at = at

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return (self._at - self._began).total_seconds()

    def turn_to(self, at: datetime) -> None:
        """Turn it on, never back."""
        self._at = max(self._at, at)


async def fill(settings: Settings, password: str, now: datetime) -> None:
    """Make the owner, the articles, and everything that happened until `now`."""
    story = events()
    clock = TurnedClock(now - timedelta(days=story[0].days + 1))
    house = await open_house(settings, clock=clock)
    try:
        owner = house.enter.draft(OWNER, "owner@blog.example", Role.OWNER)
        await house.enter.add(owner, password)
        filling = _Filling(house, clock, Actor(OWNER, Door.DASHBOARD, owner.id))
        await filling.write_articles(story, now)
        for event in story:
            clock.turn_to(now - timedelta(days=event.days))
            await filling.happen(event)
        clock.turn_to(now)
    finally:
        await house.close()


class _Filling:
    """What has happened so far."""

    def __init__(self, house: House, clock: TurnedClock, owner: Actor) -> None:
        self._house = house
        self._clock = clock
        self._owner = owner
        self._ids: dict[str, str] = {}  # of comments, by key
        self._keys: dict[str, str] = {}  # of authors, by name
        self._visitors: dict[str, Client] = {}
        self._urls = {a.slug: f"{house.settings.sites[0].url}{a.path}" for a in ARTICLES}
        self._pages = MadeUpPages()
        tools = make_tools(house.settings, house.store, house.signing, clock, house.preferences)
        verify = Verify(
            house.store,
            house.settings.sites,
            Screen(make_checks(tools)),
            self._pages,
            house.reader,
            clock,
            house.features,
        )
        self._worker = Worker(house.store, {"verify": verify, "notify": house.tell.notify}, clock)

    async def write_articles(self, story: Sequence[Event], now: datetime) -> None:
        """Publish each article shortly before somebody says something about it."""
        for article in ARTICLES:
            days = max(
                e.days for e in story if not isinstance(e, Answered) and e.on == article.slug
            )
            published = now - timedelta(days=days + WRITTEN_BEFORE)
            sites = self._house.settings.sites
            place = await places.locate(self._house.store, sites, self._urls[article.slug])
            row = replace(
                places.new_article(place, published),
                title=article.title,
                published_at=published,
                existence=Existence.FOUND,
            )
            await self._house.store.write(articles.add, row)

    async def happen(self, event: Event) -> None:
        match event:
            case Said():
                await self._reply(event)
            case Answered():
                await self._answer(event)
            case Pinged():
                await self._ping(event)

    async def _reply(self, said: Said) -> None:
        received = await self._house.receive.reply(
            Reply(
                article=self._urls[said.on],
                parent=self._ids[said.to] if said.to else None,
                author=Author(said.name, said.email, said.url),
                text=said.text.strip(),
                client=self._client(said.name),
                remember=said.known,
                trap=said.trap,
                author_key=self._keys.get(said.name, ""),
            )
        )
        if said.key:
            self._ids[said.key] = received.id
        if received.author_key:
            self._keys[said.name] = received.author_key
        then = said.then or ("approve" if said.known else "")
        await self._decide(received.id, then)

    async def _answer(self, answered: Answered) -> None:
        author = Author("The owner of this blog", "", self._house.settings.sites[0].url)
        ident = self._ids[answered.to]
        await self._house.answer.reply(
            ident, answered.text, self._owner, author=author, badge=Badge.OWNER
        )

    async def _ping(self, pinged: Pinged) -> None:
        target, at = self._urls[pinged.on], self._clock.now()
        self._pages.add(pinged, target, at)
        heard = await self._house.hear.ping(
            Ping(
                protocol=pinged.by,
                source=pinged.source,
                target=target,
                client=Client(self._client(pinged.source).address, "a blog's software"),
            )
        )
        for minutes in (0, *NO_LINK):
            self._clock.turn_to(self._clock.now() + timedelta(minutes=minutes))
            await self._worker.drain()
        await self._decide(heard.comment_id, pinged.then)

    async def _decide(self, comment_id: str, then: str) -> None:
        """Do what the owner did a little later, if it was still to be done."""
        comment = await self._house.store.read(comments.by_id, comment_id)
        if not then or comment is None or comment.status is not Status.HELD:
            return
        self._clock.turn_to(self._clock.now() + DECIDED_AFTER)
        await self._house.decide.one(comment_id, Action(then), self._owner)

    def _client(self, who: str) -> Client:
        """An address of the networks that are set aside for examples, one for each visitor."""
        number = len(self._visitors) + 2
        address = f"2001:db8:{number:x}::1" if number % 3 == 0 else f"203.0.113.{number % 250}"
        return self._visitors.setdefault(who, Client(address, AGENT))
