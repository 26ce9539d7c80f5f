"""What start.py does before the house is there: set up, once, whole, and in its own folder."""

import ast
import importlib.util
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
START = ROOT / "start.py"


@pytest.fixture(scope="module")
def start() -> ModuleType:
    spec = importlib.util.spec_from_file_location("start", START)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Steps:
    """Stands in for the commands of a set-up: makes what they make, or is killed."""

    def __init__(self, killed_at: str = "") -> None:
        self.killed_at = killed_at
        self.run: list[str] = []

    def __call__(self, title: str, command: Sequence[str]) -> None:
        self.run.append(title)
        if self.killed_at and self.killed_at in title:
            raise KeyboardInterrupt
        if list(command[1:3]) == ["-m", "venv"]:
            folder = Path(command[3])
            (folder / "bin").mkdir()
            (folder / "bin" / "python").touch()
            version = ".".join(map(str, sys.version_info[:3]))
            (folder / "pyvenv.cfg").write_text(f"home = x\nversion = {version}\n")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return make_checkout(tmp_path / "checkout")


def make_checkout(root: Path) -> Path:
    (root / "requirements").mkdir(parents=True)
    for name in ("run", "test", "browser"):
        (root / "requirements" / f"{name}.txt").write_text(f"{name}==1\n")
    (root / "pyproject.toml").write_text("[project]\n")
    return root


def set_up(start: ModuleType, root: Path, lock: str = "run.txt", **environ: str) -> list[str]:
    steps = Steps()
    start.ensure(start.Place(root, environ), lock, steps)
    return steps.run


def short(titles: Sequence[str]) -> list[str]:
    return [title.split()[0] + " " + title.split()[-1].rpartition("/")[2] for title in titles]


MAKE, RUN, ITSELF = "making .venv", "installing run.txt", "installing itself"


def test_the_first_use_makes_everything_and_the_second_nothing(
    start: ModuleType, checkout: Path
) -> None:
    assert short(set_up(start, checkout)) == [MAKE, RUN, ITSELF]
    assert set_up(start, checkout) == []
    assert {path.name for path in checkout.parent.rglob("*venv*")} == {
        *(".venv", ".venv.lock", "pyvenv.cfg")
    }


def test_a_larger_set_has_the_smaller_in_it(start: ModuleType, checkout: Path) -> None:
    set_up(start, checkout)
    assert short(set_up(start, checkout, "browser.txt")) == ["installing browser.txt", ITSELF]
    assert set_up(start, checkout, "test.txt") == []
    assert set_up(start, checkout, "run.txt") == []


def test_a_new_lock_or_project_is_installed_into_what_is_there(
    start: ModuleType, checkout: Path
) -> None:
    set_up(start, checkout)
    (checkout / "requirements" / "run.txt").write_text("run==2\n")
    assert short(set_up(start, checkout)) == [RUN, ITSELF]
    (checkout / "pyproject.toml").write_text("[project]\nname='x'\n")
    assert short(set_up(start, checkout)) == [RUN, ITSELF]


@pytest.mark.parametrize("moment", ["making", "requirements/", "itself"])
def test_a_set_up_that_was_killed_starts_over(
    start: ModuleType, checkout: Path, moment: str
) -> None:
    place = start.Place(checkout, {})
    with pytest.raises(KeyboardInterrupt):
        start.ensure(place, "run.txt", Steps(killed_at=moment))
    (place.folder / "half").touch()
    assert short(set_up(start, checkout)) == [MAKE, RUN, ITSELF]
    assert not (place.folder / "half").exists()
    assert set_up(start, checkout) == []


def test_a_moved_checkout_makes_its_environment_anew(start: ModuleType, checkout: Path) -> None:
    set_up(start, checkout)
    moved = checkout.rename(checkout.with_name("elsewhere"))
    assert short(set_up(start, moved)) == [MAKE, RUN, ITSELF]


def test_an_environment_whose_python_is_gone_is_made_anew(
    start: ModuleType, checkout: Path
) -> None:
    set_up(start, checkout)
    (checkout / ".venv/bin/python").unlink()
    assert short(set_up(start, checkout)) == [MAKE, RUN, ITSELF]


