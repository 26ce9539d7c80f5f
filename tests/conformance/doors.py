"""The three doors for blogs: where they are, a good ping for each, and what each calls success."""

import re
import xmlrpc.client
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

from tests import wire
from tests.wire import FORM

PUBLIC = "https://comments.blog.example/talk"
SETTINGS = f"""
[server]
public_url = "{PUBLIC}"
[sites.blog]
url = "https://blog.example/"
articles = "any"
[limits]
pings_per_minute = 0
"""
ARTICLE = "https://blog.example/bees"
_numbers = count()


def new_source() -> str:
    """The address of a page that never pinged before; the guard refuses to fetch it."""
    return f"http://127.0.0.1/{next(_numbers)}"


def call(source: str, target: str = ARTICLE) -> bytes:
    """A pingback as the standard library writes it."""
    return xmlrpc.client.dumps((source, target), "pingback.ping").encode()


def trackback_form(source: str) -> bytes:
    return urlencode({"url": source}).encode()


def webmention_form(source: str, target: str = ARTICLE) -> bytes:
    return urlencode({"source": source, "target": target}).encode()


@dataclass(frozen=True, slots=True)
class Door:
    """One address at which pings are taken."""

    where: str
    content_type: str
    ping: Callable[[str], bytes]  # the body, of a source

    def took(self, answer: wire.Answer) -> bool:
        """Whether a ping was accepted, as a sender of that protocol judges."""
        if self.where == "/webmention":
            return answer.status == 201
        return answer.status == 200 and not re.search(rb"<fault>|<error>1", answer.body)


PINGBACK = Door("/pingback", "text/xml", call)
XMLRPC = Door("/xmlrpc.php", "text/xml", call)
TRACKBACK = Door(wire.target("/trackback", article=ARTICLE), FORM, trackback_form)
WEBMENTION = Door("/webmention", FORM, webmention_form)
DOORS = (PINGBACK, XMLRPC, TRACKBACK, WEBMENTION)
