"""Answers ready to be sent, found by the address as it came, before anything else is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from starlette.types import Message, Receive, Scope, Send

from moderation.flow.kept import Kept
from moderation.flow.ready import Asked, Ready
from moderation.web.headers import Headers, encoding_for, matches

Given: TypeAlias = Mapping[bytes, bytes]  # header fields, each once
Place: TypeAlias = tuple[str, bytes]  # path and query, as they were sent
OF_THE_BYTES = frozenset({b"content-type", b"content-encoding"})  # not told where none are sent
LONGEST = 1024  # bytes of a query that is known as it was sent
SPELLINGS = 16  # of one question that are known at a time
PLACE_BYTES = 256  # what knowing one costs beside its bytes
FORM_BYTES = 4096  # what a form costs: its header fields, twice and in two spellings


class Sent:
    """An answer whole: as messages of ASGI, and as lines for a server that takes it at once."""

    __slots__ = ("body", "data", "lines", "start", "status")

    def __init__(self, status: int, headers: Headers, data: bytes) -> None:
        self.status = status
        self.lines = b"".join(b"%b: %b\r\n" % pair for pair in headers)
        if self.lines.count(b"\n") != len(headers) or self.lines.count(b"\r") != len(headers):
            raise ValueError("a header field holds the end of a line")
        self.data = data
        self.start: Message = {"type": "http.response.start", "status": status, "headers": headers}
        self.body: Message = {"type": "http.response.body", "body": data}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(self.start)
        await send(self.body)


class Ahead(Protocol):
    """Answers at once what is ready for this request, or says None."""

    def __call__(self, path: str, query: bytes, method: str, given: Given) -> Sent | None: ...


class Form:
    """One way of sending an answer: with its bytes, without, or telling that they are known.

    Each is made when it is first asked for: most answers are only ever sent in one.
    """

    __slots__ = ("_body", "_headers", "_made", "_status")

    def __init__(self, headers: Headers, body: bytes, status: int = 200) -> None:
        self._headers = headers
        self._body = body
        self._status = status
        self._made: dict[str, Sent] = {}

    def sent(self, method: str, known: bool) -> Sent:
        kind = "known" if known else method
        return self._made.get(kind) or self._make(kind)

    def _make(self, kind: str) -> Sent:
        length = (b"content-length", str(len(self._body)).encode())
        if kind == "known":
            sent = Sent(304, [pair for pair in self._headers if pair[0] not in OF_THE_BYTES], b"")
        else:
            data = self._body if kind == "GET" else b""
            sent = Sent(self._status, [*self._headers, length], data)
        self._made[kind] = sent
        return sent


@dataclass(slots=True, eq=False)
class Prepared:
    """A kept answer, the forms of it that were asked for, and by which addresses.

    Forms are kept by encoding and by what the answer says to an origin: those of its
    site are few, and all others are told the same.
    """

    asked: Asked
    ready: Ready
    origins: Mapping[bytes, bytes]  # those that are named back
    tags: frozenset[bytes]  # of all its forms
    forms: dict[tuple[str, bytes], Form] = field(default_factory=dict)
    places: dict[Place, None] = field(default_factory=dict)

    def known(self, tag: bytes | None) -> bool:
        """Whether If-None-Match names this version, in whatever encoding."""
        if tag is None or tag in self.tags:
            return tag is not None
        return matches(tag.decode("latin-1"), *(each.decode() for each in self.tags))


class Hot:
    """Prepared answers by place; each goes with the answer that it was made of, at once."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._at: dict[Place, Prepared] = {}
        self._of: dict[Ready, Prepared] = {}
        kept.on_drop(self._forget)

    def __call__(self, path: str, query: bytes, method: str, given: Given) -> Sent | None:
        prepared = self._at.get((path, query))
        if prepared is None:
            return None
        ready = prepared.ready
        doubtful = ready.stale or ready.until is not None or ready.article_id is None
        if doubtful and not self._kept.holds(prepared.asked, ready):
            return None
        ready.used = True
        origin = prepared.origins.get(given.get(b"origin", b""), b"")
        form = prepared.forms.get((encoding_for(given.get(b"accept-encoding", b"")), origin))
        if form is None:
            return None
        return form.sent(method, prepared.known(given.get(b"if-none-match")))

    def of(self, ready: Ready) -> Prepared | None:
        return self._of.get(ready)

    def keep(self, place: Place, prepared: Prepared) -> None:
        """Know an answer by one more place, if it is still kept; strange spellings are not."""
        asked, ready = prepared.asked, prepared.ready
        if self._kept.find(asked) is not ready:
            return  # a commit came in between
        known = self._of.setdefault(ready, prepared)
        if known is not prepared:  # others asked meanwhile: one alone is forgotten with the answer
            known.forms.update(prepared.forms)
            prepared = known
        if len(place[1]) <= LONGEST and place not in prepared.places:
            if len(prepared.places) == SPELLINGS:
                self._unlearn(prepared, next(iter(prepared.places)))
            prepared.places[place] = None
            self._at[place] = prepared
        ready.beside = FORM_BYTES * len(prepared.forms) + sum(
            PLACE_BYTES + len(query) for _, query in prepared.places
        )
        self._kept.weigh(asked, ready)

    def _unlearn(self, prepared: Prepared, place: Place) -> None:
        del prepared.places[place]
        del self._at[place]

    def _forget(self, ready: Ready) -> None:
        prepared = self._of.pop(ready, None)
        for place in tuple(prepared.places) if prepared is not None else ():
            del self._at[place]
