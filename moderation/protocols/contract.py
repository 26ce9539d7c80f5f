"""What a protocol is: it parses a request into a submission and words the answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from moderation.domain.comment import Client, Kind
from moderation.domain.errors import Fault
from moderation.domain.submission import Ping

BODY_LIMIT = 64 * 1024  # bytes, at every public door


@dataclass(frozen=True, slots=True)
class Request:
    """A request as bytes, after the front has counted its body."""

    body: bytes
    content_type: str  # as sent, with parameters; "" when absent
    content_encoding: str  # lower case; "" when absent
    query: Mapping[str, Sequence[str]]
    client: Client
    accept: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back, whole."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = field(default=())


class PingProtocol(Protocol):
    """One protocol by which blogs ping. Pure: no I/O, no clock, no store."""

    kind: Kind

    def parse(self, request: Request) -> Ping:
        """Understand a request; raises a `Fault` that `refused` can word."""
        ...

    def accepted(self, ping: Ping, status_url: str, accept: str = "") -> Answer:
        """Word "received, will be verified" for who accepts `accept`; nothing is echoed."""
        ...

    def repeated(self, ping: Ping, status_url: str, accept: str = "") -> Answer:
        """Word "this pair is registered already"."""
        ...

    def refused(self, fault: Fault, accept: str = "") -> Answer:
        """Word a refusal in this protocol."""
        ...
