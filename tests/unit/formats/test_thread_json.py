"""The thread as JSON."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jinja2
import pytest

from moderation.domain.comment import Author, Badge, Comment, Kind, Type
from moderation.domain.thread import Thread
from moderation.formats import thread_json
from moderation.formats.contract import Addresses, View

Write = Callable[..., Comment]
ThreadOf = Callable[..., Thread]
Raw = Callable[[Thread], str]


@pytest.fixture
def raw(addresses: Addresses, templates: jinja2.Environment) -> Raw:
    plug = thread_json.make(addresses, templates)
    return lambda thread: plug.render(thread, View()).decode()


def test_every_key_of_an_empty_thread_is_there(raw: Raw, thread_of: ThreadOf) -> None:
    nothing = {"count": 0, "first": []}
    assert json.loads(raw(thread_of(article=None))) == {
        "article": {
            "url": "https://blog.example/botox",
            "title": None,
            "open": True,
            "pings_open": True,
        },
        "revision": 0,
        "count": 0,
        "page": 1,
        "pages": 1,
        "comments": [],
        "reactions": {"like": nothing, "repost": nothing, "bookmark": nothing},
    }


def test_a_comment_and_its_answer(raw: Raw, write: Write, thread_of: ThreadOf) -> None:
    first = write("m1", author=Author())
    answer = write(
        "m2",
        after=1,
        parent_id="m1",
        kind=Kind.WEBMENTION,
        via=(Kind.WEBMENTION, Kind.PINGBACK),
        source="https://ana.example/1",
        edited_at=first.published_at + timedelta(minutes=2),
        badge=Badge.MODERATOR,
    )
    found = json.loads(raw(thread_of(first, answer)))
    assert found["article"]["title"] == "Treatment with BOTOX®"
    assert (found["revision"], found["count"]) == (9, 2)
    assert found["comments"] == [
        {
            "id": "m1",
            "anchor": "comment-m1",
            "kind": "comment",
            "via": ["comment"],
            "type": "reply",
            "author": {"name": None, "url": None, "avatar": None, "badge": None},
            "html": "<p>Yes.</p>",
            "source": None,
            "published_at": "2014-05-10T12:00:00Z",
            "edited_at": None,
            "replies": [
                {
                    "id": "m2",
                    "anchor": "comment-m2",
                    "kind": "webmention",
                    "via": ["webmention", "pingback"],
                    "type": "reply",
                    "author": {
                        "name": "Ana",
                        "url": "https://ana.example/",
                        "avatar": None,
                        "badge": "moderator",
                    },
                    "html": "<p>Yes.</p>",
                    "source": "https://ana.example/1",
                    "published_at": "2014-05-10T12:01:00Z",
                    "edited_at": "2014-05-10T12:02:00Z",
                    "replies": [],
                }
            ],
        }
    ]


def test_a_removed_comment_keeps_its_place_and_says_nothing(
    raw: Raw, write: Write, thread_of: ThreadOf
) -> None:
    gone = write("gone", "<p>Secret.</p>")
    found = json.loads(raw(thread_of(write("m1", after=1, parent_id="gone"), removed=[gone])))
    place = found["comments"][0]
    assert {**place, "replies": []} == {
        "id": "gone",
        "anchor": "comment-gone",
        "removed": True,
        "replies": [],
    }
    assert [reply["id"] for reply in place["replies"]] == ["m1"]


def test_an_excerpt_has_its_brackets(raw: Raw, pinged: Write, thread_of: ThreadOf) -> None:
    found = json.loads(raw(thread_of(pinged("p1", "some words"))))
    assert found["comments"][0]["html"] == "<p>[…] some words […]</p>"
    assert found["comments"][0]["author"]["name"] == "What is it?"


def test_reactions_are_counted_by_type_the_oldest_named(
    raw: Raw, write: Write, thread_of: ThreadOf
) -> None:
    likes = [write(f"l{n}", after=-n, type=Type.LIKE, author=Author(f"F{n}")) for n in range(12)]
    found = json.loads(raw(thread_of(reactions=likes)))["reactions"]
    assert found["like"]["count"] == 12
    assert len(found["like"]["first"]) == 10
    assert found["like"]["first"][0] == {
        "name": "F11",
        "url": None,
        "source": None,
        "published_at": "2014-05-10T11:49:00Z",
    }


def test_what_would_end_a_script_is_escaped(raw: Raw, write: Write, thread_of: ThreadOf) -> None:
    text = raw(thread_of(write("m1", "<p></script>\u2028\u2029</p>"), title="<!--"))
    assert "<" not in text
    assert "\u2028" not in text
    assert "\u2029" not in text
    assert json.loads(text)["comments"][0]["html"] == "<p></script>\u2028\u2029</p>"


def test_ten_thousand_answers_deep_can_be_parsed(
    raw: Raw, write: Write, thread_of: ThreadOf
) -> None:
    talk = [write("m1")]
    talk += [write(f"m{n}", after=n, parent_id=f"m{n - 1}") for n in range(2, 10_001)]
    replies: list[Any] = json.loads(raw(thread_of(*talk)))["comments"]
    for depth in range(1, 5):
        assert [reply["id"] for reply in replies] == [f"m{depth}"]
        replies = replies[0]["replies"]
    assert len(replies) == 10_000 - 4
