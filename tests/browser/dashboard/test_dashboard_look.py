"""How the dashboard looks: in both themes, on a phone, for axe, and how much it weighs."""

import gzip
from importlib import import_module
from typing import TYPE_CHECKING, Literal, TypeAlias

import pytest

from moderation.assets import asset
from moderation.domain.decision import Action
from moderation.domain.moderator import Role
from tests.browser.dashboard.conftest import LONG, Running, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, StorageState

    Scheme: TypeAlias = Literal["light", "dark"]

pytestmark = pytest.mark.browser

PAGES = {
    "queue": "/dashboard",
    "filtered": "/dashboard?kind=comment&order=oldest",
    "spam": "/dashboard?status=spam",
    "empty": "/dashboard?status=trash",
    "log": "/dashboard/log?everything=1",
    "jobs": "/dashboard/jobs",
    "sources": "/dashboard/sources?show=all",
    "blocked": "/dashboard/sources/blocked",
    "moderators": "/dashboard/moderators",
    "sites": "/dashboard/sites",
    "account": "/dashboard/settings",
    "articles": "/dashboard/articles",
    "rules": "/dashboard/rules",
    "a list of rules": "/dashboard/rules/import",
    "rules and what waits": "/dashboard/rules/waiting",
    "akismet": "/dashboard/akismet",
    "spam check": "/dashboard/spam",
    "spam check, wrong ones": "/dashboard/spam/wrong?spam_at=0.5&approve=1",
    "spam check, a reason": "/dashboard/spam/reason?token=w%3Athe",
    "not there": "/dashboard/nowhere",
}


def faults(tab: "Page") -> list[str]:
    """What axe finds wrong with a page."""
    axe = import_module("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(tab, options={"rules": {"target-size": {"enabled": True}}})
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


def signed_in_state(running: Running, chromium: "Browser") -> "StorageState":
    context = chromium.new_context()
    sign_in(running, context)
    state = context.storage_state()
    context.close()
    return state


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(filled: Running, chromium: "Browser", scheme: "Scheme") -> None:
    enter = filled.house.enter
    secret = filled.run(enter.invite(enter.draft("Ben", "", Role.MODERATOR)))
    spam = filled.decide(filled.say("Spam.", "Zed"), Action.SPAM)
    mention = filled.mention("https://homes.example/~eve/1", title="On bees", blog_name="Eve")
    state = signed_in_state(filled, chromium)
    context = chromium.new_context(color_scheme=scheme, storage_state=state)
    stranger = chromium.new_context(color_scheme=scheme)
    own = {
        "comment": f"/dashboard/comments/{spam.id}",
        "question": f"/dashboard/comments/{spam.id}/delete",
        "ping": f"/dashboard/comments/{mention.id}",
        "a rule": f"/dashboard/rules/{filled.rule('disagree').id}",
    }
    wrong = {}
    for name, path in (PAGES | own).items():
        tab = context.new_page()
        tab.goto(filled.base + path)
        tab.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        wrong[name] = faults(tab)
        tab.close()
    for name, path in {"login": "/dashboard/login", "setup": f"/dashboard/setup/{secret}"}.items():
        tab = stranger.new_page()
        tab.goto(filled.base + path)
        wrong[name] = faults(tab)
    assert {name: found for name, found in wrong.items() if found} == {}
    context.close()
    stranger.close()


@pytest.mark.parametrize("width", [320, 390, 768])
def test_no_page_scrolls_sideways(filled: Running, chromium: "Browser", width: int) -> None:
    comment = filled.say("Plain.", "Ute")
    mention = filled.mention(f"https://homes.example/~eve/{LONG}", title=LONG, blog_name=LONG)
    own = {
        "comment": f"/dashboard/comments/{comment.id}",
        "ping": f"/dashboard/comments/{mention.id}",
        "a rule": f"/dashboard/rules/{filled.rule('disagree').id}",
    }
    state = signed_in_state(filled, chromium)
    context = chromium.new_context(viewport={"width": width, "height": 800}, storage_state=state)
    tab = context.new_page()
    too_wide = {}
    for name, path in (PAGES | own).items():
        tab.goto(filled.base + path)
        tab.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        over = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            too_wide[name] = over
    assert too_wide == {}
    context.close()


def test_on_a_phone_what_is_pressed_is_large_enough(filled: Running, chromium: "Browser") -> None:
    state = signed_in_state(filled, chromium)
    context = chromium.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True, storage_state=state
    )
    tab = context.new_page()
    for path in PAGES.values():
        tab.goto(filled.base + path)
        small = tab.evaluate(
            """[...document.querySelectorAll("button, .button, summary, select, .tick, .choice,"
              + " nav a, input:not([type=hidden], [type=checkbox], [type=radio])")]
              .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44)
              .map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert small == [], path
    context.close()


@pytest.mark.parametrize(("name", "limit"), [("dashboard.js", 10_240), ("dashboard.css", 10_240)])
def test_script_and_style_stay_small(name: str, limit: int) -> None:
    assert len(gzip.compress(asset(f"templates/assets/{name}").read_bytes())) <= limit


def test_a_full_page_of_the_queue_is_light(running: Running, context: "BrowserContext") -> None:
    for number in range(20):
        running.say(f"A remark of usual length, number {number}. " * 5, f"Writer {number}")
    tab = sign_in(running, context)
    assert len(gzip.compress(tab.content().encode())) < 40_000
