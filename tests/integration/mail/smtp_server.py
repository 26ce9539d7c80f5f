"""A real SMTP server on loopback that keeps what it receives and fails when told to.

It runs in a thread of its own, so that tests with and without an event loop, and services in
another process, can all send to it:

    from tests.integration.mail.smtp_server import SmtpServer

    with SmtpServer() as smtp:
        ...                              # mail.url = smtp.url
        letter = smtp.wait_for(1)[0]     # .sender .recipients .message .text .html
"""

import asyncio
import ssl
import threading
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).with_name("localhost.pem")  # self-signed, with its key
Stage = Literal["EHLO", "MAIL", "RCPT", "DATA"]
HANG, DROP = "hang", "drop"


@dataclass(frozen=True, slots=True)
class Received:
    """One message as the server took it."""

    sender: str  # of the envelope
    recipients: tuple[str, ...]  # of the envelope
    raw: bytes
    tls: bool
    user: str  # who had logged in; "" for nobody

    @property
    def message(self) -> EmailMessage:
        parsed = BytesParser(policy=policy.default).parsebytes(self.raw)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: Literal["plain", "html"]) -> str:
        part = self.message.get_body((kind,))
        return "" if part is None else str(part.get_content())


class _Handler:
    """What aiosmtpd asks at each stage."""

    def __init__(self, server: "SmtpServer") -> None:
        self.server = server

    async def handle_EHLO(
        self, smtp: SMTP, session: Session, envelope: Envelope, hostname: str, answer: list[str]
    ) -> list[str]:
        session.host_name = hostname
        trouble = await self.server.trouble("EHLO", smtp)
        return [trouble] if trouble else answer

    async def handle_MAIL(
        self, smtp: SMTP, session: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        trouble = await self.server.trouble("MAIL", smtp)
        if self.server.locked and not session.authenticated:
            return "530 5.7.0 Who are you?"
        if not trouble:
            envelope.mail_from = sender
        return trouble or "250 OK"

    async def handle_RCPT(
        self, smtp: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]
    ) -> str:
        trouble = await self.server.trouble("RCPT", smtp)
        if not trouble:
            envelope.rcpt_tos.append(to)
        return trouble or "250 OK"

    async def handle_DATA(self, smtp: SMTP, session: Session, envelope: Envelope) -> str:
        trouble = await self.server.trouble("DATA", smtp)
        if trouble:
            return trouble
        login = session.auth_data
        self.server.keep(
            Received(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                raw=envelope.original_content or b"",
                tls=session.ssl is not None or self.server.wrapped,
                user=login.login.decode() if isinstance(login, LoginPassword) else "",
            )
        )
        return "250 Kept"


class SmtpServer:
    """Listens on 127.0.0.1 at a free port between `start` and `stop`, or as a context.

    `starttls` offers STARTTLS, `wrapped` speaks TLS from the first byte; both with
    `CERTIFICATE`. With `password` any user name and that password are right, and nothing
    goes without.
    """

    def __init__(
        self, *, starttls: bool = False, wrapped: bool = False, password: str | None = None
    ) -> None:
        self.wrapped = wrapped
        self.port = 0
        self._starttls = starttls
        self._password = password
        self._received: list[Received] = []
        self._news = threading.Condition()
        self._scripts: dict[Stage, deque[str]] = defaultdict(deque)
        self._always: dict[Stage, str] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="smtp-server", daemon=True)
        self._ready = threading.Event()
        self._over: asyncio.Event | None = None
        self._transports: set[asyncio.BaseTransport] = set()

    @property
    def locked(self) -> bool:
        return self._password is not None

    @property
    def url(self) -> str:
        """The `mail.url` that sends here."""
        return f"smtp{'s' if self.wrapped else ''}://127.0.0.1:{self.port}"

    @property
    def received(self) -> Sequence[Received]:
        with self._news:
            return tuple(self._received)

    def wait_for(self, count: int, seconds: float = 20.0) -> Sequence[Received]:
        """Wait until `count` messages are there (not for use on an event loop)."""
        with self._news:
            arrived = self._news.wait_for(lambda: len(self._received) >= count, seconds)
            assert arrived, f"{len(self._received)} of {count} messages came in {seconds} s"
            return tuple(self._received)

    def answer(self, stage: Stage, what: str, *, times: int | None = 1) -> None:
        """Have the next `times` commands of a stage (None: all) answered by `what`.

        `what` is a line such as ``450 4.2.0 Try again later``, or `HANG` (no answer until
        the client gives up) or `DROP` (the connection is cut).
        """
        if times is None:
            self._always[stage] = what
        else:
            self._scripts[stage].extend([what] * times)

    def behave(self) -> None:
        """Forget all that `answer` was told."""
        self._scripts.clear()
        self._always.clear()

    async def trouble(self, stage: Stage, smtp: SMTP) -> str:
        """Play what is scripted for this stage; "" when nothing is."""
        script = self._scripts[stage]
        what = script.popleft() if script else self._always.get(stage, "")
        if what == HANG:
            await asyncio.Event().wait()  # cancelled with the connection
        if what == DROP:
            assert isinstance(smtp.transport, asyncio.Transport)
            smtp.transport.abort()
            return "421 Gone"
        return what

    def keep(self, received: Received) -> None:
        with self._news:
            self._received.append(received)
            self._news.notify_all()

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        def over() -> None:
            assert self._over is not None
            self._over.set()

        self._loop.call_soon_threadsafe(over)
        self._thread.join(10)
        assert not self._thread.is_alive()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._over = asyncio.Event()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server = await self._loop.create_server(
            lambda: self._protocol(context if self._starttls else None),
            "127.0.0.1",
            0,
            ssl=context if self.wrapped else None,
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()
        for transport in self._transports:
            transport.close()
        await asyncio.sleep(0)

    def _protocol(self, starttls: ssl.SSLContext | None) -> SMTP:
        protocol = _Smtp(
            _Handler(self),
            hostname="smtp.test",
            tls_context=starttls,
            auth_require_tls=False,
            authenticator=self._authenticate,
            loop=self._loop,
        )
        protocol.transports = self._transports
        return protocol

    def _authenticate(
        self, smtp: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password.decode() == self._password
        return AuthResult(success=right, handled=False, auth_data=data)


class _Smtp(SMTP):
    """Remembers its transports, so that `stop` can close those that hang."""

    transports: set[asyncio.BaseTransport]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transports.add(transport)
        super().connection_made(transport)
