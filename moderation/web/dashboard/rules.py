"""The owner's rules: listed with their hits, tried on past comments, made, removed, exported."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.clock import Clock
from moderation.domain.errors import Duplicate, InvalidFields
from moderation.domain.moderator import Scope
from moderation.domain.opinion import Verdict
from moderation.domain.rule import TYPED, Rule, What
from moderation.domain.site import Site
from moderation.faults import http_status
from moderation.flow.owner_rules import Wish
from moderation.flow.rule_rooms import RuleRooms
from moderation.text.clean import clean_text
from moderation.text.words import fold
from moderation.web.dashboard.form import Form, id_in
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.notices import Notice, Notices
from moderation.web.dashboard.rule_words import (
    RULES,
    WHERE,
    applied_notice,
    caught_words,
    fits_words,
    in_words,
)
from moderation.web.dashboard.screens import Screens
from moderation.web.session import Visit, own_path

PAGE = 100
FIELDS = ("what", "value", "verdict", "site", "days", "note")
PRESET = dict.fromkeys(FIELDS, "") | {"what": What.PHRASE, "verdict": Verdict.HOLD}


class RulePages:
    """``/dashboard/rules`` and what is below it."""

    def __init__(
        self,
        rooms: RuleRooms,
        sites: tuple[Site, ...],
        clock: Clock,
        notices: Notices,
        screens: Screens,
    ) -> None:
        self._rules = rooms.own
        self._trial = rooms.trial
        self._apply = rooms.apply
        self._shelf = rooms.shelf
        self._sites = sites
        self._clock = clock
        self._notices = notices
        self._screens = screens

    def routes(self, guard: Guard) -> list[Route]:
        return [
            Route(RULES, guard.page(self.list), methods=["GET"]),
            Route(f"{RULES}/try", guard.deed(self.attempt), methods=["POST"]),
            Route(f"{RULES}/add", guard.deed(self.add), methods=["POST"]),
            Route(f"{RULES}/{{id}}", guard.page(self.show), methods=["GET"]),
            Route(f"{RULES}/{{id}}/remove", guard.deed(self.remove), methods=["POST"]),
            Route(f"{RULES}/{{id}}/back", guard.deed(self.bring_back), methods=["POST"]),
        ]

    async def list(self, request: Request, visit: Visit) -> Response:
        return await self._list(request, visit)

    async def _list(
        self,
        request: Request,
        visit: Visit,
        *,
        typed: Mapping[str, str] | None = None,
        fault: InvalidFields | None = None,
    ) -> Response:
        """The rules, and a form for one more; with a fault it keeps what was typed."""
        standing = await self._rules.standing()
        asked = request.query_params.get("from", "")
        start = int(asked) if asked.isdecimal() and len(asked) < 6 else 0
        search = _search(request.query_params.get("q", ""))
        newest = [rule for rule in reversed(standing.live) if search in fold(_words(rule))]
        return await self._screens.page(
            "rules",
            visit,
            title="Rules",
            status=http_status(fault) if fault is not None else 200,
            request=request if fault is None else None,
            notice=Notice(str(fault), alert=True) if fault is not None else None,
            rules=newest[start : start + PAGE],
            number=len(standing.live),
            search=request.query_params.get("q", "")[:200],
            next_page=_page(start + PAGE, search) if len(newest) > start + PAGE else "",
            gone=[*standing.over, *standing.removed],
            values=PRESET | dict(typed or {}),
            errors={e.field: e.message for e in fault.errors} if fault is not None else {},
            own=RULES,
            lists=await self._shelf.standing(),
            **self._shared(visit),
        )

    def _shared(self, visit: Visit) -> dict[str, Any]:
        return {
            "where": WHERE,
            "whats": TYPED,
            "sites": self._sites,
            "may": visit.may(Scope.MODERATE),
        }

    async def show(self, request: Request, visit: Visit) -> Response:
        rule, comments = await self._rules.one(id_in(request))
        waiting = await self._apply.waiting(rule) if visit.may(Scope.MODERATE) else None
        return await self._screens.page(
            "rule",
            visit,
            title="A rule",
            request=request,
            rule=rule,
            in_force=rule.holds_at(self._clock.now()),
            comments=comments,
            held=waiting,
            fits=fits_words,
            **self._shared(visit),
        )

    async def attempt(self, request: Request, visit: Visit, form: Form) -> Response:
        """What a rule would have caught, before it counts."""
        typed = {name: form.first(name) for name in FIELDS}
        try:
            rule = self._rules.draft(Wish(**typed), visit.moderator.name)
        except InvalidFields as fault:
            return await self._list(request, visit, typed=typed, fault=fault)
        return await self._screens.page(
            "rule_try",
            visit,
            title="What this rule would have caught",
            request=request,
            rule=rule,
            fields=typed,
            tried=await self._trial.of([rule]),
            says=caught_words,
            held=await self._apply.waiting(rule),
            fits=fits_words,
            **self._shared(visit),
        )

    async def add(self, request: Request, visit: Visit, form: Form) -> Response:
        """Put a rule into force, and with `apply` on what waits.

        With `next` from a comment's page, and what it would have done.
        """
        wish = Wish(**{name: form.first(name) for name in FIELDS})
        rule = self._rules.draft(wish, visit.moderator.name)
        here = own_path(form.first("next")) if form.first("next") else ""
        try:
            await self._rules.add(rule)
        except Duplicate as fault:
            return self._screens.go(here or RULES, said=self._notices.of_words(str(fault)))
        words = f"The rule is in force: {in_words(rule)}."
        if form.first("apply"):
            applied = await self._apply.to_waiting(rule.id, visit.actor)
            said = applied_notice(self._notices, applied, words)
            return self._screens.go(here or f"{RULES}/{rule.id}", said=said)
        if here:
            words += f" {caught_words(await self._trial.of([rule]))}"
        return await self._made(rule, words, here)

    async def remove(self, request: Request, visit: Visit, form: Form) -> Response:
        rule = await self._rules.remove(id_in(request), visit.moderator.name)
        said = self._notices.of_words(f"No rule any more: {in_words(rule)}.")
        return self._screens.go(own_path(form.first("next")) or RULES, said=said)

    async def bring_back(self, request: Request, visit: Visit, form: Form) -> Response:
        rule = await self._rules.bring_back(id_in(request), visit.moderator.name)
        return await self._made(rule, f"The rule is in force: {in_words(rule)}.")

    async def _made(self, rule: Rule, words: str, here: str = "") -> Response:
        """Tell of a new rule, and where what waits fits it lead to where it can be put on that."""
        waiting = await self._apply.waiting(rule)
        if not waiting.number:
            return self._screens.go(here or RULES, said=self._notices.of_words(words))
        own = f"{RULES}/{rule.id}"
        link = (own, "Apply it to them") if here else None
        said = self._notices.of_words(f"{words} {fits_words(waiting)}", link)
        return self._screens.go(here or own, said=said)


def _words(rule: Rule) -> str:
    return f"{rule.value} {rule.note} {rule.made_by}"


def _search(raw: str) -> str:
    try:
        return fold(clean_text(raw, lines=False)[:200])
    except ValueError:
        return ""


def _page(start: int, search: str) -> str:
    asked = {"from": str(start), **({"q": search} if search else {})}
    return f"{RULES}?{urlencode(asked)}"
