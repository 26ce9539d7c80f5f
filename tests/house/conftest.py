"""The sources of the house, read once, for the tests that hold its laws."""

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
NOT_OURS = {".git", ".venv", "data", "dist", "__pycache__", "node_modules"}


@pytest.fixture(scope="session")
def house() -> Path:
    """The folder of the checkout."""
    return HOUSE


@pytest.fixture(scope="session")
def files() -> Mapping[str, str]:
    """Every text file of the checkout by its path, what is made or fetched aside."""
    return {
        path.relative_to(HOUSE).as_posix(): text
        for path in sorted(_under(HOUSE))
        if (text := _text(path)) is not None
    }


@pytest.fixture(scope="session")
def trees(files: Mapping[str, str]) -> Mapping[str, ast.Module]:
    """Every Python file, parsed, by its path: ``moderation/domain/site.py``."""
    return {path: ast.parse(text, path) for path, text in files.items() if path.endswith(".py")}


def _under(folder: Path) -> list[Path]:
    found: list[Path] = []
    for path in folder.iterdir():
        if path.is_dir():
            made = path.name.endswith("_cache") or path.name == ".hypothesis"
            if not made and not _is_aside(path):
                found += _under(path)
        else:
            found.append(path)
    return found


def _is_aside(folder: Path) -> bool:
    """A folder that is not the project's; `data` only beside the checkout's own files."""
    if folder.name == "data" and folder.parent != HOUSE:
        return False
    return folder.name in NOT_OURS or (folder / "pyvenv.cfg").exists()


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except (UnicodeDecodeError, OSError):  # a picture, or gone since it was listed
        return None
