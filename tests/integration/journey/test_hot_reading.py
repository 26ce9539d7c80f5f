"""What is ready is answered before any routing: as it would be answered slowly, and never late."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import Message, Scope

from moderation.app import make_app
from moderation.domain.decision import Action
from moderation.domain.site import Moderation
from moderation.settings.sections import Server
from moderation.web.front import HEADER_FIELDS, Front
from moderation.web.hot import LONGEST, SPELLINGS
from moderation.web.threads import FORMATS

from .conftest import ANA, PUBLIC, Journey, Open

Pairs = list[tuple[str, str]]
QUOTE = '"'
AS_CLIENT = "gzip, deflate, br, zstd"  # unless it is told otherwise
LONG = "Many words, so that it is worth its while to have them made smaller. " * 40


async def shown(journey: Journey, text: str = LONG) -> str:
    answer = (await journey.json_reply(text=text)).json()
    await journey.house.decide.one(answer["id"], Action.APPROVE, ANA)
    return str(answer["id"])


def front(journey: Journey) -> Front:
    assert isinstance(journey.app, Front)
    return journey.app


def is_ready(journey: Journey, address: str, headers: Mapping[str, str] | None = None) -> bool:
    """Whether this request would be answered at once."""
    path, _, query = address.partition("?")
    fields = {"host": "comments.example"} | {k.lower(): v for k, v in (headers or {}).items()}
    pairs = [(name.encode(), value.encode()) for name, value in fields.items()]
    return front(journey).ready("GET", path, query.encode(), pairs) is not None


def slow(journey: Journey) -> httpx2.AsyncClient:
    """The same house by doors that answer nothing ahead."""
    app = make_app(journey.house)
    assert isinstance(app, Front)
    app._ahead = {}
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=PUBLIC)


@settings(
    deadline=None,
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_a_quick_answer_is_the_slow_one_header_for_header(
    journey: Journey, data: st.DataObject
) -> None:
    if not await journey.all():
        await shown(journey)
    etag = (await journey.thread()).headers["etag"]
    plain = f"{etag.partition('-')[0].rstrip(QUOTE)}{QUOTE}"
    query = f"article={quote(journey.article, safe=data.draw(st.sampled_from([':/', ''])))}"
    more = data.draw(st.lists(st.sampled_from(["form=0", "page=1", "x=1", "utm_source=a"])))
    address = f"{data.draw(st.sampled_from(list(FORMATS)))}?{'&'.join([*more, query])}"
    own = journey.blog.url("/").rstrip("/")
    choices: dict[str, list[str | None]] = {
        "Accept-Encoding": ["", "gzip", "br", "gzip, br;q=0.1", "*;q=0", "gzip;q=0.2, identity"],
        "Origin": [None, own, PUBLIC, "https://evil.example", "null"],
        "If-None-Match": [None, etag, plain, f'"x", W/{plain}', "*", '"x"', ""],
    }
    drawn = {name: data.draw(st.sampled_from(values)) for name, values in choices.items()}
    headers = {name: value for name, value in drawn.items() if value is not None}
    method = data.draw(st.sampled_from(["GET", "HEAD"]))

    async with slow(journey) as client:
        wanted = await client.request(method, address, headers=headers)
    first = await journey.client.request(method, address, headers=headers)
    assert is_ready(journey, address, headers)
    again = await journey.client.request(method, address, headers=headers)

    for answer in (first, again):
        assert answer.status_code == wanted.status_code
        assert answer.headers.multi_items() == wanted.headers.multi_items()
        assert answer.content == wanted.content
    assert method == "GET" or again.content == b""


async def test_what_was_decided_is_in_the_next_read_however_it_is_asked(journey: Journey) -> None:
    ident = await shown(journey)
    version = 2
    own = journey.blog.url("/").rstrip("/")
    asked: list[tuple[str, dict[str, str]]] = [
        (f"{path}?{more}article={quote(journey.article, safe=safe)}", fields)
        for path in FORMATS
        for more in ("", "utm_source=a&")
        for safe in ("", ":/")
        for fields in (
            {"Accept-Encoding": "identity"},
            {"Accept-Encoding": "gzip"},
            {"Accept-Encoding": "gzip, br", "Origin": own},
        )
    ]
    for action, there in ((Action.TRASH, False), (Action.APPROVE, True), (Action.SPAM, False)):
        for address, fields in asked:  # all of it ready
            await journey.client.get(address, headers=fields)
            assert is_ready(journey, address, fields)
        await journey.house.decide.one(ident, action, ANA, version=version)
        version += 1
        assert not any(is_ready(journey, address, fields) for address, fields in asked)
        for address, fields in asked:
            answer = await journey.client.get(address, headers=fields)
            assert ("Many words" in answer.text) is there


async def test_spellings_that_are_asked_at_once_all_go_with_what_they_tell(
    journey: Journey,
) -> None:
    """Each waited for the same bytes to be compressed: they are one entry afterwards."""
    ident = await shown(journey)
    query = f"article={quote(journey.article, safe='')}"
    asked = [f"/thread.html?x={number}&{query}" for number in range(4)]
    fields = {"Accept-Encoding": "gzip"}
    await asyncio.gather(*(journey.client.get(address, headers=fields) for address in asked))
    assert all(is_ready(journey, address, fields) for address in asked)
    await journey.house.decide.one(ident, Action.TRASH, ANA, version=2)
    assert not any(is_ready(journey, address, fields) for address in asked)
    for address in asked:
        assert "Many words" not in (await journey.client.get(address, headers=fields)).text


async def test_spellings_of_one_question_are_one_entry_and_a_bounded_number(
    journey: Journey,
) -> None:
    await shown(journey)
    await journey.thread()
    kept = journey.house.publish.kept
    for number in range(5 * SPELLINGS):
        await journey.thread(x=str(number))
    assert len(kept._ready) == 1
    weight = kept.weight
    for number in range(5 * SPELLINGS):
        await journey.thread(y=f"{number:02}")
    await journey.thread(z="long" * LONGEST)
    assert kept.weight == weight
    await journey.house.decide.one((await journey.only()).id, Action.TRASH, ANA, version=2)
    assert kept.weight == 0


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        pytest.param([("host", "else.example")], 400, id="a foreign host"),
        pytest.param([("host", "comments.example")] * 2, 400, id="two hosts"),
        pytest.param([], 400, id="none"),
        pytest.param([("host", "comments.example"), ("x", "1" * 17_000)], 400, id="too long"),
        pytest.param(
            [("host", "comments.example")] + [(f"x{n}", "1") for n in range(HEADER_FIELDS)],
            400,
            id="too many fields",
        ),
        pytest.param(
            [
                ("host", "comments.example"),
                ("content-length", "5"),
                ("transfer-encoding", "chunked"),
            ],
            400,
            id="two lengths",
        ),
        pytest.param([("host", "COMMENTS.example:81")], 200, id="our host at another port"),
    ],
)
async def test_the_door_is_guarded_where_all_is_ready(
    journey: Journey, fields: Pairs, status: int
) -> None:
    await shown(journey)
    query = f"article={quote(journey.article, safe='')}".encode()
    await journey.thread()
    liked = ("accept-encoding", AS_CLIENT)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/thread.html",
        "query_string": query,
        "headers": [(name.encode(), value.encode()) for name, value in (*fields, liked)],
    }
    assert is_ready(journey, f"/thread.html?{query.decode()}", {"accept-encoding": AS_CLIENT})
    await journey.app(scope, receive, send)
    assert sent[0]["status"] == status


async def test_below_a_path_it_is_ready_by_both_addresses(begin: Open) -> None:
    server = Server(public_url="http://comments.example/talk")
    journey = await begin(server=server)
    await shown(journey)
    query = f"article={quote(journey.article, safe='')}"
    for first, other in (("/talk", ""), ("", "/talk")):
        answer = await journey.client.get(f"{first}/thread.html?{query}&x={first}")
        again = await journey.client.get(f"{other}/thread.html?{query}&x={first}")
        assert is_ready(
            journey, f"{other}/thread.html?{query}&x={first}", {"accept-encoding": AS_CLIENT}
        )
        assert answer.content == again.content
    assert not is_ready(journey, f"/talk/talk/thread.html?{query}&x=")


async def test_over_tls_it_says_so_too(begin: Open) -> None:
    journey = await begin(server=Server(public_url="https://comments.example"))
    await shown(journey)
    for _ in range(2):
        answer = await journey.thread()
        assert answer.headers.get_list("strict-transport-security") == ["max-age=31536000"]


async def test_an_article_that_closes_by_itself_is_not_ready_after_it(begin: Open) -> None:
    journey = await begin(site={"moderation": Moderation(close_after_days=14)})
    await journey.reply()
    await journey.work()
    address = f"/thread.html?article={quote(journey.article, safe='')}"
    await journey.client.get(address)
    assert is_ready(journey, address, {"accept-encoding": AS_CLIENT})
    journey.clock.turn(timedelta(days=12, hours=1))
    assert not is_ready(journey, address, {"accept-encoding": AS_CLIENT})
    assert "Comments are closed." in (await journey.client.get(address)).text


async def test_a_page_without_comments_is_ready_until_its_first(journey: Journey) -> None:
    address = f"/thread.html?article={quote(journey.article, safe='')}"
    fields = {"accept-encoding": AS_CLIENT}
    await journey.client.get(address)
    assert is_ready(journey, address, fields)
    await shown(journey)
    assert not is_ready(journey, address, fields)
    assert "Many words" in (await journey.client.get(address)).text
