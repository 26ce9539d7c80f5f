"""Where pings come from: the places that are trusted, and the sources that are refused."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.clock import Clock
from moderation.domain.errors import Duplicate, Fault, FieldFault, InvalidFields
from moderation.domain.moderator import Scope
from moderation.domain.site import Site
from moderation.domain.trust import SourcePlace, Stance
from moderation.faults import http_status
from moderation.flow.block import Blocks, Wanted, pattern_of
from moderation.flow.sources import Sources
from moderation.text.globs import read_pattern
from moderation.web.dashboard.form import ID, Form, id_in
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.notices import Notices
from moderation.web.dashboard.screens import Screens
from moderation.web.session import HOME, Visit, own_path

PAGE = 30
SEARCH = 100  # characters
AT = f"{HOME}/sources"
BLOCKED = f"{AT}/blocked"
SAID = {
    Stance.TRUSTED: "{} is trusted now.",
    Stance.WATCHED: "{} is not trusted any more: what comes from there waits for you.",
    None: "{} is left to its past.",
}
DAYS = {0: "until it is lifted", 7: "7 days", 30: "30 days", 365: "a year"}


class SourcePages:
    """``/dashboard/sources`` and ``/dashboard/sources/blocked``."""

    def __init__(
        self,
        sources: Sources,
        blocks: Blocks,
        sites: Sequence[Site],
        clock: Clock,
        notices: Notices,
        screens: Screens,
    ) -> None:
        self._sources = sources
        self._blocks = blocks
        self._sites = tuple(sites)
        self._clock = clock
        self._notices = notices
        self._screens = screens

    def routes(self, guard: Guard) -> list[Route]:
        return [
            Route(AT, guard.page(self.trusted), methods=["GET"]),
            Route(f"{AT}/say", guard.deed(self.say), methods=["POST"]),
            Route(BLOCKED, guard.page(self.blocked), methods=["GET"]),
            Route(f"{AT}/block", guard.deed(self.block), methods=["POST"]),
            Route(f"{BLOCKED}/{{id}}/lift", guard.deed(self.lift), methods=["POST"]),
        ]

    async def trusted(self, request: Request, visit: Visit) -> Response:
        return await self._places(request, visit)

    async def _places(
        self, request: Request, visit: Visit, form: Form | None = None, fault: Fault | None = None
    ) -> Response:
        query = request.query_params
        asked = query.get("site", "") if form is None else form.first("site")
        site = next((s for s in self._sites if s.id == asked), self._sites[0])
        everything = query.get("show") == "all"
        search = _read_search(query.get("q", ""))
        after = _read_mark(query.get("after", ""))
        found, mark = await self._sources.listed(
            site, everything=everything, search=search, after=after, limit=PAGE
        )
        said = [] if after else await self._sources.by_hand(site, search=search)
        return await self._screens.page(
            "sources",
            visit,
            title="Trusted sources",
            status=http_status(fault) if fault is not None else 200,
            request=request if fault is None else None,
            sites=self._sites,
            site=site,
            said=said,
            places=found,
            everything=everything,
            search=search,
            next_page=str(mark) if mark is not None else "",
            source=form.first("source") if form is not None else "",
            errors=_errors(fault),
            may=visit.may(Scope.MODERATE),
        )

    async def say(self, request: Request, visit: Visit, form: Form) -> Response:
        """Trust a place, stop trusting it, or leave it to its past."""
        stance = {"trust": Stance.TRUSTED, "stop": Stance.WATCHED}.get(form.first("say"))
        try:
            place = await self._sources.say(
                form.first("site"), form.first("source"), stance, visit.actor
            )
        except InvalidFields as fault:
            return await self._places(request, visit, form, fault)
        said = self._notices.of_words(SAID[stance].format(place))
        return self._screens.go(own_path(form.first("next") or AT), said=said)

    async def blocked(self, request: Request, visit: Visit) -> Response:
        return await self._list(request, visit)

    async def _list(
        self, request: Request, visit: Visit, form: Form | None = None, fault: Fault | None = None
    ) -> Response:
        asked = request.query_params.get("before", "")
        before = asked if ID.fullmatch(asked) else "~"
        found = await self._blocks.page(before=before, limit=PAGE + 1)
        shown = found[:PAGE]
        return await self._screens.page(
            "blocked",
            visit,
            title="Blocked sources",
            status=http_status(fault) if fault is not None else 200,
            request=request if fault is None else None,
            blocks=[(block, pattern_of(block), block.holds(self._clock.now())) for block in shown],
            site_names={site.id: site.name or site.id for site in self._sites},
            sites=self._sites,
            days=DAYS,
            next_page=shown[-1].id if len(found) > PAGE else "",
            typed=form.flat() if form is not None else {},
            errors=_errors(fault),
            may=visit.may(Scope.MODERATE),
        )

    async def block(self, request: Request, visit: Visit, form: Form) -> Response:
        """Refuse a source from now on; what waits from there may go to spam in the same deed."""
        try:
            wanted = self._wanted(form)
            added = await self._blocks.add(wanted, visit.actor)
        except (InvalidFields, Duplicate) as fault:
            return await self._list(request, visit, form, fault)
        sentence = f"{wanted.pattern} is blocked now."
        if added.left:
            sentence += f" {added.left} more wait from there."
        if added.outcome is None:
            said = self._notices.of_words(sentence)
        else:
            outcome = added.outcome
            said = self._notices.of_decision(outcome.decision_id, outcome.refused, also=sentence)
        return self._screens.go(own_path(form.first("next") or BLOCKED), said=said)

    def _wanted(self, form: Form) -> Wanted:
        site, days = form.first("site"), form.first("days") or "0"
        if site and site not in {s.id for s in self._sites}:
            raise InvalidFields([FieldFault("site", "malformed", "There is no such site.")])
        try:
            pattern = read_pattern(form.first("pattern"))
        except ValueError as error:
            raise InvalidFields([FieldFault("pattern", "malformed", str(error))]) from error
        number = int(days) if days.isdecimal() and len(days) < 6 else -1
        return Wanted(pattern, site, number, bool(form.first("move")))

    async def lift(self, request: Request, visit: Visit, form: Form) -> Response:
        block = await self._blocks.lift(id_in(request), visit.actor)
        said = self._notices.of_words(f"{pattern_of(block)} is not blocked any more.")
        return self._screens.go(BLOCKED, said=said)


def _errors(fault: Fault | None) -> dict[str, str]:
    if isinstance(fault, InvalidFields):
        return {error.field: error.message for error in fault.errors}
    return {"pattern": str(fault)} if fault is not None else {}


def _read_search(raw: str) -> str:
    """What to look for in hosts: no host has what cannot be printed, and no store takes NUL."""
    return "".join(c for c in raw[:SEARCH] if c.isprintable())


def _read_mark(raw: str) -> SourcePlace | None:
    """Where a page ended: a place as it is written."""
    host, slash, path = raw[:500].partition("/")
    return SourcePlace(host, slash + path) if host and slash and raw.isprintable() else None
