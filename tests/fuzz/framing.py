"""Requests whose framing is odd: what delimits them, what stands in their header, how they come."""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
METHODS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "BREW")


@dataclass(frozen=True, slots=True)
class Case:
    """What is sent on one connection, and what may come of it."""

    name: str
    pieces: Sequence[bytes]  # sent one by one
    answers: bool = True  # whole enough to be owed an answer
    bodiless: bool = False  # its answer has no body
    ends: bool = False  # the sender says that nothing more will come
    only: bool = False  # owed one answer at the most: nothing in it is a second request


def whole(method: str, where: str, headers: Sequence[str], body: bytes = b"") -> bytes:
    """Write a request as its header lines say."""
    head = "".join(f"{line}\r\n" for line in (f"{method} {where} HTTP/1.1", *headers))
    return head.encode("latin-1", "replace") + b"\r\n" + body


def plain(name: str, method: str, where: str, kind: str, body: bytes, *more: str) -> Case:
    """A request that is framed as it should be."""
    headers = ["Host: 127.0.0.1", "Connection: close", f"Content-Length: {len(body)}", *more]
    if kind:
        headers.append(f"Content-Type: {kind}")
    return Case(name, [whole(method, where, headers, body)], bodiless=method == "HEAD")


def odd(chance: Random, where: str, kind: str, body: bytes) -> Case:
    """Choose one of the oddities, around a request that would be a good one."""
    makers = (_ambiguous, _header, _chunked, _size, _method, _slow, _encoded)
    return chance.choice(makers)(chance, where, kind, body)


def _ambiguous(chance: Random, where: str, kind: str, body: bytes) -> Case:
    """Two readers could see the end of these at two places: one answer, or a hang-up."""
    length = f"Content-Length: {len(body)}"
    lines = chance.choice(
        (
            (length, "Transfer-Encoding: chunked"),
            ("Transfer-Encoding: chunked", length),
            (length, "Transfer-Encoding:\tchunked"),
            ("Transfer-Encoding:\r\n chunked", length),
            ("Transfer-Encoding : chunked", length),
            ("Transfer-Encoding: xchunked", length),
            ("Transfer-Encoding: identity, chunked", length),
            (length, f"Content-Length: {len(body) + 1}"),
            (f"Content-Length: +{len(body)}",),
            (f"Content-Length: -{len(body)}",),
            (f"Content-Length: {len(body)}, {len(body)}",),
            (f"Content-Length: 0{len(body)}x",),
            ("Content-Length: 99999999999999999999999",),
            (length, "X-Folded: a\r\n b"),
            (f"{length}\nX-Bare: lf",),
        )
    )
    headers = ["Host: 127.0.0.1", *lines, f"Content-Type: {kind}"]
    data = whole("POST", where, headers, b"0\r\n\r\n" + SMUGGLED)
    return Case(f"ambiguous {lines}", [data], answers=False, ends=True, only=True)


