"""How many comments articles have: for one, for a page that lists many, for a whole site."""

import json
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from moderation.domain.errors import Fault, Malformed
from moderation.flow.publish import Publish
from moderation.protocols import form
from moderation.text import forms
from moderation.web.headers import Headers, Origins, protected
from moderation.web.hot import Form, Given, Head, Sent
from moderation.web.requests import respond

PATH = "/counts.json"
COUNTED = 500  # addresses in one question
EVERYBODY = {"Access-Control-Allow-Origin": "*"}
HEADER: Headers = [
    (b"content-type", b"application/json"),
    (b"access-control-allow-origin", b"*"),
    (b"cache-control", b"public, max-age=0, s-maxage=5, stale-while-revalidate=60"),
]
ROOM = 4 * 1024 * 1024  # bytes of answers that are ready, about
LONGEST = 4096  # bytes of a question that is answered at once
FORM_BYTES = 420  # what an answer costs beside its bytes, as measured


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and the version of the counts that it was made of."""

    version: int
    form: Form
    weight: int


class Counts:
    """``/counts.json``; what was asked lately is answered at once, while nothing of it changed."""

    def __init__(self, publish: Publish, origins: Origins, *, https: bool) -> None:
        self._publish = publish
        self._counted = publish.counted
        self._origins = origins
        self._head = Head(protected(HEADER, https=https))
        self._told: dict[bytes, Told] = {}
        self._weight = 0

    def routes(self) -> list[Route]:
        return [
            Route(PATH, self.counts, methods=["GET", "HEAD", "POST"]),
            Route(PATH, self.preflight, methods=["OPTIONS"]),
        ]

    async def preflight(self, request: Request) -> Response:
        return Response(None, 204, self._origins.preflight(request.headers.get("origin")))

    def ready(self, path: str, query: bytes, method: str, given: Given) -> Sent | None:
        told = self._told.get(query)
        if told is None or told.version != self._counted.version:
            return None
        return told.form.sent(method, known=False)

    async def counts(self, request: Request) -> ASGIApp:
        """How many comments each address has, keyed as asked; public, so for every origin."""
        query: bytes = request.scope["query_string"]
        version = self._counted.version
        try:
            if request.method == "POST":
                found = await self._of(forms.read_json_list(await request.body()))
            elif "site" in request.query_params:
                found = await self._publish.counts_of_site(request.query_params["site"])
            else:
                found = await self._of(request.query_params.getlist("article"))
        except Fault as fault:
            return respond(form.problem(fault), EVERYBODY)
        document = _document(found)
        answer = Form(self._head, document)
        if request.method != "POST" and "site" not in request.query_params:
            self._keep(query, Told(version, answer, len(query) + len(document)))
        return answer.sent("HEAD" if request.method == "HEAD" else "GET", known=False)

    async def _of(self, asked: list[str]) -> dict[str, int]:
        if not asked or len(asked) > COUNTED:
            raise Malformed(f"Ask for 1 to {COUNTED} articles.")
        return await self._counted.of(asked)

    def _keep(self, query: bytes, told: Told) -> None:
        if len(query) > LONGEST:
            return
        self._forget(query)
        self._told[query] = told
        self._weight += told.weight + FORM_BYTES
        while self._weight > ROOM:
            self._forget(next(iter(self._told)))

    def _forget(self, query: bytes) -> None:
        told = self._told.pop(query, None)
        if told is not None:
            self._weight -= told.weight + FORM_BYTES


def _document(found: dict[str, int]) -> bytes:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
