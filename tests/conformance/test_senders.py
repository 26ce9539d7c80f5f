"""What senders give and are given in a running house, whatever becomes of their ping."""

import xmlrpc.client
from datetime import timedelta
from urllib.parse import quote, urlencode

import httpx2
import pytest

from moderation.domain.comment import WaitingFor
from moderation.domain.site import Pings
from moderation.flow import hear
from moderation.settings.sections import Limits
from tests.conformance.pinging import (
    TRIES,
    mention,
    pingback,
    post_trackback,
    rest,
    said_no,
    source,
    trackback,
)
from tests.integration.journey.conftest import Journey, Open
from tests.wire import FORM

JSON = {"Accept": "application/json"}


async def by_every_door(journey: Journey, address: str) -> list[httpx2.Response]:
    """Send one ping as pingback, trackback and webmention."""
    call = xmlrpc.client.dumps((address, journey.article), "pingback.ping")
    return [
        await journey.client.post("/pingback", content=call),
        await trackback(journey, address),
        await mention(journey, address),
    ]


async def test_no_answer_waits_for_a_source_nor_tells_of_it(journey: Journey) -> None:
    """P-16, P-17, P-19, T-21: the same bytes, and nobody asked, whatever the source is like.

    It has the link, is silent, is missing, closed to the guard, not to be resolved: time
    and text cannot differ by what was not looked at.
    """
    journey.sources.silent("/silent/")
    found = [
        source(journey),
        journey.sources.url("/silent/"),
        journey.sources.url("/missing/"),
        "http://127.0.0.1:22/",
        "http://10.0.0.1/",
        "http://no-such-host.invalid/",
    ]
    by_pingback, by_trackback, by_mention = set(), set(), set()
    for address in found:
        body = xmlrpc.client.dumps((address, journey.article), "pingback.ping")
        by_pingback.add((await journey.client.post("/pingback", content=body)).content)
        by_trackback.add((await trackback(journey, f"{address}?2")).content)
        by_mention.add((await mention(journey, f"{address}?3")).content)
    assert len(by_pingback) == len(by_trackback) == len(by_mention) == 1
    assert journey.sources.connections == 0


async def test_a_source_of_another_scheme_is_never_asked_for(journey: Journey) -> None:
    """P-16, T-7, W-4: refused at the door, and no job is left to fetch it."""
    for scheme in ("ftp", "file", "javascript", "data", "gopher"):
        address = f"{scheme}://127.0.0.1:{journey.sources.port}/"
        assert await pingback(journey, address) == 16
        assert said_no(await trackback(journey, address))
        assert (await mention(journey, address)).status_code == 400
    await journey.work()
    assert (await journey.all(), journey.sources.connections) == ([], 0)


JAPANESE = "日本語のブログ"


CHARSETS = [
    ("cp932", FORM, "Shift_JIS"),
    ("euc_jp", FORM, "EUC-JP"),
    ("iso2022_jp", FORM, "iso-2022-jp"),
    ("euc_jp", f"{FORM}; charset=EUC-JP", ""),
    ("utf-8", f'{FORM}; charset="utf-8"', "Shift_JIS"),
    ("utf-8", FORM, ""),
]


async def test_japanese_engines_are_understood(journey: Journey) -> None:
    """T-10: through the framework and into the store, where nothing has guessed before us."""
    for number, (codec, content_type, field) in enumerate(CHARSETS):
        fields: dict[str, str | bytes] = {"url": source(journey, path=f"/{number}/")}
        fields |= {"blog_name": JAPANESE.encode(codec), "title": JAPANESE.encode(codec)}
        fields |= {"charset": field} if field else {}
        answer = await post_trackback(journey, urlencode(fields).encode(), content_type)
        assert "<error>0</error>" in answer.text
    found = [(comment.title, comment.author.name) for comment in await journey.all()]
    assert found == [(JAPANESE, JAPANESE)] * len(CHARSETS)


async def test_the_ping_address_is_found_in_any_spelling(journey: Journey) -> None:
    """T-18: it is opaque to senders, who may write it anew; all of it is one article."""
    escaped = quote(journey.article, safe="")
    with_fragment = quote(f"{journey.article}#comments", safe="")
    for number, spelling in enumerate((escaped, journey.article, escaped.lower(), with_fragment)):
        body = urlencode({"url": source(journey, path=f"/{number}/")}).encode()
        answer = await post_trackback(journey, body, article=spelling)
        assert "<error>0</error>" in answer.text
    assert len({comment.article_id for comment in await journey.all()}) == 1


async def test_the_status_page_is_where_location_says(journey: Journey) -> None:
    """W-2: absolute, and it answers GET and HEAD with 200."""
    page = (await mention(journey, source(journey))).headers["location"]
    assert page.startswith("http://comments.example/pings/")
    for method in ("GET", "HEAD"):
        assert (await journey.client.request(method, page)).status_code == 200


async def test_who_asks_for_json_gets_an_object(journey: Journey) -> None:
    """W-3, W-8: of a success and of a refusal, with a sentence in it."""
    form = {"source": source(journey), "target": journey.article}
    good = await journey.client.post("/webmention", data=form, headers=JSON)
    bad = await journey.client.post("/webmention", data={"source": "<b>"}, headers=JSON)
    assert (good.status_code, bad.status_code) == (201, 400)
    assert good.json()["summary"]
    assert good.json()["location"] == good.headers["location"]
    assert bad.json()["detail"]
    assert "<b>" not in bad.text


