"""Chromium, and a loopback service with sample threads that a foreign blog embeds.

The synchronous Playwright keeps an event loop in the thread while it is open, so `chromium`
lives for one module: asynchronous tests of other modules are not in its way.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

import pytest
import uvicorn

from tests.browser.samples import samples
from tests.browser.service import Service, application

if TYPE_CHECKING:  # a machine without browsers need not have Playwright
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    """Debian's Chromium, or a skip with the reason; a failure where browsers are required."""
    program = os.environ.get("MODERATION_TEST_CHROMIUM") or shutil.which("chromium")
    if program is None:
        _without("there is no Chromium on this machine")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _without("Playwright is not installed (requirements/browser.txt)")
    with sync_playwright() as playwright:
        # Root has no user namespaces in containers, and everything opened here is our own.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def _without(reason: str) -> NoReturn:
    required = os.environ.get("MODERATION_TEST_REQUIRE", "").replace(",", " ").split()
    if "browser" in required:
        pytest.fail(f"browsers are required here: {reason}")
    pytest.skip(reason)


@pytest.fixture
def context(chromium: "Browser") -> "Iterator[BrowserContext]":
    """A fresh profile, as wide as a small screen."""
    made = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    made.set_default_timeout(30_000)  # a busy machine is no fault
    yield made
    made.close()


@pytest.fixture
def tab(context: "BrowserContext") -> "Page":
    """One page of the fresh profile."""
    return context.new_page()


@pytest.fixture
def quiet(tab: "Page") -> "Iterator[Page]":
    """A tab in which nothing may be said on the console."""
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    yield tab
    assert said == []


@pytest.fixture
def service() -> Iterator[Service]:
    """The sample service on a port of its own."""
    made = Service(threads=samples())
    config = uvicorn.Config(
        application(made), host="127.0.0.1", port=0, log_level="error", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    made.port = server.servers[0].sockets[0].getsockname()[1]
    yield made
    server.should_exit = True
    thread.join(10)
