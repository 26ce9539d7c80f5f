"""The HTML of a thread: the pieces of each comment, and how they are joined."""

from functools import lru_cache
from typing import Protocol, cast

import jinja2
from markupsafe import Markup

from moderation.domain.comment import Comment, Format, Type
from moderation.domain.site import Site
from moderation.domain.thread import Thread
from moderation.formats import _words
from moderation.formats._order import Place, walk
from moderation.formats.contract import Addresses, View

KEPT = 2048  # bodies remembered, so that a thread that just grew is a join and not a rendering
NAMED = 10  # reactions whose authors are named; the rest are a number

CLOSE = Markup("</li>\n")
CLOSE_WITH_CHILDREN = Markup("</ol>\n</li>\n")


class _Macros(Protocol):
    """What ``thread/comment.html`` defines; macros of an autoescaped template return Markup."""

    def opening(self, place: Place, body: str, reply: str, *, words: object) -> Markup: ...

    def body(
        self, comment: Comment, *, date: str, permalink: str, content: Markup, words: object
    ) -> Markup: ...

    def content(self, comment: Comment, *, excerpt: bool) -> Markup: ...


class ThreadMarkup:
    """Writes threads as HTML over ``templates/thread/``. Safe to use from several threads."""

    def __init__(self, addresses: Addresses, environment: jinja2.Environment) -> None:
        self._addresses = addresses
        self._macros = cast("_Macros", environment.get_template("thread/comment.html").module)
        self._kept = lru_cache(maxsize=KEPT)(self._body)

    def context(self, thread: Thread, view: View) -> dict[str, object]:
        """Name everything the templates of a thread are filled with."""
        reactions = _words.reaction_groups(thread.reactions)
        answer = view.answer
        return {
            "addresses": self._addresses,
            "thread": thread,
            "site": thread.site,
            "heading": _words.heading(thread),
            "comments": self.comments(thread),
            "reactions": [(t, len(found), found[:NAMED]) for t, found in reactions if found],
            "open": _is_open(thread),
            "form": view.form,
            "answer": answer,
            "answer_body": self.comment_html(answer, thread.site, thread.url) if answer else "",
            "values": {},
            "errors": {},
            "words": _words,
        }

    def comments(self, thread: Thread) -> Markup:
        """Join the list items of a thread's comments."""
        pieces = []
        answer_at = _words.thread_page(self._addresses, thread.url, parent="")
        for place, opens in walk(thread):
            if opens:
                pieces.append(self._opening(place, thread, answer_at))
            else:
                pieces.append(CLOSE_WITH_CHILDREN if place.parent else CLOSE)
        return Markup("").join(pieces)

    def comment_html(self, comment: Comment, site: Site, url: str) -> Markup:
        """Write one comment as readers see it, without its list item and its answers.

        `url` is the article's. The piece depends on nothing but these: not on where the
        comment stands in its thread, nor on whether the article is open.
        """
        return self._kept(comment, site.language, site.time_zone, url)

    def content(self, comment: Comment) -> Markup:
        """Write the words of a comment alone; a mention's excerpt stands in ``[…]``."""
        return self._macros.content(comment, excerpt=is_excerpt(comment)).strip()

    def _opening(self, place: Place, thread: Thread, answer_at: str) -> Markup:
        comment = place.comment
        body, reply = "", ""
        if not place.removed:
            body = self.comment_html(comment, thread.site, thread.url)
            if _is_open(thread) and comment.type in (Type.REPLY, Type.RSVP):
                reply = answer_at + comment.id
        return self._macros.opening(place, body, reply, words=_words)

    def _body(self, comment: Comment, language: str, time_zone: str, url: str) -> Markup:
        clock = not comment.kind.is_ping
        return self._macros.body(
            comment,
            date=_words.written_date(comment.published_at, language, time_zone, clock=clock),
            permalink=_words.permalink(url, comment),
            content=self.content(comment),
            words=_words,
        )


def _is_open(thread: Thread) -> bool:
    return thread.article is None or thread.article.open


def is_excerpt(comment: Comment) -> bool:
    """Tell whether a comment is words around a link, to be put between ``[…]`` and ``[…]``.

    An imported pingback carries the brackets in its text already.
    """
    bare = comment.kind.is_ping and comment.type is Type.MENTION and comment.format is Format.PLAIN
    return bare and not comment.text.lstrip().startswith(("[…]", "[...]"))
