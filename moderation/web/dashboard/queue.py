"""The queue: tabs with counts, a sieve, and pages of comments with what can be done to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.article import Article
from moderation.domain.comment import Kind, Status, WaitingFor
from moderation.domain.errors import Malformed, UnknownArticle
from moderation.domain.moderator import Scope
from moderation.domain.site import Site
from moderation.domain.wave import Group
from moderation.flow import places
from moderation.flow.account import wrong
from moderation.flow.see import Line, Listed, See
from moderation.flow.waves import MOST, Waves
from moderation.store import akismet_account, articles
from moderation.store.contract import Query, Store
from moderation.store.queue import ORDERS, Filter
from moderation.store.tally import Count
from moderation.web.dashboard.cards import Cards
from moderation.web.dashboard.form import ID
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.screens import Screens
from moderation.web.dashboard.views import View, read_view
from moderation.web.dashboard.waves import GROUP_MOVES, items
from moderation.web.session import HOME, Visit

PAGE = 20
TABS: tuple[tuple[Status | None, str], ...] = (
    (Status.HELD, "Waiting"),
    (Status.APPROVED, "Approved"),
    (Status.SPAM, "Spam"),
    (Status.TRASH, "Trash"),
    (None, "All"),
)
BULK = {
    Status.HELD: ("approve", "spam", "trash"),
    Status.APPROVED: ("hold", "spam", "trash"),
    Status.SPAM: ("ham", "trash", "delete"),
    Status.TRASH: ("restore", "spam", "delete"),
    None: ("approve", "hold", "spam", "trash"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    path: str
    number: int
    current: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """How many comments there are, by what a tab shows."""

    waiting: int  # for a moderator
    elsewhere: int  # held, but for their source or address
    by_status: dict[Status | None, int]

    @classmethod
    def of(cls, counts: Sequence[Count]) -> "Sums":
        by_status: dict[Status | None, int] = dict.fromkeys((*Status, None), 0)
        waiting = 0
        for count in counts:
            by_status[count.key.status] += count.number
            by_status[None] += count.number
            if count.key.waiting_for is WaitingFor.MODERATOR:
                waiting += count.number
        return cls(waiting, by_status[Status.HELD] - waiting, by_status)

    def of_tab(self, status: Status | None) -> int:
        return self.waiting if status is Status.HELD else self.by_status[status]


class QueuePage:
    """``GET /dashboard``."""

    def __init__(
        self,
        store: Store,
        see: See,
        waves: Waves,
        sites: Sequence[Site],
        cards: Cards,
        screens: Screens,
        *,
        asks_akismet: bool = False,
    ) -> None:
        self._asks_akismet = asks_akismet
        self._store = store
        self._see = see
        self._waves = waves
        self._sites = tuple(sites)
        self._cards = cards
        self._screens = screens

    def routes(self, guard: Guard) -> list[Route]:
        return [Route(HOME, guard.page(self.show), methods=["GET"])]

    async def show(self, request: Request, visit: Visit) -> Response:
        view = read_view(request.query_params)
        article = await self._article(view.article)
        missed = bool(view.article) and article is None
        wanted = view.filter(article.id if article is not None else None)
        listed = Listed(()) if missed else await self._page(wanted, view)
        shown = listed.lines[:PAGE]
        groups = await self._groups(shown, view)
        sums = Sums.of(await self._see.counts())
        return await self._screens.page(
            "queue",
            visit,
            title=dict(TABS)[view.status],
            request=request,
            view=view,
            article=article,
            cards=[self._cards.card(line) for line in shown],
            groups=groups,
            group_moves=GROUP_MOVES,
            most=MOST,
            items=items,
            tabs=self._tabs(view, sums),
            sums=sums,
            next_page=_next_page(view, listed),
            stopped=listed.stopped,
            first_page=view.first_page().path() if view.after is not None else "",
            kinds=tuple(Kind),
            waits=tuple(WaitingFor),
            orders=ORDERS,
            sites=self._sites,
            bulk=BULK[view.status],
            statuses=Status,
            trouble=await self._trouble(visit),
        )

    async def _trouble(self, visit: Visit) -> str:
        """What is wrong with the account at Akismet, for those who can mend it."""
        if not self._asks_akismet or not visit.may(Scope.ADMIN):
            return ""
        account = await self._store.read(akismet_account.read)
        return wrong(account) if account is not None else ""

    async def _page(self, wanted: Filter, view: View) -> Listed:
        return await self._see.page(wanted, order=view.sorted_by, after=view.after, limit=PAGE + 1)

    async def _groups(self, shown: Sequence[Line], view: View) -> Mapping[str, Group]:
        """What stands for a group of nearly identical ones, by the comment's id."""
        if not view.grouped or view.status is None:
            return {}
        return await self._waves.groups([line.comment.id for line in shown], view.status)

    async def _article(self, asked: str) -> Article | None:
        """The article whose comments are asked for, by id or by address."""
        return await self._store.read(self._find, asked) if asked else None

    def _find(self, asked: str) -> Query[Article | None]:
        if ID.fullmatch(asked):
            found = yield from articles.by_id(asked)
            if found is not None:
                return found
        try:
            place = yield from places.find(self._sites, asked)
        except (Malformed, UnknownArticle):
            return None
        return place.article

    def _tabs(self, view: View, sums: Sums) -> list[Tab]:
        return [
            Tab(label, view.tab(status).path(), sums.of_tab(status), view.status is status)
            for status, label in TABS
        ]


def _next_page(view: View, listed: Listed) -> str:
    """The address of what comes behind a page; "" where nothing does."""
    if len(listed.lines) > PAGE:
        return view.next_page(listed.lines[PAGE - 1].comment).path()
    return view.behind(listed.stopped).path() if listed.stopped is not None else ""
