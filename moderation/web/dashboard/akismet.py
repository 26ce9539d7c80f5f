"""The Akismet page: what is known of the account, and asking it again."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.errors import NotFound
from moderation.domain.moderator import Scope
from moderation.flow.account import Account
from moderation.settings.sections import AkismetSettings
from moderation.store import akismet_account
from moderation.store.contract import Store
from moderation.web.dashboard.form import Form
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.notices import Notices
from moderation.web.dashboard.screens import Screens
from moderation.web.session import HOME, Visit

SAID = {
    "good": "Akismet takes the key.",
    "refused": "Akismet refuses the key.",
    "silent": "Akismet did not answer.",
}


class AkismetPage:
    """``/dashboard/akismet``, for owners."""

    def __init__(
        self,
        store: Store,
        account: Account | None,
        settings: AkismetSettings,
        notices: Notices,
        screens: Screens,
    ) -> None:
        self._store = store
        self._account = account
        self._settings = settings
        self._notices = notices
        self._screens = screens

    def routes(self, guard: Guard) -> list[Route]:
        at, only = "/dashboard/akismet", Scope.ADMIN
        return [
            Route(at, guard.page(self.show, only), methods=["GET"]),
            Route(f"{at}/verify", guard.deed(self.verify, only), methods=["POST"]),
        ]

    async def show(self, request: Request, visit: Visit) -> Response:
        return await self._screens.page(
            "akismet",
            visit,
            title="Akismet",
            request=request,
            on=self._account is not None,
            server=self._settings.url,
            account=await self._store.read(akismet_account.read),
            low=akismet_account.LOW,
        )

    async def verify(self, request: Request, visit: Visit, form: Form) -> Response:
        """Ask now: the owner has just mended the account, and wants to know."""
        if self._account is None:
            raise NotFound("There is no key, so there is no account to ask about.")
        account = await self._account.look()
        said = self._notices.of_words(SAID[account.standing])
        return self._screens.go(f"{HOME}/akismet", said=said)
