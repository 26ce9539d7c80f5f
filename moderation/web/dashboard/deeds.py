"""What is done to comments: one by one, many at once, and taken back."""

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from moderation.domain.decision import TARGETS, Action
from moderation.domain.errors import Malformed, NotFound, VersionStale
from moderation.flow.decide import Aim, Decide, Outcome
from moderation.flow.undo import Undo
from moderation.text import forms
from moderation.web.dashboard.comment import CommentPage
from moderation.web.dashboard.form import Form, id_in
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.notices import Notices, counted
from moderation.web.dashboard.screens import Screens
from moderation.web.dashboard.words import BUTTONS
from moderation.web.session import HOME, Visit, own_path

MOVES = frozenset({*TARGETS, Action.RESTORE, Action.HAM, Action.DELETE})
MOST = 45  # comments decided on at once
VERSION = re.compile(r"[0-9]{1,9}")
ITEM = re.compile(r"([0-9a-z]{1,20}):([0-9]{1,9})")


class Deeds:
    """``POST /dashboard/comments/ID/ACTION``, ``…/bulk`` and ``/dashboard/decisions/ID/undo``."""

    def __init__(
        self, decide: Decide, undo: Undo, page: CommentPage, notices: Notices, screens: Screens
    ) -> None:
        self._decide = decide
        self._undo = undo
        self._page = page
        self._notices = notices
        self._screens = screens

    def routes(self, guard: Guard) -> list[Route]:
        return [
            Route("/dashboard/comments/bulk", guard.deed(self.many), methods=["POST"]),
            Route("/dashboard/comments/{id}/{action}", guard.deed(self.one), methods=["POST"]),
            Route("/dashboard/decisions/{id}/undo", guard.deed(self.take_back), methods=["POST"]),
        ]

    async def one(self, request: Request, visit: Visit, form: Form) -> Response:
        """Decide on one comment in the version that was seen."""
        action = read_action(request.path_params["action"])
        comment_id = id_in(request)
        try:
            outcome = await self._decide.one(
                comment_id, action, visit.actor, version=read_version(form.first("version"))
            )
        except VersionStale as fault:
            if wants_json(request):
                raise
            return await self._page.stale(request, visit, comment_id, fault)
        gone = action is Action.DELETE
        return await self._done(request, form, outcome, home=HOME if gone else "")

    async def many(self, request: Request, visit: Visit, form: Form) -> Response:
        """Decide on all that are ticked as one decision with one undo."""
        action = read_action(form.first("action"))
        items = form.all("item")
        aims = [Aim(*read_item(item)) for item in dict.fromkeys(items)]
        if not aims:
            raise Malformed("No comment was ticked.")
        if len(aims) > MOST:
            raise Malformed(f"At most {MOST} comments are decided on at once.")
        if action is Action.DELETE and not form.first("sure"):
            return await self._screens.page(
                "delete",
                visit,
                title=f"Delete {counted(len(aims))} for good?",
                target="/dashboard/comments/bulk",
                fields=[("action", action.value), *(("item", item) for item in items)],
                back=own_path(form.first("next")),
                card=None,
            )
        outcome = await self._decide.many(aims, action, visit.actor)
        if not outcome.done:
            raise outcome.refused[0][1]
        return await self._done(request, form, outcome)

    async def take_back(self, request: Request, visit: Visit, form: Form) -> Response:
        outcome = await self._undo.decision(id_in(request), visit.actor)
        return await self._done(request, form, outcome)

    async def _done(
        self, request: Request, form: Form, outcome: Outcome, *, home: str = ""
    ) -> Response:
        """Back to where one was, with a notice; a script is told what it needs to go on."""
        said = self._notices.of_decision(outcome.decision_id, outcome.refused)
        if wants_json(request):
            told = document(outcome, deleted=bool(home))
            told |= {"left": await self._notices.left(), "said": said}
            return JSONResponse(told, headers={"Cache-Control": "no-store"})
        back = own_path(form.first("next"))
        if home and back.startswith(f"{HOME}/comments/"):
            back = home  # the comment's own page is gone
        return self._screens.go(back, said=said)


def document(outcome: Outcome, *, deleted: bool = False) -> dict[str, object]:
    """What a script needs of an outcome: of one comment flat, of several as a list."""
    comments: list[dict[str, object]] = [
        {
            "id": comment.id,
            "status": None if deleted else comment.status.value,
            "version": comment.version,
        }
        for comment in outcome.done
    ]
    first = comments[0] if len(comments) == 1 else {}
    return first | {"decision_id": outcome.decision_id, "comments": comments}


def wants_json(request: Request) -> bool:
    return forms.accepts_json(request.headers.get("accept", ""))


def read_action(raw: str) -> Action:
    """Read a move. Raises NotFound for a word that is none."""
    try:
        action = Action(raw)
    except ValueError:
        raise NotFound from None
    if action not in MOVES or action not in BUTTONS:
        raise NotFound
    return action


def read_version(raw: str) -> int | None:
    """Read the version that was seen; None where none was sent. Raises Malformed."""
    if not raw:
        return None
    if not VERSION.fullmatch(raw):
        raise Malformed("A version is a number.")
    return int(raw)


def read_item(raw: str) -> tuple[str, int]:
    """Read a ticked comment, ``ID:VERSION``. Raises Malformed."""
    found = ITEM.fullmatch(raw)
    if found is None:
        raise Malformed("A ticked comment is sent as its id and version.")
    return found[1], int(found[2])
