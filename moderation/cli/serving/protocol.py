"""How long a client is waited for: uvicorn's HTTP protocol with limits to time, header and number.

uvicorn itself waits for ever: for the first byte, for the end of a header, and for whoever
does not take the answer.
"""

from asyncio import TimerHandle, Transport
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from moderation.domain.errors import Busy
from moderation.web.front import HEADER_FIELDS
from moderation.web.headers import Headers
from moderation.web.hot import Sent
from moderation.web.refusal import refuse

BUSY = 503
Ready = Callable[[str, str, bytes, Headers], Sent | None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection may take."""

    header_seconds: float = 15.0  # from connecting, or from the first byte, to the header's end
    header_bytes: int = 64 * 1024  # beyond what comes with the first piece
    header_fields: int = HEADER_FIELDS  # of which one byte can take a hundred while they wait
    writing_seconds: float = 15.0  # in which ...
    writing_bytes: int = 16 * 1024  # ... so much of a waiting answer must be taken
    leaving_seconds: float = 1.0  # for a request under way when the service stops
    pause_seconds: float = 0.25  # in which who was refused is not listened to
    ahead: int = 32  # requests that wait for the one before them
    connections: int = 8192  # beyond these every request is told to come back


class State(ServerState):
    """What all connections of a server share."""

    leaving = False  # the service stops: answer what comes, then part


class PatientProtocol(HttpToolsProtocol):
    """One connection; it is closed when its client is slower than `limits` allow."""

    limits = Limits()
    server_state: State

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._since = 0.0  # loop time: began to rest, or to send a header
        self._patience: TimerHandle | None = None
        self._in_header = False
        self._goes_on = False  # the header that the last piece ended in began before it
        self._header_bytes = 0
        self._has_answered = False  # any request
        self._answered = False  # this one, at once
        self._leaves = False  # and then we part
        self._ready: Ready = getattr(self.config.loaded_app, "ready", _nothing)
        self._writing_timer: TimerHandle | None = None
        self._left = 0  # bytes of the answer, at the last look
        self._moved = False  # since the last look

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # theirs is so
        super().connection_made(transport)
        self._since = self.loop.time()
        self._look_again(self.limits.header_seconds)
        if self.server_state.leaving:
            self.shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        for timer in (self._patience, self._writing_timer):
            if timer is not None:
                timer.cancel()

    def data_received(self, data: bytes) -> None:
        self._goes_on = self._in_header
        super().data_received(data)
        if not self._in_header or self.transport.is_closing():
            return
        if self._goes_on:
            self._header_bytes += len(data)
        else:
            self._since = self.loop.time()
        if (
            self._header_bytes > self.limits.header_bytes
            or len(self.headers) > self.limits.header_fields
        ):
            self.send_400_response("The request's header is too long.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_header = True
        self._goes_on = False
        self._answered = False
        self._header_bytes = 0

    def on_headers_complete(self) -> None:
        self._in_header = False
        rests = self._rests()
        if self.transport.is_closing() or not (rests or self._hears_more()):
            self._answered = True  # by nothing: we have parted
            return
        if len(self.headers) > self.limits.header_fields:
            del self.headers[self.limits.header_fields + 1 :]  # it is refused, maybe much later
        if len(self.connections) > self.limits.connections:
            self.app = _busy
        else:
            self.app = self.config.loaded_app
            if rests and self._answer_at_once():
                return
        super().on_headers_complete()
        if self.server_state.leaving or self.parser.should_upgrade():  # then no more is parsed
            self.cycle.keep_alive = False

    def _hears_more(self) -> bool:
        """Whether there is room behind what is being answered, and we do not part after it.

        One piece can hold thousands of requests, each of which takes a hundred times its
        bytes while it waits. Who sends so many ahead is parted from, and asks again.
        """
        if len(self.pipeline) >= self.limits.ahead:
            self.cycle.keep_alive = False  # the last of them
        return self.cycle.keep_alive

    def on_body(self, body: bytes) -> None:
        if not self._answered:  # else it was refused: what is on its way still is let go by
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._answered:
            super().on_message_complete()
        elif self._leaves:  # not before: a body on its way would have the answer lost
            self.transport.close()

    def _answer_at_once(self) -> bool:
        """Send what the application has ready, without a task, an event and a cycle for it.

        Nobody's turn is taken: not while another answer is under way, nor to a client that
        takes its answers slowly. What is odd in any way goes the usual way.
        """
        path, _, query = self.url.partition(b"?")
        parser = self.parser
        if (
            self.flow.write_paused
            or not path.startswith(b"/")
            or self.expect_100_continue
            or parser.should_upgrade()
            or b"#" in query
        ):
            return False
        sent = self._ready(
            parser.get_method().decode("ascii"), path.decode("latin-1"), query, self.headers
        )
        if sent is None:
            return False
        self._answered = True
        self._leaves = (
            not parser.should_keep_alive()
            or parser.get_http_version() == "1.0"  # its clients would have to be told that we stay
            or self.server_state.leaving
        )
        lines = [
            STATUS_LINE[sent.status],
            *(b"%b: %b\r\n" % pair for pair in self.server_state.default_headers),
            sent.head,
            sent.own,
            b"connection: close\r\n\r\n" if self._leaves else b"\r\n",
        ]
        self.transport.writelines((b"".join(lines), sent.data))
        self.on_response_complete()
        if sent.status == BUSY and not self._leaves:
            # Who asks again at once, and again, would take the time of those who are inside.
            self.flow.pause_reading()
            self.loop.call_later(self.limits.pause_seconds, self._listen)
        return True

    def _listen(self) -> None:
        if not self.transport.is_closing():
            self.flow.resume_reading()

    def on_response_complete(self) -> None:
        """As uvicorn's, but for its timer: one that is set and taken back for each request."""
        self.server_state.total_requests += 1
        self._watch_writing()
        if self.transport.is_closing():
            return
        self._since = self.loop.time()
        self._has_answered = True
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_writing()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._moved = True

    def shutdown(self) -> None:
        """Part after what is being asked; a request that is under way is still answered."""
        if self.cycle is not None:
            self.cycle.keep_alive = False
        self.loop.call_later(self.limits.leaving_seconds, self._part)

    def _part(self) -> None:
        if self._rests() and not self._in_header:
            self.transport.close()

    def _rests(self) -> bool:
        """Whether nothing is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _look_again(self, seconds: float) -> None:
        """Look whether the client is too slow: once in a while, not at every request."""
        often = min(self.limits.header_seconds, self.timeout_keep_alive)
        self._patience = self.loop.call_later(min(seconds, often), self._look_at_patience)

    def _look_at_patience(self) -> None:
        if not self._rests():
            self._look_again(self.limits.header_seconds)
            return
        resting = self._has_answered and not self._in_header
        limit = self.timeout_keep_alive if resting else self.limits.header_seconds
        left = self._since + limit - self.loop.time()
        if left > 0:
            self._look_again(left)
        else:
            self._patience = None
            self.transport.close()

    def _watch_writing(self) -> None:
        """Look again in a while whether an answer that is not all gone out is being taken."""
        if self._writing_timer is None and (left := self.transport.get_write_buffer_size()):
            self._left, self._moved = left, False
            self._writing_timer = self.loop.call_later(
                self.limits.writing_seconds, self._look_at_writing
            )

    def _look_at_writing(self) -> None:
        self._writing_timer = None
        left = self.transport.get_write_buffer_size()
        if left and not self._moved and left > self._left - self.limits.writing_bytes:
            self.transport.abort()
        else:
            self._watch_writing()


async def _busy(scope: Scope, receive: Receive, send: Send) -> None:
    await refuse(Busy(), send)


def _nothing(method: str, path: str, query: bytes, fields: Headers) -> None:
    """Of an application that says nothing of what it has ready."""
