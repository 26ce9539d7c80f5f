"""The newest comments of a thread as an Atom feed (RFC 4287), threaded (RFC 4685)."""

import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

import jinja2

from moderation.domain.clock import EPOCH, rfc3339
from moderation.domain.comment import Comment
from moderation.domain.thread import Thread
from moderation.formats import _words
from moderation.formats._markup import ThreadMarkup
from moderation.formats._order import newest
from moderation.formats.contract import Addresses, Given, View

ENTRIES = 50

# An id must outlive moves of the blog and of the service (RFC 4287 §4.2.6), so it is made of
# the comment's id, which is never used twice, and of nothing that is an address.
NAMES = uuid.UUID("5c1c0e0a-6f0e-5f0b-9d0a-2f6d6f646572")

# XML 1.0 §2.2: what no document may contain, not even as a character reference.
IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Atom:
    """At most 50 entries, newest first, each naming the entry it answers."""

    name = "atom"
    content_type = "application/atom+xml; charset=utf-8"
    given = Given.NEWEST

    def __init__(self, addresses: Addresses, environment: jinja2.Environment) -> None:
        self._addresses = addresses
        self._markup = ThreadMarkup(addresses, environment)
        self._template = environment.get_template("thread/atom.xml")

    def render(self, thread: Thread, view: View) -> bytes:
        article = thread.article
        found = newest(thread, ENTRIES)
        began = article.created_at if article else EPOCH
        title = article.title if article else None
        text = self._template.render(
            id=urn("article", article.id if article else thread.url),
            title=f"Comments on: {title or thread.url}",
            itself=self._addresses.at(f"/thread.atom?article={quote(thread.url, safe='')}"),
            article=thread.url,
            updated=rfc3339(max([_changed(comment) for comment, _ in found], default=began)),
            entries=[self._entry(thread, comment, parent) for comment, parent in found],
        )
        return IMPOSSIBLE.sub("\ufffd", text).encode()

    def _entry(
        self, thread: Thread, comment: Comment, parent: Comment | None
    ) -> Mapping[str, object]:
        """Fill an entry; a root answers the article, known by its address (RFC 4685 §3)."""
        name = _words.author_name(comment)
        return {
            "id": urn("comment", comment.id),
            "title": f"By: {name}",
            "name": name,
            "uri": _words.author_link(comment),
            "link": _words.permalink(thread.url, comment),
            "via": _words.web_link(comment.source),
            "published": rfc3339(comment.published_at),
            "updated": rfc3339(_changed(comment)),
            "language": comment.language,
            "content": str(self._markup.content(comment)),
            "ref": urn("comment", parent.id) if parent else thread.url,
            "href": _words.permalink(thread.url, parent) if parent else thread.url,
        }


def make(addresses: Addresses, environment: jinja2.Environment) -> Atom:
    return Atom(addresses, environment)


def urn(kind: str, name: str) -> str:
    """Make the id of a feed (``article``) or of an entry (``comment``): the same for ever."""
    return uuid.uuid5(NAMES, f"{kind}/{name}").urn


def _changed(comment: Comment) -> datetime:
    return max(comment.published_at, comment.edited_at or comment.published_at)
