"""How the embedded thread behaves: replies, drafts, links, failures."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from moderation.domain.thread import Tree
from tests.browser.samples import ARTICLE, written
from tests.browser.service import Service
from tests.browser.steps import HELD, open_thread, write

if TYPE_CHECKING:  # a machine without browsers need not have Playwright
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_reply_moves_the_form_beneath_the_comment_and_cancel_moves_it_back(
    quiet: "Page", service: Service
) -> None:
    open_thread(quiet, service, "full")
    quiet.click("#comment-m2 > .comment-body .comment-reply-link")
    assert quiet.locator("#comment-m2 > #respond").count() == 1
    assert quiet.inner_text("#reply-title").startswith("Leave a Reply to Bohumil")
    assert quiet.input_value("#comment_parent") == "m2"
    assert quiet.evaluate("document.activeElement.id") == "comment"
    quiet.click("#cancel-comment-reply-link")
    assert quiet.locator(".comments-area > #respond").count() == 1
    assert quiet.inner_text("#reply-title") == "Leave a Reply"
    assert quiet.input_value("#comment_parent") == ""
    assert quiet.evaluate("document.activeElement.getAttribute('aria-label')") == "Reply to Bohumil"


def test_a_held_reply_stays_in_its_place_until_it_is_shown(quiet: "Page", service: Service) -> None:
    open_thread(quiet, service, "full")
    quiet.click("#comment-m7 .comment-reply-link")
    write(quiet)
    service.answers.append((201, HELD))
    quiet.click("[type=submit]")
    held = "#comment-m7 > .children > .comment-held"
    quiet.wait_for_selector(held)
    assert "Awaiting moderation — only you can see this" in quiet.inner_text(held)
    assert quiet.get_attribute(f"{held} .comment-meta a", "href") == HELD["private_url"]
    assert quiet.evaluate("document.activeElement.id") == "comment-n1"
    assert quiet.input_value("#comment") == ""
    assert quiet.locator(".comments-area > #respond").count() == 1
    quiet.reload()
    quiet.wait_for_selector(held)
    shown = written("n1", "Mia", "<p>Hello</p>", 99)
    full = service.threads["full"]
    service.threads["full"] = replace(
        full, tree=replace(full.tree, roots=(*full.tree.roots, shown))
    )
    quiet.reload()
    quiet.wait_for_selector("#comment-n1")
    assert quiet.locator(".comment-held").count() == 0
    own = quiet.get_attribute("#comment-n1 .comment-own", "href")  # shown, and still one's own
    assert own == HELD["private_url"]


def test_what_is_sent_is_what_was_typed(quiet: "Page", service: Service) -> None:
    open_thread(quiet, service, "imported")
    quiet.click("#isso-12 .comment-reply-link")
    write(quiet)
    service.answers.append((201, HELD))
    quiet.click("[type=submit]")
    quiet.wait_for_selector("#isso-12 .comment-held")
    sent = service.posted[0]
    assert len(str(sent.pop("key"))) > 20
    assert sent == {
        "article": service.blog("imported"),
        "parent": "old",
        "author": {"name": "Mia", "email": "mia@mail.example", "url": ""},
        "text": "Hello **there**",
        "remember": False,
        "hp_url": "",
        "form_token": "signed",
    }


def test_the_signed_time_is_asked_for_when_the_form_is_first_used(
    quiet: "Page", service: Service
) -> None:
    open_thread(quiet, service, "empty")
    assert "form-token" not in service.asked
    with quiet.expect_response(re.compile("/form-token")):
        quiet.focus("#comment")
    quiet.focus("#author")
    assert service.asked.count("form-token") == 1


def test_a_reply_approved_at_once_is_shown_in_the_thread(quiet: "Page", service: Service) -> None:
    open_thread(quiet, service, "empty")
    write(quiet)
    service.answers.append((201, {**HELD, "status": "approved"}))
    shown = written("n1", "Mia", "<p>Shown</p>", 99)
    empty = service.threads["empty"]
    service.threads["empty"] = replace(empty, tree=Tree((shown,)), count=1, article=ARTICLE)
    quiet.click("[type=submit]")
    quiet.wait_for_selector("#comment-n1")
    assert quiet.inner_text("#comments-title") == "One Response to “In the margin”"
    assert quiet.locator(".comment-held").count() == 0
    quiet.wait_for_selector("#comment-n1:focus")


def test_faults_stand_beside_their_fields_and_are_announced(tab: "Page", service: Service) -> None:
    open_thread(tab, service, "empty")
    write(tab)
    errors = [
        {"field": "author.email", "code": "malformed", "message": "That is no address."},
        {"field": "text", "code": "too_long", "message": "That is too long."},
    ]
    service.answers.append((422, {"title": "Some fields need another look.", "errors": errors}))
    tab.click("[type=submit]")
    tab.wait_for_selector("#error-email")
    assert tab.inner_text("#error-comment") == "That is too long."
    assert tab.get_attribute("#email", "aria-invalid") == "true"
    assert tab.get_attribute("#email", "aria-describedby") == "error-email email-notes"
    assert tab.inner_text("[role=alert]") == "Some fields need another look."
    assert tab.evaluate("document.activeElement.id") == "email"
    assert tab.input_value("#comment") == "Hello **there**"
    service.answers.append((201, HELD))
    tab.click("[type=submit]")
    tab.wait_for_selector(".comment-held")
    assert tab.locator(".comment-error, [aria-invalid]").count() == 0
    assert tab.get_attribute("#email", "aria-describedby") == "email-notes"


def test_a_reply_that_got_no_answer_is_kept_and_sent_again_under_the_same_key(
    tab: "Page", service: Service
) -> None:
    open_thread(tab, service, "empty")
    write(tab)
    keys: list[str] = []

    def lose(route: Any) -> None:
        if route.request.method == "POST":
            keys.append(route.request.headers["idempotency-key"])
        route.abort()

    tab.route("**/comments", lose)
    tab.click("[type=submit]")
    tab.wait_for_selector("[role=alert]:not(:empty)")
    assert "could not be sent" in tab.inner_text("[role=alert]")
    assert tab.input_value("#comment") == "Hello **there**"
    tab.unroute("**/comments")
    service.answers.append((201, HELD))
    tab.click("[type=submit]")
    tab.wait_for_selector(".comment-held")
    assert keys == [service.posted[0]["key"]]


def test_a_draft_survives_a_reload_with_the_comment_it_answers(
    quiet: "Page", service: Service
) -> None:
    open_thread(quiet, service, "full")
    quiet.click("#comment-m3 > .comment-body .comment-reply-link")
    quiet.fill("#comment", "Not finished")
    quiet.reload()
    quiet.wait_for_selector("#comment-m3 > #respond")
    assert quiet.input_value("#comment") == "Not finished"
    assert quiet.input_value("#comment_parent") == "m3"


def test_who_wrote_is_remembered_only_when_asked(quiet: "Page", service: Service) -> None:
    open_thread(quiet, service, "empty")
    write(quiet)
    quiet.check("#remember")
    service.answers.append((201, {**HELD, "author_key": "key"}))
    quiet.click("[type=submit]")
    quiet.wait_for_selector(".comment-held")
    quiet.reload()
    quiet.wait_for_selector(".comments-area")
    assert quiet.input_value("#author") == "Mia"
    write(quiet, "Once more")
    quiet.uncheck("#remember")
    service.answers.append((201, {**HELD, "id": "n2"}))
    quiet.click("[type=submit]")
    quiet.wait_for_selector("#comment-n2")
    assert service.posted[1]["author_key"] == "key"
    quiet.reload()
    quiet.wait_for_selector(".comments-area")
    assert quiet.input_value("#author") == ""


def test_a_failure_is_one_quiet_line_with_a_way_to_try_again(tab: "Page", service: Service) -> None:
    said: list[str] = []
    tab.on("pageerror", lambda error: said.append(str(error)))
    service.broken = True
    tab.goto(service.blog("full"))
    tab.wait_for_selector(".comments-failed")
    assert tab.inner_text("[data-comments]") == "Comments could not be loaded. Try again"
    service.broken = False
    tab.click(".comments-failed button")
    tab.wait_for_selector("#comment-m1")
    assert said == []


def test_a_link_to_a_comment_leads_there_once_it_has_arrived(
    quiet: "Page", service: Service
) -> None:
    quiet.set_viewport_size({"width": 700, "height": 400})
    open_thread(quiet, service, "full", "#comment-w1")
    quiet.wait_for_selector("#comment-w1.comment-target")
    top = quiet.eval_on_selector("#comment-w1", "e => e.getBoundingClientRect().top")
    assert 0 <= top < 200


def test_a_link_to_a_comment_on_another_page_loads_that_page(
    quiet: "Page", service: Service
) -> None:
    service.threads["single"] = replace(service.threads["single"], pages=2)
    with quiet.expect_response(re.compile("/thread.html.*&comment=m77$")):
        open_thread(quiet, service, "single", "#comment-m77")


def test_the_attributes_of_the_element_are_obeyed(quiet: "Page", service: Service) -> None:
    article = service.blog("full")
    service.attributes = (
        f'data-article="{article}" data-form="off" data-sort="newest" data-theme="dark" '
        f'data-server="{service.address}"'
    )
    quiet.goto(service.blog("another"))
    quiet.wait_for_selector(".comments-area")
    assert quiet.locator("#respond").count() == 0
    assert quiet.locator(".commentlist > li").first.get_attribute("id") == "comment-w1"
    assert "color-scheme" not in (quiet.get_attribute("[data-comments]", "style") or "")
    scheme = quiet.eval_on_selector("[data-comments]", "e => getComputedStyle(e).colorScheme")
    assert scheme == "dark"
    service.attributes = f'data-article="{article}" data-css="off"'
    quiet.goto(service.blog("another"))
    quiet.wait_for_selector(".comments-area")
    assert quiet.locator("link[rel=stylesheet]").count() == 0
