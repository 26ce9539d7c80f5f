"""Pieces kept beside comments: never seen in the bytes, whether there, missing or old."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from moderation.domain.comment import Comment, Kind, Status
from moderation.domain.errors import Busy
from moderation.domain.thread import Thread
from moderation.flow import prepare
from moderation.flow.publish import Publish
from moderation.flow.ready import Asked
from moderation.formats.contract import View
from moderation.formats.thread_json import ThreadJson
from moderation.store import articles, comment_changes, pieces
from moderation.store.contract import Query
from moderation.store.pieces import Made
from tests.postgres import Cluster

from .conftest import SITE, URL, Fill, Sample

JOINED = ("fragment", "page", "thread_json")
GERMAN = replace(SITE, language="de", time_zone="Europe/Berlin")


async def body(publish: Publish, form: str, page: int = 1) -> bytes:
    return (await publish.thread(Asked(form, URL, page=page))).body


async def kept(sample: Sample, publish: Publish, column: str = "html") -> dict[str, bytes | None]:
    """The pieces that are there and current, by comment."""
    await publish.pieces.kept()
    version = publish.pieces.version(SITE)
    found = await sample.store.read(pieces.thread, "a1", column, version)
    return {entry.id: entry.piece for entry in found if entry.piece}


@asynccontextmanager
async def process(sample: Sample, **more: object) -> AsyncIterator[Publish]:
    publish = sample.publish(**more)  # type: ignore[arg-type]  # only the site
    yield publish
    await publish.close()


async def test_a_long_thread_is_written_where_it_was_read_and_never_on_the_event_loop(
    fill: Fill, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = await fill(store_url, 150)
    names, render = [], ThreadJson.render

    def noting(form: ThreadJson, thread: Thread, view: View) -> bytes:
        names.append(threading.current_thread().name)
        return render(form, thread, view)

    monkeypatch.setattr(ThreadJson, "render", noting)
    async with process(sample) as publish:
        await body(publish, "thread_json")
        await publish.pieces.kept()
        await body(publish, "thread_json")
    first, second = names
    assert first.startswith("asyncio_")  # of what is missing each is made: no reader waits for it
    reads = "_connection_worker_thread" in second
    assert reads if store_url.startswith("sqlite") else second.startswith("asyncio_")


async def test_a_thread_that_is_read_in_slices_lacks_nothing(
    fill: Fill, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "SLICE", 7)
    sample = await fill(store_url, 40)
    async with process(sample) as publish:
        for _ in "missing", "kept":
            assert await body(publish, "thread_json") == sample.plain("thread_json")
            await publish.pieces.kept()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_thread_is_the_same_of_pieces_and_of_comments(
    fill: Fill, store_url: str, seed: int
) -> None:
    sample = await fill(store_url, 150, seed=seed)
    async with process(sample) as publish:
        for form in JOINED:
            assert await body(publish, form) == sample.plain(form), form
        shown = {e.id for e in await sample.store.read(pieces.outline, "a1")}
        made = await kept(sample, publish)
        assert made
        assert set(made) < shown  # reactions have none
        for form in JOINED:
            assert await body(publish, form) == sample.plain(form), form


async def test_pieces_of_other_settings_are_made_anew_and_kept_in_their_place(
    fill: Fill, store_url: str
) -> None:
    sample = await fill(store_url, 60)
    async with process(sample) as english, process(sample, site=GERMAN) as german:
        for publish, site in ((english, SITE), (german, GERMAN), (english, SITE)):
            assert await body(publish, "fragment") == sample.plain("fragment", site=site)
            await publish.pieces.kept()
            assert await body(publish, "fragment") == sample.plain("fragment", site=site)
            assert bool(await kept(sample, english)) is (site is SITE)


def _changed(comment: Comment) -> Query[None]:
    yield from comment_changes.rewrite(comment, prepare.derive(comment, unique=False))
    yield from articles.shift("a1")


def _by_two(comment: Comment) -> Query[None]:
    via = (Kind.COMMENT, Kind.PINGBACK)
    yield from comment_changes.set_via(comment.id, via, Kind.PINGBACK)
    yield from articles.shift("a1")


async def test_changed_words_and_doors_are_seen_though_the_piece_was_kept(
    fill: Fill, store_url: str
) -> None:
    sample = await fill(store_url, 60)
    first = next(c for c in sample.comments if c.status is Status.APPROVED and not c.source)
    async with process(sample) as publish:
        await body(publish, "thread_json")
        before = await kept(sample, publish, "json")
        await sample.store.write(_changed, replace(first, html="<p>Otherwise.</p>"))
        assert b"Otherwise." in await body(publish, "fragment")
        after = await kept(sample, publish, "json")
        assert {ident for ident in before if before[ident] != after[ident]} == {first.id}

        await sample.store.write(_by_two, first)
        assert b'"via":["comment","pingback"]' in await body(publish, "thread_json")


async def test_a_piece_of_what_a_comment_was_is_not_kept(fill: Fill, store_url: str) -> None:
    sample = await fill(store_url, 20)
    first = next(c for c in sample.comments if c.status is Status.APPROVED and not c.source)
    async with process(sample) as publish:
        await sample.store.write(_changed, replace(first, html="<p>Otherwise.</p>"))
        late = Made(first, publish.pieces.version(SITE), b"of before", b"of before")
        await sample.store.write(pieces.put, [late])
        assert first.id not in await kept(sample, publish)


async def test_a_deleted_comment_takes_its_piece_along(fill: Fill, store_url: str) -> None:
    sample = await fill(store_url, 20)
    async with process(sample) as publish:
        await body(publish, "fragment")
        gone = next(iter(await kept(sample, publish)))
        await sample.store.write(comment_changes.remove, gone)
        assert gone not in await kept(sample, publish)


async def test_a_store_that_is_busy_leaves_readers_alone(
    fill: Fill, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = await fill(store_url, 20)

    async def busy(*_: object) -> None:
        raise Busy

    async with process(sample) as publish:
        with monkeypatch.context() as full:
            full.setattr(sample.store, "write", busy)
            assert await body(publish, "fragment") == sample.plain("fragment")
            assert await kept(sample, publish) == {}
        await body(publish, "fragment")
        assert await kept(sample, publish)


@pytest.fixture
def postgres_url(cluster: Cluster, postgres_template: str) -> Iterator[str]:
    url = cluster.make(postgres_template)
    yield url
    cluster.drop(url)


@pytest.mark.postgres
async def test_the_bytes_are_of_what_is_stored_alone(
    fill: Fill, tmp_path: Path, postgres_url: str
) -> None:
    """Two engines, two processes on each, pieces and none: one tag for each format and page."""
    samples = [await fill(url, 1400) for url in (f"sqlite:///{tmp_path}/one.db", postgres_url)]
    for form in (*JOINED, "atom"):
        for page in (1, 2):
            tags = set()
            for sample in samples:
                for _ in range(2):
                    async with process(sample) as publish:
                        tags.add((await publish.thread(Asked(form, URL, page=page))).etag)
                        await publish.pieces.kept()
            assert len(tags) == 1, form


async def test_a_merged_article_keeps_its_pieces_for_they_name_no_address(
    fill: Fill, store_url: str
) -> None:
    sample = await fill(store_url, 20)
    async with process(sample) as publish:
        await body(publish, "fragment")
        before = await kept(sample, publish)
        await sample.store.write(articles.move, "a1", "https://blog.example/moved")
        moved = await publish.thread(Asked("fragment", "https://blog.example/moved"))
        assert b"https://blog.example/moved#comment-" in moved.body
        assert b"b=1" not in moved.body
        assert await kept(sample, publish) == before
