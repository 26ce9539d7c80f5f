"""Several processes that answer at one socket, and the one that leads them and answers nobody."""

import asyncio
import multiprocessing
import signal
from multiprocessing.connection import Connection

from moderation import logs
from moderation.cli.serving.listening import Listening
from moderation.cli.serving.server import loop_factory
from moderation.cli.serving.service import serve
from moderation.cli.serving.signals import LONGEST, Stop
from moderation.house import House
from moderation.settings import Settings, secrets_of

PAUSE = 1.0  # seconds before a process that ended is replaced; doubled while it goes on so
LONGEST_PAUSE = 30.0
logger = logs.get("crew")


class Member:
    """One process of the crew. It stops when its pipe closes: when we say so, or are gone."""

    def __init__(self, settings: Settings, listening: Listening) -> None:
        context = multiprocessing.get_context("spawn")
        orders, self._orders = context.Pipe(duplex=False)
        self.process = context.Process(
            target=_work, args=(settings, listening, orders), daemon=True
        )
        self.process.start()
        orders.close()

    def stop(self) -> None:
        self._orders.close()

    async def ended(self) -> None:
        """Wait for its end."""
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self.process.sentinel, over.set)
        try:
            await over.wait()
        finally:
            loop.remove_reader(self.process.sentinel)


class Crew:
    """Keeps `number` processes running until asked to stop."""

    def __init__(self, settings: Settings, listening: Listening, number: int) -> None:
        self._settings = settings
        self._listening = listening
        self._number = number
        self._members: set[Member] = set()

    async def lead(self, stop: Stop) -> None:
        """Run the crew; one that dies is replaced."""
        keeping = [asyncio.create_task(self._keep(stop)) for _ in range(self._number)]
        await stop.asked.wait()
        self._listening.close()
        for member in self._members:
            member.stop()
        await asyncio.wait(keeping, timeout=LONGEST - 1)
        self.kill()

    def kill(self) -> None:
        """End whoever is left, as they stand."""
        for member in self._members:
            if member.process.is_alive():
                member.process.kill()

    async def _keep(self, stop: Stop) -> None:
        loop, pause = asyncio.get_running_loop(), PAUSE
        while not stop.asked.is_set():
            began = loop.time()
            member = Member(self._settings, self._listening)
            self._members.add(member)
            await member.ended()
            self._members.discard(member)
            if stop.asked.is_set():
                return
            member.stop()
            member.process.join()
            code = member.process.exitcode
            logger.error("a process ended and is replaced", process=member.process.pid, code=code)
            pause = PAUSE if loop.time() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            try:
                await asyncio.wait_for(stop.asked.wait(), pause)
            except TimeoutError:
                continue


def _work(settings: Settings, listening: Listening, orders: Connection) -> None:
    """What runs in a process of the crew."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's reaches all; the leader decides
    logs.set_up(secrets=secrets_of(settings))
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_obey(settings, listening, orders))


async def _obey(settings: Settings, listening: Listening, orders: Connection) -> None:
    loop, stop = asyncio.get_running_loop(), Stop()

    def told() -> None:
        loop.remove_reader(orders.fileno())
        stop.ask_kindly()

    loop.add_reader(orders.fileno(), told)
    # A service manager signals all of us: it must not count as asked twice.
    loop.add_signal_handler(signal.SIGTERM, stop.ask_kindly)
    await serve(settings, listening, stop, _say_nothing)


async def _say_nothing(house: House) -> None:
    """The leader has greeted."""
