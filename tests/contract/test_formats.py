"""What every format holds: the shelf is read, so a new file is adopted by itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jinja2
import pytest

from moderation.domain.article import Article, Existence
from moderation.domain.comment import Author, Client, Comment, Format, Kind, Status, Type
from moderation.domain.site import Site
from moderation.domain.thread import Thread, arrange
from moderation.formats.contract import Addresses, ThreadFormat, View
from moderation.plugs import names, plug
from moderation.templating import environment

NOON = datetime(2026, 5, 10, 12, tzinfo=UTC)
SECRETS = ("ana@secret.example", "192.0.2.77", "SecretAgent", "https://referrer.example")
COMMENT = Comment(
    id="m1",
    site="blog",
    article_id="a1",
    anchor="comment-m1",
    kind=Kind.COMMENT,
    via=(Kind.COMMENT,),
    type=Type.REPLY,
    status=Status.APPROVED,
    waiting_for=None,
    version=1,
    parent_id=None,
    author=Author("Ana", SECRETS[0], "https://ana.example/"),
    author_id="u1",
    source=None,
    text="Sesame.",
    format=Format.MARKDOWN,
    html="<p>Sesame.</p>",
    received_at=NOON,
    published_at=NOON,
    edited_at=None,
    status_before=None,
    client=Client(SECRETS[1], SECRETS[2], SECRETS[3]),
)


def thread(comments: Sequence[Comment] = (), removed: Sequence[Comment] = ()) -> Thread:
    article = Article(
        id="a1",
        site="blog",
        url="https://blog.example/a",
        title="Title",
        published_at=None,
        existence=Existence.FOUND,
        open=True,
        pings_open=True,
        revision=1,
        count=len(comments),
        created_at=NOON,
    )
    site = Site("blog", "https://blog.example/")
    shown = [c for c in comments if c.type is not Type.LIKE]
    likes = tuple(c for c in comments if c.type is Type.LIKE)
    return Thread(site, article, article.url, arrange(shown, removed), likes, len(shown))


@pytest.fixture(scope="module")
def templates() -> jinja2.Environment:
    return environment()


@pytest.fixture(params=names("formats"))
def made(request: pytest.FixtureRequest, templates: jinja2.Environment) -> ThreadFormat:
    module = plug("formats", request.param)
    found: ThreadFormat = module.make(Addresses("https://talk.example"), templates)
    assert found.name == request.param
    return found


def test_its_type_says_what_it_is(made: ThreadFormat) -> None:
    kind, _, rest = made.content_type.partition("/")
    assert kind in {"text", "application"}
    assert rest


def test_the_same_thread_is_the_same_bytes(
    made: ThreadFormat, templates: jinja2.Environment
) -> None:
    answer = replace(COMMENT, id="m2", anchor="comment-m2", parent_id="m1")
    talk = thread([COMMENT, answer])
    again = plug("formats", made.name).make(Addresses("https://talk.example"), templates)
    assert made.render(talk, View()) == made.render(talk, View()) == again.render(talk, View())


def test_it_shows_the_words_of_a_comment_and_where_it_stands(made: ThreadFormat) -> None:
    text = made.render(thread([COMMENT]), View()).decode()
    assert "Sesame." in text
    assert "comment-m1" in text
    assert "Ana" in text


def test_it_tells_no_address_of_anyone(made: ThreadFormat) -> None:
    like = replace(
        COMMENT, id="l1", anchor="comment-l1", type=Type.LIKE, source="https://x.example/"
    )
    text = made.render(thread([COMMENT, like]), View(answer=COMMENT)).decode()
    assert [secret for secret in SECRETS if secret in text] == []


def test_it_tells_nothing_of_what_was_removed(made: ThreadFormat) -> None:
    gone = replace(COMMENT, author=Author("Nobody"), html="<p>Withdrawn words.</p>", text="W")
    answer = replace(COMMENT, id="m2", anchor="comment-m2", parent_id="m1")
    text = made.render(thread([answer], [gone]), View()).decode()
    assert "comment-m2" in text
    assert "Withdrawn words" not in text
    assert "Nobody" not in text


@pytest.mark.parametrize("known", [True, False])
def test_an_empty_thread_is_no_trouble(made: ThreadFormat, known: bool) -> None:
    empty = thread() if known else replace(thread(), article=None)
    assert made.render(empty, View())


def test_ten_thousand_answers_deep_is_no_trouble(made: ThreadFormat) -> None:
    talk = [
        replace(
            COMMENT,
            id=f"m{n}",
            anchor=f"comment-m{n}",
            parent_id=f"m{n - 1}" if n > 1 else None,
            published_at=NOON + timedelta(seconds=n),
        )
        for n in range(1, 10_001)
    ]
    assert "comment-m10000" in made.render(thread(talk), View()).decode()
