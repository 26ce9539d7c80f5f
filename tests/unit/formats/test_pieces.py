"""Pieces of comments: what is joined of them is what is written of whole comments."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jinja2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.domain.clock import to_micros
from moderation.domain.comment import Author, Badge, Comment, Type
from moderation.domain.site import Moderation, Site
from moderation.domain.thread import Entry, Thread, arrange
from moderation.formats import _markup, fragment, page, thread_json
from moderation.formats.contract import Addresses, View

from .conftest import NOON

Write = Callable[..., Comment]
ThreadOf = Callable[..., Thread]
CHARACTERS = st.text("ab<&\"'é\u2028\x1d\x1e\x1f", max_size=8)


@st.composite
def changes(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What is different about each of some comments; any may answer an earlier one."""
    made: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 12))):
        parent = draw(st.sampled_from([None, *(f"m{n}" for n in range(number))]))
        made.append(
            {
                "parent_id": parent,
                "author": Author(draw(CHARACTERS)),
                "html": draw(CHARACTERS.map(lambda text: f"<p>{text.translate(ESCAPED)}</p>")),
                "title": draw(CHARACTERS),
                "badge": draw(st.sampled_from([None, Badge.OWNER])),
                "edited_at": draw(st.sampled_from([None, NOON])),
                "type": draw(st.sampled_from([Type.REPLY, Type.RSVP, Type.MENTION])),
            }
        )
    return made


ESCAPED = str.maketrans({"<": "&lt;", "&": "&amp;"})


@given(changes(), st.sets(st.integers(0, 11)), st.booleans(), st.integers(1, 4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_join_of_pieces_is_what_is_written_of_whole_comments(
    addresses: Addresses,
    templates: jinja2.Environment,
    write: Write,
    thread_of: ThreadOf,
    drawn: list[dict[str, Any]],
    gone: set[int],
    is_open: bool,
    depth: int,
) -> None:
    every = [write(f"m{number}", after=number, **more) for number, more in enumerate(drawn)]
    removed = [comment for number, comment in enumerate(every) if number in gone]
    shown = [comment for number, comment in enumerate(every) if number not in gone]
    whole = thread_of(*shown, removed=removed, open=is_open, rules={"max_depth": depth})
    html, json = fragment.make(addresses, templates), thread_json.make(addresses, templates)
    for form, maker in (
        (html, html),
        (page.make(addresses, templates), html),
        (json, json),
    ):
        entries = [_entry(comment, maker.piece(comment, whole.site)) for comment in shown]
        joined = replace(whole, tree=arrange(entries, removed))
        assert form.render(joined, View()) == form.render(whole, View())


def _entry(comment: Comment, piece: bytes) -> Entry:
    at = to_micros(comment.published_at)
    return Entry(comment.id, comment.parent_id, at, comment.type.value, piece)


def test_a_piece_tells_nothing_of_the_address_of_its_article_or_service(
    addresses: Addresses, templates: jinja2.Environment, write: Write
) -> None:
    """So an article that moves, or a service, takes its pieces along."""
    made = fragment.make(addresses, templates).piece(
        write("m1"), Site("blog", "https://b.example/")
    )
    assert b"b.example" not in made
    assert addresses.public_url.encode() not in made


@pytest.mark.parametrize("other", [{"language": "de"}, {"time_zone": "Europe/Berlin"}])
def test_other_settings_make_another_version(
    addresses: Addresses, templates: jinja2.Environment, other: dict[str, str]
) -> None:
    form = fragment.make(addresses, templates)
    site = Site("blog", "https://blog.example/")
    assert form.version(site) != form.version(replace(site, **other))  # type: ignore[arg-type]  # names of texts
    assert form.version(site) == form.version(replace(site, moderation=Moderation(max_depth=2)))


def test_who_makes_pieces_otherwise_counts_up_their_version(
    addresses: Addresses, templates: jinja2.Environment, write: Write, pinged: Write
) -> None:
    """Change this digest and `PIECES` together, or readers go on seeing what was kept before.

    A changed template needs no new number: it is part of the version.
    """
    site = Site("blog", "https://blog.example/")
    html, json = fragment.make(addresses, templates), thread_json.make(addresses, templates)
    edited = write("m1", edited_at=NOON + timedelta(hours=1), badge=Badge.OWNER, language="fr")
    digest = hashlib.sha256()
    for comment in (edited, pinged("p1"), pinged("p2", "", title="", author=Author("Bo"))):
        digest.update(html.piece(comment, site) + json.piece(comment, site))
    assert (_markup.PIECES, digest.hexdigest()[:16]) == (1, "343949321830656b")
