"""The owner's rules: listed, tried on the past, made, put on what waits, ended."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from moderation.domain.comment import Status
from moderation.domain.errors import Forbidden, Malformed, NotFound
from moderation.domain.moderator import Scope
from moderation.domain.rule import Rule
from moderation.flow.apply import Applied
from moderation.flow.owner_rules import Wish
from moderation.flow.rule_rooms import RuleRooms
from moderation.formats.contract import Addresses
from moderation.signing import Signing
from moderation.web.api.decisions import brief, refused
from moderation.web.api.documents import rule_members
from moderation.web.api.operations import AnyOperation, Call, Operation, Reply
from moderation.web.api.reading import Nothing
from moderation.web.api.shapes import (
    DecisionShape,
    RuleDetail,
    RuleList,
    RuleShape,
    TriedComment,
    TriedShape,
)

CURSOR = "rules"


class RuleQuery(msgspec.Struct, kw_only=True, frozen=True):
    """How many, from where."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    cursor: (
        Annotated[str, Meta(max_length=2000, description="`next` of the page before.")] | None
    ) = None


class RuleWords(msgspec.Struct, kw_only=True, frozen=True):
    """A rule to be tried or made."""

    what: Annotated[
        Literal["phrase", "link", "website", "network", "email", "name", "script", "list"],
        Meta(description="What it looks for. `list`: one of the lists of hosts from elsewhere."),
    ]
    value: Annotated[
        str, Meta(max_length=500, description="A phrase, host, network, address, name …")
    ]
    verdict: Annotated[
        Literal["hold", "spam"], Meta(description="What becomes of what it fits.")
    ] = "hold"
    site: Annotated[str, Meta(max_length=100, description="On this site only.")] | None = None
    days: (
        Annotated[int, Meta(ge=1, le=3650, description="Until it ends; null: for good.")] | None
    ) = None
    note: Annotated[str, Meta(max_length=500)] | None = None


