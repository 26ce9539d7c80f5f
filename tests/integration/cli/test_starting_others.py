"""Processes that cannot be started just now, as while a release is being installed."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moderation.cli.serving import crew
from moderation.cli.serving.crew import Crew
from moderation.cli.serving.hands import Hand
from moderation.cli.serving.listening import Listening
from moderation.cli.serving.renewal import Renewal
from moderation.cli.serving.signals import Stop
from moderation.settings import Settings
from tests.integration.cli.impatient import SOON, until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="crews are a Unix matter")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the program is to be; it is not there yet."""
    program = tmp_path / "python"
    monkeypatch.setattr(sys, "executable", str(program))
    return program


@pytest.fixture
def listening() -> Iterator[Listening]:
    listening = Listening("127.0.0.1", 0)
    yield listening
    listening.close()


def install(program: Path) -> Path:
    """Put a program there that says that it was run, and ends; where it says so."""
    told = program.with_name("told")
    program.write_text(f"#!/bin/sh\necho run >> {told}\n")
    program.chmod(0o700)
    return told


async def test_a_crew_tries_again_until_its_processes_can_be_started(
    program: Path,
    listening: Listening,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(crew, "PAUSE", 0.01)
    stop = Stop(lambda: None)
    leading = asyncio.create_task(Crew(Settings(), listening, 1).lead(stop, asyncio.Event()))
    await until(lambda: caplog.text.count("a process could not be started") > 1)
    told = install(program)
    await until(told.exists)
    stop.ask()
    async with asyncio.timeout(SOON):
        assert await leading == ()


async def test_one_that_ends_before_it_is_told_the_settings_is_one_that_ended(
    program: Path, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(program)
    begin = subprocess.Popen

    def begin_and_wait(*args: Any, **options: Any) -> Any:
        process = begin(*args, **options)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        return process

    monkeypatch.setattr(subprocess, "Popen", begin_and_wait)
    hand = Hand.start(listening, Settings())
    async with asyncio.timeout(SOON):
        assert await hand.ended() == 0


async def test_a_renewal_that_cannot_begin_changes_nothing_and_may_be_asked_for_again(
    program: Path, listening: Listening, caplog: pytest.LogCaptureFixture
) -> None:
    renewal = Renewal(listening)
    renewal.ask()
    await until(lambda: "not renewed: no process can be started" in caplog.text)
    told = install(program)
    renewal.ask()
    await until(lambda: told.exists() and "all stays as it was" in caplog.text)
    assert renewal.stand_in is None
    assert not renewal.ready.is_set()
    await renewal.give_up()
