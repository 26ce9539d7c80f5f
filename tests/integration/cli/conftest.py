"""A desk to run commands at, on SQLite or on both engines."""

from pathlib import Path

import pytest

from tests.integration.cli.service import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk whose store is an SQLite file that is not there yet."""
    return Desk(tmp_path)


@pytest.fixture
def desk_on_both(tmp_path: Path, store_url: str) -> Desk:
    """A desk with a store on each engine in turn."""
    folder = tmp_path / "desk"
    folder.mkdir()
    return Desk(folder, store_url)
