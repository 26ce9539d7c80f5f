"""The thread as a page of its own."""

import re
from collections.abc import Callable

import jinja2
import pytest

from moderation.domain.comment import Author, Comment
from moderation.domain.thread import Thread
from moderation.formats import page
from moderation.formats.contract import Addresses, View

Write = Callable[..., Comment]
ThreadOf = Callable[..., Thread]
Show = Callable[..., str]


@pytest.fixture
def show(addresses: Addresses, templates: jinja2.Environment) -> Show:
    plug = page.make(addresses, templates)

    def render(thread: Thread, answer: Comment | None = None) -> str:
        return plug.render(thread, View(answer=answer)).decode()

    return render


def test_the_page_leads_back_to_the_article_and_is_not_indexed(
    thread_of: ThreadOf, show: Show
) -> None:
    html = show(thread_of())
    assert html.startswith("<!doctype html>")
    assert '<meta name="robots" content="noindex">' in html
    assert '<link rel="canonical" href="https://blog.example/botox">' in html
    assert (
        'href="https://talk.example/m/thread.atom?article=https%3A%2F%2Fblog.example%2Fbotox"'
        in html
    )
    assert '<a class="u-url" href="https://blog.example/botox">Back to the article</a>' in html


def test_the_page_holds_the_thread_and_the_form(
    write: Write, thread_of: ThreadOf, show: Show
) -> None:
    html = show(thread_of(write("m1")))
    assert html.index('id="comment-m1"') < html.index('id="respond"')
    assert "<h1" in html
    assert "Treatment with BOTOX®</h1>" in html


def test_answering_shows_the_comment_with_the_form_under_it(
    write: Write, thread_of: ThreadOf, show: Show
) -> None:
    answered = write("m1", "<p>Is it so?</p>", author=Author("Bo & Co"))
    html = show(thread_of(answered, write("m2", after=1)), answered)
    assert re.search(r"Leave a Reply to <bdi>Bo &amp; Co</bdi>", html)
    assert html.index("Is it so?") < html.index("<form") < html.index('class="commentlist"')
    assert 'name="comment_parent" id="comment_parent" value="m1"' in html
    assert 'id="cancel-comment-reply-link"' in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_nothing_in_the_page_needs_inline_script_or_style(
    write: Write, thread_of: ThreadOf, show: Show
) -> None:
    html = show(thread_of(write("m1")))
    assert "<script" not in html
    assert "<style" not in html
    assert not re.search(r"\sstyle=|\son\w+=", html)


def test_a_page_of_an_article_never_seen_is_an_empty_thread(
    thread_of: ThreadOf, show: Show
) -> None:
    html = show(thread_of(article=None))
    assert "<title>Comments</title>" in html
    assert 'id="respond"' in html
