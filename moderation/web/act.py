"""The page a mailed link opens: GET shows the comment and one button, POST decides."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.comment import Comment
from moderation.domain.decision import Action, Actor, Door
from moderation.domain.errors import Fault, Forbidden, NotFound
from moderation.domain.moderator import SCOPES_OF_ROLE, Moderator, Scope
from moderation.flow.decide import Decide
from moderation.flow.see import See, Seen
from moderation.signing import ACT, Signing
from moderation.web.headers import Origins
from moderation.web.pages import Pages

ACT_TIME = timedelta(days=7)
LABELS = {
    Action.APPROVE: "Approve it",
    Action.SPAM: "Mark it as spam",
    Action.TRASH: "Put it into the trash",
}


@dataclass(frozen=True, slots=True)
class Link:
    """What a mailed link says: this, to that comment as it was then, by this moderator."""

    comment_id: str
    action: Action
    version: int
    moderator_id: str


class Act:
    """``/act/TOKEN``: signed, single use by its version, 7 days good."""

    def __init__(
        self, decide: Decide, see: See, signing: Signing, origins: Origins, pages: Pages
    ) -> None:
        self._decide = decide
        self._see = see
        self._signing = signing
        self._origins = origins
        self._pages = pages

    def routes(self) -> list[Route]:
        return [
            Route("/act/{token}", self.show, methods=["GET"]),
            Route("/act/{token}", self.act, methods=["POST"]),
        ]

    async def _read(self, request: Request) -> tuple[Link, Moderator, Seen]:
        """Raises NotFound and Forbidden."""
        value = self._signing.value(ACT, request.path_params["token"], max_age=ACT_TIME)
        if not isinstance(value, list) or len(value) != 4:
            raise NotFound("This link is not known here, or it is too old.")
        comment_id, action, version, moderator_id = value
        link = Link(str(comment_id), Action(action), int(version), str(moderator_id))
        moderator = await self._see.moderator(link.moderator_id)
        allowed = moderator is not None and Scope.MODERATE in SCOPES_OF_ROLE[moderator.role]
        if moderator is None or moderator.disabled or not allowed:
            raise Forbidden("This link is not good any more.")
        return link, moderator, await self._see.comment(link.comment_id)

    async def show(self, request: Request) -> Response:
        try:
            link, _, seen = await self._read(request)
        except Fault as fault:
            return self._pages.refusal(fault)
        current = seen.comment.version == link.version
        return self._page(link, seen, said="" if current else seen.last_words())

    async def act(self, request: Request) -> Response:
        try:
            if not self._origins.may_post(request.headers.get("origin")):
                raise Forbidden
            link, moderator, seen = await self._read(request)
            actor = Actor(moderator.name, Door.MAIL, moderator.id)
            outcome = await self._decide.one(
                link.comment_id, link.action, actor, version=link.version
            )
        except Fault as fault:
            return self._pages.refusal(fault)
        return self._done(outcome.done[0], seen)

    def _page(self, link: Link, seen: Seen, *, said: str) -> Response:
        return self._pages.page(
            "act",
            site=seen.site,
            title="Decide on a comment" if not said else "Decided already",
            label=LABELS[link.action],
            seen=seen,
            said=said,
            done="",
            queue=self._pages.addresses.at("/dashboard"),
        )

    def _done(self, comment: Comment, seen: Seen) -> Response:
        return self._pages.page(
            "act",
            site=seen.site,
            title="Done",
            label="",
            seen=seen,
            said="",
            done=comment.status.value,
            queue=self._pages.addresses.at("/dashboard"),
        )
