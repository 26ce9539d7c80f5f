"""One process of the service: it answers, does jobs, and hands back what it holds when it stops."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from contextlib import suppress

from moderation.app import make_app
from moderation.cli.serving import heap
from moderation.cli.serving.listening import Listening
from moderation.cli.serving.server import make_server
from moderation.cli.serving.signals import Stop
from moderation.domain.clock import SystemClock
from moderation.flow.catalogue import Catalogue
from moderation.house import House, open_house
from moderation.logs import get
from moderation.settings import Settings
from moderation.text import suffixes
from moderation.web.demo import ARTICLES

WORK_SECONDS = 10.0  # for the jobs inside when the service stops
logger = get("service")

Greet = Callable[[House], Awaitable[None]]
Stays = Callable[[], bool]
BLINK = 0.01  # seconds


class Unguarded(Exception):
    """The guard of outgoing connections is not in place, so nothing may be fetched."""


async def serve(
    settings: Settings,
    listening: Listening,
    stop: Stop,
    greet: Greet,
    stays: Stays = lambda: False,
) -> None:
    """Answer and work until asked to stop; then finish, hand leases back, and close.

    Greets once it answers. `stays`: whether the socket stays open when we leave.
    Raises `StoreUnusable` and `Unguarded` before anything was answered.
    """
    house = await _open(settings)
    try:
        if settings.demo:
            await _know_demo(house)
        server = make_server(make_app(house))
        working = asyncio.create_task(house.worker.run())
        answering = asyncio.create_task(server.serve(sockets=[listening.socket]))
        asked = asyncio.create_task(stop.asked.wait())
        while not (server.started or answering.done()):  # noqa: ASYNC110 it tells nobody
            await asyncio.sleep(BLINK)
        await greet(house)
        resting = asyncio.create_task(_come_to_rest(house))
        await asyncio.wait({asked, answering, working}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        resting.cancel()
        server.stays = stays()
        server.should_exit = True
        await asyncio.gather(answering, house.worker.stop(within=WORK_SECONDS), working)
    finally:
        await house.close()
    logger.info("stopped")


async def work(settings: Settings, stop: Stop, greet: Greet) -> None:
    """Do jobs and nothing else, until asked to stop. Raises as `serve` does."""
    house = await _open(settings)
    try:
        working = asyncio.create_task(house.worker.run())
        await greet(house)
        await stop.asked.wait()
        await asyncio.gather(house.worker.stop(within=WORK_SECONDS), working)
    finally:
        await house.close()
    logger.info("stopped")


async def _come_to_rest(house: House) -> None:
    """Give back what the start alone needed, once it is over: folding goes on beside answering."""
    with suppress(Exception):  # whoever weighs a comment is told
        await house.learning.relearn.settled()
    heap.give_back()


async def _know_demo(house: House) -> None:
    """Name the demo's own pages, as an owner would: the queue shows titles, not addresses."""
    catalogue = Catalogue(house.store, house.settings.sites, house.clock, house.features)
    for page in ARTICLES:
        url = house.settings.sites[0].url + page.path
        found = await catalogue.at(url)
        if found is None or found.article.title is None:
            await catalogue.know(url, title=page.title)


async def _open(settings: Settings) -> House:
    """Open the house, see that its guard stands, and ask for what goes on by itself."""
    house = await open_house(settings, clock=SystemClock())
    try:
        await house.fetcher.self_test()
        suffixes.load()  # nobody is answered yet; the first ping would hold up all others
        await house.sweep.start()
        await house.watch.start()
        await house.indexing.start()
        if house.account is not None:
            await house.account.start()
        await house.learning.relearn.start()
        gc.freeze()  # what stands now stays: no collection need go through it again
    except RuntimeError as error:
        await house.close()
        raise Unguarded(f"Nothing was started: {error}.") from error
    except BaseException:
        await house.close()
        raise
    return house
