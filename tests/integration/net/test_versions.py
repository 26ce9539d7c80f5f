"""Asking whether a page is another than before."""

import pytest

from moderation.net.client import GuardedFetcher
from moderation.net.contract import NotModified, NotReadable, Version
from tests.integration.net.asking import fetch
from tests.sources import SourceServer

TAGS = {"ETag": 'W/"one"', "Last-Modified": "Sun, 22 Nov 2026 07:00:00 GMT"}


async def test_a_page_brings_what_its_server_calls_it(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    page = await fetch(fetcher, server.page("/", "x", headers=TAGS))
    assert (page.etag, page.last_modified) == tuple(TAGS.values())


@pytest.mark.parametrize("etag", ["x" * 300, "é", "a\tb"])
async def test_what_cannot_be_sent_back_as_it_came_is_left_out(
    server: SourceServer, fetcher: GuardedFetcher, etag: str
) -> None:
    assert (await fetch(fetcher, server.page("/", "x", headers={"ETag": etag}))).etag == ""


async def test_the_tags_are_shown_to_the_page_they_are_of_and_to_no_other(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    url = server.page("/b", "", status=304)
    asked = server.redirect("/a", url)
    with pytest.raises(NotModified):
        await fetcher.fetch(asked, purpose="t", known=Version(url, *TAGS.values()))

    first, second = (asked.headers for asked in server.requests)
    assert "if-none-match" not in first
    assert second["if-none-match"] == TAGS["ETag"]
    assert second["if-modified-since"] == TAGS["Last-Modified"]


async def test_a_304_that_nobody_asked_for_is_no_page(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    url = server.page("/", "", status=304)
    for known in (None, Version(url), Version(server.url("/other"), "one")):
        with pytest.raises(NotReadable):
            await fetcher.fetch(url, purpose="t", known=known)
