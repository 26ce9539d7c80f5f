"""The public pages beside the thread, filled in with something of everything."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from moderation.formats.contract import Addresses
from moderation.templating import environment
from tests.browser.samples import SITE

ARTICLE = "https://blog.example/margin"
HERE = "https://talk.example/c/T"
WHEN = {"date": "May 10, 2026", "instant": "2026-05-10T12:00:00Z"}
REFUSED: Mapping[str, Any] = {
    "sentence": "Some fields need another look.",
    "values": {"comment": "What I wrote", "author": "Mia", "email": "mia", "url": ""},
    "parent": "",
    "errors": {"email": "That is no email address."},
    "retry": True,
}
PRIVATE: Mapping[str, Any] = {
    "here": HERE,
    "state": "waiting",
    "article_title": "In the margin",
    "body": Markup("<p>What I wrote</p>"),
    "text": "What I wrote",
    "permalink": f"{ARTICLE}#comment-m1",
    "can_edit": True,
    "edit_until": "12:15",
    "can_withdraw": True,
    "can_confirm": True,
    "subscribe": "none",
    "errors": {"comment": "Please write something."},
}
PING: Mapping[str, Any] = {
    "kind": "pingback",
    "state": "declined",
    "cause": "no_link",
    "source": "https://notes.example/" + "long" * 40,
    "target": ARTICLE,
    **WHEN,
}
OWN = {"here": HERE, "title": "In the margin", "state": "shown", **WHEN}
PAGES: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("refused", "error", REFUSED),
    ("lost", "error", {**REFUSED, "retry": False, "errors": {}}),
    ("private", "private", PRIVATE),
    ("ping", "ping", PING),
    ("own", "private_list", {"entries": [OWN]}),
    ("demo", "demo", {"discovery": "", "rdf": ""}),
    ("unsubscribe", "unsubscribe", {"person": {"name": "Ana"}, "stopped": False, "here": HERE}),
    ("resume", "unsubscribe", {"person": {"name": "Ana"}, "stopped": True, "here": HERE}),
)


def public_pages(server: str, article: str) -> dict[str, str]:
    """Render them all as `server` would, by name; `article` is where the demo's thread is."""
    templates, addresses = environment(), Addresses(server)
    return {
        name: templates.get_template(f"pages/{template}.html").render(
            addresses=addresses, site=SITE, title="A page", url=article, **filling
        )
        for name, template, filling in PAGES
    }
