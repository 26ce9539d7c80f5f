"""SIGHUP and a stop between two starts under load: nobody is refused, nobody is dropped."""

import asyncio
import os
import random
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import wire
from tests.process import Service, running, until
from tests.wire import Broken

from .evidence import assert_whole, rows
from .load import SETTINGS
from .test_leaving import comment

ROUNDS = int(os.environ.get("MODERATION_FAULT_ROUNDS", "1"))
CREW = "[server]\nworkers = 2\n"
PROCESSES = Path("/proc")

pytestmark = pytest.mark.skipif(
    not PROCESSES.is_dir(), reason="who serves under whom is read from /proc"
)


@dataclass
class Heard:
    """What became of all that was said."""

    kept: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # refused, broken off, or answered otherwise
    parted: list[str] = field(default_factory=list)  # a connection was closed between two requests
    over: asyncio.Event = field(default_factory=asyncio.Event)


async def visit(service: Service, heard: Heard, name: str) -> None:
    """Come again and again, by a new connection each time."""
    number = 0
    while not heard.over.is_set():
        number += 1
        text = f"Visitor {name} says {number}."
        try:
            async with wire.connect(service.port) as line:
                await line.send(comment(text, close=True))
                status = (await line.answer()).status
        except (Broken, OSError) as error:
            heard.lost.append(f"{text} {error!r}")
        else:
            (heard.kept if status == 303 else heard.lost).append(text)


async def stay(service: Service, heard: Heard, name: str) -> None:
    """Say one thing after the other by one connection, and by the next when that is closed."""
    number = 0
    while not heard.over.is_set():
        async with wire.connect(service.port) as line:
            while not heard.over.is_set():
                number += 1
                text = f"Guest {name} says {number}."
                await line.send(comment(text, close=False))
                try:
                    answer = await line.answer()
                except Broken as error:
                    (heard.lost if error.received else heard.parted).append(text)
                    break
                (heard.kept if answer.status == 303 else heard.lost).append(text)
                if answer.headers.get("connection") == "close":
                    break


async def linger(service: Service, heard: Heard, name: str) -> None:
    """Take long over one request."""
    number = 0
    while not heard.over.is_set():
        number += 1
        text = f"Slow {name} says {number}."
        whole = comment(text, close=True)
        async with wire.connect(service.port) as line:
            await line.send(whole[:-20])
            await asyncio.sleep(random.uniform(0, 2))  # noqa: S311 no secret
            await line.send(whole[-20:])
            try:
                status = (await line.answer()).status
            except Broken as error:
                heard.lost.append(f"{text} {error}")
            else:
                (heard.kept if status == 303 else heard.lost).append(text)


def crowd(group: asyncio.TaskGroup, service: Service, heard: Heard) -> None:
    for number in range(4):
        group.create_task(visit(service, heard, f"{number}"))
        group.create_task(stay(service, heard, f"{number}"))
    for number in range(2):
        group.create_task(linger(service, heard, f"{number}"))


def started(service: Service) -> int:
    """How often it has said where it listens."""
    return sum("listens at" in line.get("line", "") for line in service.log())


async def renew(service: Service) -> None:
    """Ask for it by SIGHUP, and wait until it answers anew and the others are gone."""
    assert service.process is not None
    before = started(service)
    leaving = children(service)
    service.process.send_signal(signal.SIGHUP)

    async def anew() -> bool:
        return started(service) > before and not (set(leaving) & set(children(service)))

    async def quiet() -> bool:
        return len(children(service)) == len(leaving)

    await until(anew, what="the program anew")
    await until(quiet, what="the end of who stood in")


