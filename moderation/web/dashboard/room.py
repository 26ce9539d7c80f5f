"""The dashboard as one set of doors, joined from the house and closed to strangers."""

from typing import Protocol

import jinja2
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.clock import Clock
from moderation.domain.errors import NotFound
from moderation.domain.moderator import Scope
from moderation.flow.account import Account
from moderation.flow.answer import Answer
from moderation.flow.block import Blocks
from moderation.flow.decide import Decide
from moderation.flow.enter import Enter
from moderation.flow.preferences import Preferences
from moderation.flow.revise import Revise
from moderation.flow.rule_rooms import RuleRooms
from moderation.flow.see import See
from moderation.flow.sources import Sources
from moderation.flow.study import Study
from moderation.flow.tell import Tell
from moderation.flow.undo import Undo
from moderation.flow.waves import Waves
from moderation.formats._markup import ThreadMarkup
from moderation.formats.contract import Addresses as Reached
from moderation.settings import Settings
from moderation.signing import Signing
from moderation.store.contract import Store
from moderation.web.dashboard.akismet import AkismetPage
from moderation.web.dashboard.cards import Cards
from moderation.web.dashboard.comment import CommentPage
from moderation.web.dashboard.deeds import Deeds
from moderation.web.dashboard.entrance import Entrance
from moderation.web.dashboard.guard import Answers, Guard
from moderation.web.dashboard.history import LogPage
from moderation.web.dashboard.notices import Notices
from moderation.web.dashboard.people import PeoplePages
from moderation.web.dashboard.places import PlacePages
from moderation.web.dashboard.queue import QueuePage
from moderation.web.dashboard.rule_lists import RuleListPages
from moderation.web.dashboard.rules import RulePages
from moderation.web.dashboard.rules_waiting import RulesWaitingPages
from moderation.web.dashboard.screens import Addresses, Screens
from moderation.web.dashboard.sources import SourcePages
from moderation.web.dashboard.spam import SpamPages
from moderation.web.dashboard.waves import WavePages
from moderation.web.dashboard.work import JobsPage
from moderation.web.requests import Clients
from moderation.web.session import Cookies, Ours, Visit

ANY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class Learning(Protocol):
    """What goes with the check that learns."""

    @property
    def study(self) -> Study: ...


class House(Protocol):
    """What the dashboard uses of the house."""

    @property
    def settings(self) -> Settings: ...
    @property
    def store(self) -> Store: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def signing(self) -> Signing: ...
    @property
    def addresses(self) -> Reached: ...
    @property
    def enter(self) -> Enter: ...
    @property
    def tell(self) -> Tell: ...
    @property
    def see(self) -> See: ...
    @property
    def decide(self) -> Decide: ...
    @property
    def undo(self) -> Undo: ...
    @property
    def revise(self) -> Revise: ...
    @property
    def answer(self) -> Answer: ...
    @property
    def account(self) -> Account | None: ...
    @property
    def rules(self) -> RuleRooms: ...
    @property
    def preferences(self) -> Preferences: ...
    @property
    def learning(self) -> Learning: ...
    @property
    def sources(self) -> Sources: ...
    @property
    def blocks(self) -> Blocks: ...
    @property
    def waves(self) -> Waves: ...


class Dashboard:
    """Everything under ``/dashboard``."""

    def __init__(self, house: House, clients: Clients, environment: jinja2.Environment) -> None:
        settings, store, clock = house.settings, house.store, house.clock
        sites, public_url = settings.sites, settings.server.public_url
        notices = Notices(store, house.signing, clock)
        screens = Screens(environment, Addresses.of(public_url), notices, clock)
        cookies = Cookies(public_url)
        ours = Ours(public_url, house.signing)
        cards = Cards(sites, ThreadMarkup(house.addresses, environment).content)
        study = house.learning.study
        comment = CommentPage(
            house.see,
            house.revise,
            house.answer,
            house.sources,
            sites,
            cards,
            notices,
            screens,
            study,
        )
        answers = Answers(screens.refused, screens.to_login, screens.again)
        self._guard = Guard(house.enter, cookies, ours, answers)
        self._pages = (
            Entrance(house.enter, cookies, ours, clients, screens),
            QueuePage(
                store,
                house.see,
                house.waves,
                sites,
                cards,
                screens,
                asks_akismet=house.account is not None,
            ),
            comment,  # before deeds: its edit and reply are no moves
            Deeds(house.decide, house.undo, comment, notices, screens),
            LogPage(store, house.see, sites, clock, screens),
            JobsPage(store, clock, notices, screens),
            PeoplePages(
                house.enter, house.tell, public_url, cookies, clients, clock, notices, screens
            ),
            WavePages(house.waves, notices, screens),
            RuleListPages(house.rules, sites, clock, notices, screens),
            RulesWaitingPages(house.rules, notices, screens),
            RulePages(house.rules, sites, clock, notices, screens),
            PlacePages(store, sites, public_url, notices, screens),
            SpamPages(study, house.preferences, sites, notices, screens),
            AkismetPage(store, house.account, settings.akismet, notices, screens),
            SourcePages(house.sources, house.blocks, sites, clock, notices, screens),
        )

    def routes(self) -> list[Route]:
        """All doors; whatever else is asked for below /dashboard is behind the guard too."""
        routes = [route for page in self._pages for route in page.routes(self._guard)]
        closed = self._guard.page(_nothing, Scope.READ)
        return [*routes, Route("/dashboard/{rest:path}", closed, methods=ANY_METHOD)]


async def _nothing(request: Request, visit: Visit) -> Response:
    raise NotFound