def _header(chance: Random, where: str, kind: str, body: bytes) -> Case:
    """Lines that are too many, too long, or no lines."""
    name, lines = chance.choice(
        (
            ("no host", ()),
            ("two hosts", ("Host: 127.0.0.1", "Host: 127.0.0.1")),
            ("another host", ("Host: elsewhere.example",)),
            ("a host that is none", ("Host: [::1",)),
            ("a host of bytes", ("Host: \xff\xfe",)),
            ("many fields", ("Host: 127.0.0.1", *(f"X-{n}: {n}" for n in range(500)))),
            ("a long field", ("Host: 127.0.0.1", f"X-Long: {'x' * 20_000}")),
            ("a cookie of bytes", ("Host: 127.0.0.1", "Cookie: \x80\xff=\xfe; __Host-author=\xff")),
            ("an odd origin", ("Host: 127.0.0.1", "Origin: https://[")),
            ("an odd key", ("Host: 127.0.0.1", "Idempotency-Key: \xff\xfe")),
            ("a long key", ("Host: 127.0.0.1", f"Idempotency-Key: {'k' * 300}")),
            ("odd bearer", ("Host: 127.0.0.1", "Authorization: Bearer \xff")),
            ("odd match", ("Host: 127.0.0.1", 'If-None-Match: W/"\xff", *', "If-Match: \xff")),
            ("odd forwarding", ("Host: 127.0.0.1", "X-Forwarded-For: ,,[::,\xff")),
            ("odd accept", ("Host: 127.0.0.1", "Accept: ;q=,*/*;q=x", "Accept-Encoding: ;;q=\xff")),
            ("an upgrade", ("Host: 127.0.0.1", "Connection: Upgrade", "Upgrade: websocket")),
            ("expecting", ("Host: 127.0.0.1", "Expect: 100-continue")),
            ("a range", ("Host: 127.0.0.1", "Range: bytes=" + ",".join(["0-1"] * 500))),
        )
    )
    headers = [*lines, f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    method = chance.choice(("POST", "GET"))
    data = whole(method, where, [*headers, "Connection: close"], body)
    return Case(f"header: {name}", [data])


def _chunked(chance: Random, where: str, kind: str, body: bytes) -> Case:
    """A body in chunks, well-formed or not."""
    size = b"%x" % len(body)
    good = size + b"\r\n" + body + b"\r\n0\r\n\r\n"
    name, data = chance.choice(
        (
            ("good", good),
            ("with an extension", size + b";a=b\r\n" + body + b"\r\n0\r\n\r\n"),
            ("with a trailer", size + b"\r\n" + body + b"\r\n0\r\nX-Trailer: 1\r\n\r\n"),
            ("no number", b"zz\r\n" + body + b"\r\n0\r\n\r\n"),
            ("a huge number", b"f" * 40 + b"\r\n" + body),
            ("negative", b"-1\r\n" + body + b"\r\n0\r\n\r\n"),
            ("too short", b"1\r\n" + body + b"\r\n0\r\n\r\n"),
            ("cut off", good[: chance.randrange(len(good))]),
        )
    )
    headers = ["Host: 127.0.0.1", "Transfer-Encoding: chunked", f"Content-Type: {kind}"]
    owed = name in ("good", "with an extension", "with a trailer")
    data = whole("POST", where, [*headers, "Connection: close"], data)
    return Case(f"chunked: {name}", [data], answers=owed, ends=not owed)


def _size(chance: Random, where: str, kind: str, body: bytes) -> Case:
    """Around the limit, and far beyond it."""
    size = chance.choice((65_535, 65_536, 65_537, 300_000, 2_000_000))
    return plain(f"{size} bytes", "POST", where, kind, body + b"x" * (size - len(body)))


def _method(chance: Random, where: str, kind: str, body: bytes) -> Case:
    method = chance.choice(METHODS)
    case = plain(f"method {method}", method, where, kind, body)
    known = method.isupper() and method != "BREW"
    return case if known else Case(case.name, case.pieces, answers=False, ends=True)


def _slow(chance: Random, where: str, kind: str, body: bytes) -> Case:
    """Byte by byte here and there, or never to its end."""
    (data,) = plain("", "POST", where, kind, body).pieces
    at = sorted(chance.sample(range(len(data)), min(5, len(data))))
    pieces = [data[a:b] for a, b in zip([0, *at], [*at, len(data)], strict=True)]
    if chance.random() < 0.5:
        return Case("in pieces", pieces)
    return Case("broken off", pieces[:-1], answers=False, ends=True)


def _encoded(chance: Random, where: str, kind: str, body: bytes) -> Case:
    """Compressed, or said to be."""
    how = chance.choice(("gzip", "deflate", "br", "x", "gzip, gzip", "\xff"))
    sent = chance.choice((body, gzip.compress(body), gzip.compress(b"a" * 3_000_000)))
    return plain(f"encoding {how!r}", "POST", where, kind, sent, f"Content-Encoding: {how}")
