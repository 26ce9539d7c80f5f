"""The fragment a blog includes."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import jinja2
import pytest

from moderation.domain.comment import Author, Badge, Comment, Format, Kind, Type
from moderation.domain.thread import Thread
from moderation.formats import fragment
from moderation.formats.contract import Addresses, View

Write = Callable[..., Comment]
ThreadOf = Callable[..., Thread]
Show = Callable[..., str]
VOID = {"input", "br", "hr", "meta", "link", "img"}


@pytest.fixture
def show(addresses: Addresses, templates: jinja2.Environment) -> Show:
    """Render a thread as text."""
    plug = fragment.make(addresses, templates)

    def render(thread: Thread, form: bool = True) -> str:
        return plug.render(thread, View(form=form)).decode()

    return render


class Balance(HTMLParser):
    """Holds that every element is closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def balanced(html: str) -> bool:
    parser = Balance()
    parser.feed(html)
    parser.close()
    return parser.open == []


def test_an_empty_thread_is_a_form_without_a_heading(thread_of: ThreadOf, show: Show) -> None:
    html = show(thread_of())
    assert "<h2" not in html
    assert "commentlist" not in html
    assert 'id="respond"' in html
    assert balanced(html)


def test_a_thread_has_the_shape_that_themes_of_blogs_know(
    write: Write, thread_of: ThreadOf, show: Show
) -> None:
    html = show(thread_of(write("m1"), write("m2", after=1, parent_id="m1")))
    assert "2 Responses to “Treatment with BOTOX®”" in html
    assert re.search(r'<ol class="commentlist">\s*<li id="comment-m1"', html)
    assert re.search(r'id="comment-m1"[^>]*class="comment [^"]*even depth-1 parent"', html)
    assert re.search(r'<ol class="children">\s*<li id="comment-m2"[^>]*odd alt depth-2"', html)
    assert balanced(html)


def test_the_form_has_the_names_of_the_contract(thread_of: ThreadOf, show: Show) -> None:
    html = show(thread_of())
    assert 'action="https://talk.example/m/comments"' in html
    assert set(re.findall(r' name="(\w+)"', html)) == {
        *("article", "comment_parent", "author", "email", "url", "comment"),
        *("remember", "hp_url"),
    }
    assert 'name="article" value="https://blog.example/botox"' in html
    assert re.search(r"<p hidden aria-hidden=\"true\">.*name=\"hp_url\"", html)
    for field in ("author", "email", "url", "comment", "remember"):
        assert f'<label for="{field}">' in html


@pytest.mark.parametrize("asked", [True, False])
def test_name_and_address_are_required_as_the_site_says(
    thread_of: ThreadOf, show: Show, asked: bool
) -> None:
    html = show(thread_of(rules={"require_name": asked, "require_email": asked}))
    for field in ("author", "email"):
        found = re.search(rf'<input id="{field}"[^>]*>', html)
        assert found is not None
        assert (" required" in found[0]) is asked
    assert ("Email (optional)" in html) is not asked


def test_a_closed_article_says_so_and_offers_no_answers(
    write: Write, thread_of: ThreadOf, show: Show
) -> None:
    html = show(thread_of(write("m1"), open=False))
    assert "Comments are closed." in html
    assert "<form" not in html
    assert "comment-reply-link" not in html


def test_the_form_can_be_left_out(write: Write, thread_of: ThreadOf, show: Show) -> None:
    html = show(thread_of(write("m1")), form=False)
    assert "<form" not in html
    assert "parent=m1#respond" in html  # answering without script needs no form here


def test_reply_leads_to_the_whole_page(write: Write, thread_of: ThreadOf, show: Show) -> None:
    html = show(thread_of(write("m1")))
    address = "https://talk.example/m/thread?article=https%3A%2F%2Fblog.example%2Fbotox"
    assert f'href="{address}&amp;parent=m1#respond"' in html
    assert 'aria-label="Reply to Ana"' in html


@pytest.mark.parametrize(
    ("badge", "shown"), [(Badge.OWNER, "Owner"), (Badge.MODERATOR, "Moderator")]
)
def test_the_blogs_own_people_have_a_badge_that_nobody_can_type(
    write: Write, thread_of: ThreadOf, show: Show, badge: Badge, shown: str
) -> None:
    mark = f'<span class="comment-badge">{shown}</span>'
    typed = write("m1", author=Author(shown), text=shown)
    assert mark not in show(thread_of(typed))
    assert mark in show(thread_of(replace(typed, badge=badge)))


def test_a_ping_has_name_host_excerpt_and_date(
    pinged: Write, thread_of: ThreadOf, show: Show
) -> None:
    html = show(thread_of(pinged("p1", "a <b>condition</b> & more")))
    assert 'class="pingback type-mention u-comment h-cite' in html
    assert re.search(
        r'class="fn p-name u-url url"[^>]*href="https://other.example/2014/post"', html
    )
    assert ">What is it?<" in html
    assert ">other.example</a>" in html
    assert "<p>[…] a &lt;b&gt;condition&lt;/b&gt; &amp; more […]</p>" in html
    assert ">May 10, 2014</time>" in html
    assert "comment-reply-link" not in html


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"format": Format.HTML}, id="imported markup"),
        pytest.param({"kind": Kind.WEBMENTION, "type": Type.REPLY}, id="a reply"),
    ],
)
def test_brackets_are_put_around_excerpts_alone(
    pinged: Write, thread_of: ThreadOf, show: Show, more: dict[str, object]
) -> None:
    html = show(thread_of(pinged("p1", **{"html": "<p>whole</p>", **more})))
    assert "<p>whole</p>" in html
    assert "[…]" not in html


