"""Threads as they may be: answers, reactions, mentions, empty places, many comments."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from moderation.domain.article import Article, Existence
from moderation.domain.comment import (
    REACTIONS,
    Author,
    Badge,
    Client,
    Comment,
    Format,
    Kind,
    Status,
    Type,
)
from moderation.domain.site import Site
from moderation.domain.thread import Entry, Thread, arrange, cut
from moderation.flow.publish import Publish
from moderation.formats.contract import Addresses, View
from moderation.house import make_formats
from moderation.settings import StoreSettings
from moderation.store import articles, comments
from moderation.store.contract import Query
from moderation.store.db import DatabaseStore, open_store
from tests.conftest import FakeClock

SITE = Site("blog", "https://blog.example/")
URL = "https://blog.example/a?b=1&c=2"
FORMATS = make_formats(Addresses("https://talk.example"))
BEGAN = datetime(2026, 5, 1, tzinfo=UTC)
PING = {"kind": Kind.WEBMENTION, "via": (Kind.WEBMENTION,), "source": "https://o.example/p?x&y"}


def some_comments(count: int, *, seed: int = 1) -> list[Comment]:
    """Comments of every sort in order of time, most of them approved."""
    chance = random.Random(seed)  # noqa: S311 no secret
    made: list[Comment] = []
    for number in range(count):
        moment = BEGAN + timedelta(minutes=number)
        parent = chance.choice(made[-40:]).id if made and chance.random() < 0.5 else None
        ping = chance.random() < 0.2
        sorts = [Type.MENTION, Type.LIKE, Type.REPOST] if ping else [Type.REPLY, Type.RSVP]
        status = Status.TRASH if chance.random() < 0.15 else Status.APPROVED
        more = PING if ping else {"kind": Kind.COMMENT, "via": (Kind.COMMENT,), "source": None}
        made.append(
            Comment(
                id=f"m{number:05}",
                site="blog",
                article_id="a1",
                anchor=f"comment-m{number:05}",
                type=chance.choice(sorts),
                status=status,
                waiting_for=None,
                version=1,
                parent_id=parent,
                author=Author(chance.choice(["", "Ana <b>", "Bo & “Q”"]), "s@x.example"),
                author_id=None,
                text=chance.choice(["words <&>", "\x1f\x1e\x1d", "[…] in"]),
                format=chance.choice([Format.PLAIN, Format.MARKDOWN]),
                html=chance.choice(["<p>Hi &amp; bye</p>", "<p>\u2028 \x1f é</p>"]),
                received_at=moment,
                published_at=moment,
                edited_at=chance.choice([None, moment + timedelta(hours=1)]),
                status_before=None,
                client=Client("192.0.2.1"),
                title=chance.choice(["", "A title"]),
                badge=chance.choice([None, None, Badge.OWNER]),
                **more,
            )
        )
    return made


@dataclass(frozen=True)
class Sample:
    """A store with one thread in it, and the thread as it was put there."""

    store: DatabaseStore
    comments: Sequence[Comment]
    clock: FakeClock

    def publish(self, *, site: Site = SITE) -> Publish:
        """One more process, as it were: nothing is kept yet."""
        return Publish(self.store, [site], FORMATS, self.clock, limit=0)

    def plain(self, form: str, page: int = 1, *, site: Site = SITE) -> bytes:
        """Write the thread of whole comments, without anything that is kept."""
        shown = [c for c in self.comments if c.status is Status.APPROVED]
        tree = [c for c in shown if c.type not in REACTIONS]
        gone = _places(self.comments)
        pages = cut([_entry(c) for c in tree], [_entry(c) for c in gone])
        here = set(pages[page - 1])
        thread = Thread(
            site=site,
            article=_article(self.comments),
            url=URL,
            tree=arrange([c for c in tree if c.id in here], [c for c in gone if c.id in here]),
            reactions=tuple(c for c in shown if c.type in REACTIONS),
            count=len(tree),
            page=page,
            pages=len(pages),
            takes_pings=True,
        )
        return FORMATS[form].render(thread, View())


def _entry(comment: Comment) -> Entry:
    at = int(comment.published_at.timestamp() * 1_000_000)
    return Entry(comment.id, comment.parent_id, at, comment.type.value)


def _places(made: Sequence[Comment]) -> list[Comment]:
    """What is not shown and has something below it that is."""
    by_id = {c.id: c for c in made}
    found: dict[str, Comment] = {}
    for comment in made:
        if comment.status is not Status.APPROVED or comment.type in REACTIONS:
            continue
        at = by_id.get(comment.parent_id or "")
        while at is not None and at.status is not Status.APPROVED:
            found[at.id] = at
            at = by_id.get(at.parent_id or "")
    return list(found.values())


def _article(made: Sequence[Comment]) -> Article:
    count = sum(c.status is Status.APPROVED and c.type not in REACTIONS for c in made)
    found = Existence.FOUND
    return Article("a1", "blog", URL, "A <title>", BEGAN, found, True, True, 7, count, BEGAN)


def _fill(made: Sequence[Comment]) -> Query[None]:
    for comment in made:
        derived = comments.Derived(comment.id, comment.text, comment.id, 1)
        yield from comments.add(comment, derived, at=BEGAN)


Fill = Callable[..., Awaitable[Sample]]


@pytest.fixture
async def fill(clock: FakeClock) -> AsyncIterator[Fill]:
    """Put a thread into an empty database: ``await fill(url, 300, seed=2)``."""
    opened: list[DatabaseStore] = []

    async def put(url: str, count: int, *, seed: int = 1) -> Sample:
        store = await open_store(StoreSettings(url), clock=clock)
        opened.append(store)
        made = some_comments(count, seed=seed)
        await store.write(articles.add, _article(made))
        for at in range(0, len(made), 500):
            await store.write(_fill, made[at : at + 500])
        return Sample(store, made, clock)

    yield put
    for store in opened:
        await store.close()
