"""Rules put on what waits already: one of them, or all that are in force."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.moderator import Scope
from moderation.flow.rule_rooms import RuleRooms
from moderation.web.dashboard.form import Form, id_in
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.notices import Notices
from moderation.web.dashboard.rule_words import RULES, applied_notice, fits_words
from moderation.web.dashboard.screens import Screens
from moderation.web.session import Visit, own_path

WAITING = f"{RULES}/waiting"


class RulesWaitingPages:
    """``/dashboard/rules/waiting`` and ``/dashboard/rules/ID/apply``."""

    def __init__(self, rooms: RuleRooms, notices: Notices, screens: Screens) -> None:
        self._apply = rooms.apply
        self._notices = notices
        self._screens = screens

    def routes(self, guard: Guard) -> list[Route]:
        return [
            Route(WAITING, guard.page(self.show, Scope.MODERATE), methods=["GET"]),
            Route(WAITING, guard.deed(self.apply_all), methods=["POST"]),
            Route(f"{RULES}/{{id}}/apply", guard.deed(self.apply), methods=["POST"]),
        ]

    async def show(self, request: Request, visit: Visit) -> Response:
        """What waits and fits a rule that was made after it came."""
        return await self._screens.page(
            "rules_waiting",
            visit,
            title="Rules and what waits",
            request=request,
            held=await self._apply.waiting_for_all(),
            fits=fits_words,
            own=WAITING,
        )

    async def apply_all(self, request: Request, visit: Visit, form: Form) -> Response:
        applied = await self._apply.all_to_waiting(visit.actor)
        return self._screens.go(WAITING, said=applied_notice(self._notices, applied))

    async def apply(self, request: Request, visit: Visit, form: Form) -> Response:
        """Put one rule on what waits."""
        ident = id_in(request)
        applied = await self._apply.to_waiting(ident, visit.actor)
        where = own_path(form.first("next")) or f"{RULES}/{ident}"
        return self._screens.go(where, said=applied_notice(self._notices, applied))
