"""Signing in and out, and the one-time links that make the owner or accept an invitation."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.errors import Fault, FieldFault, InvalidFields
from moderation.domain.moderator import Moderator, Scope
from moderation.faults import headers as fault_headers
from moderation.faults import http_status
from moderation.flow.enter import Enter
from moderation.text.addresses import is_email
from moderation.text.clean import clean_text
from moderation.web.dashboard.form import Form, read_form
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.screens import Screens
from moderation.web.requests import Clients
from moderation.web.session import HOME, Cookies, Ours, Visit, own_path

SAID = {
    "out": "You are signed out.",
    "changed": "Your password is changed, and every session was ended. Please sign in with it.",
}
NAME_LIMIT = 200  # characters of a name worth looking up
PASSWORD_LIMIT = 1000


class Entrance:
    """``/dashboard/login``, ``/dashboard/logout`` and ``/dashboard/setup/SECRET``."""

    def __init__(
        self, enter: Enter, cookies: Cookies, ours: Ours, clients: Clients, screens: Screens
    ) -> None:
        self._enter = enter
        self._cookies = cookies
        self._ours = ours
        self._clients = clients
        self._screens = screens
        self._guard: Guard | None = None

    def routes(self, guard: Guard) -> list[Route]:
        """The only doors of the dashboard that open to people who are not signed in."""
        self._guard = guard
        return [
            Route("/dashboard/login", self.ask, methods=["GET"]),
            Route("/dashboard/login", self.login, methods=["POST"]),
            Route("/dashboard/logout", guard.deed(self.logout, Scope.READ), methods=["POST"]),
            Route("/dashboard/setup/{secret}", self.invited, methods=["GET"]),
            Route("/dashboard/setup/{secret}", self.accept, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """The sign-in page; who is signed in already goes on."""
        back = own_path(request.query_params.get("next", ""))
        try:
            if self._guard is not None and await self._guard.visit(request) is not None:
                return self._screens.go(back)
        except Fault as fault:
            return await self._screens.refused(request, None, fault)
        said = SAID.get(request.query_params.get("done", ""), "")
        return await self._login_page(back, said=said)

    async def _login_page(
        self, back: str, *, said: str = "", name: str = "", fault: Fault | None = None
    ) -> Response:
        response = await self._screens.page(
            "login",
            None,
            title="Sign in",
            status=http_status(fault) if fault is not None else 200,
            back=back,
            said=said,
            name=name,
            sentence=str(fault) if fault is not None else "",
            login_token=self._ours.login_token(),
        )
        response.headers.update(dict(fault_headers(fault)) if fault is not None else {})
        return response

    async def login(self, request: Request) -> Response:
        """Begin a session with a new secret; one the browser had before is ended."""
        form = Form({})
        try:
            form = await read_form(request)
            self._ours.check_login(request, form.first("csrf_token"))
            name = clean_text(form.first("username")[:NAME_LIMIT], lines=False)
            password = form.first("password")[:PASSWORD_LIMIT]
            entered = await self._enter.login(name, password, self._clients.of(request).address)
            if earlier := self._cookies.secret(request):
                await self._enter.logout(earlier)
        except Fault as fault:
            back = own_path(form.first("next"))
            return await self._login_page(back, name=form.first("username"), fault=fault)
        response = self._screens.go(own_path(form.first("next")))
        self._cookies.keep(response, entered.secret)
        return response

    async def logout(self, request: Request, visit: Visit, form: Form) -> Response:
        await self._enter.logout(visit.secret)
        response = self._screens.go(f"{HOME}/login?done=out")
        self._cookies.drop(response)
        return response

    async def invited(self, request: Request) -> Response:
        """Shows; it never acts, because mail scanners follow links."""
        try:
            moderator = await self._enter.invited(request.path_params["secret"])
        except Fault as fault:
            return await self._screens.refused(request, None, fault)
        return await self._setup_page(request, moderator, Form({}))

    async def _setup_page(
        self, request: Request, moderator: Moderator | None, form: Form, fault: Fault | None = None
    ) -> Response:
        errors: dict[str, str] = {}
        if isinstance(fault, InvalidFields):
            errors = {error.field: error.message for error in fault.errors}
        return await self._screens.page(
            "setup",
            None,
            title="Choose a password" if moderator is not None else "Make yourself the owner",
            status=http_status(fault) if fault is not None else 200,
            secret=request.path_params["secret"],
            moderator=moderator,
            name=form.first("username"),
            email=form.first("email"),
            errors=errors,
            sentence=str(fault) if fault is not None and not errors else "",
            login_token=self._ours.login_token(),
        )

    async def accept(self, request: Request) -> Response:
        """Use the link, once, and begin a session."""
        form, moderator = Form({}), None
        try:
            moderator = await self._enter.invited(request.path_params["secret"])
            form = await read_form(request)
            self._ours.check_login(request, form.first("csrf_token"))
            entered = await self._enter.accept(
                request.path_params["secret"],
                form.first("username"),
                read_address(form.first("email")),
                form.first("password"),
            )
        except InvalidFields as fault:
            return await self._setup_page(request, moderator, form, fault)
        except Fault as fault:
            return await self._screens.refused(request, None, fault)
        if earlier := self._cookies.secret(request):
            await self._enter.logout(earlier)
        response = self._screens.go(HOME)
        self._cookies.keep(response, entered.secret)
        return response


def read_address(raw: str) -> str:
    """Read a moderator's e-mail address; "" for none. Raises InvalidFields."""
    address = raw.strip()
    if address and not is_email(address):
        raise InvalidFields([FieldFault("email", "malformed", "This is not an e-mail address.")])
    return address
