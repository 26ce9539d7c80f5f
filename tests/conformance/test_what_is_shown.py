"""What readers see of a mention: kind, words, author, date; and what of it is never believed."""

import re
from datetime import UTC, datetime

import pytest

from moderation.domain.comment import Comment
from moderation.domain.decision import Action
from tests.conformance.looking import look, sign_in
from tests.conformance.pinging import mention, pingback
from tests.integration.journey.conftest import ANA, Journey

ENTRY = """<html lang="de"><title>{title}</title><body class="h-entry">{author}
<time class="dt-published" datetime="{date}">then</time>
<p class="e-content">{words} <a class="{relation}" href="{target}">these margins</a></p></html>"""
ANA_CARD = '<a class="p-author h-card" href="https://ana.example/">Ana<img class="u-photo" src="https://ana.example/me.jpg" alt=""></a>'  # noqa: E501


async def shown(journey: Journey, body: str, path: str = "/s/") -> tuple[Comment, str]:
    """A source that was verified and approved, and its thread as HTML."""
    await mention(journey, journey.sources.page(path, body))
    await journey.work()
    comment = max(await journey.all(), key=lambda c: c.id)
    assert comment.verified_at is not None
    await journey.house.decide.one(comment.id, Action.APPROVE, ANA, version=comment.version)
    return await journey.again(comment.id), (await journey.thread()).text


def entry(journey: Journey, **changes: str) -> str:
    values = {
        "title": "A week",
        "author": ANA_CARD,
        "date": "2026-11-20T09:00:00+02:00",
        "words": "I have something to say about",
        "relation": "u-in-reply-to",
        "target": journey.article,
    }
    return ENTRY.format(**values | changes)


@pytest.mark.parametrize(
    ("relation", "kind"),
    [
        ("u-in-reply-to", "reply"),
        ("u-like-of", "like"),
        ("u-repost-of", "repost"),
        ("u-bookmark-of", "bookmark"),
        ("u-url-of", "mention"),
    ],
)
async def test_each_kind_has_its_place(journey: Journey, relation: str, kind: str) -> None:
    """M-2, M-9: replies and mentions in the thread, the others in a row that is not counted."""
    _, html = await shown(journey, entry(journey, relation=relation))
    thread = (await journey.thread("thread.json")).json()
    counted = kind in ("reply", "mention")
    assert thread["count"] == counted
    assert [c["type"] for c in thread["comments"]] == ([kind] if counted else [])
    row = {name: found["count"] for name, found in thread["reactions"].items() if found["count"]}
    assert row == ({} if counted else {kind: 1})
    assert "h-cite" in html
    assert "Ana" in html


async def test_an_answer_to_an_invitation_is_told_from_a_reply(journey: Journey) -> None:
    """M-2: by its rsvp."""
    body = entry(journey, words='<data class="p-rsvp" value="yes">I come</data>')
    comment, _ = await shown(journey, body)
    assert comment.type == "rsvp"


async def test_a_reply_is_cited_with_author_date_and_words(journey: Journey) -> None:
    """M-9, M-10, M-3: microformats for whoever reads our page, and links that vouch for nothing."""
    _, html = await shown(journey, entry(journey))
    for mark in ("u-comment h-cite", "p-author h-card", "u-url", "dt-published", "e-content"):
        assert mark in html
    assert 'datetime="2026-11-20T07:00:00Z"' in html
    assert 'lang="de"' in html
    assert "I have something to say about these margins" in html
    away = (journey.sources.url("/"), "https://ana.example/")
    links = re.findall("<a [^>]*>", html)
    outside = [link for link in links if any(f'href="{place}' in link for place in away)]
    assert len(outside) >= 2
    assert all('rel="ugc' in link and "nofollow" in link for link in outside)


