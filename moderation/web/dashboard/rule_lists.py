"""Lists of rules: taken in after a look at what each line becomes, and given out."""

import asyncio
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.clock import Clock
from moderation.domain.errors import IllegalMove
from moderation.domain.moderator import Scope
from moderation.domain.opinion import Verdict
from moderation.domain.site import Site
from moderation.faults import http_status
from moderation.flow.rule_lists import Form as ListForm
from moderation.flow.rule_lists import Line, read_list, write_list
from moderation.flow.rule_rooms import RuleRooms
from moderation.flow.trial import Tried
from moderation.web.dashboard.form import Form
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.notices import Notice, Notices
from moderation.web.dashboard.rule_words import RULES, WHERE, caught_words, fits_words
from moderation.web.dashboard.rules_waiting import WAITING
from moderation.web.dashboard.screens import Screens
from moderation.web.session import Visit

PRESET = {"kind": ListForm.DISALLOWED, "verdict": Verdict.HOLD, "list": "", "site": ""}
LISTS = {
    ListForm.DISALLOWED: "WordPress: Disallowed Comment Keys (they become spam)",
    ListForm.MODERATION: "WordPress: Comment Moderation (they are held)",
    ListForm.LINES: "Any list, one word, phrase, host or address a line",
    ListForm.RULES: "Rules exported from here",
}


class RuleListPages:
    """``/dashboard/rules/import`` and ``…/export``."""

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
        self._sites = sites
        self._clock = clock
        self._notices = notices
        self._screens = screens

    def routes(self, guard: Guard) -> list[Route]:
        return [
            Route(f"{RULES}/export", guard.page(self.export), methods=["GET"]),
            Route(f"{RULES}/import", guard.page(self.ask, Scope.MODERATE), methods=["GET"]),
            Route(f"{RULES}/import", guard.deed(self.take_in), methods=["POST"]),
        ]

    async def export(self, request: Request, visit: Visit) -> Response:
        standing = await self._rules.standing()
        text = write_list(standing.live, self._clock.now())
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": 'attachment; filename="rules.txt"',
        }
        return Response(text.encode("utf-8", "replace"), 200, headers, "text/plain")

    async def ask(self, request: Request, visit: Visit) -> Response:
        return await self._import_page(request, visit, {})

    async def take_in(self, request: Request, visit: Visit, form: Form) -> Response:
        """Show what a list becomes, with what it would have caught; with `sure`, keep it."""
        typed = {name: form.first(name) for name in ("kind", "list", "verdict", "site")}
        verdict = Verdict.SPAM if typed["verdict"] == Verdict.SPAM else Verdict.HOLD
        kind = ListForm(typed["kind"]) if typed["kind"] in list(ListForm) else ListForm.LINES
        lines = await asyncio.to_thread(  # of 10,000 lines it takes a while
            read_list,
            self._rules,
            kind,
            typed["list"],
            visit.moderator.name,
            site=typed["site"],
            verdict=verdict,
        )
        rules = [line.rule for line in lines if line.rule is not None]
        if not form.first("sure"):
            tried = await self._trial.of(rules)
            return await self._import_page(request, visit, typed, lines=lines, tried=tried)
        try:
            added = await self._rules.add_many(rules)
        except IllegalMove as fault:
            return await self._import_page(request, visit, typed, fault=fault)
        words = f"{added} {'rule is' if added == 1 else 'rules are'} new."
        if added < len(rules):
            words += f" {len(rules) - added} were there already."
        waiting = await self._apply.waiting_for_all()
        link = None
        if waiting.number:
            words += f" {fits_words(waiting, 'a rule made after they came')}"
            link = (WAITING, "Apply the rules to them")
        return self._screens.go(RULES, said=self._notices.of_words(words, link))

    async def _import_page(
        self,
        request: Request,
        visit: Visit,
        typed: Mapping[str, str],
        *,
        fault: IllegalMove | None = None,
        lines: Sequence[Line] = (),
        tried: Tried | None = None,
    ) -> Response:
        return await self._screens.page(
            "rule_import",
            visit,
            title="Take in a list",
            request=request,
            status=http_status(fault) if fault is not None else 200,
            notice=Notice(str(fault), alert=True) if fault is not None else None,
            lists=LISTS,
            values={"kind": ListForm.DISALLOWED, "verdict": Verdict.HOLD, "list": "", "site": ""}
            | dict(typed),
            says=caught_words,
            lines=lines,
            tried=tried,
            where=WHERE,
            sites=self._sites,
        )
