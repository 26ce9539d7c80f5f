"""Pages made to break parsers, read as in earnest: by a process with a budget of its own."""

from contextlib import suppress

from moderation.net.contract import NotReadable, Page
from moderation.net.limits import ReadLimits
from moderation.net.parse import ProcessReader
from tests.sources import heartbeat

TARGET = "https://blog.example/a"
LINK = f'<div class="h-entry"><a href="{TARGET}">x</a><base href="https://blog.example/">'
K = 1000
# What other parsers choke on: seconds and minutes by the hundred kilobytes (see stack.md §1.4).
SLOW = {
    "18 KB of misnested tags": "<b>" * K + "<i>" * K + "x</b>" * K,
    "40 KB of misnested tags": "<b>" * 2 * K + "<i>" * 2 * K + "x</b>" * 2 * K,
    "82 KB of misnested tags": "<b>" * 4 * K + "<i>" * 4 * K + "x</b>" * 4 * K,
    "100,000 open tags": "<div>" * 100 * K,
    "100,000 open links": "<a>" * 100 * K,
    "tables in tables": "<table>" * 30 * K,
    "50,000 attributes": f"<p {' '.join(f'a{n}=1' for n in range(50 * K))}>",
    "comments in a comment": "<!--" * 20 * K,
    "quotes left open": "<a href='" * 50 * K,
    "entities": "&amp" * 200 * K,
    "scripts": "<script>" * 100 * K,
    "a megabyte of NUL": "\0" * 1000 * K,
    "20,000 links that are nearly right": f"<a href='{TARGET}x'>" * 20 * K,
    "40,000 links": "".join(f"<a href=/{n}>x</a>" for n in range(40 * K)),
    "entries in entries": "<div class=h-entry>" * 20 * K,
    "authors in authors": "<i class=p-author>" * 20 * K,
    "declarations left open": "<meta charset" * 70 * K,
}
ENDLESS = {
    "a megabyte of <": "<" * 1024 * 1024,
    "200,000 open tags": "<div>" * 200 * K,
    "tags in templates": "<template>" * 100 * K,
    "tags in svg": "<svg>" + "<g>" * 200 * K,
    "select in select": "<select><option>" * 60 * K,
}


def page(body: str) -> Page:
    url = "https://other.example/"
    return Page(url, url, 200, "text/html", "", body.encode())


async def test_pages_made_to_be_slow_are_read() -> None:
    """H-8: the link before all that is found, within the process's memory and (far less) time."""
    reader = ProcessReader(limits=ReadLimits(seconds=30))
    try:
        found = {n: await reader.read_source(page(LINK + SLOW[n]), [TARGET]) for n in SLOW}
    finally:
        await reader.close()
    assert [name for name, facts in found.items() if not facts.links] == []


async def test_a_page_that_takes_too_much_costs_one_process_its_budget() -> None:
    """H-8: whatever comes of it, nothing else waits, and the next page is read."""
    running = ProcessReader(limits=ReadLimits(seconds=2))
    try:
        async with heartbeat() as delays:
            for body in ENDLESS.values():
                with suppress(NotReadable):
                    assert (await running.read_source(page(LINK + body), [TARGET])).links
        assert (await running.read_source(page(LINK), [TARGET])).links
        assert max(delays) < 2
    finally:
        await running.close()