async def test_an_ordinary_page_shows_title_and_the_words_around_the_link(
    journey: Journey,
) -> None:
    """M-1, P-22: plain text, entities decoded once, some hundred characters to each side."""
    link = f'<a href="{journey.article}">these &amp;amp; margins</a>'
    words = "word " * 60
    body = f"<title>Tom &amp; &lt;Jerry&gt;</title><p>{words}{link} {words}</p>"
    await pingback(journey, journey.sources.page("/s/", body))
    await journey.work()
    comment = await journey.only()
    assert comment.title == "Tom & <Jerry>"
    assert "these &amp; margins" in comment.text
    assert 200 <= len(comment.text) <= 300
    await journey.house.decide.one(comment.id, Action.APPROVE, ANA, version=comment.version)
    html = (await journey.thread()).text
    assert "Tom &amp; &lt;Jerry&gt;" in html
    assert re.search(r"\[…\] word .*these &amp;amp; margins.* word \[…\]", html)


@pytest.mark.parametrize(
    ("title", "kept"),
    [("I have something to say…", ""), ("I HAVE SOMETHING", ""), ("A week", "A week")],
)
async def test_a_title_that_repeats_the_words_is_none(
    journey: Journey, title: str, kept: str
) -> None:
    """M-4: a note's title is often but its beginning."""
    comment, html = await shown(journey, entry(journey, title=title, relation="u-x"))
    assert comment.title == kept
    assert ("comment-title" in html) is bool(kept)


@pytest.mark.parametrize(
    ("date", "believed"),
    [("2026-11-20T09:00:00+02:00", True), ("2999-01-01", False), ("soon", False)],
)
async def test_a_date_is_believed_unless_it_is_to_come(
    journey: Journey, date: str, believed: bool
) -> None:
    """M-5: else it is the time of receipt."""
    comment, _ = await shown(journey, entry(journey, date=date))
    said = datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert comment.published_at == (said if believed else comment.received_at)


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ('<a class="p-author h-card" href="/me"><img src="/me.png" alt="Ana Alt"></a>', "Ana Alt"),
        ('<a class="p-author h-card" href="javascript:x">Ana</a>', "Ana"),
        ('<span class="p-author">Ana</span>', "Ana"),
        ("", "127.0.0.1"),
        ('<b class="p-author h-card">\u200b \u202e</b>', "127.0.0.1"),
    ],
)
async def test_a_name_is_text_a_picture_s_or_the_host(
    journey: Journey, author: str, name: str
) -> None:
    """M-7, W-24: and its address http or https, else the source."""
    comment, html = await shown(journey, entry(journey, author=author, title=""))
    assert comment.author.name == name
    assert comment.author.url.startswith("http")
    assert "javascript:" not in html


async def test_whoever_it_claims_to_be_the_host_stands_beside_the_name(journey: Journey) -> None:
    """M-8, W-24: no picture is loaded, and nothing that the page names is fetched."""
    _, html = await shown(journey, entry(journey))
    assert ">Ana<" in html
    assert ">127.0.0.1</a>" in html
    assert "me.jpg" not in html
    assert "<img" not in html
    assert [asked.path for asked in journey.sources.requests] == ["/s/"]


async def test_what_a_page_says_is_never_markup_of_ours(journey: Journey) -> None:
    """W-24: not in the thread, and not in the queue."""
    evil = "&lt;script&gt;x&lt;/script&gt;<img src=x onerror=y><svg onload=z></svg>\"'>"
    body = entry(
        journey, words=evil, title=evil.replace("<", "&lt;"), author=f"<b class=p-author>{evil}</b>"
    )
    _, html = await shown(journey, body)
    session = await sign_in(journey)
    comment = await journey.only()
    for text in (html, (await look(journey, f"/dashboard/comments/{comment.id}", session)).text):
        assert not re.search(r"<(?:script>x|img src=x|svg onload)", text)


async def test_signs_of_direction_in_a_name_turn_nothing_around(journey: Journey) -> None:
    """H-10: such signs leave a name, and what is left invisible is seen by the owner."""
    author = '<b class="p-author h-card">Ana\u202egnp.exe p\u200bay\u2066pal</b>'
    _, html = await shown(journey, entry(journey, author=author))
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", html)
    comment = await journey.only()
    session = await sign_in(journey)
    page = (await look(journey, f"/dashboard/comments/{comment.id}", session)).text
    assert "U+200B" in page
