"""Counts that are ready: as they would be told slowly, and never late."""

from urllib.parse import urlencode

from moderation.domain.decision import Action
from moderation.web.counts import LONGEST
from moderation.web.front import Front

from .conftest import ANA, Journey


def ready(journey: Journey, query: str, method: str = "GET") -> bool:
    assert isinstance(journey.app, Front)
    fields = [(b"host", b"comments.example")]
    return journey.app.ready(method, "/counts.json", query.encode(), fields) is not None


async def test_counts_are_told_at_once_and_a_decision_is_in_the_next(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    pages = [journey.article, journey.blog.url("/none/"), "https://else.example/"]
    query = urlencode({"article": pages}, doseq=True)
    version = 1
    counts = []
    for action in (Action.APPROVE, Action.TRASH, Action.APPROVE, Action.SPAM):
        first = await journey.client.get(f"/counts.json?{query}")
        assert ready(journey, query)
        again = await journey.client.get(f"/counts.json?{query}")
        head = await journey.client.head(f"/counts.json?{query}")
        assert first.headers.multi_items() == again.headers.multi_items()
        assert first.headers.multi_items() == head.headers.multi_items()
        assert (first.content, head.content) == (again.content, b"")
        assert again.headers["content-security-policy"]
        counts.append(again.json())
        await journey.house.decide.one(comment.id, action, ANA, version=version)
        version += 1
        assert not ready(journey, query)
    expected = [0, 1, 0, 1]
    assert counts == [dict(zip(pages, [number, 0, 0], strict=True)) for number in expected]


async def test_an_article_that_is_new_is_counted_at_once(journey: Journey) -> None:
    query = urlencode({"article": journey.article})
    assert (await journey.client.get(f"/counts.json?{query}")).json() == {journey.article: 0}
    answer = await journey.json_reply()
    await journey.house.decide.one(answer.json()["id"], Action.APPROVE, ANA)
    assert (await journey.client.get(f"/counts.json?{query}")).json() == {journey.article: 1}


async def test_what_is_posted_too_long_or_refused_is_not_ready(journey: Journey) -> None:
    await journey.client.post("/counts.json", json=[journey.article])
    assert not ready(journey, "")
    long = urlencode({"article": journey.article, "x": "x" * LONGEST})
    assert (await journey.client.get(f"/counts.json?{long}")).json() == {journey.article: 0}
    assert not ready(journey, long)
    assert (await journey.client.get("/counts.json?article=")).json() == {"": 0}
    assert (await journey.client.get("/counts.json?x=1")).status_code == 400
    assert not ready(journey, "x=1")
    assert not ready(journey, "", "POST")
    await journey.client.get("/counts.json?site=blog")
    assert not ready(journey, "site=blog")