class Rules:
    """``/api/v1/rules``."""

    def __init__(self, rooms: RuleRooms, signing: Signing, addresses: Addresses) -> None:
        self._rooms = rooms
        self._signing = signing
        self._addresses = addresses

    def operations(self) -> Sequence[AnyOperation]:
        return [*self._named(), *self._reading(), *self._writing()]

    def _named(self) -> Sequence[AnyOperation]:
        """Those whose address would be taken for a rule's, and so come first."""
        return [
            Operation(
                method="POST",
                path="/api/v1/rules/try",
                name="tryRule",
                noun="Rules",
                summary="Try a rule on past comments",
                scope=Scope.READ,
                run=self.attempt,
                query=Nothing,
                body=RuleWords,
                answers={200: TriedShape},
                refusals={},
                note="It looks at the newest 2,000 comments; nothing is kept.",
            ),
            Operation(
                method="POST",
                path="/api/v1/rules/apply",
                name="applyRules",
                noun="Rules",
                summary="Put all rules in force on what waits",
                scope=Scope.MODERATE,
                run=self.apply_all,
                query=Nothing,
                body=Nothing,
                answers={200: DecisionShape},
                refusals={409: "Rules are off."},
                note="As with one rule. A token that is limited to some sites applies the rules "
                "that are for one of these alone.",
            ),
        ]

    def _reading(self) -> Sequence[AnyOperation]:
        return [
            Operation(
                method="GET",
                path="/api/v1/rules",
                name="listRules",
                noun="Rules",
                summary="List the rules in force",
                scope=Scope.READ,
                run=self.page,
                query=RuleQuery,
                body=Nothing,
                answers={200: RuleList},
                refusals={400: "The cursor is of another list."},
                note="The oldest first. A token that is limited to some sites sees the rules that "
                "are for one of these alone.",
            ),
            Operation(
                method="GET",
                path="/api/v1/rules/{id}",
                name="getRule",
                noun="Rules",
                summary="Look at a rule, in force or ended",
                scope=Scope.READ,
                run=self.one,
                query=Nothing,
                body=Nothing,
                answers={200: RuleDetail},
                refusals={404: "No such rule."},
                note="With it how many comments that wait it could be put on.",
            ),
        ]

    def _writing(self) -> Sequence[AnyOperation]:
        return [
            Operation(
                method="POST",
                path="/api/v1/rules",
                name="createRule",
                noun="Rules",
                summary="Make a rule",
                scope=Scope.MODERATE,
                run=self.create,
                query=Nothing,
                body=RuleWords,
                answers={201: RuleShape},
                refusals={409: "There is one like it, or there are 10,000."},
                note="It looks at what comes from now on. A `list` that is on is switched over to "
                "the other verdict.",
            ),
            Operation(
                method="DELETE",
                path="/api/v1/rules/{id}",
                name="endRule",
                noun="Rules",
                summary="Take a rule out of force",
                scope=Scope.MODERATE,
                run=self.end,
                query=Nothing,
                body=Nothing,
                answers={204: None},
                refusals={404: "No such rule.", 409: "It was removed already."},
                note="It is kept with its hits for 90 days.",
            ),
            Operation(
                method="POST",
                path="/api/v1/rules/{id}/apply",
                name="applyRule",
                noun="Rules",
                summary="Put a rule on what waits",
                scope=Scope.MODERATE,
                run=self.apply,
                query=Nothing,
                body=Nothing,
                answers={200: DecisionShape},
                refusals={404: "No such rule.", 409: "It is not in force, or rules are off."},
                note="What waits, and no person has decided on, is ruled on again as if the rule "
                "had been there before. `comments` has what became spam and what waits on with "
                "the rule beside it; `decision` undoes the former. At most 1,000 a request; while "
                "`left` is more than 0, send the same again.",
            ),
        ]

    async def page(self, call: Call[RuleQuery, Nothing]) -> Reply:
        live = (await self._rooms.own.standing()).live
        after, limit = self._after(call.query.cursor), call.query.limit
        mine = sorted((rule for rule in live if rule.is_of(call.sites)), key=lambda rule: rule.id)
        found = [rule for rule in mine if rule.id > after]
        shown = found[:limit]
        more = self._signing.sign(CURSOR, shown[-1].id) if len(found) > limit else None
        rules = [RuleShape(**rule_members(rule)) for rule in shown]
        return Reply(RuleList(rules=rules, next=more, total=len(mine)))

    def _after(self, cursor: str | None) -> str:
        value = "" if cursor is None else self._signing.value(CURSOR, cursor)
        if not isinstance(value, str):
            raise Malformed("This cursor does not belong to this list.")
        return value

    async def one(self, call: Call[Nothing, Nothing]) -> Reply:
        rule = await self._mine(call)
        waiting = await self._rooms.apply.waiting(rule, sites=call.sites)
        members = rule_members(rule)
        return Reply(RuleDetail(**members, waiting=waiting.number, waiting_exact=waiting.whole))

    async def attempt(self, call: Call[Nothing, RuleWords]) -> Reply:
        rule = self._draft(call)
        tried = await self._rooms.trial.of([rule], sites=call.sites)
        waiting = await self._rooms.apply.waiting(rule, sites=call.sites)
        caught = [
            TriedComment(id=c.comment.id, status=c.comment.status.value, where=c.hit.where)
            for c in tried.shown
        ]
        return Reply(
            TriedShape(
                looked_at=tried.looked_at,
                caught=tried.number,
                by_status={s.value: tried.by_status.get(s, 0) for s in Status},
                comments=caught,
                waiting=waiting.number,
                waiting_exact=waiting.whole,
            )
        )

    async def create(self, call: Call[Nothing, RuleWords]) -> Reply:
        rule = self._draft(call)
        if not rule.is_of(call.sites):
            raise Forbidden("This token makes rules for its own sites only.")
        made = await self._rooms.own.add(rule)
        where = self._addresses.at(f"/api/v1/rules/{made.id}")
        return Reply(RuleShape(**rule_members(made)), 201, {"Location": where})

    async def end(self, call: Call[Nothing, Nothing]) -> Reply:
        rule = await self._mine(call)
        await self._rooms.own.remove(rule.id, call.actor.name)
        return Reply(None, 204)

    async def apply(self, call: Call[Nothing, Nothing]) -> Reply:
        rule = await self._mine(call)
        applied = await self._rooms.apply.to_waiting(rule.id, call.actor, sites=call.sites)
        return Reply(_decided(applied))

    async def apply_all(self, call: Call[Nothing, Nothing]) -> Reply:
        applied = await self._rooms.apply.all_to_waiting(call.actor, sites=call.sites)
        return Reply(_decided(applied))

    def _draft(self, call: Call[Nothing, RuleWords]) -> Rule:
        body = call.body
        wish = Wish(
            what=body.what,
            value=body.value,
            verdict=body.verdict,
            site=body.site or "",
            days=str(body.days) if body.days is not None else "",
            note=body.note or "",
        )
        return self._rooms.own.draft(wish, call.actor.name)

    async def _mine(self, call: Call[Nothing, Nothing]) -> Rule:
        rule, _ = await self._rooms.own.one(call.id)
        if not rule.is_of(call.sites):
            raise NotFound("There is no such rule.")
        return rule


def _decided(applied: Applied) -> DecisionShape:
    return DecisionShape(
        decision=applied.decision_id or None,
        comments=brief((*applied.spam, *applied.kept)),
        refused=refused(applied.refused),
        left=applied.left,
    )
