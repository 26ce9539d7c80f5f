"""The dashboard used in a browser: without script, by keyboard alone, with what can go wrong."""

import re
from typing import TYPE_CHECKING

import pytest

from moderation.domain.comment import Status
from moderation.domain.decision import Action
from moderation.domain.moderator import Role
from tests.browser.dashboard.conftest import PASSWORD, Running, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def ana(running: Running, context: "BrowserContext") -> "Iterator[Page]":
    """The owner's tab; nothing may be said on its console."""
    tab = sign_in(running, context)
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    yield tab
    assert [line for line in said if "409" not in line] == []


def names(tab: "Page") -> list[str]:
    """Whose comments stand in the queue."""
    rows = tab.locator(".row:not([hidden])")
    return [row.get_attribute("data-name") or "" for row in rows.all()]


def focused(tab: "Page") -> str:
    """Whose row has the focus, else the id of what has."""
    found: str = tab.evaluate(
        "document.activeElement.dataset.name || document.activeElement.id || "
        "document.activeElement.tagName"
    )
    return found


def test_everything_works_without_script(filled: Running, chromium: "Browser") -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = sign_in(filled, context)
    assert tab.locator("#waiting").inner_text().startswith("2")

    tab.click("text=Approve the comment by Sly")
    assert "Approved. 1 left." in tab.locator("#said").inner_text()
    tab.click("#said button")
    assert "Changed back. 2 left." in tab.locator("#said").inner_text()

    for box in tab.locator(".tick").all():
        box.click()
    tab.click("#bulk button.spam")
    assert "2 comments marked as spam. Nothing is left." in tab.locator("#said").inner_text()
    assert "Nothing is waiting." in tab.locator("main").inner_text()
    tab.click("#said button")
    assert "2 comments changed back" in tab.locator("#said").inner_text()

    tab.locator(".answer summary").first.click()
    tab.locator(".answer[open] textarea").fill("Thank you.")
    tab.locator(".answer[open] button").click()
    assert "Your reply is published." in tab.locator("#said").inner_text()

    tab.click(".menu summary")
    tab.click("text=Sign out")
    assert "You are signed out." in tab.locator("main").inner_text()
    context.close()


def test_a_day_by_keyboard_alone(running: Running, context: "BrowserContext") -> None:
    said = {name: running.say(f"Remark by {name}.", name) for name in ("Ann", "Bob", "Cyd", "Dee")}
    tab = context.new_page()
    tab.goto(f"{running.base}/dashboard")
    press = tab.keyboard.press
    tab.wait_for_function("document.activeElement.name === 'username'")  # comes after the load
    tab.keyboard.type("Ana")
    press("Tab")
    tab.keyboard.type(PASSWORD)
    press("Enter")
    tab.wait_for_url(f"{running.base}/dashboard")

    press("j")
    press("j")
    assert focused(tab) == "Bob"
    press("a")
    assert focused(tab) == "Cyd"  # on to the next, never to the top
    tab.wait_for_selector("#said:has-text('Approved. 3 left.')")
    assert names(tab) == ["Ann", "Cyd", "Dee"]
    assert running.again(said["Bob"].id).status is Status.APPROVED
    press("z")
    tab.wait_for_selector("#said:has-text('Changed back. 4 left.')")
    assert focused(tab) == "Bob"
    assert running.again(said["Bob"].id).status is Status.HELD
    press("s")  # what came back can be decided on again
    tab.wait_for_selector("#said:has-text('Marked as spam. 3 left.')")

    press("x")
    press("k")
    press("x")
    assert tab.locator("#bulk-label").inner_text() == "2 selected"
    press("Shift+D")
    tab.wait_for_selector("#said:has-text('2 comments put into the trash. 1 left.')")
    assert focused(tab) == "said"

    press("j")
    press("r")
    tab.keyboard.type("Thanks, said with a, s and d.")
    press("Tab")
    press("Enter")
    tab.wait_for_selector("#said:has-text('Your reply is published.')")
    assert running.again(said["Dee"].id).status is Status.APPROVED
    assert "Nothing is waiting." in tab.locator("main").inner_text()


def test_the_last_one_leaves_an_empty_queue_with_its_undo(running: Running, ana: "Page") -> None:
    only = running.say("Only me.", "Solo")
    ana.reload()
    ana.keyboard.press("j")
    ana.keyboard.press("d")
    ana.wait_for_selector("text=Nothing is waiting.")
    ana.click("#said button")
    ana.wait_for_selector("text=Changed back. 1 left.")
    assert running.again(only.id).status is Status.HELD


def test_a_row_comes_back_when_somebody_was_first(running: Running, ana: "Page") -> None:
    comment = running.say("Mine.", "Ann")
    running.say("Other.", "Bob")
    ana.reload()
    running.decide(comment, Action.TRASH)
    ana.keyboard.press("j")
    ana.keyboard.press("s")
    ana.wait_for_selector(".fault:has-text('Ben was first')")
    assert names(ana) == ["Ann", "Bob"]
    assert focused(ana) == "Ann"
    assert running.again(comment.id).status is Status.TRASH


