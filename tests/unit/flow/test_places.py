"""Where an address leads, and whether something may be left there."""

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from moderation.domain.article import Article, Existence
from moderation.domain.errors import Closed, Fault, Malformed, UnknownArticle
from moderation.domain.site import Articles, Moderation, Site
from moderation.flow import places
from moderation.flow.places import Place

T = TypeVar("T")
NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
SITE = Site("blog", "https://blog.example/", hosts=("www.blog.example",))
ARTICLE = Article(
    id="a1",
    site="blog",
    url="https://blog.example/margins/",
    title=None,
    published_at=NOW - timedelta(days=10),
    existence=Existence.FOUND,
    open=True,
    pings_open=True,
    revision=1,
    count=0,
    created_at=NOW,
)


def drive(query: Generator[Any, Any, T], known: dict[str, Article]) -> T:
    """Answer the one question of `find`: the articles of some addresses."""
    try:
        _, values = next(query)
        rows = [
            (url, *(getattr(known[url], name) for name in Article.__slots__))
            for url in values["urls"]
            if url in known
        ]
        query.send(rows)
    except StopIteration as end:
        value: T = end.value
        return value
    raise AssertionError("it asks once")


@pytest.mark.parametrize(
    "address",
    [
        "https://blog.example/margins/",
        "http://www.blog.example/margins/?utm_source=x#comments",
        "https://blog.example//margins/",
    ],
)
def test_every_spelling_leads_to_the_article(address: str) -> None:
    place = drive(places.find([SITE], address), {ARTICLE.url: ARTICLE})
    assert (place.article, place.url) == (ARTICLE, ARTICLE.url)


def test_an_alias_goes_before_the_canonical_form() -> None:
    old = "https://blog.example/?p=12"
    home = replace(ARTICLE, id="home", url="https://blog.example/")
    place = drive(places.find([SITE], old), {old: ARTICLE, home.url: home})
    assert place.article == ARTICLE


def test_an_alias_may_lie_outside_every_site() -> None:
    old = "https://old.example/margins"
    assert drive(places.find([SITE], old), {old: ARTICLE}).site == SITE


def test_an_address_never_seen_has_a_place_without_an_article() -> None:
    place = drive(places.find([SITE], "https://blog.example/new"), {})
    assert place == Place(SITE, "https://blog.example/new", None)


def test_outside_every_site_is_no_article() -> None:
    with pytest.raises(UnknownArticle):
        drive(places.find([SITE], "https://else.example/"), {})


def test_an_article_of_a_site_that_is_no_more_is_none() -> None:
    old = "https://gone.example/x"
    with pytest.raises(UnknownArticle):
        drive(places.find([SITE], old), {old: replace(ARTICLE, site="gone", url=old)})


@pytest.mark.parametrize("address", ["", "nothing", "javascript:alert(1)", "https://"])
def test_what_is_no_address_is_malformed(address: str) -> None:
    with pytest.raises(Malformed):
        drive(places.find([SITE], address), {})


@pytest.mark.parametrize(
    ("articles", "article", "refusal"),
    [
        pytest.param(Articles.FETCH, None, None, id="fetch: any page, looked at later"),
        pytest.param(Articles.ANY, None, None, id="any"),
        pytest.param(Articles.KNOWN, None, UnknownArticle, id="known: only what was named"),
        pytest.param(Articles.KNOWN, ARTICLE, None, id="known: it was named"),
        pytest.param(
            Articles.FETCH,
            replace(ARTICLE, existence=Existence.MISSING),
            UnknownArticle,
            id="a missing page takes nothing",
        ),
        pytest.param(
            Articles.FETCH,
            replace(ARTICLE, existence=Existence.UNREACHABLE),
            None,
            id="one out of reach holds, and refuses nothing",
        ),
        pytest.param(Articles.FETCH, replace(ARTICLE, open=False), Closed, id="closed"),
        pytest.param(Articles.FETCH, replace(ARTICLE, pings_open=False), None, id="to pings only"),
    ],
)
def test_what_takes_replies(
    articles: Articles, article: Article | None, refusal: type[Fault] | None
) -> None:
    place = Place(replace(SITE, articles=articles), ARTICLE.url, article)
    if refusal is None:
        places.check_open(place, NOW)
    else:
        with pytest.raises(refusal):
            places.check_open(place, NOW)


def test_replies_and_pings_are_closed_apart() -> None:
    place = Place(SITE, ARTICLE.url, replace(ARTICLE, pings_open=False))
    with pytest.raises(Closed, match="pings"):
        places.check_open(place, NOW, pings=True)


@pytest.mark.parametrize(
    ("days", "closed"),
    [
        pytest.param(0, False, id="0 is never"),
        pytest.param(10, False, id="the last moment"),
        pytest.param(9, True, id="older"),
    ],
)
@pytest.mark.parametrize("pings", [False, True])
def test_old_articles_close_to_replies_and_pings(days: int, closed: bool, pings: bool) -> None:
    site = replace(SITE, moderation=Moderation(close_after_days=days))
    place = Place(site, ARTICLE.url, ARTICLE)
    assert places.too_old(place, NOW) is closed
    if closed:
        with pytest.raises(Closed):
            places.check_open(place, NOW, pings=pings)
    else:
        places.check_open(place, NOW, pings=pings)


def test_without_a_date_an_article_does_not_grow_old() -> None:
    site = replace(SITE, moderation=Moderation(close_after_days=1))
    assert places.closes_at(Place(site, "x", replace(ARTICLE, published_at=None))) is None
    assert places.closes_at(Place(site, "x", None)) is None
