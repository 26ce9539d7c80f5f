"""The pages that ping the demo, as a fetch would bring them: they exist nowhere."""

from collections.abc import Mapping
from datetime import datetime
from html import escape

from moderation.cli.sample.content import Pinged
from moderation.domain.clock import rfc3339
from moderation.domain.comment import Type
from moderation.net.contract import NotReadable, Page, Version

RELATION = {
    Type.REPLY: "u-in-reply-to",
    Type.LIKE: "u-like-of",
    Type.REPOST: "u-repost-of",
    Type.BOOKMARK: "u-bookmark-of",
}
PAGE = """<!doctype html><html lang="en"><title>{title}</title>
<article class="h-entry"><h1 class="p-name">{title}</h1>
<a class="p-author h-card" href="{home}">{author}</a>
<time class="dt-published" datetime="{date}">{date}</time>
<div class="e-content"><p>{text} {link}</p></div></article></html>"""


class MadeUpPages:
    """A `Fetcher` that asks nobody: it knows the sources' pages by heart."""

    def __init__(self) -> None:
        self._pages: dict[str, str | None] = {}

    def add(self, ping: Pinged, target: str, at: datetime) -> None:
        """Have a page from now on, or its absence."""
        if ping.lost == "gone":
            self._pages[ping.source] = None
            return
        relation = RELATION.get(ping.type, "u-url-cited")
        link = f'<a class="{relation}" href="{escape(target)}">A demo blog</a>'
        self._pages[ping.source] = PAGE.format(
            title=escape(ping.title),
            author=escape(ping.author),
            home=escape("/".join(ping.source.split("/")[:3]) + "/"),
            date=rfc3339(at),
            text=escape(ping.text),
            link="" if ping.lost else link,
        )

    async def fetch(
        self,
        url: str,
        *,
        purpose: str,
        headers: Mapping[str, str] | None = None,
        sender: str = "",
        known: Version | None = None,
    ) -> Page:
        """Bring a page; see `Fetcher`. Raises `NotReadable` for one that is gone."""
        html = self._pages.get(url)
        if html is None:
            raise NotReadable("the server says 410", status=410)
        return Page(url, url, 200, "text/html", "utf-8", html.encode())
