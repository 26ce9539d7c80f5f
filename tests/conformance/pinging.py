"""Pinging a running house by any of its doors, and letting time pass."""

import xmlrpc.client
from datetime import timedelta
from urllib.parse import quote

import httpx2

from moderation.domain.decision import Action
from moderation.flow.screen import Screen
from moderation.flow.verify import Verify
from moderation.house import make_checks, make_tools
from moderation.net.contract import Fetcher
from moderation.store import pings
from moderation.store.pings import PingRecord
from tests.integration.journey.conftest import ANA, Journey
from tests.wire import FORM

PAGE = '<html><title>{title}</title><body>Well: <a href="{link}">{words}</a></body></html>'
# Minutes between the tries of a source that cannot be read, and to when that is told.
TRIES = (0, 1, 5, 30, 360, 2)
LIKE = '<body class="h-entry"><a class="u-like-of" href="{link}">liked</a></body>'


def source(journey: Journey, words: str = "fine margins", path: str = "/s/") -> str:
    page = PAGE.format(title="A week", link=journey.article, words=words)
    return journey.sources.page(path, page)


async def mention(journey: Journey, address: str, target: str = "") -> httpx2.Response:
    form = {"source": address, "target": target or journey.article}
    return await journey.client.post("/webmention", data=form)


async def pingback(journey: Journey, address: str, target: str = "") -> int:
    """Ping; the fault, or -1 for success."""
    body = xmlrpc.client.dumps((address, target or journey.article), "pingback.ping")
    answer = await journey.client.post("/pingback", content=body)
    assert answer.status_code == 200
    try:
        xmlrpc.client.loads(answer.text)
    except xmlrpc.client.Fault as fault:
        return int(fault.faultCode)
    return -1


async def trackback(
    journey: Journey, address: str, target: str = "", **fields: str
) -> httpx2.Response:
    query = {"article": target or journey.article}
    return await journey.client.post("/trackback", params=query, data={"url": address} | fields)


async def post_trackback(
    journey: Journey, body: bytes, content_type: str = FORM, article: str = ""
) -> httpx2.Response:
    """Send a trackback's bytes; `article` is written into the address as it stands."""
    where = f"/trackback?article={article or quote(journey.article, safe='')}"
    return await journey.client.post(where, content=body, headers={"Content-Type": content_type})


def said_no(answer: httpx2.Response) -> bool:
    """Whether a trackback was refused in its own words."""
    return "<error>1</error>" in answer.text and "<message>" in answer.text


async def rest(journey: Journey, minutes: float = 11) -> None:
    journey.clock.turn(timedelta(minutes=minutes))
    await journey.work()


async def record(journey: Journey) -> PingRecord:
    found = await journey.house.store.read(pings.by_comment, (await journey.only()).id)
    assert found is not None
    return found


async def shown(journey: Journey, words: str = "fine margins") -> str:
    """A mention that was verified and approved; its comment's id."""
    await mention(journey, source(journey, words))
    await journey.work()
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.APPROVE, ANA, version=comment.version)
    return comment.id


async def look_again(journey: Journey) -> None:
    """The sender asks for another look, and all its tries are made."""
    journey.clock.turn(timedelta(minutes=11))
    await mention(journey, journey.sources.url("/s/"))
    for minutes in TRIES:
        await rest(journey, minutes)


def look_with(journey: Journey, fetcher: Fetcher) -> None:
    """Have the house's sources brought by another fetcher."""
    house = journey.house
    tools = make_tools(house.settings, house.store, house.signing, journey.clock, house.preferences)
    screen = Screen(make_checks(tools))
    sites, on = house.settings.sites, house.features
    verify = Verify(house.store, sites, screen, fetcher, house.reader, journey.clock, on)
    house.worker._handlers = {**house.worker._handlers, "verify": verify}