def test_an_environment_made_by_hand_is_used_as_it_is(start: ModuleType, checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    Steps()("", ["python", "-m", "venv", str(checkout / ".venv")])
    assert short(set_up(start, checkout)) == [RUN, ITSELF]


def test_one_made_by_hand_for_another_python_is_made_anew(
    start: ModuleType, checkout: Path
) -> None:
    (checkout / ".venv").mkdir()
    Steps()("", ["python", "-m", "venv", str(checkout / ".venv")])
    (checkout / ".venv/pyvenv.cfg").write_text("version = 3.8.1\n")
    assert short(set_up(start, checkout)) == [MAKE, RUN, ITSELF]


def test_another_folder_can_be_named(start: ModuleType, checkout: Path, tmp_path: Path) -> None:
    named = tmp_path / "other" / "place"
    assert short(set_up(start, checkout, MODERATION_VENV=str(named))) == [
        *("making place", RUN, ITSELF)
    ]
    assert set_up(start, checkout, MODERATION_VENV=str(named)) == []
    assert not (checkout / ".venv").exists()


def test_a_folder_of_somebody_else_is_not_emptied(
    start: ModuleType, checkout: Path, tmp_path: Path
) -> None:
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "dear.txt").touch()
    with pytest.raises(SystemExit, match="did not make"):
        set_up(start, checkout, MODERATION_VENV=str(letters))
    assert (letters / "dear.txt").exists()


def test_two_at_once_set_up_once(start: ModuleType, checkout: Path) -> None:
    entered, go_on = threading.Event(), threading.Event()
    first, second = Steps(), Steps()

    def slow(title: str, command: Sequence[str]) -> None:
        entered.set()
        assert go_on.wait(20)
        first(title, command)

    def other() -> None:
        start.ensure(start.Place(checkout, {}), "run.txt", second)

    one = threading.Thread(
        target=start.ensure, args=(start.Place(checkout, {}), "run.txt", slow), daemon=True
    )
    one.start()
    assert entered.wait(20)
    two = threading.Thread(target=other, daemon=True)
    two.start()
    go_on.set()
    one.join(20)
    two.join(20)
    assert (len(first.run), second.run) == (3, [])


def test_the_environment_leads_nobody_out_of_the_folder(start: ModuleType) -> None:
    kept = start.clean({"PYTHONPATH": "x", "PIP_TARGET": "x", "PIP_USER": "1", "PATH": "p"})
    assert set(kept) == {"PATH", "PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_INPUT"}


def test_what_was_not_run_is_said(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = {"MODERATION_TEST_CHROMIUM": "c", "MODERATION_TEST_DATABASE_URL": "postgresql://x"}
    assert start.left_out("browser.txt", everything) == []
    (browser,) = start.left_out("test.txt", everything)
    assert browser.startswith("Not run: the tests in a browser")
    monkeypatch.setenv("PATH", "")
    assert "apt install chromium" in start.left_out("browser.txt", {})[-1]


def test_an_old_python_can_read_it() -> None:
    ast.parse(START.read_text("utf-8"), feature_version=(3, 7))


def test_an_old_python_is_told_what_is_needed() -> None:
    told = in_a_python(
        f"import runpy, sys; sys.version_info = (3, 9, 1, 'final', 0); sys.argv = ['x', 'serve'];"
        f"runpy.run_path({str(START)!r}, run_name='__main__')"
    )
    assert told.startswith("start.py: this needs Python 3.11 or newer, and this is Python 3.9.1.")


def test_a_python_that_cannot_make_environments_is_told_the_package(checkout: Path) -> None:
    told = in_a_python(
        "import importlib.util as u, runpy; f = u.find_spec;"
        "u.find_spec = lambda name, *a: None if name == 'ensurepip' else f(name, *a);"
        f"s = runpy.run_path({str(START)!r}); import pathlib;"
        f"s['ensure'](s['Place'](pathlib.Path({str(checkout)!r}), {{}}), 'run.txt', print)"
    )
    assert "apt install python3-venv" in told
    assert not (checkout / ".venv").exists()


def in_a_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ)
    )
    assert done.returncode == 1
    return done.stderr


@pytest.mark.parametrize(
    ("arguments", "spread"),
    [
        ([], True),
        (["-k", "pingback"], True),
        (["-o", "faulthandler_timeout=300", "--color=no"], True),
        (["tests/house"], False),
        (["-x", "tests/unit/test_start.py::test_the_whole_suite"], False),
        (["--pdb"], False),
        (["-n", "4"], False),
    ],
)
def test_the_whole_suite_is_spread_over_the_cores_and_a_file_is_not(
    start: ModuleType, arguments: list[str], spread: bool
) -> None:
    assert bool(start.spread(start.ROOT, arguments)) is spread
