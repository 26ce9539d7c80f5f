"""Everything this service refuses with, as one tree; each leaf has a code that clients hold on to.

Fault
├ Malformed           malformed              the bytes are not what the protocol says
├ TooLarge            too_large              the body is over the door's limit
├ WrongType           wrong_type             a content type or encoding this door does not take
├ InvalidFields       missing | too_long     fields of the request, each with its own code
├ UnknownArticle      unknown_article        no such article, or outside every site
├ UnknownParent       unknown_parent         the comment answered is not there
├ Closed              closed                 the article takes no (more) replies or pings
├ Duplicate           duplicate              this was said already
├ RateLimited         rate_limited           come back later
├ Busy                busy                   our fault for the moment: queue full, store locked
├ VersionStale        version_stale          somebody decided first
├ VersionRequired     version_required       this move needs the version seen
├ IllegalMove         illegal_move           no such move from this status
├ IdempotencyMismatch idempotency_mismatch   the key was used with another body
├ Unauthorized        unauthorized           who are you?
├ Forbidden           forbidden              not you, or not from there
├ NotFound            not_found              nothing here
└ Internal            internal               not one of ours: a bug
"""

from collections.abc import Sequence
from dataclasses import dataclass


class Fault(Exception):
    """A refusal. `str()` is one sentence for a person that reflects nothing unescaped."""

    code = "internal"
    sentence = "Something went wrong on our side."

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)


class Malformed(Fault):
    code = "malformed"
    sentence = "The request could not be understood."


class TooLarge(Fault):
    code = "too_large"
    sentence = "That is too large."


class WrongType(Fault):
    code = "wrong_type"
    sentence = "This content type or encoding is not accepted here."


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field; `code` is ``missing``, ``too_long`` or ``malformed``."""

    field: str
    code: str
    message: str


class InvalidFields(Fault):
    """One or more fields cannot be taken; `code` is that of the first."""

    sentence = "Some fields need another look."

    def __init__(self, errors: Sequence[FieldFault]) -> None:
        super().__init__(" ".join(error.message for error in errors))
        self.errors = tuple(errors)
        self.code = self.errors[0].code


class UnknownArticle(Fault):
    code = "unknown_article"
    sentence = "There is no such article here."


class UnknownParent(Fault):
    code = "unknown_parent"
    sentence = "The comment you answer is not there any more."


class Closed(Fault):
    code = "closed"
    sentence = "This article takes no more replies."


class Duplicate(Fault):
    code = "duplicate"
    sentence = "You have said that already."


class RateLimited(Fault):
    """Too many; `retry_after` is in whole seconds."""

    code = "rate_limited"
    sentence = "That was too fast. Please try again a little later."

    def __init__(self, sentence: str | None = None, *, retry_after: int = 60) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Busy(Fault):
    """Full or briefly out of order; nothing was kept. `retry_after` is in whole seconds."""

    code = "busy"
    sentence = "The service is busy. Nothing was saved; please try again in a moment."

    def __init__(self, sentence: str | None = None, *, retry_after: int = 5) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class VersionStale(Fault):
    """The comment changed since it was seen; the sentence names who changed it, and to what."""

    code = "version_stale"
    sentence = "This comment was changed meanwhile."


class VersionRequired(Fault):
    code = "version_required"
    sentence = "Say which version of the comment you saw."


class IllegalMove(Fault):
    code = "illegal_move"
    sentence = "That cannot be done to a comment in this state."


class IdempotencyMismatch(Fault):
    code = "idempotency_mismatch"
    sentence = "This Idempotency-Key was used with another request."


class Unauthorized(Fault):
    code = "unauthorized"
    sentence = "Please sign in."


class Forbidden(Fault):
    code = "forbidden"
    sentence = "That is not allowed."


class NotFound(Fault):
    code = "not_found"
    sentence = "There is nothing here."


class Internal(Fault):
    code = "internal"
