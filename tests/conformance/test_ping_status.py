"""What the sender of a ping is told of it, in a running house."""

import pytest

from moderation.domain.decision import Action
from moderation.domain.ping import Cause, PingState
from moderation.flow.block import Wanted
from moderation.text.globs import read_pattern
from tests.conformance.pinging import mention, rest, source
from tests.integration.journey.conftest import ANA, Journey

JSON = {"Accept": "application/json"}
KEYS = {"status", "cause", "kind", "source", "target", "received_at"}
TRIES = (0, 1, 5, 30, 360, 2, 2)  # minutes between looks, until what came of it is told


async def told(journey: Journey, page: str) -> tuple[str, str | None]:
    """What the status page says, which is nothing but this."""
    answer = await journey.client.get(page, headers=JSON)
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert set(document) == KEYS
    return document["status"], document["cause"]


async def pinged(journey: Journey, address: str) -> str:
    return str((await mention(journey, address)).headers["location"])


async def looked(journey: Journey) -> None:
    for minutes in TRIES:
        await rest(journey, minutes)


@pytest.mark.parametrize(
    ("status", "kind", "body", "says"),
    [
        (200, "text/html", "<p>Nothing.</p>", ("declined", "no_link")),
        (200, "image/png", "x", ("declined", "not_html")),
        (500, "text/html", "x", ("declined", "not_readable")),
        (404, "text/html", "x", ("declined", "not_readable")),
        (410, "text/html", "x", ("gone", "gone")),
    ],
)
async def test_what_a_sender_can_mend_is_told_by_its_cause(
    journey: Journey, status: int, kind: str, body: str, says: tuple[str, str]
) -> None:
    """W-26: rejected and gone, of a closed list of causes."""
    address = journey.sources.page("/s/", body, status=status, content_type=kind)
    page = await pinged(journey, address)
    assert await told(journey, page) == ("received", None)
    await looked(journey)
    assert await told(journey, page) == says


async def test_what_the_guard_refuses_reads_like_what_nobody_answers(journey: Journey) -> None:
    """W-26: the page is no port scanner: closed port, private address and no name are one."""
    pages = [
        await pinged(journey, address)
        for address in ("http://127.0.0.1:1/", "http://10.0.0.1/", "http://nowhere.invalid/")
    ]
    await looked(journey)
    assert {await told(journey, page) for page in pages} == {("declined", "not_readable")}


@pytest.mark.parametrize("action", [Action.SPAM, Action.TRASH])
async def test_what_a_moderator_thinks_reads_as_waiting(journey: Journey, action: Action) -> None:
    """W-26: queued, verified, shown; spam and trash are told to nobody."""
    page = await pinged(journey, source(journey))
    await journey.work()
    assert await told(journey, page) == ("waiting", None)
    comment = await journey.only()
    decide = journey.house.decide
    done = await decide.one(comment.id, action, ANA, version=comment.version, reason="No.")
    assert await told(journey, page) == ("waiting", None)
    await decide.one(comment.id, Action.APPROVE, ANA, version=done.done[0].version)
    assert await told(journey, page) == ("shown", None)


async def test_a_source_that_was_blocked_meanwhile_reads_as_closed(journey: Journey) -> None:
    """W-26: no more than what its next ping would be told at the door."""
    page = await pinged(journey, source(journey))
    await journey.house.blocks.add(Wanted(read_pattern(journey.sources.pair)), ANA)
    await journey.work()
    assert await told(journey, page) == ("declined", "closed")


def test_states_and_causes_are_a_closed_list() -> None:
    """W-26: what a sender may meet is what the documentation says."""
    assert {str(state) for state in PingState} == {
        *("received", "verified", "waiting", "shown", "declined", "gone")
    }
    assert {str(cause) for cause in Cause} == {
        *("no_link", "not_readable", "not_html", "closed", "gone")
    }


async def test_an_address_of_a_status_page_is_not_to_be_guessed(journey: Journey) -> None:
    """W-26: neither a comment's id nor another ping's address opens it."""
    first = await pinged(journey, source(journey))
    second = await pinged(journey, source(journey, path="/t/"))
    comment = next(c for c in await journey.all() if c.source == journey.sources.url("/s/"))
    begin, _, end = first.rpartition(".")
    crossed = f"{begin}.{second.rpartition('.')[2]}"
    assert end
    for guess in (f"/pings/{comment.id}", crossed, first + "x", "/pings/"):
        assert (await journey.client.get(guess, headers=JSON)).status_code == 404
