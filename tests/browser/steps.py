"""What the browser tests do again and again, and what they ask of a page."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tests.browser.service import Service

if TYPE_CHECKING:  # a machine without browsers need not have Playwright
    from playwright.sync_api import Page

HELD: dict[str, Any] = {
    "id": "n1",
    "status": "held",
    "private_url": "https://talk.example/c/secret",
    "html": "<p>Hello <strong>there</strong></p>",
    "author_key": None,
}


def open_thread(tab: "Page", service: Service, name: str, fragment: str = "") -> None:
    """Open a page of the blog and wait until its thread is there."""
    tab.goto(service.blog(name) + fragment)
    tab.wait_for_selector(".comments-area")


def write(tab: "Page", text: str = "Hello **there**") -> None:
    """Fill in the form."""
    tab.fill("#comment", text)
    tab.fill("#author", "Mia")
    tab.fill("#email", "mia@mail.example")


def faults(tab: "Page") -> list[str]:
    """What axe finds wrong with a page."""
    axe = import_module("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(tab, options={"rules": {"target-size": {"enabled": True}}})
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


def sideways(tab: "Page") -> int:
    """By how many pixels a page is wider than its window."""
    width: int = tab.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width
