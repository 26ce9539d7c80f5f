"""Answers ready to be sent, found by the address as it came, before anything else is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from starlette.types import Receive, Scope, Send

from moderation.flow.kept import Kept
from moderation.flow.ready import Asked, Ready
from moderation.web.headers import Headers, encoding_for, matches, tags

Given: TypeAlias = Mapping[bytes, bytes]  # header fields, each once
OF_THE_BYTES = frozenset({b"content-type", b"content-encoding"})  # not told where none are sent
LONGEST = 1024  # bytes of a query that is known as it was sent
SPELLINGS = 16  # of one question that are known at a time
# What is kept here of an answer, as measured: of each, of each form of it, and of each query by
# which it is known, beside its bytes.
PREPARED_BYTES, FORM_BYTES, QUERY_BYTES = 224, 360, 192
NOTHING: Mapping[bytes, "Prepared"] = {}


class Head:
    """What the headers of many answers have in common: as lines, each of which ends."""

    __slots__ = ("unchanged", "whole")

    def __init__(self, headers: Headers) -> None:
        self.whole = _lines(headers)
        self.unchanged = _lines([pair for pair in headers if pair[0] not in OF_THE_BYTES])


def _lines(headers: Headers) -> bytes:
    lines = b"".join(b"%b: %b\r\n" % pair for pair in headers)
    if lines.count(b"\n") != len(headers) or lines.count(b"\r") != len(headers):
        raise ValueError("a header field holds the end of a line")
    return lines


class Sent:
    """An answer whole: its header in two pieces, the first shared with others, and its bytes."""

    __slots__ = ("data", "head", "own", "status")

    def __init__(self, status: int, head: bytes, own: bytes, data: bytes) -> None:
        self.status = status
        self.head = head
        self.own = own
        self.data = data

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [line.split(b": ", 1) for line in (self.head + self.own).splitlines()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.data})


class Ahead(Protocol):
    """Answers at once what is ready for this request, or says None."""

    def __call__(self, path: str, query: bytes, method: str, given: Given) -> Sent | None: ...


class Form:
    """One way of sending an answer: with its bytes, without, or telling that they are known."""

    __slots__ = ("_head", "_whole", "tag")

    def __init__(
        self, head: Head | Headers, body: bytes, status: int = 200, *, tag: bytes = b""
    ) -> None:
        self._head = head if isinstance(head, Head) else Head(head)
        self.tag = tag
        own = b"%bcontent-length: %d\r\n" % (self._tagged(), len(body))
        self._whole = Sent(status, self._head.whole, own, body)

    def sent(self, method: str, known: bool) -> Sent:
        if known:
            return Sent(304, self._head.unchanged, self._tagged(), b"")
        whole = self._whole
        return whole if method == "GET" else Sent(whole.status, whole.head, whole.own, b"")

    def _tagged(self) -> bytes:
        return b"etag: %b\r\n" % self.tag if self.tag else b""


@dataclass(slots=True, eq=False)
class Prepared:
    """A kept answer, the forms of it that were asked for, and by which addresses.

    Forms are kept by encoding and by what the answer says to an origin: those of its
    site are few, and all others are told the same. There are thousands of these, each with
    a form or two: no dicts.
    """

    asked: Asked
    ready: Ready
    path: str
    origins: Mapping[bytes, bytes]  # those that are named back
    forms: tuple[tuple[str, bytes, Form], ...] = ()
    queries: tuple[bytes, ...] = ()  # as they were sent

    def form(self, encoding: str, origin: bytes) -> Form | None:
        for liked, named, form in self.forms:
            if liked == encoding and named == origin:
                return form
        return None

    def keep(self, encoding: str, origin: bytes, form: Form) -> None:
        others = (each for each in self.forms if each[:2] != (encoding, origin))
        self.forms = (*others, (encoding, origin, form))

    def known(self, form: Form, tag: bytes | None) -> bool:
        """Whether If-None-Match names this version: as this form of it, or another."""
        if tag is None or tag == form.tag:
            return tag is not None
        return matches(tag.decode("latin-1"), *tags(self.ready.etag))


class Hot:
    """Prepared answers by place; each goes with the answer that it was made of, at once."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._at: dict[str, dict[bytes, Prepared]] = {}  # by path and query, as they were sent
        self._of: dict[Ready, Prepared] = {}
        kept.on_drop(self._forget)

    def __call__(self, path: str, query: bytes, method: str, given: Given) -> Sent | None:
        prepared = self._at.get(path, NOTHING).get(query)
        if prepared is None:
            return None
        ready = prepared.ready
        doubtful = ready.stale or ready.until is not None or ready.article_id is None
        if doubtful and not self._kept.holds(prepared.asked, ready):
            return None
        ready.used = True
        origin = prepared.origins.get(given.get(b"origin", b""), b"")
        form = prepared.form(encoding_for(given.get(b"accept-encoding", b"")), origin)
        if form is None:
            return None
        return form.sent(method, prepared.known(form, given.get(b"if-none-match")))

    def prepared(
        self, asked: Asked, ready: Ready, path: str, origins: Mapping[bytes, bytes]
    ) -> Prepared:
        """What is prepared of an answer, the same for all who ask, or from now on."""
        prepared = self._of.get(ready)
        if prepared is None:
            prepared = Prepared(asked, ready, path, origins)
            if self._kept.find(asked) is ready:
                self._of[ready] = prepared
        return prepared

    def keep(self, query: bytes, prepared: Prepared) -> None:
        """Know an answer by one more query, if it is still kept; strange spellings are not."""
        asked, ready = prepared.asked, prepared.ready
        if self._kept.find(asked) is not ready:
            return  # a commit came in between
        if len(query) <= LONGEST and query not in prepared.queries:
            if len(prepared.queries) == SPELLINGS:
                self._unlearn(prepared, prepared.queries[0])
            prepared.queries = (*prepared.queries, query)
            self._at.setdefault(prepared.path, {})[query] = prepared
        ready.beside = (
            PREPARED_BYTES
            + FORM_BYTES * len(prepared.forms)
            + sum(QUERY_BYTES + len(query) for query in prepared.queries)
        )
        self._kept.weigh(asked, ready)

    def _unlearn(self, prepared: Prepared, query: bytes) -> None:
        prepared.queries = tuple(each for each in prepared.queries if each != query)
        del self._at[prepared.path][query]

    def _forget(self, ready: Ready) -> None:
        prepared = self._of.pop(ready, None)
        if prepared is not None:
            for query in prepared.queries:
                del self._at[prepared.path][query]
