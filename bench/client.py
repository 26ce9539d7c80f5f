"""The load generator where wrk is not: ``python -m bench.client CONNECTIONS SECONDS URL``.

It reads the same environment as `wrk.lua`, and prints the same line.
"""

import asyncio
import itertools
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httptools

from bench.steady import at
from moderation.cli.serving.server import loop_factory

RETRY = 0.05  # seconds until a connection that was refused is tried again


@dataclass
class Tally:
    """What all connections have seen."""

    until: float
    taken: list[float] = field(default_factory=list)  # seconds, each good answer's
    bytes: int = 0
    refused: int = 0
    broken: int = 0


class Requests:
    """The requests in their order, as bytes."""

    def __init__(self, host: str, path: str) -> None:
        self._host = host
        self._method = os.environ.get("BENCH_METHOD", "GET")
        self._headers = os.environ.get("BENCH_HEADERS", "").splitlines()
        self._body = os.environ.get("BENCH_BODY")
        targets = _lines("BENCH_TARGETS")
        self._targets = targets or [path]
        self._texts = _lines("BENCH_TEXTS") or [""]
        self._numbers = itertools.count(int(os.environ.get("BENCH_FIRST", "0")) + 1)
        varies = bool(targets) or "{" in "".join([self._body or "", *self._headers])
        self._fixed = None if varies else self._made(0)

    def __next__(self) -> bytes:
        return self._fixed if self._fixed is not None else self._made(next(self._numbers))

    def __iter__(self) -> Iterator[bytes]:
        return self

    def _made(self, number: int) -> bytes:
        who = number * 7919
        values = {"n": number, "who": who % 5000, "net": who % 250, "few": who % 50}
        text = self._texts[number * 104729 % len(self._texts)]

        def filled(line: str) -> str:
            for name, value in values.items():
                line = line.replace(f"{{{name}}}", str(value))
            return line.replace("{text}", text)

        path = self._targets[number % len(self._targets)]
        lines = [f"{self._method} {filled(path)} HTTP/1.1", f"Host: {self._host}"]
        lines += [filled(line) for line in self._headers]
        body = b"" if self._body is None else filled(self._body).encode()
        if self._body is not None:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body


class Asking(asyncio.Protocol):
    """One connection: it asks again as soon as it was answered, until the time or it is over."""

    def __init__(self, requests: Requests, tally: Tally, over: asyncio.Future[None]) -> None:
        self._requests = requests
        self._tally = tally
        self._over = over
        self._asked = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # theirs is so
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._tally.bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.abort()

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:
            return
        now = time.perf_counter()
        if status < 400:
            self._tally.taken.append(now - self._asked)
        else:
            self._tally.refused += 1
        if now >= self._tally.until or not self._parser.should_keep_alive():
            self._finish()
        else:
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._over.done():
            self._tally.broken += 1
            self._finish()

    def _next(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._asked = time.perf_counter()
        self._transport.write(next(self._requests))

    def _finish(self) -> None:
        if not self._over.done():
            self._over.set_result(None)
        self._transport.close()


async def load(url: str, connections: int, seconds: float) -> dict[str, float]:
    """Ask for some seconds, let what was asked be answered, and return the figures."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    requests, begun = Requests(parts.netloc, path or "/"), time.perf_counter()
    tally = Tally(begun + seconds)
    where = parts.hostname or "", parts.port or 80
    await asyncio.gather(*(_keep_asking(where, requests, tally) for _ in range(connections)))
    took, ordered = time.perf_counter() - begun, sorted(tally.taken) or [0.0]
    return {
        "requests": len(tally.taken) + tally.refused,
        "microseconds": took * 1e6,
        "bytes": tally.bytes,
        "refused": tally.refused,
        "broken": tally.broken,
        "p50": at(ordered, 0.5) * 1000,
        "p99": at(ordered, 0.99) * 1000,
        "most": ordered[-1] * 1e6,
    }


async def _keep_asking(where: tuple[str, int], requests: Requests, tally: Tally) -> None:
    """Ask on one connection after the other, as the server closes them."""
    loop = asyncio.get_running_loop()
    while time.perf_counter() < tally.until:
        over: asyncio.Future[None] = loop.create_future()
        try:
            await loop.create_connection(partial(Asking, requests, tally, over), *where)
        except OSError:
            tally.broken += 1
            await asyncio.sleep(RETRY)
        else:
            await over


def _lines(name: str) -> list[str]:
    file = os.environ.get(name)
    return Path(file).read_text("utf-8").splitlines() if file else []


if __name__ == "__main__":
    connections, seconds, url = sys.argv[1:4]
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        figures = runner.run(load(url, int(connections), float(seconds)))
    print("FIGURES " + json.dumps(figures))
