"""Moderators: who they are, inviting and disabling them, and one's own password."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.clock import Clock
from moderation.domain.errors import Fault, FieldFault, Forbidden, InvalidFields, NotFound
from moderation.domain.moderator import Moderator, Role, Scope
from moderation.faults import headers as fault_headers
from moderation.faults import http_status
from moderation.flow.enter import INVITE_TIME, Enter
from moderation.flow.passwords import check_password
from moderation.flow.tell import Tell
from moderation.web.dashboard.entrance import read_address
from moderation.web.dashboard.form import Form, id_in
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.notices import Notice, Notices
from moderation.web.dashboard.screens import Screens
from moderation.web.requests import Clients
from moderation.web.session import HOME, Cookies, Visit

PASSWORD_LIMIT = 1000


class PeoplePages:
    """``/dashboard/moderators`` (the owner's) and ``/dashboard/settings`` (one's own)."""

    def __init__(
        self,
        enter: Enter,
        tell: Tell,
        public_url: str,
        cookies: Cookies,
        clients: Clients,
        clock: Clock,
        notices: Notices,
        screens: Screens,
    ) -> None:
        self._enter = enter
        self._tell = tell
        self._public_url = public_url
        self._cookies = cookies
        self._clients = clients
        self._clock = clock
        self._notices = notices
        self._screens = screens

    def routes(self, guard: Guard) -> list[Route]:
        at, only = "/dashboard/moderators", Scope.ADMIN
        return [
            Route(at, guard.page(self.everyone, only), methods=["GET"]),
            Route(f"{at}/invite", guard.deed(self.invite, only), methods=["POST"]),
            Route(f"{at}/{{id}}/disable", guard.deed(self.disable, only), methods=["POST"]),
            Route(f"{at}/{{id}}/enable", guard.deed(self.enable, only), methods=["POST"]),
            Route("/dashboard/settings", guard.page(self.own), methods=["GET"]),
            Route(
                "/dashboard/settings/password",
                guard.deed(self.change_password, Scope.READ),
                methods=["POST"],
            ),
            Route(
                "/dashboard/settings/letters",
                guard.deed(self.letters, Scope.READ),
                methods=["POST"],
            ),
        ]

    async def everyone(self, request: Request, visit: Visit) -> Response:
        return await self._list(request, visit, Form({}))

    async def _list(
        self,
        request: Request,
        visit: Visit,
        form: Form,
        *,
        link: str = "",
        mailed: str = "",
        fault: InvalidFields | None = None,
    ) -> Response:
        errors = {error.field: error.message for error in fault.errors} if fault else {}
        asked = request.method == "GET"
        return await self._screens.page(
            "moderators",
            visit,
            title="Moderators",
            status=http_status(fault) if fault is not None else 200,
            request=request if asked else None,
            people=await self._enter.everyone(),
            roles=tuple(Role),
            name=form.first("username"),
            email=form.first("email"),
            role=form.first("role") or Role.MODERATOR,
            errors=errors,
            link=link,
            mailed=mailed,
            expires=self._clock.now() + INVITE_TIME,
        )

    async def invite(self, request: Request, visit: Visit, form: Form) -> Response:
        """Add somebody who chooses a password by a link. It is shown on this answer alone."""
        try:
            role = _role(form.first("role"))
            new = self._enter.draft(form.first("username"), read_address(form.first("email")), role)
            secret = await self._enter.invite(new)
        except InvalidFields as fault:
            return await self._list(request, visit, form, fault=fault)
        link = f"{self._public_url}{HOME}/setup/{secret}"
        mailed = await self._tell.invite(new, link, self._clock.now() + INVITE_TIME)
        return await self._list(
            request, visit, Form({}), link=link, mailed=new.email if mailed else ""
        )

    async def disable(self, request: Request, visit: Visit, form: Form) -> Response:
        person = await self._person(request)
        if person.id == visit.moderator.id:
            raise Forbidden(
                "You cannot close your own account: there would be nobody to reopen it."
            )
        await self._enter.disable(person.name)
        return self._to_list(f"{person.name} cannot sign in any more; every session was ended.")

    async def enable(self, request: Request, visit: Visit, form: Form) -> Response:
        person = await self._person(request)
        await self._enter.disable(person.name, disabled=False)
        return self._to_list(f"{person.name} may sign in again.")

    async def _person(self, request: Request) -> Moderator:
        wanted = id_in(request)
        for person in await self._enter.everyone():
            if person.id == wanted:
                return person
        raise NotFound("There is no such moderator.")

    def _to_list(self, sentence: str) -> Response:
        return self._screens.go(f"{HOME}/moderators", said=self._notices.of_words(sentence))

    async def own(self, request: Request, visit: Visit) -> Response:
        return await self._settings(request, visit)

    async def _settings(
        self, request: Request, visit: Visit, fault: Fault | None = None
    ) -> Response:
        errors: dict[str, str] = {}
        if isinstance(fault, InvalidFields):
            errors = {error.field: error.message for error in fault.errors}
        response = await self._screens.page(
            "settings",
            visit,
            title="Your account",
            status=http_status(fault) if fault is not None else 200,
            request=request if fault is None else None,
            notice=Notice(str(fault), alert=True) if fault is not None else None,
            errors=errors,
        )
        response.headers.update(dict(fault_headers(fault)) if fault is not None else {})
        return response

    async def letters(self, request: Request, visit: Visit, form: Form) -> Response:
        """Stop one's own letters about what waits, or have them sent again."""
        stopped = form.first("letters") == "off"
        await self._tell.stop_letters(visit.moderator.id, stopped=stopped)
        sentence = "You will get no more letters." if stopped else "You will get letters again."
        return self._screens.go(f"{HOME}/settings", said=self._notices.of_words(sentence))

    async def change_password(self, request: Request, visit: Visit, form: Form) -> Response:
        """Every session ends, this one too: signing in anew proves that the new one is known.

        The present password is asked for as at signing in, so that guesses are counted.
        """
        name = visit.moderator.name
        present = form.first("password_now")[:PASSWORD_LIMIT]
        try:
            check_password(form.first("password"))
            entered = await self._enter.login(name, present, self._clients.of(request).address)
            await self._enter.logout(entered.secret)
        except Forbidden:
            message = "This is not your present password."
            fault = InvalidFields([FieldFault("password_now", "malformed", message)])
            return await self._settings(request, visit, fault)
        except Fault as fault:
            return await self._settings(request, visit, fault)
        await self._enter.set_password(name, form.first("password"))
        response = self._screens.go(f"{HOME}/login?done=changed")
        self._cookies.drop(response)
        return response


def _role(raw: str) -> Role:
    try:
        return Role(raw)
    except ValueError:
        message = "A role is owner, moderator or reader."
        raise InvalidFields([FieldFault("role", "malformed", message)]) from None
