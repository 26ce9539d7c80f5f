"""The HTML of a thread: the pieces of each comment, and how they are joined."""

import hashlib
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol, cast

import babel
import jinja2
from markupsafe import Markup, escape

from moderation.domain.comment import Comment, Format, Type
from moderation.domain.site import Site
from moderation.domain.thread import Entry, Shown, Thread
from moderation.formats import _words
from moderation.formats._order import walk
from moderation.formats.contract import Addresses, View
from moderation.text.markup import RENDER_VERSION

PIECES = 1  # grows when a piece is made otherwise here, in `_words` or in `thread_json`
KEPT = 512  # pieces remembered until they are kept beside their comments
NAMED = 10  # reactions whose authors are named; the rest are a number
TEMPLATE = "thread/comment.html"

# They stand in a piece for what it does not depend on, and in nothing that anybody wrote.
PART, PAGE, ANSWER = b"\x1f", b"\x1e", b"\x1d"
_MARKS = str.maketrans(dict.fromkeys("\x1f\x1e\x1d", "\ufffd"))

CLOSE_WITH_CHILDREN = b"</ol>\n</li>\n"


class _Macros(Protocol):
    """What ``thread/comment.html`` defines; macros of an autoescaped template return Markup."""

    def opening(self, comment: Comment) -> Markup: ...

    def placed(self, *, odd: bool, depth: int, parent: bool) -> Markup: ...

    def answered(self, comment: Comment, *, words: object) -> Markup: ...

    def reply(self, comment: Comment, *, to: str, words: object) -> Markup: ...

    def ends(self, *, parent: bool) -> Markup: ...

    def gone(self, comment: Comment, *, odd: bool, depth: int, parent: bool) -> Markup: ...

    def body(
        self, comment: Comment, *, date: str, permalink: str, content: Markup, words: object
    ) -> Markup: ...

    def content(self, comment: Comment, *, excerpt: bool) -> Markup: ...


class _Form(Protocol):
    """What ``thread/form.html`` defines."""

    def form(
        self,
        addresses: Addresses,
        site: Site,
        url: str,
        parent: str,
        values: Mapping[str, str],
        errors: Mapping[str, str],
    ) -> Markup: ...


