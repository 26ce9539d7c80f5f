"""Threads as bytes: what is kept of them, their tags, their compressed forms."""

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import brotli
import pytest

from moderation.domain.errors import NotFound
from moderation.flow.kept import UNKNOWN
from moderation.flow.publish import Publish
from moderation.flow.ready import ENCODED_BYTES
from tests.conftest import FakeClock
from tests.unit.flow.shelf import SITE, Plain, Shelf, asked


@pytest.fixture
def shelf(clock: FakeClock) -> Shelf:
    return Shelf(clock)


@pytest.fixture
def publish(shelf: Shelf, clock: FakeClock) -> Publish:
    return Publish(shelf, [SITE], {"plain": Plain()}, clock)


async def test_what_is_kept_is_weighed_with_its_compressed_forms(
    publish: Publish, shelf: Shelf
) -> None:
    ready = await publish.thread(asked())
    plain = publish.kept.weight
    form = await publish.encoded(asked(), ready, "gzip")
    assert publish.kept.weight == plain + len(form) + ENCODED_BYTES
    shelf.commit("a")
    assert publish.kept.weight == 0


async def test_of_an_address_never_seen_the_answer_is_kept_for_seconds(
    publish: Publish, shelf: Shelf, clock: FakeClock
) -> None:
    shelf.known = False
    kept = await publish.thread(asked())
    clock.turn(timedelta(seconds=5))
    assert await publish.thread(asked()) is kept
    clock.turn(timedelta(seconds=0.1))
    assert publish.kept.find(asked()) is None


async def test_any_change_may_be_the_first_of_an_address_never_seen(
    publish: Publish, shelf: Shelf
) -> None:
    shelf.known = False
    await publish.thread(asked())
    shelf.known = True
    shelf.commit("a", automatic=True)
    assert (await publish.thread(asked())).article_id == "a"


async def test_addresses_never_seen_are_kept_in_a_small_number(
    publish: Publish, shelf: Shelf
) -> None:
    known = await publish.thread(asked())
    shelf.known = False
    for number in range(UNKNOWN + 1):
        await publish.thread(asked(f"never-{number}"))
    assert publish.kept.find(asked()) is known
    assert publish.kept.find(asked("never-0")) is None
    assert publish.kept.find(asked("never-1")) is not None


async def test_a_refusal_is_told_and_not_kept(publish: Publish, shelf: Shelf) -> None:
    shelf.fault = NotFound()
    with pytest.raises(NotFound):
        await publish.thread(asked(page=7))
    shelf.fault = None
    assert (await publish.thread(asked(page=7))).body


async def test_an_article_that_closes_by_itself_is_asked_for_anew(
    publish: Publish, shelf: Shelf, clock: FakeClock
) -> None:
    shelf.until = clock.now() + timedelta(hours=1)
    kept = await publish.thread(asked())
    clock.turn(timedelta(hours=1))
    assert await publish.thread(asked()) is kept
    clock.turn(timedelta(seconds=1))
    assert await publish.thread(asked()) is not kept


async def test_a_tag_is_of_the_bytes_alone(shelf: Shelf, clock: FakeClock) -> None:
    tags = set()
    for _ in range(2):  # as two processes
        publish = Publish(shelf, [replace(SITE)], {"plain": Plain()}, clock)
        tags.add((await publish.thread(asked())).etag)
    assert len(tags) == 1
    assert next(iter(tags)).startswith('"')


@pytest.mark.parametrize(
    ("name", "undo"), [("gzip", gzip.decompress), ("br", brotli.decompress)], ids=["gzip", "br"]
)
async def test_a_compressed_form_is_made_once_for_all_who_ask(
    publish: Publish, name: str, undo: Callable[[bytes], bytes]
) -> None:
    ready = await publish.thread(asked())
    one, other = await asyncio.gather(*(publish.encoded(asked(), ready, name) for _ in range(2)))
    assert one is other
    assert await publish.encoded(asked(), ready, name) is one
    assert undo(one) == ready.body
