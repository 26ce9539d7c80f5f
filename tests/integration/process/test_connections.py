"""Connections as they come: broken off, ambiguous, too large, many requests on one."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import wire
from tests.process import Service, running, until
from tests.wire import Broken

SETTINGS = """
[sites.blog]
url = "https://blog.example/"
articles = "any"
"""
THREAD = "/thread.html?article=https://blog.example/a"


@pytest.fixture
async def service(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Service]:
    database = tmp_path / "moderation.db"
    shutil.copyfile(sqlite_template, database)
    async with running(tmp_path, f"sqlite:///{database}", SETTINGS) as service:
        yield service


@pytest.mark.parametrize("path", ["/comments", "/pingback", "/preview", "/dashboard/login"])
async def test_a_client_that_leaves_in_the_middle_is_no_error_of_ours(
    service: Service, path: str
) -> None:
    whole = wire.request("POST", path, b"x" * 100, {"Content-Type": "text/xml"})
    async with wire.connect(service.port) as line:
        await line.send(whole[:-50])

    assert (await wire.get(service.port, "/healthz")).status == 200
    assert await service.stop() == 0
    assert service.complaints() == []


async def test_a_body_that_is_far_too_large_is_refused_in_words(service: Service) -> None:
    answer = await wire.ask(
        service.port, "POST", "/comments", b"x" * 2_000_000, {"Accept": "application/json"}
    )
    assert answer.status == 413


async def test_a_request_with_two_lengths_is_one_request(service: Service) -> None:
    smuggled = wire.request("GET", "/healthz")
    headers = {"Transfer-Encoding": "chunked", "Content-Length": "5"}
    async with wire.connect(service.port) as line:
        await line.send(wire.request("POST", "/comments", b"0\r\n\r\n" + smuggled, headers))
        assert (await line.answer()).status == 400
        assert await line.rest() == b""


async def test_many_requests_come_by_one_connection_and_an_idle_one_is_closed(
    service: Service,
) -> None:
    async with wire.connect(service.port) as line:
        for _ in range(20):
            await line.send(wire.request("GET", THREAD, close=False))
            assert (await line.answer()).status == 200
        ahead = wire.request("GET", THREAD, close=False) * 3  # without waiting for answers
        await line.send(ahead)
        assert [(await line.answer()).status for _ in range(3)] == [200, 200, 200]
        with pytest.raises(Broken, match="hung up"):
            await line.answer()


async def test_a_second_service_at_the_same_port_says_so(service: Service, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = Service(folder, f"sqlite:///{folder / 'other.db'}", SETTINGS)
    other.port = service.port
    await other.start(wait=False)

    async def ended() -> bool:
        return not other.runs

    try:
        await until(ended, what="its end")
        assert other.process is not None
        assert other.process.returncode == 1
        assert f"Port {service.port} of 127.0.0.1 is taken by another program." in other.tail()
        assert "Traceback" not in other.tail()
        assert not (folder / "other.db").exists()
    finally:
        await other.kill()
