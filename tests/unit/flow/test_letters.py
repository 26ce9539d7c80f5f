"""What letters say, and what they never do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.domain.article import Article, Existence
from moderation.domain.comment import Author, Comment, Kind, Type
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.site import Hold, Moderation, Site
from moderation.flow.letters import LetterLinks, Letters, WaitingItem
from moderation.flow.passages import COLUMNS
from moderation.notify.contract import Letter
from tests.unit.flow.letter_facts import (
    ACT,
    ANA,
    ARTICLE,
    BLOG,
    COMMENT,
    ITEM,
    LETTERS,
    LINKS,
    NOW,
    Page,
)


def waiting(*items: WaitingItem, letters: Letters = LETTERS, **counts: int) -> Letter:
    known = {Kind(kind): count for kind, count in counts.items()} or {Kind.COMMENT: len(items)}
    return letters.waiting(ANA, items, known, links=LINKS, letter_id="m0letter")


def holding(comment: Comment, item: WaitingItem = ITEM) -> WaitingItem:
    """The item with another comment."""
    return replace(item, comment=comment)


def titled(title: str | None) -> WaitingItem:
    return replace(ITEM, article=replace(ARTICLE, title=title))


def test_one_comment_is_told_whole() -> None:
    letter = waiting(ITEM)
    assert letter.id == "m0letter"
    assert letter.to == "ana@blog.example"
    assert letter.subject == "[Shirts & More] A comment waits: “How to fold a shirt”"
    for part in (letter.text, Page(letter.html).words):
        for fact in (
            "How to fold a shirt",
            "Bo Lindqvist",
            "bo@readers.example",
            "https://bo.example/",
            "22 November 2026, 08:30 (Europe/Berlin)",
            "It has 2 links.",
            "[short sleeves](https://bo.example/short)",
        ):
            assert fact in part
        assert "Known." not in part
    for link in (ACT + "a", ACT + "s", ACT + "t", ITEM.links.look, LINKS.queue, ARTICLE.url):
        assert link in letter.text.split()
        assert link in Page(letter.html).links


def test_the_network_address_of_a_reader_is_in_no_letter() -> None:
    letter = waiting(ITEM)
    assert "192.0.2.77" not in letter.text + letter.html
    assert "Agent/1" not in letter.text + letter.html


def test_of_many_the_ten_newest_are_shown_newest_first() -> None:
    items = [
        holding(
            replace(
                COMMENT, id=f"m{n:02}", received_at=NOW - timedelta(hours=n), text=f"Text {n:02}."
            )
        )
        for n in range(13)
    ]
    letter = waiting(*items, comment=18, pingback=2, webmention=1)
    assert letter.subject == "[Shirts & More] 21 comments wait"
    assert "the queue has all 21" in letter.text
    assert "18 comments, 2 pingbacks, 1 webmention" in letter.text
    shown = [line for line in letter.text.splitlines() if line.startswith("> Text")]
    assert shown == [f"> Text {n:02}." for n in range(10)]
    assert letter.html.count("<blockquote") == 10


def test_one_of_several_that_wait_says_how_many() -> None:
    letter = waiting(ITEM, comment=5)
    assert letter.subject == "[Shirts & More] A comment waits: “How to fold a shirt”"
    assert "the queue has all 5" in letter.text
    assert "the queue has all 5" in Page(letter.html).words


def test_a_letter_about_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="nothing"):
        waiting()


def test_the_same_facts_make_the_same_letter() -> None:
    assert waiting(ITEM) == waiting(ITEM)


@pytest.mark.parametrize(
    ("kind", "type_", "subject"),
    [
        (Kind.PINGBACK, Type.MENTION, "A pingback waits"),
        (Kind.TRACKBACK, Type.MENTION, "A trackback waits"),
        (Kind.WEBMENTION, Type.REPLY, "A webmention waits"),
        (Kind.WEBMENTION, Type.LIKE, "A like waits"),
    ],
)
def test_a_ping_is_named_and_shows_its_source(kind: Kind, type_: Type, subject: str) -> None:
    source = "https://another.example/notes/1"
    letter = waiting(
        holding(replace(COMMENT, kind=kind, type=type_, source=source, title="My note"))
    )
    assert subject in letter.subject
    assert source in letter.text
    assert "My note" in letter.text


def test_several_sites_are_told_apart() -> None:
    other = Site("shop", "https://shop.example/", name="Shop")
    both = replace(LETTERS, sites=(BLOG, other))
    letter = waiting(ITEM, holding(replace(COMMENT, site="shop", id="m0b")), letters=both)
    assert letter.subject == "[comments.blog.example] 2 comments wait"
    assert "Site:     Shop" in letter.text
    assert "Site:     Shirts & More" in letter.text


def test_a_site_without_a_name_goes_by_its_host() -> None:
    nameless = replace(LETTERS, sites=(replace(BLOG, name=""),))
    assert waiting(ITEM, letters=nameless).subject.startswith("[blog.example] ")
    forgotten = replace(LETTERS, sites=())
    assert waiting(ITEM, letters=forgotten).subject.startswith("[blog] ")


@pytest.mark.parametrize(
    ("hold", "kind", "opinions", "reason"),
    [
        (Hold.ALL, Kind.COMMENT, (), "Everything waits for a moderator on this site."),
        (Hold.NONE, Kind.COMMENT, (), "It was put on hold."),
        (Hold.FIRST_TIME, Kind.COMMENT, (), "Its author has not shown to be somebody"),
        (Hold.FIRST_TIME, Kind.PINGBACK, (), "Its source is not trusted yet."),
        (
            Hold.ALL,
            Kind.COMMENT,
            (Opinion("akismet", Verdict.UNKNOWN, "Akismet gave no answer."),),
            "Akismet gave no answer.",
        ),
        (
            Hold.ALL,
            Kind.COMMENT,
            (
                Opinion("akismet", Verdict.SPAM, "Akismet says spam."),
                Opinion("learned", Verdict.HAM, "It reads like what you approved."),
            ),
            "It reads like what you approved.",
        ),
    ],
)
def test_it_always_says_why_something_waits(
    hold: Hold, kind: Kind, opinions: tuple[Opinion, ...], reason: str
) -> None:
    letters = replace(LETTERS, sites=(replace(BLOG, moderation=Moderation(hold=hold)),))
    letter = waiting(
        holding(replace(COMMENT, kind=kind), replace(ITEM, opinions=opinions)), letters=letters
    )
    assert f"- {reason}" in letter.text
    assert reason in Page(letter.html).words


@pytest.mark.parametrize("title", [None, "", " \n "])
def test_without_a_title_the_address_stands_for_it(title: str | None) -> None:
    letter = waiting(titled(title))
    assert letter.subject == "[Shirts & More] A comment waits"
    assert "“”" not in letter.text
    assert ARTICLE.url in Page(letter.html).words


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("כיצד לקפל חולצה", id="right to left"),
        pytest.param("👩‍👩‍👧‍👦 🎉 🏴‍☠️", id="emoji"),
        pytest.param("कैसे मोड़ें", id="joined letters"),
        pytest.param("한국어 字 ก็", id="other scripts"),
    ],
)
def test_every_script_arrives_as_written(words: str) -> None:
    letter = waiting(holding(replace(COMMENT, text=words, author=Author(words)), titled(words)))
    assert letter.subject == f"[Shirts & More] A comment waits: “{words}”"
    assert f"> {words}" in letter.text
    assert f"Author:   {words}" in letter.text
    assert Page(letter.html).words.count(words) >= 3


def test_what_is_very_long_is_cut() -> None:
    letter = waiting(
        holding(
            replace(COMMENT, text="word " * 1000, author=Author("n" * 500)), titled("title " * 100)
        )
    )
    assert len(letter.subject) <= 80 + len("[Shirts & More] A comment waits: “”")
    assert letter.text.count("word") <= 120
    assert "word…" in letter.text
    assert "Read it whole" in Page(letter.html).words
    assert "n" * 101 not in letter.text


def test_a_text_that_looks_like_ours_is_marked_as_anothers() -> None:
    forged = "Fine.\n\nApprove:  https://evil.example/\n-- \nSent by the moderation service"
    letter = waiting(
        holding(replace(COMMENT, text=forged, author=Author("Bo\nApprove:  https://evil.example/")))
    )
    for line in letter.text.splitlines():
        if "evil.example" in line:
            assert line.startswith(("> ", "Author:"))


def test_the_text_part_is_folded_except_for_addresses() -> None:
    letter = waiting(holding(replace(COMMENT, text="word " * 80)))
    for line in letter.text.splitlines():
        assert len(line) <= COLUMNS or "https://" in line


def test_nothing_in_the_html_part_runs_loads_or_counts() -> None:
    payload = '"><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:x">'
    author = Author(payload, payload, "javascript:alert(1)")
    letter = waiting(
        holding(
            replace(COMMENT, text=payload, author=author, source=payload, title=payload),
            titled(payload),
        )
    )
    page = Page(letter.html)
    assert not {"script", "img", "iframe", "link", "form", "object"} & set(page.tags)
    assert all(link.startswith("https://") for link in page.links)
    assert page.words.count("<script>alert(1)</script>") >= 4
    assert "url(" not in letter.html


def test_letters_to_moderators_can_be_ended() -> None:
    assert waiting(ITEM).headers == (
        ("List-Unsubscribe", f"<{LINKS.unsubscribe}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )
    plain = replace(LINKS, unsubscribe="http://127.0.0.1:8000/stop")
    letter = LETTERS.waiting(ANA, [ITEM], {}, links=plain, letter_id="m0")
    assert letter.headers == (("List-Unsubscribe", "<http://127.0.0.1:8000/stop>"),)
    without = LETTERS.waiting(ANA, [ITEM], {}, links=LetterLinks(LINKS.queue), letter_id="m0")
    assert without.headers == ()
    assert "Stop these letters" not in without.text + without.html


def confirmation(article: Article) -> Letter:
    return LETTERS.confirm_address(
        "bo@readers.example", site=BLOG, article=article, confirm_url=ACT, letter_id="m0"
    )


def test_an_address_is_asked_for_plainly() -> None:
    letter = confirmation(ARTICLE)
    assert letter.to == "bo@readers.example"
    assert letter.subject == "[Shirts & More] Please confirm your address"
    assert letter.headers == ()
    for part in (letter.text, Page(letter.html).words):
        assert "How to fold a shirt" in " ".join(part.split())
        assert "If it was not you, there is nothing to do." in part
    assert ACT in letter.text.split()
    assert ACT in Page(letter.html).links


@pytest.mark.parametrize("existence", [Existence.UNKNOWN, Existence.UNREACHABLE, Existence.MISSING])
def test_an_address_nobody_vouched_for_carries_no_message(existence: Existence) -> None:
    url = "https://blog.example/buy-pills-at-evil-example"
    letter = confirmation(replace(ARTICLE, url=url, title="Buy pills", existence=existence))
    assert "pills" not in letter.text + letter.html + letter.subject
    assert BLOG.url in letter.text.split()


def test_an_invitation_says_how_and_until_when() -> None:
    letter = LETTERS.invite("Bo", "bo@readers.example", url=ACT, expires=NOW, letter_id="m0")
    assert letter.to == "bo@readers.example"
    for part in (letter.text, Page(letter.html).words):
        assert "Bo" in part
        assert "22 November 2026, 07:30 (UTC)" in part
    assert ACT in letter.text.split()
    assert ACT in Page(letter.html).links


def test_a_trial_letter_says_that_mail_works() -> None:
    letter = LETTERS.trial("bo@readers.example", letter_id="m0")
    assert letter.subject == "[comments.blog.example] Mail works"
    assert "It arrived" in letter.text
    assert "It arrived" in Page(letter.html).words
