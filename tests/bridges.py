"""Pages of bridges as they serve them, known by heart: nobody outside the machine is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from moderation.net.contract import NotReadable, Page, Version

# As Bridgy and Bridgy Fed write it (granary's markup): an id of any kind, a picture, two addresses
# of the author, the networks' own post beside the article as what is answered.
MARKUP = """<!DOCTYPE html>
<html><head><meta charset="utf-8">
<meta http-equiv="refresh" content="0;url={post}"><title>{title}</title></head>
<article class="h-entry">
  <span class="p-uid">{uid}</span>
  <time class="dt-published" datetime="2026-11-20T10:00:00+00:00">2026-11-20T10:00:00+00:00</time>
  <span class="p-author h-card">
    <data class="p-uid" value="tag:inst.example,2013:sophie"></data>
    <a class="p-name u-url" href="{author}">{name}</a>
    <a class="u-url" href="https://sophie.example/"></a>
    <span class="p-nickname">sophie</span>
    <img class="u-photo" src="https://files.inst.example/sophie.jpg" alt="" />
  </span>
  <a class="{named}u-url" href="{post}">{post}</a>
  <div class="e-content p-name">
  {content}
  </div>
  <a class="{relation}" href="https://mastodon.example/@me/9"></a>
  <a class="{relation}" href="{target}"></a>
</article></html>"""


def markup(
    target: str,
    *,
    post: str = "https://inst.example/@sophie/110",
    uid: str = "tag:inst.example,2013:110",
    author: str = "https://inst.example/@sophie",
    name: str = "Sophie",
    words: str = "@me a fine thing indeed, and more of it please",
    relation: str = "u-in-reply-to",
) -> str:
    """A bridge's page; by default it shows an answer of Sophie's on her Mastodon."""
    liked = relation != "u-in-reply-to"
    return MARKUP.format(
        target=escape(target),
        post=escape(post),
        uid=escape(uid),
        author=escape(author),
        name=escape(name),
        title=escape(words),
        content="" if liked else f"<p>{escape(words)}</p>",
        relation=relation,
        named="p-name " if liked else "",
    )


@dataclass
class Bridges:
    """A `Fetcher` that knows some pages by heart; of all others it says what `status` tells."""

    pages: dict[str, str] = field(default_factory=dict)
    status: int = 410

    async def fetch(
        self,
        url: str,
        *,
        purpose: str,
        headers: Mapping[str, str] | None = None,
        sender: str = "",
        known: Version | None = None,
    ) -> Page:
        if url not in self.pages:
            raise NotReadable(f"HTTP status {self.status}", status=self.status)
        return Page(url, url, 200, "text/html", "utf-8", self.pages[url].encode())
