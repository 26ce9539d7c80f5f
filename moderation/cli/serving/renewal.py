"""Another process in the place of this one, with the settings and the code as they are now.

SIGHUP asks for it. First one more process is started at the same socket: whether it comes to
answer is the proof that what is new can be begun with. If it does not, all stays as it is. Then
this process answers whom it has let in, and becomes the program anew, under the same number;
who stands in answers meanwhile. So at any time somebody accepts.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from moderation import logs
from moderation.cli.serving.handover import VARIABLE, Handover
from moderation.cli.serving.hands import Hand
from moderation.cli.serving.listening import Listening
from moderation.cli.serving.signals import SIGNALS

logger = logs.get("renewal")


class Renewal:
    """Whether this process is to be renewed, and who stands in meanwhile."""

    def __init__(self, listening: Listening) -> None:
        self._listening = listening
        self._trying: asyncio.Task[None] | None = None
        self._begun: Hand | None = None
        self.stand_in: Hand | None = None
        self.kept: Listening | None = None  # the socket, where the server has closed its own
        self.ready = asyncio.Event()  # somebody stands in

    @contextmanager
    def heeding(self) -> Iterator[None]:
        """Take SIGHUP as being asked; at a terminal it says that the terminal is gone."""
        if not heeds():
            yield
            return
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self.ask)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGHUP)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)  # else the next would end us

    def ask(self) -> None:
        """Begin, unless it has begun."""
        if self._trying is None or self._trying.done():
            self._trying = asyncio.create_task(self._try())

    async def _try(self) -> None:
        if self.stand_in is not None:
            return
        try:
            self._begun = hand = Hand.start(self._listening)
        except OSError as error:
            logger.error("not renewed: no process can be started", error=str(error))
            return
        logger.info("is to be renewed", stands_in=hand.pid)
        if await hand.ready():
            self.stand_in = hand
            self.ready.set()
            return
        code = await hand.ended()
        self._begun = None
        logger.error("not renewed: what is new does not start; all stays as it was", code=code)

    async def give_up(self) -> None:
        """We are to stop after all: so is who was to stand in."""
        if self._trying is not None:
            self._trying.cancel()
        if self._begun is not None:
            self._begun.stop()
            if self.stand_in is None:
                self._begun.kill()
            await self._begun.ended()


def heeds() -> bool:
    return os.name != "nt" and not (sys.stdin is not None and sys.stdin.isatty())


def not_yet() -> None:
    """Let SIGHUP end nothing before it is heeded."""
    if heeds():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


def become_anew(listening: Listening, elders: Sequence[Hand]) -> NoReturn:
    """Begin the program again in this process, with its socket and those who answer meanwhile.

    Who is asked to stop in between is so once it heeds signals again.
    """
    listening.socket.set_inheritable(True)
    left = tuple(elder.left_to_successor() for elder in elders)
    told = Handover(listening.socket.fileno(), listening.lasts, elders=left)
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    sys.stdout.flush()
    sys.stderr.flush()
    environ = {**os.environ, VARIABLE: told.written()}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environ)  # noqa: S606 ourselves
