"""Settings files of a few lines, read as the service would, for the tests of them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from moderation.settings import Loaded, SettingsFaults, load

BLOG = '[sites.blog]\nurl = "https://blog.example/"\n'


def read(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> Loaded:
    path = folder / "s.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, environ or {})


def told(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> str:
    with pytest.raises(SettingsFaults) as caught:
        read(folder, text, environ)
    return str(caught.value)
