"""The Atom feed of a thread, read back by a strict parser."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from xml.etree.ElementTree import Element, fromstring

import jinja2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.domain.comment import Author, Comment
from moderation.domain.thread import Thread
from moderation.formats import atom
from moderation.formats.contract import Addresses, View

Write = Callable[..., Comment]
ThreadOf = Callable[..., Thread]
Read = Callable[[Thread], Element]

A = "{http://www.w3.org/2005/Atom}"
THR = "{http://purl.org/syndication/thread/1.0}"


@pytest.fixture
def read(addresses: Addresses, templates: jinja2.Environment) -> Read:
    plug = atom.make(addresses, templates)

    def parse(thread: Thread) -> Element:
        return fromstring(plug.render(thread, View()))  # noqa: S314 (our own answer)

    return parse


def words(element: Element, path: str) -> str:
    found = element.find(path)
    assert found is not None
    return found.text or ""


def test_an_entry_has_what_atom_asks_for(read: Read, write: Write, thread_of: ThreadOf) -> None:
    feed = read(thread_of(write("m1", "<p>Yes &amp; no</p>")))
    assert words(feed, f"{A}title") == "Comments on: Treatment with BOTOX®"
    assert words(feed, f"{A}updated") == "2014-05-10T12:00:00Z"
    entry = feed.find(f"{A}entry")
    assert entry is not None
    assert words(entry, f"{A}title") == "By: Ana"
    assert words(entry, f"{A}author/{A}name") == "Ana"
    assert words(entry, f"{A}content") == "<p>Yes &amp; no</p>"
    link = entry.find(f"{A}link[@rel='alternate']")
    assert link is not None
    assert link.get("href") == "https://blog.example/botox#comment-m1"


def test_an_answer_refers_to_the_id_of_the_entry_it_answers(
    read: Read, write: Write, thread_of: ThreadOf
) -> None:
    feed = read(thread_of(write("m1"), write("m2", after=1, parent_id="m1")))
    newer, older = feed.findall(f"{A}entry")
    ref = newer.find(f"{THR}in-reply-to")
    assert ref is not None
    assert ref.get("ref") == words(older, f"{A}id")
    assert ref.get("href") == "https://blog.example/botox#comment-m1"
    root = older.find(f"{THR}in-reply-to")
    assert root is not None
    assert root.get("ref") == "https://blog.example/botox"


def test_ids_survive_a_move_and_an_edit(read: Read, write: Write, thread_of: ThreadOf) -> None:
    comment = write("m1")
    edited = replace(comment, html="<p>No.</p>", edited_at=comment.published_at + timedelta(days=1))
    before = read(thread_of(comment))
    after = read(thread_of(edited, url="https://new.example/moved"))
    for path in (f"{A}id", f"{A}entry/{A}id"):
        assert words(before, path) == words(after, path)
        assert words(before, path).startswith("urn:uuid:")
    assert words(after, f"{A}entry/{A}updated") == "2014-05-11T12:00:00Z"
    assert words(after, f"{A}updated") == "2014-05-11T12:00:00Z"


def test_the_newest_fifty_come_first(read: Read, write: Write, thread_of: ThreadOf) -> None:
    talk = [write(f"m{n}", after=n, author=Author(str(n))) for n in range(60)]
    feed = read(thread_of(*talk))
    names = [words(entry, f"{A}title") for entry in feed.findall(f"{A}entry")]
    assert names == [f"By: {n}" for n in range(59, 9, -1)]


def test_a_ping_names_its_source(read: Read, pinged: Write, thread_of: ThreadOf) -> None:
    entry = read(thread_of(pinged("p1"))).find(f"{A}entry")
    assert entry is not None
    via = entry.find(f"{A}link[@rel='via']")
    assert via is not None
    assert via.get("href") == "https://other.example/2014/post"


def test_a_feed_of_nothing_is_a_feed(read: Read, thread_of: ThreadOf) -> None:
    feed = read(thread_of(article=None))
    assert words(feed, f"{A}title") == "Comments on: https://blog.example/botox"
    assert words(feed, f"{A}updated") == "1970-01-01T00:00:00Z"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec=None, exclude_categories=())))
def test_any_text_is_well_formed_and_comes_back(
    text: str, read: Read, write: Write, thread_of: ThreadOf
) -> None:
    html = f"<p>]]>{text}</p>"
    feed = read(thread_of(write("m1", html, author=Author(f"A{text}B")), title=f"<{text}>"))
    found = words(feed, f"{A}entry/{A}content")
    expected = atom.IMPOSSIBLE.sub("\ufffd", html)
    assert found == expected.replace("\r\n", "\n").replace("\r", "\n")
