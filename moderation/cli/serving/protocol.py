"""How long a client is waited for: uvicorn's HTTP protocol with limits to time, header and number.

uvicorn itself waits for ever: for the first byte, for the end of a header, and for whoever
does not take the answer.
"""

from asyncio import TimerHandle, Transport
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from moderation.domain.errors import Busy
from moderation.web.front import refuse


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection may take."""

    header_seconds: float = 15.0  # from connecting, or from the first byte, to the header's end
    header_bytes: int = 64 * 1024  # beyond what comes with the first piece
    writing_seconds: float = 15.0  # in which ...
    writing_bytes: int = 16 * 1024  # ... so much of a waiting answer must be taken
    leaving_seconds: float = 1.0  # for a request under way when the service stops
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
        self._header_timer: TimerHandle | None = None
        self._in_header = False
        self._header_bytes = 0
        self._writing_timer: TimerHandle | None = None
        self._left = 0  # bytes of the answer, at the last look
        self._moved = False  # since the last look

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # theirs is so
        super().connection_made(transport)
        self._await_header()
        if self.server_state.leaving:
            self.shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._header_came()
        if self._writing_timer is not None:
            self._writing_timer.cancel()

    def data_received(self, data: bytes) -> None:
        # Any byte ends the keep-alive time, a blank line too: then this one begins.
        if self._header_timer is None and self._rests():
            self._await_header()
        was_in_header = self._in_header
        super().data_received(data)
        if was_in_header and self._in_header:
            self._header_bytes += len(data)
            if self._header_bytes > self.limits.header_bytes:
                self.send_400_response("The request's header is too long.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_header = True
        self._header_bytes = 0

    def on_headers_complete(self) -> None:
        self._in_header = False
        self._header_came()
        full = len(self.connections) > self.limits.connections
        self.app = _busy if full else self.config.loaded_app
        super().on_headers_complete()
        if self.server_state.leaving:
            self.cycle.keep_alive = False

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch_writing()

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

    def _await_header(self) -> None:
        self._header_timer = self.loop.call_later(self.limits.header_seconds, self._give_up)

    def _header_came(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None

    def _give_up(self) -> None:
        self._header_timer = None
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
