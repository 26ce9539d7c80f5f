"""Serving at a socket: alone, as one that leads others, or under one that leads."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar

from moderation import logs
from moderation.cli.frame import Problem
from moderation.cli.serving import heap
from moderation.cli.serving.crew import Crew
from moderation.cli.serving.handover import Handover
from moderation.cli.serving.hands import Hand, Lead
from moderation.cli.serving.listening import Listening
from moderation.cli.serving.renewal import Renewal, become_anew
from moderation.cli.serving.server import loop_factory
from moderation.cli.serving.service import Greet, Unguarded, serve
from moderation.cli.serving.signals import LONGEST, Stop, heeding, leave_now
from moderation.domain.errors import Fault
from moderation.house import House
from moderation.settings import Settings, secrets_of
from moderation.store.engine import Away, StoreUnusable

Renewing = Callable[[Renewal], Coroutine[Any, Any, Sequence[Hand]]]
T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run until it ends by itself; what kept it from starting is told in one line."""
    heap.share()
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            return runner.run(work)
    except (Away, Fault, StoreUnusable, Unguarded) as error:
        raise Problem(str(error)) from None


def renewed(work: Renewing, listening: Listening) -> None:
    """Run until it is to stop, or to be renewed; then begin the program anew."""
    renewal = Renewal(listening)
    elders = run(work(renewal))
    if elders:
        become_anew(renewal.kept or listening, elders)


async def alone(
    settings: Settings,
    listening: Listening,
    greet: Greet,
    renewal: Renewal | None = None,
    elders: Sequence[Hand] = (),
) -> Sequence[Hand]:
    """Serve; those who answer until the program has begun anew, nobody where it is to end.

    `elders` answer until we do.
    """
    stop = Stop()
    leaving: list[asyncio.Task[int]] = []

    async def begin(house: House) -> None:
        await greet(house)
        for elder in elders:
            elder.retire()
            leaving.append(asyncio.create_task(elder.ended()))

    def stays() -> bool:
        return listening.lasts or stop.gives_way

    if renewal is None:
        with heeding(stop):
            await serve(settings, listening, stop, begin, stays)
        return ()
    with heeding(stop), renewal.heeding():
        giving_way = asyncio.create_task(_give_way(renewal, listening, stop))
        await serve(settings, listening, stop, begin, stays)
        giving_way.cancel()
        if stop.gives_way and renewal.stand_in is not None:
            return [*(elder for elder in elders if not elder.is_gone), renewal.stand_in]
        await renewal.give_up()
        if leaving:
            await asyncio.wait(leaving, timeout=LONGEST)
    return ()


async def _give_way(renewal: Renewal, listening: Listening, stop: Stop) -> None:
    await renewal.ready.wait()
    renewal.kept = listening.again()  # the server closes its own
    stop.give_way()


async def crew(
    settings: Settings,
    listening: Listening,
    greet: Callable[[], Awaitable[None]],
    renewal: Renewal,
    elders: Sequence[Hand] = (),
) -> Sequence[Hand]:
    """Lead those who serve, `server.workers` of them; returns as `alone` does."""
    team = Crew(settings, listening, settings.server.workers, elders)

    def hurry() -> None:
        team.kill()
        leave_now()

    stop = Stop(hurry)
    with heeding(stop), renewal.heeding():
        await greet()
        left = await team.lead(stop, renewal.ready)
        if left and renewal.stand_in is not None:
            return [*left, renewal.stand_in]
        await renewal.give_up()
    return ()


def follow(handover: Handover, read: Callable[[], Settings]) -> None:
    """Serve under the process that leads: with the settings it hands over, or `read` anew."""
    lead = Lead(handover.line)
    settings = lead.settings() if handover.settings else read()
    logs.set_up(secrets=secrets_of(settings))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's reaches all; who leads decides
    listening = Listening.adopt(handover.socket, lasts=handover.lasts)

    async def greet(house: House) -> None:
        lead.say_ready()

    async def inside() -> None:
        stop = Stop()
        lead.obey(stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        await serve(settings, listening, stop, greet, lambda: listening.lasts or lead.stays)

    run(inside())
