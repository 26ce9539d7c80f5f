"""Processes that serve under another one, and the line by which it hears of them and they of it.

Who serves writes one byte when it answers. Who leads writes one byte to ask for leaving while
others stay at the socket, and closes its side to ask for leaving at all; that it is gone is the
same. The line is closed with the process at its other end, however that ends.
"""

import asyncio
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
from contextlib import suppress

from moderation.cli.serving.handover import VARIABLE, Handover
from moderation.cli.serving.listening import Listening
from moderation.cli.serving.signals import Stop
from moderation.settings import Settings

READY, RETIRE = b"r", b"s"
LENGTH = struct.Struct("!I")
TOLD_SECONDS = 0.5  # in which who leads tells of a signal that all were sent


class Hand:
    """One such process, seen from the one that leads."""

    def __init__(self, pid: int, line: socket.socket) -> None:
        line.setblocking(False)
        self.pid = pid
        self._line = line
        self._over: asyncio.Task[int] | None = None

    @classmethod
    def start(cls, listening: Listening, settings: Settings | None = None) -> "Hand":
        """Start a process at the same socket, by our own command line.

        It reads the settings anew, unless it is given them. Raises OSError where none can be
        started.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            door = listening.socket.fileno()
            told = Handover(door, listening.lasts, theirs.fileno(), settings is not None)
            try:
                process = subprocess.Popen(  # noqa: S603 our own command line
                    [sys.executable, *sys.orig_argv[1:]],
                    env={**os.environ, VARIABLE: told.written()},
                    pass_fds=(door, theirs.fileno()),
                )
            except BaseException:
                ours.close()
                raise
        process.returncode = 0  # we wait for it ourselves
        if settings is not None:
            pickled = pickle.dumps(settings)
            with suppress(OSError):  # it has ended already, which shows as any end does
                ours.sendall(LENGTH.pack(len(pickled)) + pickled)
        return cls(process.pid, ours)

    @classmethod
    def adopt(cls, pid: int, line: int) -> "Hand":
        """Take over one that another process, now gone, has started for us."""
        found = socket.socket(fileno=line)
        found.set_inheritable(False)
        return cls(pid, found)

    async def ready(self) -> bool:
        """Wait until it answers; False where it has ended before."""
        return await self._hear() == READY

    def retire(self) -> None:
        """Ask it to leave while others stay."""
        with suppress(OSError):
            self._line.send(RETIRE)

    def stop(self) -> None:
        """Ask it to leave."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """End it as it stands, where it has not ended."""
        if self._over is None or not self._over.done():
            with suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)

    @property
    def is_gone(self) -> bool:
        return self._over is not None and self._over.done()

    async def ended(self) -> int:
        """Wait for its end; its exit code, below 0 for a signal's number."""
        if self._over is None:
            self._over = asyncio.create_task(self._bury())
        return await asyncio.shield(self._over)

    async def _bury(self) -> int:
        while await self._hear():
            pass
        self._line.close()
        try:
            _, status = await asyncio.to_thread(os.waitpid, self.pid, 0)
        except ChildProcessError:  # it had ended before we took it over
            return 0
        return os.waitstatus_to_exitcode(status)

    async def _hear(self) -> bytes:
        try:
            return await asyncio.get_running_loop().sock_recv(self._line, 1)
        except OSError:
            return b""

    def left_to_successor(self) -> tuple[int, int]:
        """Its process and its line, which outlives this program."""
        self._line.set_inheritable(True)
        return self.pid, self._line.fileno()


class Lead:
    """The process that leads, seen from one that serves under it."""

    def __init__(self, line: int) -> None:
        self._line = socket.socket(fileno=line)
        self._line.set_inheritable(False)
        self.stays = False  # whether others stay at the socket when we leave

    def settings(self) -> Settings:
        """What it hands over first, where it was said that it does."""
        (length,) = LENGTH.unpack(self._exactly(LENGTH.size))
        # The words are those of our own program, by a line that nobody else has.
        found = pickle.loads(self._exactly(length))  # noqa: S301 ours
        if not isinstance(found, Settings):
            raise TypeError("these are no settings")
        return found

    def _exactly(self, length: int) -> bytes:
        found = b""
        while len(found) < length:
            piece = self._line.recv(length - len(found))
            if not piece:
                raise EOFError("who leads is gone")
            found += piece
        return found

    def obey(self, stop: Stop) -> None:
        """Stop when told to, or when who leads is gone."""
        loop = asyncio.get_running_loop()
        self._line.setblocking(False)

        def told() -> None:
            loop.remove_reader(self._line.fileno())
            with suppress(OSError):
                self.stays = self._line.recv(1) == RETIRE
            stop.ask_kindly()

        def alone() -> None:
            if not stop.asked.is_set():
                self.stays = True  # the socket is not ours to close: it is that of all
                stop.ask()

        loop.add_reader(self._line.fileno(), told)
        # A service manager signals all of us, and who leads says so in a moment. Else it was
        # meant for this process alone.
        loop.add_signal_handler(signal.SIGTERM, loop.call_later, TOLD_SECONDS, alone)

    def say_ready(self) -> None:
        with suppress(OSError):
            self._line.send(READY)
