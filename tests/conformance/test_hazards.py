"""Hazards common to all doors: who sends, what is shown of it, and to whom."""

import json
import logging
import re
from datetime import timedelta
from io import StringIO

import pytest

from moderation import logs
from moderation.domain.comment import Kind, Status, WaitingFor
from moderation.domain.decision import Action
from moderation.settings.sections import Limits, Server
from moderation.store import pings
from tests.conformance.looking import look, sign_in
from tests.conformance.pinging import mention, pingback, rest, shown, source, trackback
from tests.integration.journey.conftest import ANA, PUBLIC, Journey, Open

PROXY = "192.0.2.9"  # what the journeys' client comes from


async def addresses(journey: Journey) -> set[str]:
    """Who delivered what has come, as it is kept."""
    found = set()
    for comment in await journey.all():
        receipts = await journey.house.store.read(pings.receipts, comment.id)
        found |= {receipt.client.address for receipt in receipts}
    return found


@pytest.mark.parametrize(
    ("trusted", "sender"),
    [((), PROXY), ((PROXY,), "203.0.113.7"), (("192.0.2.0/24",), "203.0.113.7")],
)
async def test_a_forwarded_address_counts_from_a_trusted_proxy_alone(
    begin: Open, trusted: tuple[str, ...], sender: str
) -> None:
    """H-7: and what the sender wrote before the proxy's own word counts never."""
    journey = await begin(server=Server(public_url=PUBLIC, trusted_proxies=trusted))
    forwarded = {"X-Forwarded-For": "10.0.0.1, 203.0.113.7"}
    form = {"source": source(journey), "target": journey.article}
    answer = await journey.client.post("/webmention", data=form, headers=forwarded)
    assert answer.status_code == 201
    assert await addresses(journey) == {sender}


async def test_a_household_of_ipv6_is_one_sender(begin: Open) -> None:
    """H-6: addresses of one /64 share a budget, those of another do not."""
    server = Server(public_url=PUBLIC, trusted_proxies=(PROXY,))
    journey = await begin(server=server, limits=Limits(pings_per_minute=1))

    async def status(number: int, address: str) -> int:
        form = {"source": f"http://127.0.0.1/{number}", "target": journey.article}
        headers = {"X-Forwarded-For": address}
        return (await journey.client.post("/webmention", data=form, headers=headers)).status_code

    assert await status(1, "2001:db8:1:2::1") == 201
    assert await status(2, "2001:db8:1:2:ffff::9") == 429
    assert await status(3, "2001:db8:1:3::1") == 201


async def test_a_crowd_is_held_back_from_one_host_and_one_article(begin: Open) -> None:
    """H-6: ten times what one sender may, whoever sends: then every protocol says so."""
    server = Server(public_url=PUBLIC, trusted_proxies=(PROXY,))
    journey = await begin(server=server, limits=Limits(pings_per_minute=1))

    async def status(number: int, host: str, path: str) -> int:
        target = journey.blog.url(path)
        form = {"source": f"http://{host}/{number}", "target": target}
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        return (await journey.client.post("/webmention", data=form, headers=headers)).status_code

    for number in range(10):
        assert await status(number, "victim.example", f"/{number}/") == 201
    assert await status(10, "victim.example", "/other/") == 429
    for number in range(20, 30):
        assert await status(number, f"h{number}.example", "/popular/") == 201
    assert await status(30, "h30.example", "/popular/") == 429
    assert await status(31, "h31.example", "/other/") == 201


# In the order in which each sender tries the doors it finds on one page.
SEQUENCES = {
    "Dotclear": ("trackback", "pingback", "webmention"),
    "Serendipity": ("trackback", "pingback"),
    "@remy/webmention": ("pingback", "webmention"),
    "WordPress": ("webmention", "pingback"),
}


async def test_however_a_sender_goes_about_it_a_mention_is_one_entry(journey: Journey) -> None:
    """H-9: before and after its source was looked at, with the words of the page."""
    sources = {name: source(journey, name, f"/{number}/") for number, name in enumerate(SEQUENCES)}
    for again in (False, True):
        for name, doors in SEQUENCES.items():
            for door in doors:
                new = not again and door == doors[0]
                if door == "pingback":
                    assert await pingback(journey, sources[name]) == (-1 if new else 48)
                elif door == "trackback":
                    answer = await trackback(journey, sources[name])
                    assert f"<error>{0 if new else 1}</error>" in answer.text
                else:
                    assert (await mention(journey, sources[name])).status_code == 201
        await journey.work()
    entries = {comment.source: comment for comment in await journey.all()}
    assert len(entries) == len(await journey.all()) == len(SEQUENCES)
    for name, doors in SEQUENCES.items():
        entry = entries[sources[name]]
        assert entry.via == tuple(Kind(door) for door in doors)
        assert name in entry.text


HOSTILE = [
    "<script>alert(1)</script>",
    "&lt;img src=x onerror=alert(1)&gt;",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "\u202egnp.exe",
]
ACTIVE = re.compile(
    r"<(?:svg|img)[^>]* on\w+=|<script>alert|[\"' ]onmouseover='|href=\"?javascript:", re.I
)


