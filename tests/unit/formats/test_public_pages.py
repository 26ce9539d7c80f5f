"""The pages beside the thread: what stands on them, and that nothing typed is lost."""

from collections.abc import Callable, Mapping
from typing import Any

import jinja2
import pytest
from markupsafe import Markup

from moderation.domain.comment import Kind
from moderation.domain.ping import Cause, PingState
from moderation.domain.site import Pings, Site
from moderation.formats.contract import Addresses
from moderation.text import discovery

Show = Callable[..., str]

SITE = Site("blog", "https://blog.example/", name="The Blog")
TYPED = {"comment": "A long <thought>", "author": "Ana", "email": "not one", "url": ""}
PRIVATE: Mapping[str, Any] = {
    "title": "Your reply",
    "here": "https://talk.example/m/c/TOKEN",
    "state": "waiting",
    "url": "https://blog.example/a",
    "article_title": "On margins",
    "body": Markup("<p>Yes.</p>"),
    "text": "Yes.",
    "permalink": "https://blog.example/a#comment-m1",
    "can_edit": True,
    "edit_until": "",
    "can_withdraw": True,
    "can_confirm": False,
    "subscribe": None,
    "errors": {},
}


@pytest.fixture
def show(addresses: Addresses, templates: jinja2.Environment) -> Show:
    def render(name: str, **values: object) -> str:
        page = templates.get_template(f"pages/{name}.html")
        return page.render(addresses=addresses, **{"site": SITE, **values})

    return render


def refused(show: Show, **more: object) -> str:
    values: dict[str, object] = {
        "title": "Please look again",
        "sentence": "That is no email address.",
        "values": TYPED,
        "errors": {"email": "That is no email address."},
        "url": "https://blog.example/a",
        "parent": "m1",
        "retry": True,
    }
    return show("error", **(values | more))


def test_a_refused_form_comes_back_filled_with_the_fault_beside_its_field(show: Show) -> None:
    html = refused(show)
    assert "A long &lt;thought&gt;</textarea>" in html
    assert 'value="not one"' in html
    assert 'aria-invalid="true" aria-describedby="error-email email-notes"' in html
    assert '<span class="comment-error" id="error-email">That is no email address.</span>' in html
    assert 'name="comment_parent" id="comment_parent" value="m1"' in html


def test_what_cannot_be_sent_again_is_still_shown(show: Show) -> None:
    html = refused(show, retry=False, errors={})
    assert "A long &lt;thought&gt;</textarea>" in html
    assert "readonly" in html
    assert "<form" not in html


def test_an_error_without_a_form_is_a_sentence(show: Show) -> None:
    html = refused(show, site=None, values=None, errors={}, url="", parent="", retry=False)
    assert "That is no email address." in html
    assert "<form" not in html


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("waiting", "awaits moderation"),
        ("address", "confirm your email address"),
        ("shown", "Your reply is published."),
        ("not_published", "was not published"),
        ("withdrawn", "You withdrew this reply."),
    ],
)
def test_the_private_page_says_where_the_reply_stands(
    show: Show, state: str, sentence: str
) -> None:
    assert sentence in show("private", **{**PRIVATE, "state": state})


def test_the_private_page_offers_what_may_be_done(show: Show) -> None:
    html = show("private", **PRIVATE)
    assert 'action="https://talk.example/m/c/TOKEN/edit"' in html
    assert 'action="https://talk.example/m/c/TOKEN/withdraw"' in html
    assert "/confirm" not in html
    assert "/subscribe" not in html
    more = {"can_confirm": True, "subscribe": "replies", "can_edit": False, "can_withdraw": False}
    html = show("private", **{**PRIVATE, **more})
    assert 'action="https://talk.example/m/c/TOKEN/confirm"' in html
    assert '<option value="replies" selected>' in html
    assert "/edit" not in html
    assert "/withdraw" not in html


def test_a_list_of_ones_own_replies(show: Show) -> None:
    entry = {
        "here": "https://talk.example/m/c/T",
        "title": "On margins",
        "state": "shown",
        "date": "May 10, 2014",
        "instant": "2014-05-10T12:00:00Z",
    }
    html = show("private_list", title="Your replies", entries=[entry])
    assert ">On margins</a>" in html
    assert "published" in html
    assert "no replies of yours" in show("private_list", title="Your replies", entries=[])


@pytest.mark.parametrize("state", list(PingState))
def test_every_state_of_a_ping_has_a_sentence(show: Show, state: PingState) -> None:
    for cause in ("", *Cause):
        html = show(
            "ping",
            title="Your ping",
            kind=Kind.PINGBACK,
            state=state,
            cause=cause,
            source="https://x.example/<b>",
            target="https://blog.example/a",
            date="May 10, 2014",
            instant="2014-05-10T12:00:00Z",
        )
        assert f"<code>{state}</code>" in html
        assert f'<p class="page-sentence">{state}' not in html
        assert "https://x.example/&lt;b&gt;" in html


def test_the_demo_article_can_be_found_by_all_protocols(show: Show) -> None:
    url = "https://blog.example/demo?a=1"
    doors = discovery.doors(Pings(), "https://talk.example/m", url, "In the margin")
    links = Markup("\n").join(discovery.link_elements(doors))
    rdf = discovery.rdf(doors)
    html = show("demo", title="In the margin", url=url, discovery=links, rdf=rdf)
    assert '<link rel="webmention" href="https://talk.example/m/webmention">' in html
    assert '<link rel="pingback" href="https://talk.example/m/pingback">' in html
    assert (
        'trackback:ping="https://talk.example/m/trackback?article=https%3A%2F%2Fblog.example'
        in html
    )
    assert 'data-article="https://blog.example/demo?a=1"' in html
    assert "<noscript>" in html
