"""What the doctor makes of a machine."""

import gc
import os
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from moderation.cli.examining import machine
from moderation.cli.examining.finding import State
from moderation.cli.serving.listening import Listening
from moderation.settings import Server, Settings

CLICK = version("click")


@pytest.mark.parametrize(
    ("lock", "state", "says"),
    [
        pytest.param(f"click=={CLICK} \\\n    --hash=x\n", State.OK, "1 as in", id="as locked"),
        pytest.param("click==0.1\n", State.WARNING, f"{CLICK}, not 0.1", id="another version"),
        pytest.param("no-such-thing==1\n", State.WARNING, "is missing", id="not installed"),
        pytest.param(
            "no-such-thing==1 ; sys_platform == 'win32'\n", State.OK, "0 as", id="of elsewhere"
        ),
        pytest.param(None, State.OK, "there is no lock", id="an installed copy"),
    ],
)
def test_packages_are_compared_with_the_lock(lock: str | None, state: State, says: str) -> None:
    found = machine.packages(lock)
    assert found.state is state
    assert says in found.says
    assert bool(found.cure) is (state is not State.OK)


def test_the_checkout_itself_is_as_locked() -> None:
    assert machine.packages(machine._lock()).state is State.OK


# uvicorn leaves a socket that could not be bound to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_taken_port_is_doubtful_only() -> None:
    listening = Listening("127.0.0.1", 0)
    taken = replace(Settings(), server=Server(port=listening.port))
    try:
        assert machine.port(taken).state is State.WARNING
    finally:
        listening.close()
        gc.collect()
    assert machine.port(taken).state is State.OK


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    assert machine.folder(file / "data" / "moderation.db").state is State.FAILED
    assert machine.folder(tmp_path / "data" / "moderation.db").state is State.OK


@pytest.mark.skipif(os.name != "posix", reason="these modes are Unix's")
def test_a_database_that_every_user_may_read_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    database = folder / "moderation.db"
    database.touch(mode=0o644)
    assert "read by every user" in machine.folder(database).says
    database.chmod(0o600)
    assert machine.folder(database).state is State.OK
