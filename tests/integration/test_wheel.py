"""The wheel carries what is not code, and an installed copy finds it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the checkout with what is installed, without asking any network."""
    folder = tmp_path_factory.mktemp("wheel")
    pip(
        *("wheel", "--no-deps", "--no-build-isolation", "--no-index"),
        *("--wheel-dir", str(folder), str(ROOT)),
    )
    (built,) = folder.glob("moderation-*.whl")
    return built


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", *arguments, "--disable-pip-version-check", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def shipped(folder: str) -> set[str]:
    """The files of a folder of the checkout, but for what Python makes beside them."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_carries_the_code_the_templates_and_the_settings(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert shipped("moderation") <= names
    assert {f"moderation/_assets/{name}" for name in shipped("templates")} <= names
    assert "moderation/_assets/settings.toml" in names
    assert {name.split("/")[0] for name in names} == {"moderation", "moderation-0.1.0.dist-info"}


def test_an_installed_copy_finds_templates_and_settings(wheel: Path, tmp_path: Path) -> None:
    """And keeps its data in the folder it is started in, not among the packages."""
    target, here = tmp_path / "site", tmp_path / "here"
    here.mkdir()
    pip("install", "--no-deps", "--no-index", "--target", str(target), str(wheel))
    code = (
        "import moderation.templating as t, moderation.settings as s;"
        "print(t.__file__); print(t.asset('templates')); print(s.load(None, {}).settings.store.url)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    module, templates, url = done.stdout.splitlines()
    assert Path(module) == target / "moderation" / "templating.py"
    assert Path(templates) == target / "moderation" / "_assets" / "templates"
    assert url == f"sqlite:///{here}/data/moderation.db"
