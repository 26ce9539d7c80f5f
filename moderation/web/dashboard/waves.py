"""Waves of nearly identical comments: a page for each, and decisions on those it showed."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.comment import Status
from moderation.domain.decision import Action
from moderation.domain.errors import Malformed, NotFound
from moderation.domain.wave import Member
from moderation.flow.decide import Aim
from moderation.flow.waves import MOST, Waves
from moderation.web.dashboard.deeds import read_action, read_item
from moderation.web.dashboard.form import Form, id_in
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.notices import Notices
from moderation.web.dashboard.screens import Screens
from moderation.web.session import HOME, Visit, own_path

# What may be done to all of a group at once, the usual first.
GROUP_MOVES = {
    Status.HELD: (Action.SPAM, Action.APPROVE, Action.TRASH),
    Status.SPAM: (Action.HAM, Action.TRASH),
}


class WavePages:
    """``/dashboard/waves/ID`` and ``/dashboard/waves/ID/ACTION``."""

    def __init__(self, waves: Waves, notices: Notices, screens: Screens) -> None:
        self._waves = waves
        self._notices = notices
        self._screens = screens

    def routes(self, guard: Guard) -> list[Route]:
        return [
            Route("/dashboard/waves/{id}", guard.page(self.show), methods=["GET"]),
            Route("/dashboard/waves/{id}/{action}", guard.deed(self.decide), methods=["POST"]),
        ]

    async def show(self, request: Request, visit: Visit) -> Response:
        """All of a wave that waits, or lies in spam."""
        asked = request.query_params.get("status", "")
        status = Status.SPAM if asked == Status.SPAM else Status.HELD
        group = await self._waves.group(id_in(request), status)
        if not group.members and group.follow is None and not request.query_params.get("said"):
            raise NotFound("There is nothing of this wave here any more.")
        return await self._screens.page(
            "wave",
            visit,
            title=f"{group.total} nearly identical",
            request=request,
            group=group,
            of=status,
            moves=GROUP_MOVES[status],
            items=items,
            most=MOST,
        )

    async def decide(self, request: Request, visit: Visit, form: Form) -> Response:
        """Decide on those that the page showed, as one decision with one undo."""
        wave, action = id_in(request), read_action(request.path_params["action"])
        if action is Action.DELETE:
            raise NotFound
        outcome = await self._waves.decide(
            wave,
            read_items(form.first("items")),
            action,
            visit.actor,
            follow=bool(form.first("follow")),
        )
        said = self._notices.of_decision(outcome.decision_id, outcome.refused)
        return self._screens.go(own_path(form.first("next")) or HOME, said=said)


def items(members: Iterable[Member]) -> str:
    """The comments that a page shows, each in its version, for a form."""
    return " ".join(f"{member.id}:{member.version}" for member in members)


def read_items(raw: str) -> list[Aim]:
    """Read what `items` wrote. Raises Malformed."""
    parts = raw.split()
    if not 0 < len(parts) <= MOST:
        raise Malformed(f"From 1 to {MOST} comments are decided on at once.")
    return [Aim(*read_item(part)) for part in dict.fromkeys(parts)]
