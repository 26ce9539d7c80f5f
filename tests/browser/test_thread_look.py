"""How a thread looks: on a page of its own and embedded in a foreign blog, for everybody."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.pages import public_pages
from tests.browser.service import Service
from tests.browser.steps import HELD, faults, open_thread, sideways, write

if TYPE_CHECKING:  # a machine without browsers need not have Playwright
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def schemed(request: pytest.FixtureRequest, chromium: "Browser") -> "Iterator[Page]":
    """A tab in each of the two colour schemes."""
    context = chromium.new_context(color_scheme=request.param)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_page_is_accessible_and_fits(schemed: "Page", service: Service, width: int) -> None:
    service.pages = public_pages(service.address, service.blog("full"))
    schemed.set_viewport_size({"width": width, "height": 900})
    thread, empty = service.thread_page("full"), service.thread_page("empty")
    pages = [f"{service.address}/sample/{name}" for name in service.pages]
    for address in [thread, f"{thread}&parent=m2", empty, *pages]:
        schemed.goto(address)
        assert faults(schemed) == [], address
        assert sideways(schemed) == 0, address


@pytest.mark.parametrize("width", [320, 1280])
def test_the_embed_is_accessible_and_fits(schemed: "Page", service: Service, width: int) -> None:
    service.policy = False
    schemed.set_viewport_size({"width": width, "height": 900})
    open_thread(schemed, service, "full")
    assert faults(schemed) == []
    schemed.click("#comment-m6 .comment-reply-link")
    refusal = {"field": "email", "code": "malformed", "message": "That is no address."}
    service.answers.append((422, {"title": "Look again.", "errors": [refusal]}))
    write(schemed)
    schemed.click("[type=submit]")
    schemed.wait_for_selector(".comment-error")
    assert faults(schemed) == []
    service.answers.append((201, HELD))
    schemed.click("[type=submit]")
    schemed.wait_for_selector(".comment-held")
    assert faults(schemed) == []
    assert sideways(schemed) == 0


def test_a_strict_policy_of_the_blog_is_no_trouble(quiet: "Page", service: Service) -> None:
    open_thread(quiet, service, "full")
    assert quiet.inner_text("#comments-title") == "11 Responses to “In the margin”"
    assert quiet.eval_on_selector("#comment-m2", "e => getComputedStyle(e).listStyleType") == "none"
    assert quiet.context.cookies() == []


def test_nothing_moves_where_the_blog_names_the_stylesheet(tab: "Page", service: Service) -> None:
    service.head = f'<link rel="stylesheet" href="{service.address}/embed.css">'
    tab.add_init_script(
        """window.moved = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((e) => window.moved += e.value))
          .observe({type: "layout-shift", buffered: true})"""
    )
    tab.set_viewport_size({"width": 700, "height": 500})
    open_thread(tab, service, "full")
    tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert tab.evaluate("window.moved") == 0


def test_without_script_a_comment_is_answered_on_a_page_of_its_own(
    chromium: "Browser", service: Service
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(service.thread_page("full"))
    tab.click("#comment-m2 > .comment-body .comment-reply-link")
    assert tab.inner_text("#reply-title").startswith("Leave a Reply to Bohumil")
    assert "Thank you, ordered." in tab.inner_text("#respond")
    assert tab.input_value("#comment_parent") == "m2"
    assert not tab.is_visible("#hp_url")
    context.close()


def test_the_keyboard_shows_where_it_is(quiet: "Page", service: Service) -> None:
    open_thread(quiet, service, "single")
    for _ in range(30):
        quiet.keyboard.press("Tab")
        outline = quiet.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
        if quiet.evaluate("document.activeElement.id") == "submit":
            break
    else:
        pytest.fail("the button was never reached")
    assert quiet.evaluate("document.activeElement.id") == "submit"
