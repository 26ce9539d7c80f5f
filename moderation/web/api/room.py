"""The API whole: its table of operations, the routes made of it, and its two documents."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from moderation.domain.clock import Clock
from moderation.flow.answer import Answer
from moderation.flow.catalogue import Catalogue
from moderation.flow.crowd import Crowd
from moderation.flow.decide import Decide
from moderation.flow.follow import Features
from moderation.flow.programs import Programs
from moderation.flow.relocate import Relocate
from moderation.flow.revise import Revise
from moderation.flow.rule_rooms import RuleRooms
from moderation.flow.see import See
from moderation.flow.undo import Undo
from moderation.settings import Settings
from moderation.signing import Signing
from moderation.store.contract import Store
from moderation.web.api.articles import Articles
from moderation.web.api.comments import Comments
from moderation.web.api.decisions import Decisions
from moderation.web.api.door import Door, Nowhere, Place
from moderation.web.api.openapi import ALWAYS, INTRODUCTION, Json, document
from moderation.web.api.operations import AnyOperation
from moderation.web.api.reference import chapters, code
from moderation.web.api.rules import Rules
from moderation.web.api.selection import Selection
from moderation.web.api.tokens import Tokens
from moderation.web.pages import Pages
from moderation.web.requests import Clients


class House(Protocol):
    """What the API uses of the house."""

    @property
    def settings(self) -> Settings: ...
    @property
    def store(self) -> Store: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def signing(self) -> Signing: ...
    @property
    def features(self) -> Features: ...
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
    def rules(self) -> RuleRooms: ...


class Api:
    """Everything under ``/api``. Without a token there are its two documents, and 401."""

    def __init__(self, house: House, clients: Clients, pages: Pages) -> None:
        sites, store, clock = house.settings.sites, house.store, house.clock
        programs = Programs(store, sites, clock)
        catalogue = Catalogue(store, sites, clock, house.features)
        selection = Selection(catalogue, house.signing)
        crowd = Crowd(store, house.decide, clock)
        relocate = Relocate(store, sites, clock)
        articles = Articles(catalogue, relocate, house.signing, pages.addresses)
        self._pages = pages
        self._door = Door(programs, house.see, clients)
        self.operations: Sequence[AnyOperation] = [
            *Comments(house.see, house.revise, house.answer, crowd, selection).operations(),
            *Decisions(house.see, house.decide, house.undo, crowd, selection).operations(),
            *articles.operations(),
            *Rules(house.rules, house.signing, pages.addresses).operations(),
            *Tokens(programs).operations(),
        ]
        self._document: Json = document(self.operations, house.settings.server.public_url)
        self._chapters = chapters(self.operations, self._document)

    def routes(self) -> list[Route]:
        """One route a path: its methods are told apart behind it, so that 405 is a problem too."""
        by_path: dict[str, dict[str, AnyOperation]] = {}
        for operation in self.operations:
            by_path.setdefault(operation.path, {})[operation.method] = operation
        return [
            Route("/api", self.page, methods=["GET"]),
            Route("/api/openapi.json", self.openapi, methods=["GET"]),
            *(self._route(path, operations) for path, operations in by_path.items()),
            Route("/api/{rest:path}", Nowhere()),
        ]

    def _route(self, path: str, operations: Mapping[str, AnyOperation]) -> Route:
        return Route(path, Place(self._door, operations))

    async def openapi(self, request: Request) -> Response:
        """The description for programs; it is no secret."""
        return JSONResponse(self._document)

    async def page(self, request: Request) -> Response:
        """The same for people."""
        return self._pages.page(
            "api",
            title="The API",
            introduction=code(INTRODUCTION),
            chapters=self._chapters,
            always={status: code(about) for status, about in ALWAYS.items()},
        )
