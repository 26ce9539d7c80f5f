"""Letting days pass over a mention that is shown, and seeing who was asked in them."""

from datetime import timedelta

from moderation.domain.comment import Status
from moderation.domain.decision import Action
from moderation.flow.watch import PAUSE
from tests.conformance.pinging import mention
from tests.integration.journey.conftest import ANA, Journey

BODY = (
    "<p>On a rainy day I sat by the window and read what others write about reading. Most of it"
    " was forgotten before the tea was cold, yet one page stayed with me and I copied a line.</p>"
)
PAGE = (
    '<html><title>{title}</title><body><h1>A week</h1><p>Well: <a href="{link}">{words}</a></p>'
    "{body}</body></html>"
)


def page(
    journey: Journey,
    words: str = "fine margins",
    *,
    title: str = "A week",
    body: str = BODY,
    path: str = "/s/",
    headers: dict[str, str] | None = None,
) -> str:
    """Serve a source from now on."""
    html = PAGE.format(title=title, link=journey.article, words=words, body=body)
    return journey.sources.page(path, html, headers=headers)


async def approved(journey: Journey, address: str = "") -> str:
    """A mention that was verified and approved; its comment's id."""
    known = {comment.id for comment in await journey.all()}
    await mention(journey, address or page(journey))
    await journey.work()
    (comment,) = (c for c in await journey.all() if c.id not in known)
    if comment.status is Status.HELD:  # no source is trusted yet
        await journey.house.decide.one(comment.id, Action.APPROVE, ANA, version=comment.version)
    return comment.id


async def days(journey: Journey, number: float, *, tries: bool = False) -> int:
    """Let days pass, with a look at their end and all its tries; how often sources were asked."""
    before = len(journey.sources.requests)
    await journey.house.watch.start()
    journey.clock.turn(timedelta(days=number))
    await journey.work()
    if tries:
        for minutes in (61, 1441):
            journey.clock.turn(timedelta(minutes=minutes))
            await journey.work()
    return len(journey.sources.requests) - before


async def rounds(journey: Journey, number: int) -> list[int]:
    """How often sources had been asked after each of some rounds."""
    await journey.house.watch.start()
    counts = []
    for _ in range(number):
        journey.clock.turn(PAUSE)
        await journey.house.worker.drain()
        counts.append(len(journey.sources.requests))
    return counts


async def why(journey: Journey, comment_id: str) -> str:
    """What the log says of the last that happened."""
    return (await journey.house.see.comment(comment_id)).story[-1].reason
