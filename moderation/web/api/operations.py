"""What an operation of the API is: one entry of the table that routes and documents are made of."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from moderation.domain.decision import Actor, Door
from moderation.domain.moderator import Scope, Token
from moderation.web.api.reading import Nothing

Q = TypeVar("Q", bound=msgspec.Struct)
B = TypeVar("B", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Call(Generic[Q, B]):
    """A request whose token was let in, read into types."""

    token: Token
    id: str  # from the address; "" where the path has none
    query: Q
    body: B
    if_match: int | None

    @property
    def actor(self) -> Actor:
        return Actor(self.token.name, Door.API, self.token.id)

    @property
    def sites(self) -> frozenset[str]:
        """The sites this token may see and touch; empty: all."""
        return self.token.sites


@dataclass(frozen=True, slots=True)
class Reply:
    """A document, or none (204)."""

    document: msgspec.Struct | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation(Generic[Q, B]):
    """One method of one path; whoever calls it needs a token of `scope`."""

    method: str
    path: str  # "/api/v1/comments/{id}"
    name: str  # operationId
    noun: str  # what it is about: the document's heading
    summary: str
    scope: Scope
    run: Callable[[Call[Q, B]], Awaitable[Reply]]
    query: type[Q]
    body: type[B]
    answers: Mapping[int, type[msgspec.Struct] | None]
    refusals: Mapping[int, str]  # beside those that any operation may be refused with
    versioned: bool = False  # takes If-Match
    note: str = ""

    @property
    def takes_body(self) -> bool:
        return self.body is not Nothing


AnyOperation: TypeAlias = Operation[Any, Any]