def test_a_row_comes_back_when_the_service_cannot_be_reached(
    running: Running, context: "BrowserContext"
) -> None:
    comment = running.say("Mine.", "Ann")
    tab = sign_in(running, context)
    context.set_offline(True)
    tab.keyboard.press("j")
    tab.keyboard.press("a")
    tab.wait_for_selector(".fault:has-text('Not saved')")
    assert names(tab) == ["Ann"]
    context.set_offline(False)
    tab.keyboard.press("a")
    tab.wait_for_selector("text=Nothing is waiting.")
    assert running.again(comment.id).status is Status.APPROVED


def test_keys_are_letters_in_a_field_and_can_be_switched_off(running: Running, ana: "Page") -> None:
    comment = running.say("Mine.", "Ann")
    ana.reload()
    ana.keyboard.press("j")
    ana.keyboard.press("/")
    ana.keyboard.type("asdu?")
    assert ana.input_value("#q") == "asdu?"
    ana.locator("#q").blur()

    ana.keyboard.press("?")
    dialog = ana.locator("dialog")
    assert "approve" in dialog.inner_text()
    dialog.locator("input").uncheck()
    ana.keyboard.press("Escape")
    ana.keyboard.press("j")
    assert focused(ana) != "Ann"
    ana.reload()
    ana.locator(".row").focus()
    ana.keyboard.press("a")
    assert names(ana) == ["Ann"]
    assert running.again(comment.id).status is Status.HELD
    ana.click(".menu summary")
    ana.click("text=Keys")
    ana.locator("dialog input").check()
    ana.locator("dialog button").click()
    ana.keyboard.press("j")
    assert focused(ana) == "Ann"


def test_bulk_keys_do_nothing_without_a_selection(running: Running, ana: "Page") -> None:
    comment = running.say("Mine.", "Ann")
    ana.reload()
    ana.keyboard.press("j")
    ana.keyboard.press("Shift+S")
    assert not ana.locator("#bulk").is_visible()
    assert names(ana) == ["Ann"]
    assert running.again(comment.id).status is Status.HELD


def test_shift_selects_a_range_and_one_box_all(running: Running, ana: "Page") -> None:
    for name in ("Ann", "Bob", "Cyd", "Dee", "Eve"):
        running.say(f"By {name}.", name)
    ana.reload()
    boxes = ana.locator("[name=item]")
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])
    assert ana.locator("#bulk-label").inner_text() == "3 selected"
    assert [box.is_checked() for box in boxes.all()] == [False, True, True, True, False]
    ana.locator("#bulk .all input").check()
    assert ana.locator("#bulk-label").inner_text() == "5 selected"
    ana.keyboard.press("Shift+X")
    assert not ana.locator("#bulk").is_visible()


def test_a_link_in_a_mail_finds_who_is_signed_in(
    running: Running, context: "BrowserContext"
) -> None:
    """The cookie is Strict, and the mail program's page is another site."""
    running.say("Buy.", "Sly", trap="filled in")
    ana = sign_in(running, context)
    mail = running.base.replace("127.0.0.1", "localhost") + "/thread?article=https://blog.example/"
    ana.goto(mail)
    ana.evaluate(
        "(to) => { const a = document.createElement('a'); a.href = to; a.id = 'go';"
        " a.append('Look'); document.body.append(a) }",
        f"{running.base}/dashboard?status=spam",
    )
    ana.click("#go")
    ana.wait_for_url(re.compile("/dashboard[?]status=spam"))
    ana.wait_for_selector(".row")
    assert names(ana) == ["Sly"]


def test_the_first_link_leads_to_the_queue(running: Running, context: "BrowserContext") -> None:
    enter = running.house.enter
    secret = running.run(enter.invite(enter.draft("Ben", "", Role.MODERATOR)))
    tab = context.new_page()
    tab.goto(f"{running.base}/dashboard/setup/{secret}")
    tab.fill("#password", PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"{running.base}/dashboard")
    assert "Nothing has been said yet." in tab.locator("main").inner_text()
    kept = next(c for c in context.cookies() if c["name"] == "__Host-session")
    assert (kept["secure"], kept["httpOnly"], kept["sameSite"]) == (True, True, "Strict")


def test_sources_are_trusted_and_blocked_without_script(
    running: Running, chromium: "Browser"
) -> None:
    first = running.mention("https://homes.example/~eve/1")
    second = running.mention("https://homes.example/~eve/2")
    context = chromium.new_context(java_script_enabled=False)
    tab = sign_in(running, context)
    tab.goto(f"{running.base}/dashboard/comments/{first.id}")

    tab.click("text=Never trust homes.example/~eve/")
    assert "not trusted any more" in tab.locator("#said").inner_text()
    tab.click("summary:has-text('Block')")
    tab.click("text=Block it")
    assert "is blocked now. 2 comments marked as spam." in tab.locator("#said").inner_text()
    assert running.again(second.id).status is Status.SPAM

    tab.goto(f"{running.base}/dashboard/sources/blocked")
    tab.click("text=Unblock homes.example/~eve/")
    assert "is not blocked any more" in tab.locator("#said").inner_text()
    tab.goto(f"{running.base}/dashboard/sources")
    tab.click("text=Leave it to its past: homes.example/~eve/")
    tab.fill("#source", "homes.example/~ada")
    tab.click("form:has(#source) button")
    assert "homes.example/~ada/ is trusted now." in tab.locator("#said").inner_text()
    context.close()
