"""Requests of senders that the tests cannot run, to the byte, at a real socket."""

import zlib
from dataclasses import dataclass
from urllib.parse import quote_plus

import pytest

from tests import wire
from tests.conformance.doors import (
    ARTICLE,
    PINGBACK,
    TRACKBACK,
    WEBMENTION,
    XMLRPC,
    Door,
    new_source,
)
from tests.process import Service

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sender sends: a template of the body, with SOURCE in it, and its header lines."""

    door: Door
    body: str
    lines: tuple[str, ...]
    version: str = "1.1"
    host: str = "127.0.0.1"
    escaped: bool = False  # the source in a form
    deflated: bool = False

    def whole(self, source: str) -> bytes:
        written = quote_plus(source) if self.escaped else source
        body = self.body.replace("SOURCE", written).encode()
        if self.deflated:
            body = zlib.compress(body)
        lines = (f"Host: {self.host}", *self.lines, f"Content-Length: {len(body)}")
        head = "\r\n".join((f"POST {self.door.where} HTTP/{self.version}", *lines))
        return f"{head}\r\n\r\n".encode() + body


def call(declaration: str, value: str, newline: str = "\n") -> str:
    """A call with its values written as `value` has it, around SOURCE and the article."""
    params = "".join(
        f"<param>{newline}{value.format(address)}{newline}</param>{newline}"
        for address in ("SOURCE", ARTICLE)
    )
    name = "<methodName>pingback.ping</methodName>"
    return newline.join(
        (declaration, "<methodCall>", name, f"<params>{params}</params>", "</methodCall>", "")
    )


STRING = "<value><string>{}</string></value>"
SENDERS = {
    "Serendipity's pingback": Sent(
        PINGBACK,
        call('<?xml version="1.0"?>', STRING),
        ("User-Agent: HTTP_Request2/2.5.1", "Content-Type: text/html", "Connection: close"),
    ),
    "Dotclear's pingback": Sent(
        XMLRPC,
        call('<?xml version="1.0"?>', STRING),
        ("User-Agent: Dotclear - https://dotclear.org/", "Content-Type: text/xml"),
        version="1.0",
    ),
    "Dotclear's trackback": Sent(
        TRACKBACK,
        "title=On+margins&excerpt=%C3%A9t%C3%A9&url=SOURCE&blog_name=B%C3%A9a&charset=UTF-8",
        ("User-Agent: Dotclear - https://dotclear.org/", f"Content-Type: {FORM}; charset=UTF-8"),
        version="1.0",
        escaped=True,
    ),
    "Dotclear's webmention": Sent(
        WEBMENTION,
        f"source=SOURCE&target={quote_plus(ARTICLE)}",
        ("User-Agent: Dotclear - https://dotclear.org/", f"Content-Type: {FORM}"),
        version="1.0",
        escaped=True,
    ),
    "Movable Type's trackback": Sent(
        TRACKBACK,
        "title=On+margins&url=SOURCE&excerpt=Well&blog_name=B%E9a",
        ("User-Agent: MovableType/7.0", f"Content-Type: {FORM}; charset=iso-8859-1"),
        escaped=True,
    ),
    "a trackback of 2004, with nothing declared": Sent(
        TRACKBACK,
        "url=SOURCE&title=caf%E9&blog_name=&excerpt=",
        ("User-Agent: tb/1.0", f"Content-type: {FORM}", "Accept: "),
        escaped=True,
    ),
    "Python's": Sent(
        PINGBACK,
        call("<?xml version='1.0'?>", STRING),
        ("Accept-Encoding: gzip", "Content-Type: text/xml", "User-Agent: Python-xmlrpc/3.11"),
    ),
    "Ruby's": Sent(
        PINGBACK,
        call('<?xml version="1.0" ?>', STRING, newline=""),
        ("Content-Type: text/xml; charset=utf-8", "Accept-Encoding: identity"),
    ),
    "Perl's RPC::XML, which compresses": Sent(
        PINGBACK,
        call('<?xml version="1.0" encoding="us-ascii"?>', STRING, newline=""),
        ("TE: deflate,gzip;q=0.3", "Content-Type: text/xml", "Content-Encoding: deflate"),
        deflated=True,
    ),
    "xmlrpc-c's": Sent(
        PINGBACK,
        call('<?xml version="1.0" encoding="UTF-8"?>', STRING, newline="\r\n"),
        ('Content-Type: text/xml; charset="utf-8"', "User-Agent: Xmlrpc-c/1.59"),
    ),
    "a hand-written one": Sent(
        PINGBACK,
        call("", "<value>{}</value>"),
        ("Content-Type: application/xml",),
    ),
}
AMPERSAND = {"Serendipity's pingback", "a hand-written one"}  # written as it is: no XML


@pytest.mark.parametrize("sender", SENDERS)
async def test_what_real_senders_send_is_taken(service: Service, sender: str) -> None:
    """X-8, X-9, X-10, X-12, X-18, X-19, T-1, T-10: types, declarations, versions, charsets."""
    sent = SENDERS[sender]
    source = new_source() + ("?a=1&b=2" if sender in AMPERSAND else "")
    async with wire.connect(service.port) as line:
        await line.send(sent.whole(source))
        answer = await line.answer()
    assert sent.door.took(answer), answer
