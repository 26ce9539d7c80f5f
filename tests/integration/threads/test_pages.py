"""Pages of long threads: nothing lost, each for the price of a page."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moderation.domain.comment import REACTIONS, Status
from moderation.domain.errors import NotFound
from moderation.domain.thread import PAGE_SIZE
from moderation.flow.gather import Gather, Outline
from moderation.flow.ready import Asked
from moderation.formats.contract import Given
from moderation.store import articles, comment_changes
from moderation.store.contract import Query
from moderation.store.engine import Run
from moderation.store.sqlite import COMPILER
from moderation.store.sqlite_connection import open_directly

from .conftest import BEGAN, SITE, URL, Fill, Sample
from .test_pieces import body, process

IDS = re.compile(rb'data-id="(m\d+)" class="[^"]*h-cite')


def shown(sample: Sample) -> list[str]:
    return [
        c.id for c in sample.comments if c.status is Status.APPROVED and c.type not in REACTIONS
    ]


@pytest.mark.parametrize("form", ["fragment", "thread_json"])
async def test_pages_are_what_is_written_of_whole_comments(
    fill: Fill, store_url: str, form: str
) -> None:
    sample = await fill(store_url, 3000)
    async with process(sample) as publish:
        for _ in range(2):  # without pieces and with them
            for page in (1, 2, 3):
                assert await body(publish, form, page=page) == sample.plain(form, page)
            await publish.pieces.kept()


async def test_each_comment_is_on_one_page_and_its_address_finds_it(
    fill: Fill, store_url: str
) -> None:
    sample = await fill(store_url, 3000)
    async with process(sample) as publish:
        pages = [
            [ident.decode() for ident in IDS.findall(await body(publish, "fragment", page=page))]
            for page in (1, 2, 3)
        ]
        assert sorted(ident for page in pages for ident in page) == shown(sample)
        assert all(len(page) <= PAGE_SIZE for page in pages)
        for number, page in enumerate(pages, 1):
            asked = Asked("fragment", URL, comment=page[0])
            assert (await publish.thread(asked)).body == await body(
                publish, "fragment", page=number
            )
        gone = next(c.id for c in sample.comments if c.status is Status.TRASH)
        for wrong in ({"page": 0}, {"page": 4}, {"comment": gone}, {"comment": "nobody"}):
            with pytest.raises(NotFound):
                await publish.thread(replace(Asked("fragment", URL), **wrong))


def _trash(comment_id: str) -> Query[None]:
    yield from comment_changes.set_status(
        comment_id,
        seen=1,
        status=Status.TRASH,
        waiting_for=None,
        status_before=None,
        at=BEGAN,
    )
    yield from articles.shift("a1", -1)


async def test_a_page_is_cut_anew_when_the_thread_has_changed(fill: Fill, store_url: str) -> None:
    sample = await fill(store_url, 1400)
    async with process(sample) as publish:
        assert b"Page 1 of 2" in await body(publish, "fragment")
        first = IDS.findall(await body(publish, "fragment", page=2))[0].decode()
        for ident in shown(sample)[: len(shown(sample)) - PAGE_SIZE]:
            await sample.store.write(_trash, ident)
        whole = await body(publish, "fragment")
        assert b"Page 1 of" not in whole
        assert first.encode() in whole


async def test_a_page_of_a_long_thread_reads_a_page(fill: Fill, tmp_path: Path) -> None:
    sample = await fill(f"sqlite:///{tmp_path}/long.db", 6000)
    gather = Gather([SITE], lambda _: "1", sample.clock)
    connection = open_directly(f"{tmp_path}/long.db", mode="ro")
    known: dict[str, Outline] = {}

    def read(page: int) -> int:
        run = Run(lambda: gather.read(Asked("x", URL, page=page), Given.HTML, known), COMPILER)
        fetched: list[Any] = []
        rows = 0
        while (call := run.next(fetched)) is not None:
            fetched = connection.execute(call.compiled.text, call.arguments).fetchall()
            rows += len(fetched)
        assert run.value.outline is not None
        known["a1"] = run.value.outline
        return rows

    once = read(1)
    assert once > len(shown(sample))
    for page in (1, 2, 3, 4):
        assert read(page) <= 2.5 * PAGE_SIZE  # entries, and those whose pieces are missing
    connection.close()


async def test_a_feed_has_the_newest_of_all_pages(fill: Fill, store_url: str) -> None:
    sample = await fill(store_url, 1400)
    async with process(sample) as publish:
        feed = await body(publish, "atom")
        newest = shown(sample)[-50:]
        links = re.findall(
            rb'<link rel="alternate" type="text/html" href="[^"]*#comment-(m\d+)"', feed
        )
        assert [ident.decode() for ident in links] == newest[::-1]
