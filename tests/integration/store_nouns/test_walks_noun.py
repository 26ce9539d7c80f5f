"""The queue by any filter and order: a stride at a time it finds what a look at all finds."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from moderation.domain.comment import Comment, Kind, Status, Type, WaitingFor
from moderation.flow import prepare
from moderation.store import comment_changes, queue
from moderation.store.db import DatabaseStore
from moderation.store.queue import Filter, Page
from tests.conftest import FakeClock

from .conftest import Keep

COMMENTS = 80


@pytest.fixture
async def kept(keep: Keep) -> list[Comment]:
    """Comments of all kinds, many of them with the same moment and score."""
    chance = random.Random(7)  # noqa: S311 no secret
    made = []
    for number in range(COMMENTS):
        status = chance.choice(tuple(Status))
        waits = chance.choice(tuple(WaitingFor)) if status is Status.HELD else None
        site = chance.choice(("blog", "notes"))
        more: dict[str, Any] = {
            "status": status,
            "waiting_for": waits,
            "site": site,
            "article_id": f"{site}{chance.randint(1, 2)}",
            "kind": chance.choice(tuple(Kind)),
            "type": chance.choice((Type.REPLY, Type.LIKE, Type.MENTION)),
            "score": chance.choice((-0.5, 0.0, 0.25)),
            "text": f"Word {number} {chance.choice(('apple', 'pear'))}.",
        }
        made.append(await keep(f"m{number:02}", after=chance.randint(0, 20), **more))
    return made


def filters(clock: FakeClock) -> list[Filter]:
    at = clock.now()
    tabs: list[dict[str, Any]] = [{"status": status} for status in (None, *Status)]
    tabs += [{"waiting_for": wait} for wait in WaitingFor]
    sieves: list[dict[str, Any]] = [
        {},
        {"kind": Kind.PINGBACK},
        {"kind": Kind.COMMENT, "site": "notes"},
        {"type": Type.LIKE},
        {"type": Type.RSVP},
        {"sites": frozenset({"blog", "notes"})},
        {"article_id": "blog1"},
        {"words": ("apple",), "kind": Kind.TRACKBACK},
        {"since": at + timedelta(seconds=5), "until": at + timedelta(seconds=15)},
        {"calm_since": at + timedelta(seconds=12)},
    ]
    return [Filter(**tab, **sieve) for tab, sieve in product(tabs, sieves)]


def fits(c: Comment, wanted: Filter) -> bool:
    """What a filter means, said once more."""
    exact = (
        (wanted.status, c.status),
        (wanted.waiting_for, c.waiting_for),
        (wanted.kind, c.kind),
        (wanted.type, c.type),
        (wanted.article_id, c.article_id),
        (wanted.site, c.site),
    )
    return (
        all(asked in (None, has) for asked, has in exact)
        and (not wanted.sites or c.site in wanted.sites)
        and all(word in c.text for word in wanted.words)
        and (wanted.since is None or c.received_at >= wanted.since)
        and (wanted.until is None or c.received_at < wanted.until)
        and (wanted.calm_since is None or c.received_at < wanted.calm_since)
    )


def in_order(found: Sequence[Comment], order: str) -> list[str]:
    def place(c: Comment) -> tuple[Any, ...]:
        return (c.score, c.received_at, c.id) if order == "priority" else (c.received_at, c.id)

    return [c.id for c in sorted(found, key=place, reverse=order == "newest")]


async def walked(store: DatabaseStore, wanted: Filter, order: str) -> list[str]:
    """Page after page, each of which may pass a few comments only."""
    found: list[str] = []
    after = None
    while True:
        page: Page = await store.read(
            queue.look, wanted, order=order, after=after, limit=4, most=9, stride=3
        )
        found += [c.id for c in page.comments]
        if len(page.comments) == 4:
            after = queue.mark_of(page.comments[-1])
        elif page.stopped is not None:
            after = page.stopped
        else:
            return found


@pytest.mark.parametrize("order", queue.ORDERS)
async def test_a_stride_at_a_time_finds_what_there_is_in_its_order(
    store: DatabaseStore, kept: list[Comment], clock: FakeClock, order: str
) -> None:
    for wanted in filters(clock):
        expected = in_order([c for c in kept if fits(c, wanted)], order)
        assert await walked(store, wanted, order) == expected, wanted
        whole = await store.read(queue.page, wanted, order=order, limit=COMMENTS)
        assert [c.id for c in whole] == expected, wanted
        assert await store.read(queue.total, wanted) == queue.Total(len(expected)), wanted


async def test_what_fits_too_rarely_is_stopped_at_a_place(
    store: DatabaseStore, kept: list[Comment], clock: FakeClock
) -> None:
    rare = Filter(calm_since=clock.now() - timedelta(days=1))
    page = await store.read(queue.look, rare, limit=4, most=6, stride=3)
    newest = in_order(kept, "newest")
    assert page.comments == []
    assert page.stopped is not None
    assert page.stopped.id == newest[7]  # two strides, each with the one it ends at


async def test_what_was_stirred_is_what_came_was_decided_or_edited_since(
    store: DatabaseStore, kept: list[Comment], clock: FakeClock
) -> None:
    spam = [c for c in kept if c.status is Status.SPAM]
    moved, edited = spam[0], spam[1]
    clock.turn(timedelta(hours=1))
    await store.write(
        comment_changes.set_status,
        moved.id,
        seen=1,
        status=Status.SPAM,
        waiting_for=None,
        status_before=None,
        at=clock.now(),
    )
    again = replace(edited, edited_at=clock.now())
    await store.write(comment_changes.rewrite, again, prepare.derive(again, unique=False))
    wanted = Filter(status=Status.SPAM)
    found = await store.read(queue.stirred, wanted, clock.now(), limit=9)
    assert {c.id for c in found} == {moved.id, edited.id}
    elsewhere = replace(wanted, site="nowhere")
    assert await store.read(queue.stirred, elsewhere, clock.now(), limit=9) == []
