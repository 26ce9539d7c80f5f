"""Where a source redirects to: followed a little, vetted at each hop, never inside."""

import pytest

from moderation.net.client import GuardedFetcher
from tests.integration.net.asking import fetch, refused
from tests.sources import SourceServer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(
    server: SourceServer, fetcher: GuardedFetcher, status: int
) -> None:
    """W-11: by any of the five statuses, relative addresses too."""
    url = server.redirect("/old", "new?x#y", status)
    server.page("/new", "x", headers={"Set-Cookie": "a=b"})
    page = await fetch(fetcher, url)
    assert (page.asked, page.url) == (url, server.url("/new?x"))


async def test_no_cookie_is_carried_along(server: SourceServer, fetcher: GuardedFetcher) -> None:
    """H-3, W-25: nor a sign-in, nor where we come from."""
    server.page("/a", "", status=302, headers={"Location": "/b", "Set-Cookie": "a=b"})
    server.page("/b", "x")
    await fetch(fetcher, server.url("/a"))
    assert all("cookie" not in asked.headers for asked in server.requests)


async def test_five_redirects_are_followed_and_no_more(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    """W-11, W-19, H-3: of a chain of 25 the sixth hop is not made."""
    for n in range(25):
        server.redirect(f"/{n}", f"/{n + 1}")
    server.page("/25", "x")
    assert (await fetch(fetcher, server.url("/20"))).body == b"x"
    asked = len(server.requests)
    assert "redirects" in (await refused(fetcher, server.url("/0"))).reason
    assert len(server.requests) == asked + 6


async def test_a_circle_of_redirects_ends(server: SourceServer, fetcher: GuardedFetcher) -> None:
    """W-19, H-3: at the first page that was seen before."""
    url = server.redirect("/a", "/b")
    server.redirect("/b", "/a#x")
    assert "circle" in (await refused(fetcher, url)).reason
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://blog.example/", "javascript:alert(1)", "//", "http://[",
     "http://a b/", "http://user@blog.example/", "http://blog.example:22/", "data:text/html,x", "http://127.1/"],
)  # fmt: skip
async def test_a_redirect_to_what_is_no_page_is_refused(
    server: SourceServer, fetcher: GuardedFetcher, location: str
) -> None:
    """W-19, H-3: other schemes, ports and users are an error of the source."""
    await refused(fetcher, server.redirect("/", location))
    assert len(server.requests) == 1


async def test_a_chain_that_ends_inside_touches_nothing_there(
    server: SourceServer, canary: SourceServer, fetcher: GuardedFetcher
) -> None:
    """W-19, W-25, H-3: each hop is looked at anew; what is inside hears nothing of us."""
    url = server.redirect("/1", "/2")
    server.redirect("/2", canary.url("/"))
    assert "not public" in (await refused(fetcher, url)).reason
    assert len(server.requests) == 2