class ThreadMarkup:
    """Writes threads as HTML over ``templates/thread/``. Safe to use from several threads.

    The *piece* of a comment is what its HTML depends on no place for: the beginning of its
    list item, its body, the link to answer it, and how who answers it names it, with PART
    in between. PAGE stands for the address of the article, ANSWER for where an answer goes.
    """

    def __init__(self, addresses: Addresses, environment: jinja2.Environment) -> None:
        self._addresses = addresses
        self._macros = cast("_Macros", environment.get_template(TEMPLATE).module)
        self._source = _source_of(environment)
        # They stand for something a template is not given; nobody can have written them.
        self._here, self._parent = secrets.token_hex(8), secrets.token_hex(8)
        self._form_macro = cast("_Form", environment.get_template("thread/form.html").module)
        self._forms = lru_cache(maxsize=KEPT)(self._bare_form)
        self._kept = lru_cache(maxsize=KEPT)(self._piece)
        self._version = lru_cache(maxsize=KEPT)(self._version_of)
        self._placed = lru_cache(maxsize=KEPT)(self._place)

    def write(self, template: jinja2.Template, thread: Thread, view: View, **more: object) -> bytes:
        """Fill a template that includes ``thread/list.html``, as UTF-8.

        The comments, which may be a megabyte, are put in at last and as bytes: a template
        would copy them several times, and strings of that size are slow to cut and join.
        """
        pieces = self._comments(thread)
        context = self._context(thread, view, self._here if pieces else "")
        before, _, after = template.render(context, **more).partition(self._here)
        return b"".join((_encoded(before), *pieces, _encoded(after)))

    def _context(self, thread: Thread, view: View, comments: str) -> dict[str, object]:
        """Name everything the templates of a thread are filled with."""
        reactions = _words.reaction_groups(thread.reactions)
        answer = view.answer
        return {
            "addresses": self._addresses,
            "thread": thread,
            "site": thread.site,
            "heading": _words.heading(thread),
            "comments": comments,
            "reactions": [(t, len(found), found[:NAMED]) for t, found in reactions if found],
            "open": _is_open(thread),
            "form": self._form(thread, answer) if view.form and _is_open(thread) else "",
            "answer": answer,
            "answer_body": self.comment_html(answer, thread.site, thread.url) if answer else "",
            "words": _words,
        }

    def _form(self, thread: Thread, answer: Comment | None) -> Markup:
        """The form; but for what it is about, it is the same on all pages of a site."""
        form = self._forms(thread.site).replace(self._here, escape(thread.url))
        return Markup(form.replace(self._parent, answer.id if answer else ""))  # noqa: S704 escaped

    def _bare_form(self, site: Site) -> str:
        made = self._form_macro.form(
            self._addresses, site, self._here, self._parent, values={}, errors={}
        )
        return str(made)

    def _comments(self, thread: Thread) -> list[bytes]:
        """The list items of a thread's comments, to be joined."""
        out: list[bytes] = []
        site, page = thread.site, _page_of(thread.url)
        answer_at = b""
        if _is_open(thread):
            to = _words.thread_page(self._addresses, thread.url, parent="")
            answer_at = _encoded(escape(to))
        for place in walk(thread):
            if place is None:
                out.append(CLOSE_WITH_CHILDREN)
                continue
            comment, depth, removed, parent, odd, answers = place
            if removed:
                whole = cast("Comment", comment)
                gone = self._macros.gone(whole, odd=odd, depth=depth, parent=parent)
                out.append(_encoded(gone))
                continue
            opening, body, reply, _ = self._parts(comment, site)
            placed, end = self._placed(odd, depth, parent)
            named = self._parts(answers, site)[3] if answers is not None else b""
            reply = reply.replace(ANSWER, answer_at) if answer_at else b""
            out += (opening, placed, named, body.replace(PAGE, page), reply, end)
        return out

    def comment_html(self, comment: Comment, site: Site, url: str) -> Markup:
        """Write one comment as readers see it, without its list item and its answers.

        `url` is the article's. What is written depends on nothing but these: not on where
        the comment stands in its thread, nor on whether the article is open.
        """
        body = self._parts(comment, site)[1].replace(PAGE, _page_of(url)).decode()
        return Markup(body.removesuffix("\n"))  # noqa: S704 a template has escaped what is in it

    def content(self, comment: Comment) -> Markup:
        """Write the words of a comment alone; a mention's excerpt stands in ``[…]``."""
        return self._macros.content(comment, excerpt=is_excerpt(comment)).strip()

    def piece(self, comment: Comment, site: Site) -> bytes:
        """Make the piece of a comment; remembered for a while."""
        return self._kept(comment, site.language, site.time_zone)

    def version(self, site: Site) -> str:
        """What pieces of a site depend on beside their comments, in 16 characters."""
        return self._version(site.language, site.time_zone)

    def _version_of(self, language: str, time_zone: str) -> str:
        parts = (PIECES, RENDER_VERSION, babel.__version__, language, time_zone)
        return hashlib.sha256(repr((*parts, self._source)).encode()).hexdigest()[:16]

    def _place(self, odd: bool, depth: int, parent: bool) -> tuple[bytes, bytes]:
        """What stands before a comment's body and after it for where it stands."""
        placed = self._macros.placed(odd=odd, depth=depth, parent=parent)
        return _encoded(placed), _encoded(self._macros.ends(parent=parent))

    def _parts(self, comment: Shown, site: Site) -> list[bytes]:
        if isinstance(comment, Entry):
            return (comment.piece or PART * 3).split(PART)
        return self.piece(comment, site).split(PART)

    def _piece(self, comment: Comment, language: str, time_zone: str) -> bytes:
        here = self._here
        clock = not comment.kind.is_ping
        date = _words.written_date(comment.published_at, language, time_zone, clock=clock)
        answerable = comment.type in (Type.REPLY, Type.RSVP)
        macros = self._macros
        body = macros.body(
            comment,
            date=date,
            permalink=here,
            content=self.content(comment),
            words=_words,
        )
        parts = (
            macros.opening(comment),
            body,
            macros.reply(comment, to=here, words=_words) if answerable else "",
            macros.answered(comment, words=_words),
        )
        opening, words, reply, answered = (_encoded(part.translate(_MARKS)) for part in parts)
        mark = here.encode()
        permalink = PAGE + _encoded(escape(_words.permalink("", comment)))
        return PART.join(
            (opening, words.replace(mark, permalink) + b"\n", reply.replace(mark, ANSWER), answered)
        )


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _page_of(url: str) -> bytes:
    """What stands for PAGE in the HTML of an article's comments."""
    return _encoded(escape(url.partition("#")[0]))


def _source_of(environment: jinja2.Environment) -> str:
    if environment.loader is None:
        return ""
    return environment.loader.get_source(environment, TEMPLATE)[0]


def _is_open(thread: Thread) -> bool:
    return thread.article is None or thread.article.open


def is_excerpt(comment: Comment) -> bool:
    """Tell whether a comment is words around a link, to be put between ``[…]`` and ``[…]``.

    An imported pingback carries the brackets in its text already.
    """
    bare = comment.kind.is_ping and comment.type is Type.MENTION and comment.format is Format.PLAIN
    return bare and not comment.text.lstrip().startswith(("[…]", "[...]"))
