"""What the queue shows: the right comments, in order, by pages, with all that helps to decide."""

import re
from html import unescape

import pytest

from moderation.domain.comment import Author, Client
from moderation.domain.decision import Action
from moderation.domain.submission import Reply

from .browsing import Browser, Page
from .conftest import ARTICLE, Service


def names(page: Page) -> list[str]:
    return re.findall(r'class="row"[^>]* data-name="([^"]*)"', page.answer.text)


async def test_what_waits_for_a_moderator_is_shown_first(service: Service, ana: Browser) -> None:
    await service.say("One.", "One")
    await service.decide(await service.say("Two.", "Two"), Action.APPROVE)
    await service.say("Three.", "Three", trap="filled in")

    assert names(await ana.get("/dashboard")) == ["One"]
    assert names(await ana.get("/dashboard?status=approved")) == ["Two"]
    assert names(await ana.get("/dashboard?status=spam")) == ["Three"]
    assert names(await ana.get("/dashboard?status=all")) == ["Three", "Two", "One"]
    assert "Waiting 1 Approved 1 Spam 1 Trash 0 All 3" in (await ana.get("/dashboard")).words


async def test_a_row_says_all_that_helps_to_decide(light: Service, owner: Browser) -> None:
    first = await light.decide(await light.say("The first word."), Action.APPROVE)
    await light.say(
        "Win at the *casino*!", "Sly", parent=first.id, url="https://casino.example/win"
    )

    page = await owner.get("/dashboard")

    for words in (
        "Sly",
        "not known here",
        "casino.example",
        "sly@readers.example",
        "203.0.113.9",
        "https://blog.example/margins/",
        "In reply to Mei: The first word.",
        "waiting for you",
        "rules hold “casino” stands in the author's website",
        "was not run Akismet was not asked",
    ):
        assert words in page.words, words
    assert "<p>Win at the <em>casino</em>!</p>" in page.answer.text
    assert 'title="Sunday, 22 November 2026, 07:30 (UTC)"' in page.answer.text


async def test_a_proven_author_is_told_from_one_who_typed_the_same_name(
    light: Service, owner: Browser
) -> None:
    key = ""
    for text in ("One.", "Two."):
        reply = Reply(
            article=ARTICLE,
            parent=None,
            author=Author("Mei", "mei@readers.example"),
            text=text,
            client=Client(),
            remember=True,
            author_key=key,
        )
        received = await light.house.receive.reply(reply)
        key = received.author_key
        comment = await light.again(received.id)
        if comment.status == "held":
            await light.decide(comment, Action.APPROVE)
    await light.say("Three, says somebody else.")

    assert "1 more approved" in (await owner.get("/dashboard?status=approved")).words
    assert "not known here" in (await owner.get("/dashboard")).words


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}'


async def test_what_strangers_write_stays_text(service: Service, ana: Browser) -> None:
    comment = await service.say(HOSTILE, HOSTILE[:90], url="https://x.example/?%22onclick=1")
    await service.decide(comment, Action.APPROVE)
    for path in ("?status=all", f"/comments/{comment.id}", "/log", "?status=all&q=%3Cscript%3E"):
        text = (await ana.get(f"/dashboard{path}")).answer.text
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "49" not in re.sub(r"\d{3,}|[\w-]{20,}", "", text)


async def test_pages_follow_one_another_without_a_gap(service: Service, ana: Browser) -> None:
    said = [(await service.say(f"Remark {n}.", f"W{n}")).author.name for n in range(45)]
    for order, wanted in (("oldest", said), ("newest", said[::-1]), ("priority", said)):
        found: list[str] = []
        page = await ana.get(f"/dashboard?order={order}")
        while True:
            found += names(page)
            link = re.search(r'href="([^"]*)" rel="next"', page.answer.text)
            if link is None:
                break
            page = await ana.get(link[1].replace("&amp;", "&"))
        assert sorted(found) == sorted(wanted)
        assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "query",
    [
        "cursor=99999999999999999~m1~0.0",
        "cursor=1~m1~nan",
        "cursor=x",
        "cursor=1~m1~1e999",
        "status=nothing&kind=nothing&waiting_for=nothing&order=nothing&site=%00&article=%00",
        "q=%00&q=%ff%fe",
        "q=%25%5f%5c",
        "article=http%3A%2F%2F%5B",
        "said=x",
    ],
)
async def test_an_address_typed_by_hand_is_no_error(
    service: Service, ana: Browser, query: str
) -> None:
    await service.say()
    assert (await ana.get(f"/dashboard?{query}")).status == 200


async def test_the_sieve_finds_what_it_is_asked_for(service: Service, ana: Browser) -> None:
    await service.say("Über die *Bienen*.", "Änne")
    await service.say("Compost.", "Karl", article="https://garden.example/compost/")

    assert names(await ana.get("/dashboard?q=uber+bienen")) == ["Änne"]
    assert names(await ana.get("/dashboard?q=karl%40readers")) == ["Karl"]
    assert names(await ana.get("/dashboard?site=garden")) == ["Karl"]
    assert names(await ana.get(f"/dashboard?article={ARTICLE}")) == ["Änne"]
    assert names(await ana.get("/dashboard?kind=pingback")) == []
    missing = await ana.get("/dashboard?article=https://blog.example/none/")
    assert names(missing) == []
    assert "There is no article at that address yet." in missing.words
    assert "Nothing here is like that." in (await ana.get("/dashboard?q=nowhere")).words
    page = await ana.get("/dashboard?q=%3F!")
    assert names(page) == []
    assert "There is no letter, digit or picture in “?!” to search for." in page.words


async def test_the_addresses_of_a_comment_lead_to_what_else_came_with_them(
    service: Service, ana: Browser
) -> None:
    await service.say("One.", "One", client="198.51.100.7")
    await service.decide(await service.say("Two.", "Two", client="198.51.100.7"), Action.SPAM)
    await service.say("Three.", "Three", client="198.51.100.70")

    page = await ana.get("/dashboard?status=spam")
    led = re.search(r'href="([^"]*)" title="All from this network address"', page.answer.text)
    assert led is not None
    found = await ana.get(unescape(led[1]))
    assert names(found) == ["Two", "One"]
    assert "From the network address 198.51.100.7 only." in found.words
    narrower = await ana.get(f"{unescape(led[1])}&q=one")
    assert names(narrower) == ["One"]
    led = re.search(r'href="([^"]*)" title="All with this e-mail address"', page.answer.text)
    assert led is not None
    assert names(await ana.get(unescape(led[1]))) == ["Two"]


async def test_an_empty_queue_says_what_became_of_the_rest(light: Service, owner: Browser) -> None:
    first = await owner.get("/dashboard")
    assert "Nothing has been said yet." in first.words
    assert "Send a test comment" in first.words

    await light.decide(await light.say("One.", "One"), Action.APPROVE)
    await light.say("Two.", "Two", trap="filled in")

    page = await owner.get("/dashboard")
    assert "Nothing is waiting. 1 is published, 1 caught as spam: look through it?" in page.words
    assert "The trash is empty." in (await owner.get("/dashboard?status=trash")).words