async def test_nothing_of_a_trackback_is_markup_anywhere(journey: Journey) -> None:
    """H-10, T-12: in the queue, on the comment's own page, in every form of the thread."""
    markup = "<title>{0}</title><body class=h-entry><p class=p-author>{0}</p>x <a href={1}>{0}</a>"
    session = await sign_in(journey)
    for number, words in enumerate(HOSTILE):
        harmless = words.replace("&lt;", "<").replace("&gt;", ">").replace("<", "&lt;")
        page = markup.format(harmless, journey.article)
        address = journey.sources.page(f"/{number}/", page)
        fields = {"url": address, "title": words, "excerpt": words, "blog_name": words}
        await journey.client.post("/trackback", params={"article": journey.article}, data=fields)
    pages = [await look(journey, "/dashboard?waiting_for=source", session)]
    for _ in HOSTILE:
        await journey.work()
    pages.append(await look(journey, "/dashboard", session))
    for comment in await journey.all():
        assert comment.waiting_for is WaitingFor.MODERATOR
        pages.append(await look(journey, f"/dashboard/comments/{comment.id}", session))
        await journey.house.decide.one(comment.id, Action.APPROVE, ANA, version=comment.version)
    pages += [await journey.thread(name) for name in ("thread.html", "thread", "thread.atom")]
    for answer in pages:
        assert "alert" in answer.text or "gnp.exe" in answer.text  # it is there, as letters
        assert not ACTIVE.search(answer.text), answer.text
        assert "\u202e" not in answer.text


async def test_an_author_s_address_is_a_web_address_or_none(journey: Journey) -> None:
    """H-10: javascript: with blanks, entities and case, from the markup of a page."""
    page = """<body class="h-entry"><a class="p-author h-card" href="{}">Eve</a>
    <a href="{}">y</a></body>"""
    for number, link in enumerate(("JaVaScRiPt:alert(1)", " &#106;avascript:alert(1)", "data:,x")):
        address = journey.sources.page(f"/{number}/", page.format(link, journey.article))
        await mention(journey, address)
    for _ in range(3):
        await journey.work()
    found = await journey.all()
    assert len(found) == 3
    for comment in found:
        assert comment.author.name == "Eve"
        assert re.match(r"http://|\Z", comment.author.url)


async def test_a_line_break_of_a_sender_begins_no_line_of_ours(journey: Journey) -> None:
    """H-11: in title, blog name and User-Agent; one line stays one."""
    fields = {"url": source(journey), "title": "a\r\nb\u2028c", "blog_name": "Bea\nBcc: x"}
    agent = [(b"User-Agent", b'Blog/1\x85\x0b{"level": "error"}')]
    where = {"article": journey.article}
    await journey.client.post("/trackback", params=where, data=fields, headers=agent)
    comment = await journey.only()
    assert (comment.title, comment.author.name) == ("a b c", "Bea Bcc: x")
    assert comment.client.user_agent.splitlines() == [comment.client.user_agent]


async def test_a_log_line_is_one_line_whatever_a_sender_wrote(journey: Journey) -> None:
    """H-11, H-14: one JSON object a line, and at the default level nobody's address."""
    stream = StringIO()
    logs.set_up(stream)
    agent = {"User-Agent": 'x\n{"level": "critical"}', "X-Forwarded-For": "203.0.113.7"}
    await trackback(journey, source(journey) + "?a%0d%0ab")
    await journey.client.post("/webmention", content=b"source=\n\xff", headers=agent)
    logging.getLogger("pings").warning("so\nfar")
    await rest(journey)
    lines = stream.getvalue().splitlines()
    assert lines
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert PROXY not in stream.getvalue()


async def test_the_owner_sees_who_delivered_and_when_the_link_was_seen(journey: Journey) -> None:
    """H-12: two facts apart, since anybody may name anybody's page."""
    await mention(journey, source(journey))
    session = await sign_in(journey)
    comment = await journey.only()
    before = await look(journey, f"/dashboard/comments/{comment.id}", session)
    assert f"from {PROXY}" in before.text
    assert "Link seen" not in before.text
    await journey.work()
    after = await look(journey, f"/dashboard/comments/{comment.id}", session)
    assert "Link seen" in after.text
    assert journey.sources.url("/s/") in after.text


async def test_nobody_s_address_is_served_and_none_is_kept_for_ever(journey: Journey) -> None:
    """H-14: not in a thread, not on a sender's status page; cut down after 30 days."""
    page = (await mention(journey, source(journey))).headers["location"]
    await journey.work()
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.APPROVE, ANA, version=comment.version)
    for answer in (
        await journey.client.get(page),
        await journey.client.get(page, headers={"Accept": "application/json"}),
        *[await journey.thread(name) for name in ("thread.html", "thread.json", "thread.atom")],
    ):
        assert PROXY not in answer.text
    journey.clock.turn(timedelta(days=31))
    await journey.house.sweep.once()
    assert await addresses(journey) == {"192.0.2.0/24"}


async def test_a_session_of_the_owner_decides_nothing_at_a_door(journey: Journey) -> None:
    """W-22: the cookie is not read: no answer differs, nothing is approved or set."""
    session = await sign_in(journey)
    ident = await shown(journey)
    version = (await journey.again(ident)).version
    form = {"source": source(journey, path="/b/"), "target": journey.article, "action": "approve"}
    answer = await journey.client.post("/webmention", data=form, headers=session)
    plain = await journey.client.post("/webmention", data=form)
    assert (answer.status_code, plain.status_code) == (201, 201)
    assert answer.text == plain.text
    assert "set-cookie" not in answer.headers
    await journey.work()
    statuses = {comment.id: comment.status for comment in await journey.all()}
    assert sorted(statuses.values()) == [Status.APPROVED, Status.HELD]
    assert (await journey.again(ident)).version == version
