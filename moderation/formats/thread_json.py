"""The thread as JSON, for front ends that write their own HTML."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

import jinja2

from moderation.domain.clock import rfc3339
from moderation.domain.comment import Comment
from moderation.domain.site import Site
from moderation.domain.thread import Entry, Shown, Thread
from moderation.formats import _words
from moderation.formats._markup import KEPT, ThreadMarkup
from moderation.formats._order import walk
from moderation.formats.contract import Addresses, Given, View

FIRST = 10  # reactions given one by one; the rest are in the count

# Inside JSON these can only stand in strings, so the answer can be put into a page or a script.
ESCAPES = (("<", "\\u003c"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))


class ThreadJson:
    """One page of a thread, oldest first; every key is always there.

    `replies` nest as deep as the site's `max_depth`: what is deeper follows the comment it
    answers in the same list, so that no thread is too deep for a parser.
    """

    name = "thread_json"
    content_type = "application/json"
    given = Given.JSON

    def __init__(self, addresses: Addresses, environment: jinja2.Environment) -> None:
        self._markup = ThreadMarkup(addresses, environment)
        self._kept = lru_cache(maxsize=KEPT)(self._written)

    def render(self, thread: Thread, view: View) -> bytes:
        article = thread.article
        head: dict[str, object] = {
            "article": {
                "url": thread.url,
                "title": article.title if article else None,
                "open": article.open if article else True,
                "pings_open": article.pings_open if article else _takes_pings(thread),
            },
            "revision": article.revision if article else 0,
            "count": thread.count,
            "page": thread.page,
            "pages": thread.pages,
        }
        groups = _words.reaction_groups(thread.reactions)
        reactions = {
            str(type_): {"count": len(found), "first": [_reaction(c) for c in _whole(found)]}
            for type_, found in groups
        }
        start = b'%b,"comments":[' % _write(head)[:-1]
        end = b'],"reactions":%b}' % _write(reactions)
        return b"".join((start, *self._comments(thread), end))

    def piece(self, comment: Comment, site: Site) -> bytes:
        """Write a comment but for its answers; remembered for a while."""
        return self._kept(comment)

    def version(self, site: Site) -> str:
        """Tell which pieces of a site are as they would be made now."""
        return self._markup.version(site)

    def _comments(self, thread: Thread) -> list[bytes]:
        out: list[bytes] = []
        comma = b""
        for place in walk(thread):
            if place is None:
                out.append(b"]}")
                comma = b","
                continue
            comment, _, removed, parent, _, _ = place
            if removed:
                piece = _gone(comment)
            elif isinstance(comment, Entry):
                piece = comment.piece or b"{"
            else:
                piece = self._kept(comment)
            out += (comma, piece, b',"replies":[' if parent else b',"replies":[]}')
            comma = b"" if parent else b","
        return out

    def _written(self, comment: Comment) -> bytes:
        return _write(self._fields(comment))[:-1]

    def _fields(self, comment: Comment) -> Mapping[str, object]:
        named = comment.author.name or comment.kind.is_ping
        return {
            "id": comment.id,
            "anchor": comment.anchor,
            "kind": comment.kind,
            "via": comment.via,
            "type": comment.type,
            "author": {
                "name": _words.author_name(comment) if named else None,
                "url": _words.author_link(comment) or None,
                "avatar": None,
                "badge": comment.badge,
            },
            "html": str(self._markup.content(comment)),
            "source": comment.source,
            "published_at": rfc3339(comment.published_at),
            "edited_at": rfc3339(comment.edited_at) if comment.edited_at else None,
        }


def make(addresses: Addresses, environment: jinja2.Environment) -> ThreadJson:
    return ThreadJson(addresses, environment)


def _gone(comment: Shown) -> bytes:
    anchor = comment.anchor if isinstance(comment, Comment) else ""
    return _write({"id": comment.id, "anchor": anchor, "removed": True})[:-1]


def _whole(reactions: Sequence[Shown]) -> list[Comment]:
    return [c for c in reactions[:FIRST] if isinstance(c, Comment)]


def _reaction(comment: Comment) -> Mapping[str, object]:
    return {
        "name": _words.author_name(comment),
        "url": _words.author_link(comment) or None,
        "source": comment.source,
        "published_at": rfc3339(comment.published_at),
    }


def _takes_pings(thread: Thread) -> bool:
    pings = thread.site.pings
    return pings.pingback or pings.trackback or pings.webmention


def _write(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in ESCAPES:
        text = text.replace(character, escaped)
    return text.encode("utf-8", "replace")
