"""The page behind “Stop these letters”: GET shows, POST stops, and a second one resumes."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.errors import Fault
from moderation.domain.moderator import Moderator
from moderation.flow.tell import Tell
from moderation.web.pages import Pages


class Unsubscribe:
    """``/unsubscribe/TOKEN``: signed, about one moderator's letters and nothing else.

    A mail program posts here by itself, with no cookie, no `Origin` and a body that is not
    looked at (RFC 8058 §3.2).
    """

    def __init__(self, tell: Tell, pages: Pages) -> None:
        self._tell = tell
        self._pages = pages

    def routes(self) -> list[Route]:
        return [
            Route("/unsubscribe/{token}", self.show, methods=["GET"]),
            Route("/unsubscribe/{token}", self.stop, methods=["POST"]),
            Route("/unsubscribe/{token}/resume", self.resume, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        try:
            person = await self._tell.whose_letters(request.path_params["token"])
        except Fault as fault:
            return self._pages.refusal(fault)
        return self._page(request, person, stopped=person.letters_stopped_at is not None)

    async def stop(self, request: Request) -> Response:
        return await self._set(request, stopped=True)

    async def resume(self, request: Request) -> Response:
        return await self._set(request, stopped=False)

    async def _set(self, request: Request, *, stopped: bool) -> Response:
        try:
            person = await self._tell.whose_letters(request.path_params["token"])
            await self._tell.stop_letters(person.id, stopped=stopped)
        except Fault as fault:
            return self._pages.refusal(fault)
        return self._page(request, person, stopped=stopped)

    def _page(self, request: Request, person: Moderator, *, stopped: bool) -> Response:
        return self._pages.page(
            "unsubscribe",
            title="No more letters" if stopped else "Letters about what waits",
            person=person,
            stopped=stopped,
            here=self._pages.addresses.at(f"/unsubscribe/{request.path_params['token']}"),
        )