def children(service: Service) -> list[int]:
    """The processes that serve under it."""
    assert service.process is not None
    pid = service.process.pid
    found = (PROCESSES / f"{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in found if b"serve" in command(each)]


def command(pid: str) -> bytes:
    try:
        return (PROCESSES / f"{pid}/cmdline").read_bytes()
    except OSError:
        return b""


async def assert_nobody_was_harmed(service: Service, heard: Heard) -> None:
    assert heard.lost == []
    assert heard.kept != []
    kept = [text for (text,) in await rows(service.store_url, "SELECT text FROM comment")]
    assert sorted(kept) == sorted(heard.kept)
    await assert_whole(service.store_url)


@pytest.mark.parametrize("more", [pytest.param("", id="alone"), pytest.param(CREW, id="a crew")])
async def test_nobody_is_refused_or_dropped_while_it_begins_anew(
    store_url: str, engine_name: str, tmp_path: Path, more: str
) -> None:
    heard = Heard()
    async with running(tmp_path, store_url, SETTINGS + more) as service:
        async with asyncio.TaskGroup() as group:
            crowd(group, service, heard)
            for _ in range(ROUNDS):
                await renew(service)
            heard.over.set()
        await assert_nobody_was_harmed(service, heard)
        assert await service.stop() == 0
        assert service.complaints() == []
    print(
        f"\n{engine_name}: begun anew {ROUNDS} times, {len(heard.kept)} answered and kept, "
        f"{len(heard.parted)} parted from between two requests"
    )


async def test_settings_are_read_anew_and_faulty_ones_change_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'moderation.db'}"
    async with running(tmp_path, url, SETTINGS) as service:
        assert service.process is not None
        good = service.settings.read_text()

        async def sites() -> str:
            return await service.command("site", "list")

        service.settings.write_text(good.replace("[sites.blog]", "[sitess.blog]"))
        service.process.send_signal(signal.SIGHUP)

        async def told() -> bool:
            return any(line.get("event", "").startswith("not renewed") for line in service.log())

        await until(told, what="a word about it")
        assert "did you mean [sites" in service.tail()
        assert await service.is_ready()
        assert started(service) == 1

        other = "https://other.example/a/"
        assert (await wire.get(service.port, "/thread.html", article=other)).status == 404
        service.settings.write_text(good + '[sites.other]\nurl = "https://other.example/"\n')
        await renew(service)
        assert (await wire.get(service.port, "/thread.html", article=other)).status == 200
        assert await service.stop() == 0


async def test_who_is_asked_to_stop_while_it_begins_anew_stops_with_all_who_serve_under_it(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'moderation.db'}"
    async with running(tmp_path, url, SETTINGS) as service:
        assert service.process is not None
        service.process.send_signal(signal.SIGHUP)

        async def one_more() -> list[int]:
            return children(service)

        under = await until(one_more, what="who stands in")
        assert await service.stop() == 0
        assert [pid for pid in under if b"serve" in command(str(pid))] == []
        assert not any("Traceback" in line.get("line", "") for line in service.log())


MANAGER = """
import os, socket, sys
door = socket.socket(fileno=int(sys.argv[1]))
os.dup2(door.fileno(), 3)
os.set_inheritable(3, True)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", "LISTEN_FDNAMES": "web"}
os.execv(sys.executable, [sys.executable, "-m", "moderation", *sys.argv[2:]])
"""


async def test_at_a_service_managers_socket_nobody_is_refused_between_two_lives(
    store_url: str, tmp_path: Path
) -> None:
    heard = Heard()
    service = Service(tmp_path, store_url, SETTINGS)
    with socket.create_server(("127.0.0.1", service.port), backlog=512) as door:

        def start() -> None:
            words = ["--settings", str(service.settings), "serve"]
            service.begin([sys.executable, "-c", MANAGER, str(door.fileno()), *words], door)

        try:
            start()
            async with asyncio.TaskGroup() as group:
                crowd(group, service, heard)
                for _ in range(ROUNDS):
                    await service.until_ready()
                    assert await service.stop() == 0
                    start()
                await service.until_ready()
                heard.over.set()
            await assert_nobody_was_harmed(service, heard)
            assert await service.stop() == 0
            assert service.complaints() == []
        finally:
            await service.kill()
