"""Links as readers would see them."""

import pytest

from moderation.checks.links import Links
from moderation.domain.comment import Author, Format
from moderation.domain.opinion import Verdict
from moderation.text.markup import render
from tests.unit.checks.cases import reply, site


async def verdict(text: str, max_links: int = 2, author_url: str = "") -> Verdict:
    case = reply(
        text,
        html=render(text, Format.MARKDOWN),
        at=site(max_links=max_links),
        author=Author("Ada", "", author_url),
    )
    return (await Links().examine(case)).verdict


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("No link.", Verdict.UNSURE, id="none"),
        pytest.param("See https://a.example/", Verdict.UNSURE, id="one below the limit"),
        pytest.param(
            "See https://a.example/ and [b](https://b.example/)",
            Verdict.HOLD,
            id="a bare and a written one are two",
        ),
        pytest.param(
            "https://a.example/ https://a.example/", Verdict.HOLD, id="the same twice is two"
        ),
        pytest.param(
            '<a href="https://a.example/">a</a> https://b.example/', Verdict.HOLD, id="html"
        ),
        pytest.param(
            "`https://a.example/ https://b.example/`", Verdict.UNSURE, id="code is no link"
        ),
    ],
)
async def test_links_are_counted_in_what_readers_see(text: str, expected: Verdict) -> None:
    assert await verdict(text) is expected


async def test_the_author_s_own_website_is_not_counted() -> None:
    assert await verdict("See https://a.example/", author_url="https://ada.example/") is (
        Verdict.UNSURE
    )


async def test_zero_is_off() -> None:
    assert await verdict("https://a.example/ " * 20, max_links=0) is Verdict.NOT_RUN


async def test_the_sentence_names_count_and_limit() -> None:
    case = reply(html='<a href="x">x</a>' * 3, at=site(max_links=2))
    opinion = await Links().examine(case)
    assert opinion.because == "The text has 3 links; from 2 on a comment is held."
    assert opinion.score > 0


async def test_one_link_is_held_where_one_is_the_limit() -> None:
    assert await verdict("See https://a.example/", max_links=1) is Verdict.HOLD
