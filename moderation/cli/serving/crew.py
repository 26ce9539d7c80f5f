"""Several processes that answer at one socket, and the one that leads them and answers nobody."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from moderation import logs
from moderation.cli.serving.hands import Hand
from moderation.cli.serving.listening import Listening
from moderation.cli.serving.signals import LONGEST, Stop
from moderation.settings import Settings

PAUSE = 1.0  # seconds before a process that ended is replaced; doubled while it goes on so
LONGEST_PAUSE = 30.0
logger = logs.get("crew")


class Crew:
    """Keeps `number` processes running; `elders` answer until these do, one after the other."""

    def __init__(
        self, settings: Settings, listening: Listening, number: int, elders: Sequence[Hand] = ()
    ) -> None:
        self._settings = settings
        self._listening = listening
        self._number = number
        self._members: set[Hand] = set()
        self._elders = list(elders)
        self._leaving: set[asyncio.Task[int]] = set()
        self._turn = asyncio.Lock()

    async def lead(self, stop: Stop, renewed: asyncio.Event) -> Sequence[Hand]:
        """Run the crew until asked to stop; one that dies is replaced.

        When it is to be renewed it goes on without us: those who are to be told, then.
        """
        keeping = [asyncio.create_task(self._keep(stop)) for _ in range(self._number)]
        ends = [asyncio.create_task(event.wait()) for event in (stop.asked, renewed)]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for task in (*ends, *(() if stop.asked.is_set() else keeping)):
            task.cancel()
        if not stop.asked.is_set():
            await asyncio.wait(keeping)
            return [*self._elders, *self._members]
        self._listening.close()
        for hand in (*self._elders, *self._members):
            hand.stop()
        leaving = [asyncio.create_task(hand.ended()) for hand in self._elders]
        await asyncio.wait([*keeping, *leaving, *self._leaving], timeout=LONGEST - 1)
        self.kill()
        return ()

    def kill(self) -> None:
        """End whoever is left, as they stand."""
        for hand in (*self._elders, *self._members):
            hand.kill()

    async def _keep(self, stop: Stop) -> None:
        loop, pause = asyncio.get_running_loop(), PAUSE
        while not stop.asked.is_set():
            began = loop.time()
            await self._one_life(stop)
            if stop.asked.is_set():
                return
            pause = PAUSE if loop.time() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.asked.wait(), pause)

    async def _one_life(self, stop: Stop) -> None:
        """Start one and wait for its end; where none can be started, tell."""
        try:
            member = await self._start(stop)
        except OSError as error:  # no memory, or no program just now: a release is being installed
            logger.error("a process could not be started", error=str(error))
            return
        if member is None:
            return
        code = await member.ended()
        self._members.discard(member)
        if not stop.asked.is_set():
            logger.error("a process ended and is replaced", process=member.pid, code=code)

    async def _start(self, stop: Stop) -> Hand | None:
        """Start one; while there are elders only one at a time, and then one of them may leave."""
        if not self._elders:
            return self._begin()
        async with self._turn:
            if stop.asked.is_set():
                return None
            member = self._begin()
            if await member.ready() and self._elders:
                every = len(self._members) == self._number
                for elder in self._elders if every else self._elders[:1]:
                    elder.retire()
                    self._leaving.add(asyncio.create_task(elder.ended()))
                self._elders = [] if every else self._elders[1:]
        return member

    def _begin(self) -> Hand:
        member = Hand.start(self._listening, self._settings)
        self._members.add(member)
        return member
