"""Reads hostile pages in processes of their own, which are killed when a page takes too much."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import ceil

import msgspec

from moderation.domain.clock import Clock, SystemClock
from moderation.domain.ping import ArticleFacts, SourceFacts
from moderation.net.contract import NotHtml, NotReadable, Page
from moderation.net.limits import READ, ReadLimits
from moderation.net.messages import LENGTH, READY, Job, Outcome

_ANSWER_BYTES = 256 * 1024  # facts are far smaller; more is no answer of ours
_LEAVE_SECONDS = 1.0  # for a process to end by itself
_OVER_BUDGET = "the page took more time or memory than reading may"


class _Dead(Exception):
    """The process ended instead of answering."""


@dataclass(slots=True)
class _Worker:
    """A running process and how many pages it has read."""

    process: Process
    pages: int = 0

    async def send(self, message: bytes) -> None:
        self._pipes()[0].write(LENGTH.pack(len(message)) + message)
        await self._pipes()[0].drain()

    async def receive(self) -> bytes:
        answers = self._pipes()[1]
        (length,) = LENGTH.unpack(await answers.readexactly(LENGTH.size))
        if length > _ANSWER_BYTES:
            raise _Dead
        return await answers.readexactly(length)

    async def end(self, *, patience: float) -> None:
        """See it gone, pipes and all: it ends by itself when nothing more comes, or is killed.

        Killing one that is just leaving would confuse who waits for it, hence the patience.
        """
        self._pipes()[0].close()
        try:
            async with asyncio.timeout(patience):
                await self._gone()
        except TimeoutError:
            pass
        finally:
            if self.process.returncode is None:
                with suppress(ProcessLookupError):
                    self.process.kill()
        await self._gone()

    async def _gone(self) -> None:
        jobs, answers = self._pipes()
        with suppress(OSError):
            await answers.read()
        with suppress(OSError):
            await jobs.wait_closed()
        await self.process.wait()

    def _pipes(self) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
        jobs, answers = self.process.stdin, self.process.stdout
        if jobs is None or answers is None:
            raise RuntimeError("a process without pipes")
        return jobs, answers


class ProcessReader:
    """A `Reader`. Processes start when first needed, and are few; `close` ends them.

    One that was killed or died is replaced by the next call. What a page can do here is
    to waste `limits.seconds` of one process.
    """

    def __init__(self, clock: Clock | None = None, limits: ReadLimits = READ) -> None:
        self._clock = clock or SystemClock()
        self._limits = limits
        self._places = asyncio.Semaphore(limits.workers)
        self._idle: list[_Worker] = []
        self._closed = False
        self._decoder = msgspec.msgpack.Decoder(Outcome)

    async def read_source(
        self, page: Page, targets: Sequence[str], sketch: Sequence[int] = ()
    ) -> SourceFacts:
        """Look for a link to any of the targets; see `Reader`."""
        outcome = await self._read(page, list(targets), tuple(sketch))
        if outcome.source is None:
            raise NotReadable("reading gave no facts")
        return outcome.source

    async def read_article(self, page: Page) -> ArticleFacts:
        """Read what the owner's page says of itself; see `Reader`."""
        outcome = await self._read(page, None)
        if outcome.article is None:
            raise NotReadable("reading gave no facts")
        return outcome.article

    async def close(self) -> None:
        """End the processes that rest; one at work ends with the page it reads."""
        self._closed = True
        while self._idle:
            await self._idle.pop().end(patience=_LEAVE_SECONDS)

    async def _read(
        self, page: Page, targets: list[str] | None, sketch: tuple[int, ...] = ()
    ) -> Outcome:
        job = Job(page, targets, self._clock.now(), ceil(self._limits.seconds), sketch)
        message = msgspec.msgpack.encode(job)
        async with self._places:
            outcome = await self._ask(message)
        if outcome.not_html:
            raise NotHtml(outcome.not_html)
        if outcome.failed:
            raise NotReadable(outcome.failed)
        return outcome

    async def _ask(self, message: bytes) -> Outcome:
        """Hand a job to a process; one found dead after its rest is replaced once."""
        worker = await self._worker()
        rested = worker.pages > 0
        try:
            return await self._exchange(worker, message)
        except _Dead:
            if not rested:
                raise NotReadable(_OVER_BUDGET) from None
        try:
            return await self._exchange(await self._start(), message)
        except _Dead:
            raise NotReadable(_OVER_BUDGET) from None

    async def _exchange(self, worker: _Worker, message: bytes) -> Outcome:
        """Ask one process; it goes back to rest, or is ended whatever else happens."""
        fit, patience = False, 0.0
        try:
            async with asyncio.timeout(self._limits.seconds):
                await worker.send(message)
                outcome = self._decoder.decode(await worker.receive())
            worker.pages += 1
            fit = worker.pages < self._limits.pages_per_worker and not self._closed
            patience = _LEAVE_SECONDS
            return outcome
        except TimeoutError:
            raise NotReadable(_OVER_BUDGET) from None
        except (EOFError, OSError, msgspec.DecodeError) as error:
            patience = _LEAVE_SECONDS
            raise _Dead from error
        finally:
            if fit:
                self._idle.append(worker)
            else:
                await worker.end(patience=patience)

    async def _worker(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.process.returncode is None:
                return worker
            await worker.end(patience=_LEAVE_SECONDS)
        return await self._start()

    async def _start(self) -> _Worker:
        """Start a process; raises RuntimeError where none can be had (no fault of the page)."""
        worker = _Worker(
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-s", "-m", "moderation.net.worker"),
                str(self._limits.memory_bytes),
                stdin=PIPE,
                stdout=PIPE,
                env=_environment(),
                start_new_session=True,  # a Ctrl-C in the terminal is the service's affair
            )
        )
        try:
            async with asyncio.timeout(self._limits.start_seconds):
                ready = await worker.receive() == READY
        except (TimeoutError, EOFError, OSError, _Dead):
            ready = False
        except BaseException:
            await worker.end(patience=0)
            raise
        if not ready:
            await worker.end(patience=0)
            raise RuntimeError("the process that reads pages did not start")
        return worker


def _environment() -> dict[str, str]:
    """Pass on where our modules are, and nothing else: a page has no use for our secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
