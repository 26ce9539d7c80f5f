"""Names, links, headings and dates of a thread."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from moderation.domain.comment import Author, Comment
from moderation.domain.thread import Thread
from moderation.formats import _words

Write = Callable[..., Comment]
ThreadOf = Callable[..., Thread]

AFTERNOON = datetime(2014, 5, 10, 22, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "title", "heading"),
    [
        pytest.param(0, "Title", "", id="nothing when empty"),
        pytest.param(1, "Title", "One Response to “Title”", id="one"),
        pytest.param(1200, "Title", "1200 Responses to “Title”", id="many"),
        pytest.param(1, None, "One Response", id="one without a title"),
        pytest.param(2, None, "2 Responses", id="many without a title"),
    ],
)
def test_heading(thread_of: ThreadOf, count: int, title: str | None, heading: str) -> None:
    assert _words.heading(thread_of(title=title, count=count)) == heading


def test_the_heading_of_an_article_never_seen_has_no_title(thread_of: ThreadOf) -> None:
    assert _words.heading(thread_of(article=None, count=1)) == "One Response"


@pytest.mark.parametrize(
    ("language", "zone", "clock", "written"),
    [
        ("en", "UTC", False, "May 10, 2014"),
        ("en", "Asia/Tokyo", False, "May 11, 2014"),
        ("en", "UTC", True, "May 10, 2014, 10:04\u202fPM"),
        ("de", "Europe/Berlin", True, "11. Mai 2014, 00:04"),
        ("pt-BR", "UTC", False, "10 de maio de 2014"),
        ("no such language", "No/Zone", False, "May 10, 2014"),
        ("", "../etc", False, "May 10, 2014"),
    ],
)
def test_a_date_is_written_in_the_language_and_zone_of_the_site(
    language: str, zone: str, clock: bool, written: str
) -> None:
    assert _words.written_date(AFTERNOON, language, zone, clock=clock) == written


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://ana.example/", True),
        ("HTTP://ana.example", True),
        ("javascript:alert(1)", False),
        ("//ana.example/", False),
        ("https://", False),
        ("http://[", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_are_linked(url: str | None, kept: bool) -> None:
    assert _words.web_link(url) == (url if kept else "")


def test_a_ping_without_a_name_is_called_after_its_page_then_its_host(pinged: Write) -> None:
    ping = pinged("p")
    assert _words.author_name(ping) == "What is it?"
    assert _words.author_name(replace(ping, title="")) == "other.example"
    assert _words.author_link(ping) == "https://other.example/2014/post"


def test_a_reply_without_a_name_is_anonymous(write: Write) -> None:
    assert _words.author_name(write("m", author=Author())) == "Anonymous"


def test_a_permalink_leads_to_the_anchor_on_the_page_of_the_article(write: Write) -> None:
    imported = write("m1", anchor="isso-12")
    assert (
        _words.permalink("https://b.example/a?p=1#x", imported) == "https://b.example/a?p=1#isso-12"
    )
