"""Asks a service that runs: pings by each protocol, and a thread; and what it cost the service."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.queued import ARTICLE, settings, sources
from bench.steady import Waits, steadily
from tests import wire
from tests.conformance.doors import PINGBACK, TRACKBACK, WEBMENTION, Door
from tests.process import Service, running

DOORS = {"pingback": PINGBACK, "trackback": TRACKBACK, "webmention": WEBMENTION}
SENDERS = 250
THREAD_BYTES = 10_000  # of fifty comments, at the least
Ask = Callable[[int], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often something is asked, and for how long."""

    rate: float  # a second
    seconds: float
    settle: float  # seconds before, for what a start leaves to be done


async def answered(
    url: str, folder: Path, port: int, pace: Pace
) -> tuple[dict[str, Waits], dict[str, Waits], dict[str, float]]:
    """Ping by each protocol in turn, each after what needs no store; and a ping's cost in ms."""
    told, beside, cost = {}, {}, {}
    async with running(folder, url, settings(port)) as service:
        await asyncio.sleep(pace.settle)
        for name, door in DOORS.items():
            beside[name] = await steadily(_health(service), pace.rate, pace.seconds)
            before = processor(_pid(service))
            pings = _pinging(service, door, name, port)
            told[name] = await steadily(pings, pace.rate, pace.seconds)
            cost[name] = (processor(_pid(service)) - before) / told[name].count * 1000
    return told, beside, cost


def _health(service: Service) -> Ask:
    async def ask(number: int) -> bool:
        return (await wire.get(service.port, "/healthz")).status == 200

    return ask


def _pinging(service: Service, door: Door, name: str, port: int) -> Ask:
    pages = sources(port, seed=name)

    async def ask(number: int) -> bool:
        sender = f"192.0.2.{number % SENDERS}"
        headers = {"Content-Type": door.content_type, "X-Forwarded-For": sender}
        body = door.ping(next(pages))
        return door.took(await wire.ask(service.port, "POST", door.where, body, headers))

    return ask


async def read(url: str, folder: Path, port: int, pace: Pace) -> tuple[Waits, int]:
    """Read the thread half as often; how long it took, and the service's most memory in MiB."""
    async with running(folder, url, settings(port)) as service:

        async def ask(number: int) -> bool:
            answer = await wire.get(service.port, "/thread.html", article=ARTICLE)
            return answer.status == 200 and len(answer.body) > THREAD_BYTES

        await ask(0)  # the first one is written
        await asyncio.sleep(pace.settle)
        waits = await steadily(ask, pace.rate / 2, pace.seconds)
        return waits, memory(_pid(service))


def _pid(service: Service) -> int:
    if service.process is None:
        raise RuntimeError("the service does not run")
    return service.process.pid


def memory(pid: int) -> int:
    """The most memory a process and its children had, in MiB, each at its own height."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    (own,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(own) // 1024 + sum(memory(int(child)) for child in children)


def processor(pid: int) -> float:
    """Seconds of the processor that a process has used, its children aside."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def asked(port: int) -> Mapping[str, int]:
    """How many pages of each kind the server of the sources was asked for so far."""
    counted: dict[str, int] = (await wire.get(port, "/count")).json()
    return counted
