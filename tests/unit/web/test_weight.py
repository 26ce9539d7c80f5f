"""What is kept ready is weighed by what Python really allocates for it: the bound is memory."""

import gc
import tracemalloc
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote

import pytest

from moderation import templating
from moderation.flow.counted import Count, Counted
from moderation.flow.publish import Publish
from moderation.formats.contract import Addresses
from moderation.web.counts import Counts
from moderation.web.headers import Origins
from moderation.web.pages import Pages
from moderation.web.threads import FORMATS, Threads
from tests.conftest import FakeClock
from tests.unit.flow.shelf import SITE, Plain, Shelf

PUBLIC = "https://talk.example"
MANY = 1_000
OWN = b"https://blog.example"
Fields = list[tuple[bytes, bytes]]


class Compressible(Plain):
    """A format whose bytes are fewer once compressed, and differ from thread to thread."""

    def render(self, thread: Any, view: Any) -> bytes:
        return super().render(thread, view) + str(thread.url).encode()


def make_publish(shelf: Shelf, clock: FakeClock, size: int, limit: int = 10**9) -> Publish:
    forms = dict.fromkeys(FORMATS.values(), Compressible(size))
    return Publish(shelf, [SITE], cast("Any", forms), clock, limit=limit)


def make_threads(publish: Publish) -> Threads:
    pages = Pages(templating.environment(), Addresses(PUBLIC), [SITE])
    return Threads(publish, cast("Any", None), [SITE], Origins(PUBLIC, [SITE]), pages)


async def ask(app: Any, path: str, query: str, fields: Fields) -> None:
    """Ask as a server does: all of it in objects of this request's own."""

    async def send(message: Mapping[str, Any]) -> None:
        assert message.get("status", 200) in (200, 304)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "".join(path),
        "query_string": query.encode(),
        "headers": fields,
    }
    await app(scope, None, send)


def is_fair(weighed: int, taken: int) -> bool:
    """Hardly less than Python took. How much more a dict takes goes by its size: twice, or half."""
    return 0.98 * taken <= weighed <= 1.25 * taken


def address(number: int) -> str:
    return f"https://blog.example/an-article-of-the-year/{number:06}"


def of(number: int) -> str:
    return f"article={quote(address(number), safe='')}"


@pytest.mark.parametrize("size", [10, 6_000])
@pytest.mark.parametrize(
    "askers",
    [
        pytest.param([[]], id="plain"),
        pytest.param([[(b"accept-encoding", b"br")]], id="compressed"),
        pytest.param(
            [
                [(b"accept-encoding", b"br"), (b"origin", OWN)],
                [(b"accept-encoding", b"gzip")],
                [(b"if-none-match", b'"x"')],
            ],
            id="in several forms",
        ),
    ],
)
async def test_a_thread_weighs_what_it_takes(
    clock: FakeClock, size: int, askers: list[Fields]
) -> None:
    publish = make_publish(Shelf(clock), clock, size)
    threads = make_threads(publish)

    async def read(number: int) -> None:
        for fields in askers:
            await ask(threads, "/thread.html", of(number), fields)

    for number in range(64):  # what all have in common
        await read(MANY + number)
    gc.collect()
    before = publish.kept.weight
    tracemalloc.start()
    try:
        for number in range(MANY):
            await read(number)
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    weighed = publish.kept.weight - before
    assert is_fair(weighed, taken)


class Counting:
    """A store that knows how many comments every address has."""

    def on_change(self, listener: Any) -> None: ...

    async def read(self, make: Any, addresses: Any) -> dict[str, Count]:
        return {each: Count(300 + len(each), f"m0article{each[-9:]}") for each in addresses}


async def test_counts_weigh_what_they_take(clock: FakeClock) -> None:
    counted = Counted(cast("Any", Counting()), [SITE])
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(MANY):
            await counted.of([address(number)])
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert is_fair(counted._weight, taken)


async def test_answers_of_counts_weigh_what_they_take(clock: FakeClock) -> None:
    publish = make_publish(Shelf(clock), clock, 10)
    publish.counted = Counted(cast("Any", Counting()), [SITE], room=10)  # kept here alone
    counts = Counts(publish, Origins(PUBLIC, [SITE]), https=True)
    (route, _) = counts.routes()
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(MANY):
            await ask(route.app, "/counts.json", of(number), [])
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert is_fair(counts._weight, taken)


async def test_nothing_is_held_of_what_had_to_make_room(clock: FakeClock) -> None:
    limit = 500_000
    publish = make_publish(Shelf(clock), clock, 6_000, limit)
    threads, kept = make_threads(publish), publish.kept
    for number in range(300):
        await ask(threads, "/thread.html", of(number), [(b"accept-encoding", b"br")])
    hot, number = threads.hot, len(kept._ready)
    assert 0.9 * limit < kept.weight <= limit
    assert number < 100
    assert [len(hot._of), len(hot._at["/thread.html"]), len(kept._of_article)] == [number] * 3
    assert len(threads._heads) == 1
    assert kept._loading == {}
    assert publish._encoding == {}
