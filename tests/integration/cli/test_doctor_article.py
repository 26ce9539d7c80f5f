"""`doctor --article`: reads a page of a real web server as each sender of pings would."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from moderation.domain.site import Pings
from moderation.text import discovery
from moderation.text.discovery import Doors
from moderation.text.senders import SENDERS
from tests.integration.cli.service import Desk
from tests.sources import Asked, SourceServer

SERVER = "https://comments.blog.example"
PAGE = "<html><head><title>Bees</title>{head}</head><body><div data-comments></div>{rdf}</body>"
NAMES = {sender.name for sender in SENDERS}


@pytest.fixture
async def blog() -> AsyncIterator[SourceServer]:
    async with SourceServer() as server:
        yield server


class Examined:
    """A desk whose site is the blog, and what the doctor says of its pages."""

    def __init__(self, desk: Desk, blog: SourceServer) -> None:
        self.desk, self.blog = desk, blog
        self.set_up("")

    def set_up(self, pings: str) -> None:
        self.desk.write(
            f'[sites.blog]\nurl = "{self.blog.url("/")}"\nhosts = ["x.example"]\n{pings}'
        )
        text = self.desk.settings.read_text("utf-8")
        text = text.replace("[server]\n", f'[server]\npublic_url = "{SERVER}"\n')
        self.desk.settings.write_text(text, "utf-8")

    def doors(self, path: str) -> Doors:
        return discovery.doors(Pings(), SERVER, self.blog.url(path), "Bees")

    async def of(self, address: str) -> dict[str, dict[str, Any]]:
        done = await asyncio.to_thread(self.desk.run, "doctor", "--json", "--article", address)
        told = json.loads(done.stdout)
        assert told["healthy"] is (done.returncode == 0)
        return {finding["what"]: finding for finding in told["findings"]}

    def page(
        self,
        path: str,
        *,
        links: bool = True,
        rdf: bool = True,
        headers: bool = True,
        more: str = "",
    ) -> str:
        """A page of the blog that says what ours would, or less of it."""
        to = self.doors(path)
        head = more or f'<link rel="canonical" href="{to.article}">'
        head += "\n" + "\n".join(discovery.link_elements(to)) if links else ""
        html = PAGE.format(head=head, rdf=discovery.rdf(to) if rdf else "")
        lines = dict(discovery.header_lines(to)) if headers else {}
        return self.blog.page(path, html, headers=lines)


@pytest.fixture
def examined(desk: Desk, blog: SourceServer) -> Examined:
    return Examined(desk, blog)


def states(found: dict[str, dict[str, Any]], state: str) -> set[str]:
    return {what for what, finding in found.items() if finding["state"] == state}


async def test_a_page_that_says_all_is_found_by_every_sender(examined: Examined) -> None:
    found = await examined.of(examined.page("/bees/"))
    assert states(found, "ok") == set(found) >= NAMES | {"page", "canonical", "thread", "rdf"}
    assert "X-Pingback in the answer to HEAD" in found["WordPress"]["says"]
    assert {asked.method for asked in examined.blog.requests} == {"GET", "HEAD"}


async def test_a_page_that_says_nothing_is_told_the_line_for_each_sender(
    examined: Examined,
) -> None:
    bare = examined.page("/bare/", links=False, rdf=False, headers=False, more="<p>")
    found = await examined.of(bare)
    assert states(found, "failed") == NAMES
    assert found["canonical"]["cure"] == f'<link rel="canonical" href="{bare}">'
    assert found["WordPress"]["cure"] == f"Add X-Pingback: {SERVER}/pingback"
    assert found["ronkyuu"]["cure"] == f'Add <link rel="webmention" href="{SERVER}/webmention">'
    assert found["Serendipity"]["cure"].startswith('Add <link rel="trackback" href="')
    assert "RDF" in found["Movable Type"]["cure"]


async def test_header_lines_alone_are_found_by_those_who_look_there(examined: Examined) -> None:
    found = await examined.of(examined.page("/head/", links=False, rdf=False))
    assert states(found, "failed") == {"Serendipity", "Movable Type", "indieweb-utils, TrackBack"}


async def test_elements_alone_are_found_by_those_who_read_the_page(examined: Examined) -> None:
    found = await examined.of(examined.page("/body/", rdf=False, headers=False))
    assert states(found, "failed") == {"Movable Type", "indieweb-utils, TrackBack"}
    assert 'rel="pingback" in the page' in found["WordPress"]["says"]


async def test_lines_that_are_nearly_right_are_told_apart_by_sender(examined: Examined) -> None:
    odd = f"<link href='{SERVER}/pingback' rel=pingback>"
    path = examined.blog.page(
        "/odd/",
        PAGE.format(head=odd, rdf=""),
        headers={"Link": f"<{SERVER}/webmention>;rel=webmention"},
    )
    found = await examined.of(path)
    assert {"ronkyuu", "@remy/webmention", "Dotclear"} <= states(found, "ok")
    assert {"webmention-tools", "WordPress", "Serendipity"} <= states(found, "failed")


async def test_what_names_another_article_or_another_door_fails(examined: Examined) -> None:
    to = examined.doors("/other/")
    head = f'<link rel="canonical" href="{to.article}">\n' + "\n".join(discovery.link_elements(to))
    html = PAGE.format(head=head, rdf=discovery.rdf(to)).replace(
        "data-comments", f'data-comments data-article="{to.article}"'
    )
    lines = {"X-Pingback": "https://else.example/pingback"}
    found = await examined.of(examined.blog.page("/copied/", html, headers=lines))
    wrong = {"canonical", "thread", "rdf", "WordPress", "Serendipity", "@remy/webmention"}
    assert wrong <= states(found, "failed")
    assert "https://else.example/pingback" in found["WordPress"]["says"]
    assert "ronkyuu" in states(found, "ok")


async def test_a_protocol_that_is_off_is_not_asked_for(examined: Examined) -> None:
    examined.set_up("[pings]\ntrackback = false\npingback = false\n")
    found = await examined.of(examined.page("/off/", rdf=False))
    assert found["Movable Type"] == {
        "what": "Movable Type",
        "state": "ok",
        "says": "speaks trackback, which is off",
        "cure": "",
    }
    assert found["ronkyuu"]["state"] == "ok"
    examined.set_up("[pings]\ntrackback = false\npingback = false\nwebmention = false\n")
    assert "takes none" in (await examined.of(examined.blog.url("/off/")))["pings"]["says"]


async def test_redirects_and_a_head_that_is_refused_are_told(examined: Examined) -> None:
    examined.page("/new/")
    old = examined.blog.redirect("/old/", "/new/")
    found = await examined.of(old)
    assert found["page"]["state"] == "warning"
    assert examined.blog.url("/new/") in found["page"]["says"]

    async def only_get(asked: Asked, writer: asyncio.StreamWriter) -> None:
        status = 200 if asked.method == "GET" else 405
        writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n".encode())

    found = await examined.of(examined.blog.script("/get/", only_get))
    assert found["head"]["says"] == "HEAD is answered by 405, GET by 200"


async def test_only_the_hosts_of_the_article_s_site_may_be_private(examined: Examined) -> None:
    async with SourceServer() as canary:
        examined.blog.redirect("/away/", canary.url("/inside/"))
        away = await examined.of(examined.blog.url("/away/"))
        assert away["page"]["state"] == "failed"
        foreign = await examined.of(canary.url("/inside/"))
        assert foreign["article"]["state"] == "failed"
        assert canary.connections == 0


async def test_a_page_that_is_not_there_fails_in_one_line(examined: Examined) -> None:
    found = await examined.of(examined.blog.url("/missing/"))
    assert found["page"]["says"].endswith("answers 404")
    silent = examined.desk.run(
        "doctor", "--article", "https://else.example/", "--mail", "a@b.example"
    )
    assert silent.returncode == 2
