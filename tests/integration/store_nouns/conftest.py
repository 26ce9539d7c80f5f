"""Rows to put into a store of either engine."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from moderation.domain.article import Article, Existence
from moderation.domain.comment import (
    Author,
    Client,
    Comment,
    Format,
    Kind,
    Status,
    Type,
    WaitingFor,
)
from moderation.flow import prepare
from moderation.store import articles, comments
from moderation.store.db import DatabaseStore
from tests.conftest import FakeClock

Keep = Callable[..., Awaitable[Comment]]


def an_article(ident: str, now: datetime, **more: Any) -> Article:
    made = Article(
        id=ident,
        site="blog",
        url=f"https://blog.example/{ident}/",
        title=None,
        published_at=None,
        existence=Existence.FOUND,
        open=True,
        pings_open=True,
        revision=1,
        count=0,
        created_at=now,
    )
    return replace(made, **more)


@pytest.fixture
def keep(store: DatabaseStore, clock: FakeClock) -> Keep:
    """Keep a comment: ``await keep("m1", text="…", status=Status.SPAM, after=5)`` (seconds)."""

    async def keep_one(ident: str, *, after: float = 0, **more: Any) -> Comment:
        at = clock.now() + timedelta(seconds=after)
        article_id = more.setdefault("article_id", "a1")
        if await store.read(articles.by_id, article_id) is None:
            site = more.get("site", "blog")
            await store.write(articles.add, an_article(article_id, clock.now(), site=site))
        status = more.setdefault("status", Status.HELD)
        held = status is Status.HELD
        made = Comment(
            id=ident,
            site="blog",
            article_id="a1",
            anchor=f"comment-{ident}",
            kind=Kind.COMMENT,
            via=(Kind.COMMENT,),
            type=Type.REPLY,
            status=status,
            waiting_for=more.pop("waiting_for", WaitingFor.MODERATOR if held else None),
            version=1,
            parent_id=None,
            author=Author("Ida", "ida@readers.example", ""),
            author_id=None,
            source=None,
            text=f"Words of {ident}.",
            format=Format.MARKDOWN,
            html="",
            received_at=at,
            published_at=at,
            edited_at=None,
            status_before=None,
            client=Client("192.0.2.9", "Agent"),
        )
        made = replace(made, **more)
        made = replace(made, html=prepare.render(made.text, made.format))
        assert await store.write(comments.add, made, prepare.derive(made, unique=True), at=at)
        return made

    return keep_one