async def test_garbage_leaves_nothing_behind(journey: Journey) -> None:
    """W-5: neither an entry nor an article."""
    good = source(journey)
    for given in (("x", journey.article), (good, "x"), ("x", "x")):
        assert (await mention(journey, *given)).status_code == 400
    assert await journey.all() == []
    assert journey.sources.connections == 0


async def test_a_fragment_of_the_target_does_not_matter(journey: Journey) -> None:
    """P-11, W-7: it is the article's, and the link with it proves it."""
    link = f"{journey.article}#c1"
    page = f'<title>x</title><a href="{link}">y</a>'
    assert (await mention(journey, journey.sources.page("/s/", page), link)).status_code == 201
    assert await pingback(journey, journey.sources.url("/s/"), link) == 48
    await journey.work()
    assert (await journey.only()).waiting_for is WaitingFor.MODERATOR


async def test_a_full_queue_asks_to_come_back(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W-9, T-20, X-1: 503 with Retry-After, each in its own words, and nothing is kept."""
    monkeypatch.setattr(hear, "ROOM", 0)
    answers = await by_every_door(journey, source(journey))
    assert [answer.status_code for answer in answers] == [503] * 3
    assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
    assert "<int>-32400</int>" in answers[0].text
    assert said_no(answers[1])
    assert await journey.all() == []


async def test_pages_of_one_site_may_mention_each_other(journey: Journey) -> None:
    """W-27: the source lies on the host of the target."""
    page = f'<title>More</title><a href="{journey.article}">margins</a>'
    assert (await mention(journey, journey.blog.page("/more/", page))).status_code == 201
    await journey.work()
    assert (await journey.only()).waiting_for is WaitingFor.MODERATOR


async def test_a_site_may_take_none_of_its_own(begin: Open) -> None:
    """W-27, P-13: a setting; fault 49, error 1, 400, and those of others are taken."""
    journey = await begin(site={"pings": Pings(own_site=False)})
    own = journey.blog.url("/more/")
    assert await pingback(journey, own) == 49
    assert said_no(await trackback(journey, own))
    assert (await mention(journey, own)).status_code == 400
    assert await journey.all() == []
    assert await pingback(journey, source(journey)) == -1


async def test_parameters_of_extensions_change_nothing(journey: Journey) -> None:
    """W-29, W-30, W-31: vouch, code and realm are read by nobody, and the entry is like any."""
    form = {
        "source": source(journey),
        "target": journey.article,
        "vouch": journey.sources.url("/vouch/"),
        "code": "secret-code",
        "realm": "friends",
        "comment": "<script>",
    }
    assert (await journey.client.post("/webmention", data=form)).status_code == 201
    await journey.work()
    assert (await journey.only()).waiting_for is WaitingFor.MODERATOR
    assert [asked.path for asked in journey.sources.requests] == ["/s/"]


async def test_a_page_that_wants_a_sign_in_is_not_readable(journey: Journey) -> None:
    """W-30: its token endpoint is not asked, and it is never shown by itself."""
    sign_in = {"WWW-Authenticate": "Bearer", "Link": '</token>; rel="token_endpoint"'}
    journey.sources.page("/s/", "private", status=401, headers=sign_in)
    form = {"source": journey.sources.url("/s/"), "target": journey.article, "code": "c"}
    page = (await journey.client.post("/webmention", data=form)).headers["location"]
    for minutes in TRIES:
        await rest(journey, minutes)
    told = (await journey.client.get(page, headers=JSON)).json()
    assert (told["status"], told["cause"]) == ("declined", "not_readable")
    assert {asked.path for asked in journey.sources.requests} == {"/s/"}


async def test_a_reply_s_own_replies_are_looked_at_again_and_are_not_ours(
    journey: Journey,
) -> None:
    """W-31: the same mention sent again is the same entry; what is nested in it is not taken."""
    page = (
        '<body class="h-entry"><div class="e-content">I say <a class="u-in-reply-to" href="{0}">'
        'this</a></div>{1}<a class="u-url" href="/s/">.</a></body>'
    )
    nested = '<div class="u-comment h-cite"><p class="e-content">A stranger\'s words</p></div>'
    address = journey.sources.page("/s/", page.format(journey.article, ""))
    await mention(journey, address)
    await journey.work()
    journey.sources.page("/s/", page.format(journey.article, nested))
    journey.clock.turn(timedelta(minutes=11))
    assert (await mention(journey, address)).status_code == 201
    await journey.work()
    comment = await journey.only()
    assert "I say" in comment.text
    assert "stranger" not in comment.text


async def test_a_sender_that_is_too_quick_is_told_so_in_its_protocol(begin: Open) -> None:
    """H-6, X-1, T-20, P-13: fault 49, 403 or 429 with XML, 429; all with Retry-After."""
    journey = await begin(limits=Limits(pings_per_minute=2))
    for number in range(2):
        assert await pingback(journey, f"http://127.0.0.1/{number}") == -1
    answers = await by_every_door(journey, source(journey))
    assert [answer.status_code for answer in answers] == [200, 429, 429]
    assert all(0 < int(answer.headers["retry-after"]) <= 60 for answer in answers)
    assert "<int>49</int>" in answers[0].text
    assert said_no(answers[1])
    assert len(await journey.all()) == 2
    journey.clock.turn(timedelta(minutes=1))
    assert await pingback(journey, source(journey)) == -1
