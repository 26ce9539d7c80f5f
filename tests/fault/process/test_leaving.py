"""SIGTERM under load: whoever was let in is answered, and the service leaves in good order."""

import asyncio
import os
import random
import signal
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests import wire
from tests.process import Service, running, until
from tests.wire import Broken

from .evidence import assert_whole, rows
from .load import ARTICLE, SETTINGS

ROUNDS = {"sqlite": 4, "postgresql": 2}
ASKED = os.environ.get("MODERATION_FAULT_ROUNDS", "")


@dataclass
class Heard:
    """What visitors heard, by the text that each of them left."""

    answers: dict[str, int] = field(default_factory=dict)  # status
    unheard: list[str] = field(default_factory=list)  # a connection kept open was closed instead
    broken: list[str] = field(default_factory=list)  # let in, and no whole answer


def comment(text: str, *, close: bool) -> bytes:
    """Write a reply as a form sends it."""
    fields = {
        "article": ARTICLE.format(number=1),
        "author": "Mei",
        "email": "mei@readers.example",
        "comment": text,
    }
    headers = {"Content-Type": wire.FORM}
    return wire.request("POST", "/comments", urlencode(fields).encode(), headers, close=close)


async def visit(service: Service, heard: Heard, name: str) -> None:
    """Come again and again, by a new connection each time, until nobody opens."""
    number = 0
    while True:
        number += 1
        text = f"Visitor {name} says {number}."
        try:
            async with wire.connect(service.port) as line:
                await line.send(comment(text, close=True))
                heard.answers[text] = (await line.answer()).status
        except Broken as error:
            heard.broken.append(f"{text} {error}")
        except OSError:
            return


async def stay(service: Service, heard: Heard, name: str) -> None:
    """Say one thing after the other by one connection, until the service parts."""
    number = 0
    async with wire.connect(service.port) as line:
        while True:
            number += 1
            text = f"Guest {name} says {number}."
            await line.send(comment(text, close=False))
            try:
                answer = await line.answer()
            except Broken as error:
                (heard.broken if error.received else heard.unheard).append(text)
                return
            heard.answers[text] = answer.status
            if answer.headers.get("connection") == "close":
                return


async def linger(service: Service, heard: Heard, asked: asyncio.Event, name: str) -> None:
    """Be in the middle of a request when the service is asked to leave."""
    text = f"Slow {name} says one thing."
    whole = comment(text, close=True)
    async with wire.connect(service.port) as line:
        await line.send(whole[:-20])
        await asked.wait()
        await line.send(whole[-20:])
        try:
            heard.answers[text] = (await line.answer()).status
        except Broken as error:
            heard.broken.append(f"{text} {error}")


async def test_nobody_who_was_let_in_is_dropped(
    store_url: str, engine_name: str, tmp_path: Path
) -> None:
    heard = Heard()
    rounds = int(ASKED or ROUNDS[engine_name])
    async with running(tmp_path, store_url, SETTINGS) as service:
        for number in range(rounds):
            await _round(service, heard, str(number))
            assert heard.broken == []
            await service.start()
        assert set(heard.answers.values()) == {303}
        kept = [text for (text,) in await rows(store_url, "SELECT text FROM comment")]
        assert sorted(kept) == sorted(heard.answers)  # and nothing of the unheard
        await assert_whole(store_url)
        assert service.complaints() == []
    print(
        f"\n{engine_name}: left {rounds} times, {len(heard.answers)} answered and kept, "
        f"{len(heard.unheard)} parted from between two requests"
    )


async def _round(service: Service, heard: Heard, name: str) -> None:
    asked = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for number in range(6):
            group.create_task(visit(service, heard, f"{name}-{number}"))
            group.create_task(stay(service, heard, f"{name}-{number}"))
        for number in range(3):
            group.create_task(linger(service, heard, asked, f"{name}-{number}"))
        await asyncio.sleep(random.uniform(0.1, 0.6))  # noqa: S311 no secret
        stopping = group.create_task(service.stop())
        await asyncio.sleep(0)
        asked.set()
        assert await stopping == 0


async def nobody_listens(service: Service) -> bool:
    try:
        await wire.get(service.port, "/healthz")
    except OSError:
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_who_is_told_twice_leaves_at_once(tmp_path: Path, number: signal.Signals) -> None:
    async with running(tmp_path, f"sqlite:///{tmp_path / 'moderation.db'}", SETTINGS) as service:
        assert service.process is not None
        async with wire.connect(service.port) as line:
            await line.send(comment("I never come to an end.", close=True)[:-5])
            service.process.send_signal(number)
            await until(lambda: nobody_listens(service), what="the end of listening")
            service.process.send_signal(number)
            assert await asyncio.to_thread(service.process.wait, 10) == 1
        await service.start()
