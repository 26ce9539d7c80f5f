"""A comment and a thread to change one thing of."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jinja2
import pytest

from moderation.domain.article import Article, Existence
from moderation.domain.comment import Author, Client, Comment, Format, Kind, Status, Type
from moderation.domain.site import Moderation, Site
from moderation.domain.thread import Thread, arrange
from moderation.formats.contract import Addresses
from moderation.templating import environment

URL = "https://blog.example/botox"
NOON = datetime(2014, 5, 10, 12, tzinfo=UTC)

Write = Callable[..., Comment]
ThreadOf = Callable[..., Thread]


@pytest.fixture
def addresses() -> Addresses:
    return Addresses("https://talk.example/m")


@pytest.fixture(scope="session")
def templates() -> jinja2.Environment:
    return environment()


@pytest.fixture
def write() -> Write:
    """Write an approved comment: ``write("m1", "<p>Yes.</p>", after=5, parent_id="m0")``."""

    def make(id_: str, html: str = "<p>Yes.</p>", *, after: int = 0, **more: Any) -> Comment:
        moment = NOON + timedelta(minutes=after)
        comment = Comment(
            id=id_,
            site="blog",
            article_id="a1",
            anchor=f"comment-{id_}",
            kind=Kind.COMMENT,
            via=(Kind.COMMENT,),
            type=Type.REPLY,
            status=Status.APPROVED,
            waiting_for=None,
            version=1,
            parent_id=None,
            author=Author("Ana", "ana@secret.example", "https://ana.example/"),
            author_id=None,
            source=None,
            text="Yes.",
            format=Format.MARKDOWN,
            html=html,
            received_at=moment,
            published_at=moment,
            edited_at=None,
            status_before=None,
            client=Client("192.0.2.77", "Agent/9"),
        )
        return replace(comment, **more)

    return make


@pytest.fixture
def pinged(write: Write) -> Write:
    """Write a pingback as a verified source makes it."""

    def make(id_: str, text: str = "words around the link", **more: Any) -> Comment:
        ping: dict[str, Any] = {
            "kind": Kind.PINGBACK,
            "via": (Kind.PINGBACK,),
            "type": Type.MENTION,
            "format": Format.PLAIN,
            "text": text,
            "author": Author("", "", ""),
            "source": "https://other.example/2014/post",
            "title": "What is it?",
            "html": "",
        }
        return write(id_, **(ping | more))

    return make


@pytest.fixture
def thread_of() -> ThreadOf:
    """Make a thread of comments: ``thread_of(a, b, removed=[c], title=None, max_depth=2)``."""

    def make(*comments: Comment, **more: Any) -> Thread:
        reactions = tuple(more.pop("reactions", ()))
        article = Article(
            id="a1",
            site="blog",
            url=URL,
            title=more.pop("title", "Treatment with BOTOX®"),
            published_at=NOON,
            existence=Existence.FOUND,
            open=more.pop("open", True),
            pings_open=True,
            revision=9,
            count=len(comments),
            created_at=NOON,
        )
        rules = Moderation(**more.pop("rules", {}))
        site = Site("blog", "https://blog.example/", moderation=rules, **more.pop("site", {}))
        tree = arrange(comments, more.pop("removed", ()))
        thread = Thread(site, article, URL, tree, reactions, len(comments))
        return replace(thread, **more)

    return make
