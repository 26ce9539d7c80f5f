"""What the head of an answer says, and how a compressed body is unpacked within bounds."""

import zlib
from dataclasses import dataclass

import httpcore2

from moderation.net.contract import NotHtml, NotReadable

READABLE = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/json", ""})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TAG_CHARACTERS = 256  # of a tag or date that is sent back to its server
_STEP = 64 * 1024  # bytes inflated at a time
_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer, as far as it is believed."""

    status: int
    location: str | None  # where a redirect leads; None for every other answer
    content_type: str  # lower case, without parameters; "" when absent
    charset: str
    encoding: str  # lower case; "" for none
    length: int | None
    etag: str = ""
    last_modified: str = ""

    @classmethod
    def of(cls, response: httpcore2.Response, header_bytes: int) -> "Answer":
        """Read the head; raises `NotReadable` where it is too big."""
        if sum(len(name) + len(value) + 4 for name, value in response.headers) > header_bytes:
            raise NotReadable("headers too big")
        headers: dict[bytes, bytes] = {}
        for name, value in response.headers:
            headers.setdefault(name.lower(), value)
        named, charset = content_type(_text(headers.get(b"content-type", b"")))
        length = headers.get(b"content-length", b"")
        location = headers.get(b"location") if response.status in _REDIRECTS else None
        return cls(
            status=response.status,
            location=None if location is None else _text(location),
            content_type=named,
            charset=charset,
            encoding=_text(headers.get(b"content-encoding", b"")).lower(),
            length=int(length) if length.isdigit() else None,
            etag=_tag(headers.get(b"etag", b"")),
            last_modified=_tag(headers.get(b"last-modified", b"")),
        )

    def check(self, body_bytes: int) -> None:
        """Raise `NotReadable` or `NotHtml` where there is no use in reading the body."""
        if not 200 <= self.status < 300:
            raise NotReadable(f"HTTP status {self.status}", status=self.status)
        if not is_readable(self.content_type):
            raise NotHtml(f"of type {self.content_type[:80]}", status=self.status)
        if self.length is not None and self.length > body_bytes:
            raise NotReadable(f"more than {body_bytes} bytes", status=self.status)
        if self.encoding not in ("", "identity", *_WINDOW_BITS):
            raise NotReadable("compressed in a way that was not asked for", status=self.status)

    def unpack(self, body: bytes, limit: int) -> bytes:
        """Undo the Content-Encoding of a server that compresses unasked."""
        bits = _WINDOW_BITS.get(self.encoding)
        return body if bits is None else inflate(body, bits, limit)


def is_readable(named: str) -> bool:
    """Tell whether a type is HTML, plain text or JSON; what names no type is taken for HTML."""
    return named in READABLE or (named.startswith("application/") and named.endswith("+json"))


def content_type(value: str) -> tuple[str, str]:
    """Split a Content-Type into type and charset, both in lower case."""
    named, *parameters = value.split(";")
    charset = ""
    for parameter in parameters:
        name, _, given = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = charset or given.strip().strip("\"'").lower()
    return named.strip().lower(), charset[:40]


def inflate(body: bytes, window_bits: int, limit: int) -> bytes:
    """Inflate in small steps; raises `NotReadable` past `limit` bytes or for broken data."""
    unpacker = zlib.decompressobj(window_bits)
    unpacked = bytearray()
    try:
        while body and not unpacker.eof:
            unpacked += unpacker.decompress(body, _STEP)
            body = unpacker.unconsumed_tail
            if len(unpacked) > limit:
                raise NotReadable(f"more than {limit} bytes once unpacked")
    except zlib.error:
        raise NotReadable("broken compression") from None
    if not unpacker.eof:
        raise NotReadable("compression broken off")
    return bytes(unpacked)


def _tag(value: bytes) -> str:
    """Return what may be sent back as it came, or ""."""
    text = _text(value)
    short = len(text) <= _TAG_CHARACTERS
    return text if short and text.isascii() and text.isprintable() else ""


def _text(value: bytes) -> str:
    """Read a header as browsers do: UTF-8 where it is, else a byte a character."""
    try:
        return value.decode().strip()
    except UnicodeDecodeError:
        return value.decode("latin-1").strip()
