"""One question by hand: to see that a server answers what it should before it is timed."""

import http.client
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.load import Load, Unmeasurable

PATIENCE = 60.0  # seconds for one answer
STARTING = 120.0  # seconds for a server to begin to answer


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


def ask(
    base: str,
    target: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
) -> Answer:
    """Ask once on a connection of its own. Raises OSError or HTTPException without an answer."""
    where = urlsplit(base)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE)
    data = body.encode() if body is not None else None
    try:
        connection.request(method, target, data, dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())
    finally:
        connection.close()


def once(load: Load) -> Answer:
    """Ask what a load asks, once, before it is timed. Raises Unmeasurable where it is refused."""
    base, target = split(load.url)
    target = load.targets[0] if load.targets else target
    values = {"{n}": str(load.first), "{text}": "One of many."}
    values |= dict.fromkeys(("{who}", "{net}", "{few}"), "1")

    def filled(text: str) -> str:
        for name, value in values.items():
            text = text.replace(name, value)
        return text

    headers = {name: filled(value) for name, value in load.headers.items()}
    body = None if load.body is None else filled(load.body)
    answer = ask(base, filled(target), method=load.method, headers=headers, body=body)
    if answer.status >= 400:
        raise Unmeasurable(f"{load.method} {target} is answered by {answer.status}")
    return answer


def repeated(load: Load, seconds: float, *, least: int) -> int:
    """Ask on one connection for some seconds, and so many times at the least; how many it were.

    Raises Unmeasurable for a refusal.
    """
    base, target = split(load.url)
    where = urlsplit(base)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE)
    until, answers = time.monotonic() + seconds, 0
    try:
        while answers < least or time.monotonic() < until:
            connection.request(load.method, target, headers=dict(load.headers))
            response = connection.getresponse()
            response.read()
            if response.status >= 400:
                raise Unmeasurable(f"{load.method} {target} is answered by {response.status}")
            answers += 1
    finally:
        connection.close()
    return answers


def split(url: str) -> tuple[str, str]:
    """An address of loopback as its server's and the path with its query."""
    scheme, _, host, rest = url.split("/", 3)
    return f"{scheme}//{host}", f"/{rest}"


def until_ready(base: str, target: str, alive: Callable[[], bool], pause: float = 0.05) -> None:
    """Wait until a server gives a good answer. Raises Unmeasurable where it ends or never does."""
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline:
        if not alive():
            raise Unmeasurable("the server ended before it answered")
        try:
            if ask(base, target).status < 400:
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(pause)
    raise Unmeasurable(f"the server did not answer within {STARTING:.0f} s")
