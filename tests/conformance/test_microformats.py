"""What a page says of itself in microformats2."""

from datetime import UTC, datetime

import pytest

from moderation.domain.comment import Type
from moderation.text.microformats import (
    Card,
    Entry,
    author,
    content,
    first_entry,
    parse_date,
    published,
    type_of,
)
from moderation.text.tree import Document

TARGET = "https://blog.example/a"
PAGE = "https://other.example/2026/post"
NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


def maybe(html: str) -> Entry | None:
    return first_entry(Document.parse(html), PAGE)


def entry(inside: str, classes: str = "h-entry") -> Entry:
    found = maybe(f'<div class="{classes}">{inside}</div>')
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("inside", "kind"),
    [
        (f'<a class="u-in-reply-to" href="{TARGET}">x</a>', Type.REPLY),
        (f'<p><a class="x u-in-reply-to y" href="{TARGET}">x</a></p>', Type.REPLY),
        (f'<a class="u-like-of" href="{TARGET}"></a>', Type.LIKE),
        (f'<a class="u-repost-of" href="{TARGET}"></a>', Type.REPOST),
        (f'<a class="u-bookmark-of" href="{TARGET}"></a>', Type.BOOKMARK),
        (
            f'<data class="p-rsvp" value="Yes"></data><a class="u-in-reply-to" href="{TARGET}">',
            "rsvp",
        ),
        (f'<i class="p-rsvp">maybe</i><a class="u-in-reply-to" href="{TARGET}">', Type.RSVP),
        (f'<i class="p-rsvp">perhaps</i><a class="u-in-reply-to" href="{TARGET}">', Type.REPLY),
        (f'<i class="p-rsvp">yes</i><a href="{TARGET}">', Type.MENTION),
        (
            f'<div class="u-in-reply-to h-cite"><a class="u-url" href="{TARGET}">x</a></div>',
            "reply",
        ),
        (f'<a class="u-like-of h-cite" href="{TARGET}">x</a>', Type.LIKE),
        (
            f'<div class="p-repost-of h-cite"><a class="p-name u-url" href="{TARGET}"></a></div>',
            "repost",
        ),
        (f'<div class="e-content"><a class="u-like-of" href="{TARGET}"></a></div>', Type.LIKE),
        (
            f'<a class="u-in-reply-to" href="{TARGET}"></a><a class="u-like-of" href="{TARGET}">',
            "reply",
        ),
        (
            f'<a class="u-in-reply-to" href="{TARGET}b"></a><a class="u-like-of" href="{TARGET}">',
            "like",
        ),
        (f'<a class="u-in-reply-to" href="{TARGET}b"></a><a href="{TARGET}"></a>', Type.MENTION),
        (f'<div class="h-entry"><a class="u-like-of" href="{TARGET}"></a></div>', Type.MENTION),
        (
            f'<div class="u-comment h-cite"><a class="u-in-reply-to" href="{TARGET}"></div>',
            "mention",
        ),
        (f'<template><a class="u-like-of" href="{TARGET}"></a></template>', Type.MENTION),
        (f'<a class="u-like-of-x" href="{TARGET}"></a>', Type.MENTION),
        (f'<a href="{TARGET}">x</a>', Type.MENTION),
    ],
)
def test_only_a_property_that_names_the_target_makes_the_type(inside: str, kind: str) -> None:
    """M-2: as a string or as the address of a nested citation; else it is a mention."""
    assert type_of(entry(inside), [TARGET]) == kind


def test_only_the_first_entry_counts() -> None:
    """M-1: the page is a permalink."""
    found = maybe(
        f'<p class="h-entry"><b class="p-name">1</b></p>'
        f'<p class="h-entry"><a class="u-like-of" href="{TARGET}"></a></p>'
    )
    assert found is not None
    assert found.text("name") == "1"
    assert type_of(found, [TARGET]) is Type.MENTION


@pytest.mark.parametrize(
    ("inside", "card"),
    [
        ('<a class="p-author h-card" href="/me">Ana</a>', Card("Ana", "https://other.example/me")),
        (
            '<div class="p-author h-card"><b class="p-name">Ana</b>'
            '<a class="u-url" href="https://ana.example/">site</a></div>',
            Card("Ana", "https://ana.example/"),
        ),
        ('<a class="p-author h-card" href="/"><img alt="Ana" src=x></a>', Card("Ana", "https://other.example/")),
        ('<span class="p-author h-card"><img class="u-photo" alt="Ana B."></span>', Card("Ana B.")),
        ('<p class="p-author h-card"><img class="p-name" alt="Ana"><a href=/m>x</a></p>',
         Card("Ana", "https://other.example/m")),
        ('<span class="p-author">Ana</span>', Card("Ana")),
        ('<a class="p-author" href="/me">Ana</a>', Card("Ana", "https://other.example/me")),
        ('<span class="p-author">https://ana.example</span>', Card("", "https://ana.example/")),
        ('<i class="p-author"></i><i class="p-author">Ana</i>', Card("Ana")),
        ('<i class="p-author">A</i><i class="p-author h-card">Ana</i>', Card("Ana")),
        ('<a class="p-author h-card" href="javascript:alert(1)">Ana</a>', Card("Ana")),
        ('<a class="p-author h-card" href="data:text/html,x">Ana</a>', Card("Ana")),
        ('<div class="h-cite"><i class="p-author">Else</i></div>', Card()),
        ('<a class="p-author h-card" href="/me">A\u202en\x00a\n B</a>',
         Card("Ana B", "https://other.example/me")),
        ("", Card()),
    ],
)  # fmt: skip
def test_the_author(inside: str, card: Card) -> None:
    """M-6, M-7: an h-card is used as it is, an address is one, other text is the name."""
    assert author(entry(inside)) == card


