"""Decisions: on one comment, on all that a query finds, and taking them back."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from moderation.domain.comment import Comment
from moderation.domain.decision import Action
from moderation.domain.errors import Fault
from moderation.domain.moderator import Scope
from moderation.flow.crowd import Crowd
from moderation.flow.decide import Decide
from moderation.flow.see import See
from moderation.flow.undo import Undo
from moderation.web.api.comments import STALE, Reason, Version, etag
from moderation.web.api.documents import comment_members
from moderation.web.api.operations import AnyOperation, Call, Operation, Reply
from moderation.web.api.reading import Nothing, agreed, read_query, told
from moderation.web.api.selection import CommentQuery, Selection
from moderation.web.api.shapes import Brief, Conflict, Decided, DecisionShape, Refused

MOVES: Mapping[Action, tuple[str, str]] = {
    Action.APPROVE: ("Approve a comment", "From held, spam or trash. Readers see it now."),
    Action.HOLD: ("Put a comment on hold", "From approved, spam or trash."),
    Action.SPAM: ("Mark a comment as spam", "From held, approved or trash."),
    Action.TRASH: ("Put a comment into the trash", "From held, approved or spam."),
    Action.RESTORE: ("Restore a comment", "From spam or trash, to the status before."),
    Action.HAM: (
        "Mark a comment as not spam",
        "From spam. The ruling of the other checks makes it approved or held.",
    ),
    Action.DELETE: (
        "Delete a comment for good",
        "From spam or trash. The answer is the comment as it last was; this cannot be undone.",
    ),
}


class Seen(msgspec.Struct, kw_only=True, frozen=True):
    """What a decision on one comment may carry."""

    version: Version = None
    reason: Reason = None


class Many(msgspec.Struct, kw_only=True, frozen=True):
    """One decision on all that a list of comments holds."""

    action: Literal["approve", "hold", "spam", "trash", "restore", "ham", "delete"]
    query: Annotated[
        str,
        Meta(
            max_length=4000,
            description="The query string the list was asked with; it names a `status`. Order, "
            "limit and cursor say nothing here.",
        ),
    ]
    snapshot: Annotated[str, Meta(max_length=20_000, description="`snapshot` of that list.")]
    reason: Reason = None


Run = Callable[[Call[Nothing, Seen]], Awaitable[Reply]]


class Decisions:
    """``/api/v1/comments/ID/ACTION`` and ``/api/v1/decisions``."""

    def __init__(
        self, see: See, decide: Decide, undo: Undo, crowd: Crowd, selection: Selection
    ) -> None:
        self._see = see
        self._decide = decide
        self._undo = undo
        self._crowd = crowd
        self._selection = selection

    def operations(self) -> Sequence[AnyOperation]:
        return [*(self._move(action) for action in MOVES), *self._on_many()]

    def _move(self, action: Action) -> AnyOperation:
        summary, note = MOVES[action]
        return Operation(
            method="POST",
            path=f"/api/v1/comments/{{id}}/{action}",
            name=f"{action}Comment",
            noun="Decisions",
            summary=summary,
            scope=Scope.MODERATE,
            run=self._run(action),
            query=Nothing,
            body=Seen,
            answers={200: Decided, 409: Conflict},
            refusals={404: "No such comment.", 409: STALE},
            versioned=True,
            note=f"{note} Without a version only a held comment is decided.",
        )

    def _on_many(self) -> Sequence[AnyOperation]:
        return [
            Operation(
                method="POST",
                path="/api/v1/decisions",
                name="decideOnMany",
                noun="Decisions",
                summary="Decide on all comments of a list",
                scope=Scope.MODERATE,
                run=self.many,
                query=Nothing,
                body=Many,
                answers={200: DecisionShape},
                refusals={404: "No such site or article.", 409: "No such move from this status."},
                note="Only what could be seen when the list was asked for is decided on: what "
                "came, was decided or edited since then is left alone. At most 100 comments a "
                "request; while `left` is more than 0, send the same again.",
            ),
            Operation(
                method="POST",
                path="/api/v1/decisions/{id}/undo",
                name="undoDecision",
                noun="Decisions",
                summary="Take a decision back",
                scope=Scope.MODERATE,
                run=self.undo,
                query=Nothing,
                body=Nothing,
                answers={200: DecisionShape},
                refusals={
                    404: "No such decision.",
                    409: "It was taken back already, is more than 30 days old or a deletion, or "
                    "all its comments were changed since.",
                },
                note="Statuses are as before, and what has not left the house is not sent.",
            ),
        ]

    def _run(self, action: Action) -> Run:
        async def run(call: Call[Nothing, Seen]) -> Reply:
            # Before it is decided: of what is deleted nothing could be told afterwards.
            seen = await self._see.comment(call.id, sites=call.sites)
            outcome = await self._decide.one(
                call.id,
                action,
                call.actor,
                version=agreed(call.if_match, call.body.version),
                reason=told(call.body.reason),
                sites=call.sites,
            )
            decided = outcome.done[0]
            members = comment_members(decided, seen.article, seen.opinions)
            document = Decided(**members, decision=outcome.decision_id)
            return Reply(document, headers=etag(decided.version))

        return run

    async def many(self, call: Call[Nothing, Many]) -> Reply:
        body = call.body
        query = read_query(body.query.removeprefix("?"), CommentQuery)
        snapshot = self._selection.read_snapshot(body.snapshot, query)
        wanted = await self._selection.filter(query, call.sites)
        if wanted is None:
            return Reply(DecisionShape(decision=None, comments=[], refused=[], left=0))
        outcome, left = await self._crowd.carry_out(
            wanted,
            snapshot,
            Action(body.action),
            call.actor,
            reason=told(body.reason),
            sites=call.sites,
        )
        return Reply(
            DecisionShape(
                decision=outcome.decision_id if outcome and outcome.done else None,
                comments=brief(outcome.done if outcome else ()),
                refused=refused(outcome.refused if outcome else ()),
                left=left,
            )
        )

    async def undo(self, call: Call[Nothing, Nothing]) -> Reply:
        outcome = await self._undo.decision(call.id, call.actor, sites=call.sites)
        return Reply(
            DecisionShape(
                decision=outcome.decision_id,
                comments=brief(outcome.done),
                refused=refused(outcome.refused),
                left=0,
            )
        )


def brief(comments: Iterable[Comment]) -> list[Brief]:
    return [
        Brief(
            id=comment.id,
            status=comment.status.value,
            waiting_for=comment.waiting_for.value if comment.waiting_for else None,
            version=comment.version,
        )
        for comment in comments
    ]


def refused(faults: Iterable[tuple[str, Fault]]) -> list[Refused]:
    return [Refused(id=ident, code=fault.code, detail=str(fault)) for ident, fault in faults]
