"""TrackBack 1.2: a form that names the pinging page and says a few words about it."""

import html
import re

from moderation import faults
from moderation.domain.comment import Kind
from moderation.domain.errors import (
    Duplicate,
    Fault,
    FieldFault,
    InvalidFields,
    Malformed,
    WrongType,
)
from moderation.domain.submission import Ping
from moderation.protocols.contract import Answer, PingProtocol, Request
from moderation.text import forms
from moderation.text.clean import clean_text, cut
from moderation.text.pair import check_address, check_pair

CONTENT_TYPE = "text/xml; charset=utf-8"
TITLE_LIMIT = 250  # characters, as the blog engines have it
EXCERPT_LIMIT = 252
NAMES = ("url", "article")
# Charset names, as senders write them (PHP's own among them), to the decoders they may reach:
# text only.
CODECS = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("us-ascii", "ascii"), "ascii"),
    # As everywhere on the web, ISO-8859-1 is windows-1252.
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "cp1252"), "cp1252"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("cp932", "ms932", "windows-31j", "sjis-win"), "cp932"),
    **dict.fromkeys(("euc-jp", "euc_jp", "eucjp", "x-euc-jp", "eucjp-win"), "euc_jp"),
    **dict.fromkeys(("iso-2022-jp", "jis"), "iso2022_jp_ext"),
    "big5": "big5",
    "euc-kr": "euc_kr",
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    **{f"iso-8859-{part}": f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 16)},
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "iso-8859-15": "iso8859_15",
    **{f"windows-{page}": f"cp{page}" for page in (874, *range(1250, 1259))},
}
TAG = re.compile(r"<[A-Za-z/!?][^<>]*>")
HUGE_REFERENCE = re.compile(r"&#[0-9]{8,};?")  # of no character; thousands of digits stop int()


class Trackback:
    """The protocol as bytes. What only the application objects to is HTTP 200 with error 1."""

    kind = Kind.TRACKBACK

    def parse(self, request: Request) -> Ping:
        """Understand a ping: the article from the address, all else from the body.

        Raises WrongType for encoded bodies and other types than a form's, Malformed for
        an address that names no article, InvalidFields for a `url` that is missing or not
        usable.
        """
        if request.content_encoding not in ("", "identity"):
            raise WrongType("A compressed request is not accepted.")
        if forms.media_type(request.content_type) not in ("", forms.FORM_TYPE):
            raise WrongType("A TrackBack ping is sent as application/x-www-form-urlencoded.")
        article = next(iter(request.query.get("article", ())), "").strip()
        if check_address("article", article) is not None:
            raise Malformed("The address names no article to ping.")
        fields = decode(forms.first_values(forms.read_pairs(request.body)), request.content_type)
        source, target = check_pair(fields.get("url", ""), article, names=NAMES)
        title = plain(fields.get("title", ""), TITLE_LIMIT) or cut(source, TITLE_LIMIT)
        return Ping(
            self.kind,
            source,
            target,
            request.client,
            title=title,
            excerpt=plain(fields.get("excerpt", ""), EXCERPT_LIMIT),
            blog_name=plain(fields.get("blog_name", ""), TITLE_LIMIT),
        )

    def accepted(self, ping: Ping, status_url: str, accept: str = "") -> Answer:
        return Answer(200, CONTENT_TYPE, write(), (status_link(status_url),))

    def repeated(self, ping: Ping, status_url: str, accept: str = "") -> Answer:
        """Error 1 with the words of WordPress."""
        body = write(faults.trackback_message(Duplicate()))
        return Answer(200, CONTENT_TYPE, body, (status_link(status_url),))

    def refused(self, fault: Fault, accept: str = "") -> Answer:
        body = write(faults.trackback_message(fault))
        return Answer(faults.trackback_status(fault), CONTENT_TYPE, body, faults.headers(fault))


def decode(fields: dict[str, bytes], content_type: str) -> dict[str, str]:
    """Turn the fields into text by one charset for all of them.

    In this order: the Content-Type's parameter, the field `charset`, UTF-8 where it is
    valid, windows-1252. A name that is not known is passed over, and so is a charset that
    cannot be true of the bytes. UTF-7 is refused: it hides markup in plain letters.
    """
    named = fields.get("charset", b"").decode("ascii", "replace").strip().lower()
    names = (forms.charset(content_type), named)
    if any(name.replace("-", "").replace("_", "").endswith("utf7") for name in names):
        raise InvalidFields([FieldFault("charset", "malformed", "UTF-7 is not accepted.")])
    for codec in (*(CODECS[name] for name in names if name in CODECS), "utf-8"):
        try:
            return {name: value.decode(codec) for name, value in fields.items()}
        except UnicodeDecodeError:
            continue
    return {name: value.decode("cp1252", "replace") for name, value in fields.items()}


def plain(raw: str, limit: int) -> str:
    """Make one line of text: tags go, entities are decoded once, longer is cut.

    Senders escape their fields for HTML, so ``Bea&#039;s`` is ``Bea's``, while
    ``&lt;script&gt;`` is text that looks like a tag and stays text.
    """
    text = html.unescape(HUGE_REFERENCE.sub("\N{REPLACEMENT CHARACTER}", TAG.sub("", raw)))
    try:
        return cut(clean_text(text, lines=False), limit)
    except ValueError:
        return ""


def write(message: str = "") -> bytes:
    """Write the answer: error 0, or error 1 with its message."""
    number = 1 if message else 0
    said = f"<message>{html.escape(message, quote=False)}</message>\n" if message else ""
    declaration = '<?xml version="1.0" encoding="utf-8"?>\n'
    return f"{declaration}<response>\n<error>{number}</error>\n{said}</response>\n".encode()


def status_link(status_url: str) -> tuple[str, str]:
    return "Link", f'<{status_url}>; rel="status"'


def method_not_allowed() -> Answer:
    """Answer anything but POST: a ping is never registered from a GET."""
    body = write("A TrackBack ping is sent by POST.")
    return Answer(405, CONTENT_TYPE, body, (("Allow", "POST"),))


def make() -> PingProtocol:
    return Trackback()