def test_a_long_name_is_shortened() -> None:
    assert len(author(entry(f'<i class="p-author">{"x" * 1000}</i>')).name) == 100


def test_the_feed_around_names_the_author_where_the_entry_does_not() -> None:
    """M-6: step 2 of authorship."""
    feed = '<div class="h-feed"><i class="p-author">Feed</i><p><i class="h-entry">{}</i></div>'
    silent, naming = maybe(feed.format("x")), maybe(feed.format('<b class="p-author">Own</b>'))
    assert silent is not None
    assert naming is not None
    assert author(silent) == Card("Feed")
    assert author(naming) == Card("Own")


@pytest.mark.parametrize(
    ("inside", "moment"),
    [
        ('<time class="dt-published" datetime="2026-11-20T10:00:00Z">x</time>', "2026-11-20T10:00"),
        ('<time class="dt-published" datetime="2026-11-20T10:00:00+02:00">', "2026-11-20T08:00"),
        ('<time class="dt-published" datetime="2026-11-20 10:00">', "2026-11-20T10:00"),
        ('<time class="dt-published" datetime="2026-11-20">', "2026-11-20T00:00"),
        ('<span class="dt-published">2026-11-20</span>', "2026-11-20T00:00"),
        (
            '<a class="dt-published"><time datetime="2026-11-20">yesterday</time></a>',
            "2026-11-20T00:00",
        ),
        ('<data class="dt-published" value="2026-11-20">', "2026-11-20T00:00"),
        ('<abbr class="dt-published" title="2026-11-20">x</abbr>', "2026-11-20T00:00"),
    ],
)
def test_the_date(inside: str, moment: str) -> None:
    """M-5: with its zone."""
    assert published(entry(inside), NOW) == datetime.fromisoformat(moment + "Z")


@pytest.mark.parametrize(
    "value",
    ["2026-11-22T07:30:01Z", "2026-11-22T07:00:00-01:00", "2999-01-01", "9999-12-31T23:59:59-23:59",
     "0001-01-01T00:00:00+23:59", "1969-12-31", "yesterday", "2026-13-01", "", "20", "1" * 5000],
)  # fmt: skip
def test_a_date_that_is_none_or_to_come_is_left_out(value: str) -> None:
    """M-5: then it is the time of receipt."""
    assert parse_date(value, NOW) is None


def test_the_content_of_a_reply_is_its_text_in_paragraphs() -> None:
    html = "<p>Hello <b>you</b>.</p><p>Two<br>lines<script>x</script></p><!-- no -->"
    assert content(entry(f'<div class="e-content">{html}</div>')) == "Hello you.\n\nTwo\nlines"


LONG = "word " * 1000


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ('<i class="p-summary">S</i><p class="e-content">C</p>', "C"),
        (f'<i class="p-summary">S</i><p class="e-content">{LONG}</p>', "S"),
        ('<i class="p-summary">S</i><b class="p-name">N</b>', "S"),
        ('<b class="p-name">N</b>', "N"),
        ('<p class="p-name e-content">Both</p>', "Both"),
        ("nothing marked", ""),
    ],
)
def test_a_reply_says_its_content_else_its_summary_else_its_name(inside: str, said: str) -> None:
    """M-3: in this order."""
    assert content(entry(inside)) == said


def test_a_long_reply_without_a_summary_is_shortened() -> None:
    """M-3: too long is more than 2,000 characters."""
    said = content(entry(f'<p class="e-content">{LONG}</p>'))
    assert said.endswith("word…")
    assert 1980 <= len(said) <= 2000


def test_a_reply_of_very_many_lines_is_long_too() -> None:
    """M-3: more than 40 lines are, with or without empty ones between."""
    for wall in ("<p>x" * 41, "x<br>" * 41):
        said = content(entry(f'<div class="e-content">{wall}</div>'))
        assert said.split() == ["x"] * 39 + ["x…"]
    just = content(entry(f'<div class="e-content">{"x<br>" * 40}</div>'))
    assert just.split() == ["x"] * 40
    summed = f'<div class="e-content">{"x<br>" * 41}</div><p class="p-summary">Many.</p>'
    assert content(entry(summed)) == "Many."


def test_a_page_without_an_entry_has_none() -> None:
    """M-1: title and excerpt are all there is then."""
    assert maybe('<p class="entry h-card">x</p>') is None


def test_the_classes_of_old_themes_are_understood() -> None:
    found = maybe(
        '<article class="post hentry"><h1 class="entry-title">T</h1>'
        '<time class="entry-date published" datetime="2026-11-20">x</time>'
        '<span class="author vcard"><a class="url fn n" href="/author/ana">Ana</a></span>'
        '<div class="entry-content"><p>Text</p></div></article>'
    )
    assert found is not None
    assert author(found) == Card("Ana", "https://other.example/author/ana")
    assert published(found, NOW) == datetime(2026, 11, 20, tzinfo=UTC)
    assert (found.text("name"), content(found)) == ("T", "Text")


def test_old_classes_do_not_count_inside_new_ones() -> None:
    assert author(entry('<span class="author vcard">Old</span>')) == Card()


def test_a_relative_address_is_relative_to_the_base() -> None:
    found = maybe(
        '<base href="https://x.example/"><p class="h-entry"><a class="p-author" href="me">A</a>'
    )
    assert found is not None
    assert author(found).url == "https://x.example/me"
