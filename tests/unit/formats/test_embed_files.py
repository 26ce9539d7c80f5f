"""What the embed weighs and never does."""

import gzip
import re

import pytest

from moderation.assets import asset


@pytest.mark.parametrize(("name", "limit"), [("embed.js", 5 * 1024), ("embed.css", 2560)])
def test_the_embed_stays_small(name: str, limit: int) -> None:
    content = asset(f"templates/assets/{name}").read_bytes()
    assert len(gzip.compress(content, 9)) <= limit


def test_the_embed_sets_no_cookie_and_knows_no_other_server() -> None:
    script = asset("templates/assets/embed.js").read_text()
    assert "document.cookie" not in script
    assert "console." not in script
    assert not re.search(r"https?://", script)


def test_styles_ask_for_nothing_from_elsewhere() -> None:
    for name in ("embed.css", "page.css"):
        style = asset(f"templates/assets/{name}").read_text()
        assert "url(" not in style
        assert "@import" not in style


def test_one_place_alone_is_trusted_to_hold_markup() -> None:
    pages = [*asset("templates/thread").iterdir(), *asset("templates/pages").iterdir()]
    trusting = [path.name for path in pages if re.search(r"\|\s*safe", path.read_text())]
    assert trusting == ["comment.html"]
