"""Where the tests of the settings stand."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, so that no settings.toml is found by chance."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