def test_an_excerpt_that_has_its_brackets_gets_no_others(
    pinged: Write, thread_of: ThreadOf, show: Show
) -> None:
    ping = pinged("p1", "[…] words […]", html="<p>[…] words […]</p>")
    assert show(thread_of(ping)).count("[…]") == 2


def test_a_removed_comment_is_an_empty_place_while_it_is_answered(
    write: Write, thread_of: ThreadOf, show: Show
) -> None:
    gone = write("gone", "<p>Secret.</p>", author=Author("Nobody"))
    html = show(thread_of(write("m1", after=1, parent_id="gone"), removed=[gone]))
    assert re.search(r'id="comment-gone"[^>]*class="comment removed ', html)
    assert "This comment was removed." in html
    assert "Secret" not in html
    assert "Nobody" not in html
    assert "One Response" in html


def test_names_titles_and_addresses_are_escaped(
    write: Write, thread_of: ThreadOf, show: Show
) -> None:
    evil = '"><script>alert(1)</script>'
    author = Author(evil, "", f"https://a.example/{evil}")
    html = show(thread_of(write("m1", author=author), title=evil))
    assert "<script" not in html
    assert balanced(html)


def test_an_address_that_is_not_of_the_web_is_no_link(
    write: Write, thread_of: ThreadOf, show: Show
) -> None:
    html = show(thread_of(write("m1", author=Author("Ana", "", "javascript:alert(1)"))))
    assert "javascript:" not in html
    assert ">Ana<" in html


def test_microformats_tell_who_wrote_what_and_when(
    write: Write, thread_of: ThreadOf, show: Show
) -> None:
    html = show(thread_of(write("m1", edited_at=None)))
    assert "u-comment h-cite" in html
    assert "p-author h-card" in html
    assert 'rel="ugc external nofollow noopener" href="https://ana.example/"' in html
    assert 'href="https://blog.example/botox#comment-m1"' in html
    assert 'class="dt-published" datetime="2014-05-10T12:00:00Z"' in html
    assert "e-content" in html


def test_an_edited_comment_says_when(write: Write, thread_of: ThreadOf, show: Show) -> None:
    comment = write("m1")
    edited = write("m1", edited_at=comment.published_at + timedelta(minutes=3))
    assert 'dt-updated" datetime="2014-05-10T12:03:00Z"' in show(thread_of(edited))


def test_reactions_are_a_row_apart_and_not_counted(
    write: Write, thread_of: ThreadOf, show: Show
) -> None:
    likes = [
        write(f"l{n}", after=n, type=Type.LIKE, author=Author(f"Fan {n}")) for n in range(1, 13)
    ]
    repost = write("r1", type=Type.REPOST, author=Author("Rita"))
    html = show(thread_of(write("m1"), reactions=[*likes, repost]))
    assert "One Response" in html
    assert "<b>12 likes</b> from" in html
    assert "and 2 more" in html
    assert "Fan 10" in html
    assert "Fan 11" not in html
    assert "<b>1 repost</b> from" in html
    assert html.count("u-like h-cite") == 10
    assert balanced(html)


def test_an_answer_too_deep_to_nest_names_whom_it_answers(
    write: Write, thread_of: ThreadOf, show: Show
) -> None:
    talk = [write("m1"), write("m2", after=1, parent_id="m1", author=Author("Bo"))]
    html = show(thread_of(*talk, rules={"max_depth": 1}))
    assert 'In reply to <a href="#comment-m1"><bdi>Ana</bdi></a>' in html


def test_pages_of_a_long_thread_are_linked(write: Write, thread_of: ThreadOf, show: Show) -> None:
    html = show(thread_of(write("m1"), page=2, pages=3))
    assert "Page 2 of 3" in html
    assert re.search(r'rel="prev nofollow" href="[^"]*page=1"', html)
    assert re.search(r'rel="next nofollow" href="[^"]*page=3"', html)


def test_one_comment_can_be_written_alone(
    addresses: Addresses,
    templates: jinja2.Environment,
    write: Write,
    thread_of: ThreadOf,
    show: Show,
) -> None:
    comment = write("m1")
    thread = thread_of(comment)
    plug = fragment.make(addresses, templates)
    alone = plug.comment_html(comment, thread.site, thread.url)
    assert "<li" not in alone
    assert str(alone) in show(thread)


def test_ten_thousand_answers_deep_is_written(
    write: Write, thread_of: ThreadOf, show: Show
) -> None:
    talk = [write("m1")]
    talk += [write(f"m{n}", after=n, parent_id=f"m{n - 1}") for n in range(2, 10_001)]
    html = show(thread_of(*talk))
    assert html.count("<li id=") == 10_000
    assert balanced(html)
