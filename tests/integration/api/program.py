"""A program that uses the API: it holds every answer against the OpenAPI document."""

import re
from dataclasses import dataclass, replace
from typing import Any

import httpx2

from tests.integration.api.schema_check import faults

BASE = "/api/v1"


@dataclass(frozen=True)
class Program:
    """A client with a token."""

    client: httpx2.AsyncClient
    document: dict[str, Any]
    token: str

    def with_token(self, token: str) -> "Program":
        return replace(self, token=token)

    async def ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any
    ) -> httpx2.Response:
        """Ask, and hold the answer against the document."""
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = await self.client.request(
            method, BASE + path, headers=bearer | (headers or {}), **options
        )
        self.hold(method, BASE + path, answer)
        return answer

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.ask("GET", path, **({"params": query} if query else {}))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any = None, **options: Any) -> httpx2.Response:
        given = {} if body is None else {"json": body}
        return await self.ask("POST", path, **given, **options)

    async def patch(self, path: str, body: Any, **options: Any) -> httpx2.Response:
        return await self.ask("PATCH", path, json=body, **options)

    async def delete(self, path: str) -> httpx2.Response:
        return await self.ask("DELETE", path)

    def hold(self, method: str, path: str, answer: httpx2.Response) -> None:
        """Fail unless this status and body are described for this operation."""
        assert answer.headers["cache-control"] == "no-store"
        assert not [h for h in answer.headers if h.startswith("access-control-")]
        assert "set-cookie" not in answer.headers
        described = self.described(method, path)
        if described is None:
            return
        response = described["responses"][str(answer.status_code)]
        if "content" not in response:
            assert answer.content == b""
            return
        ((media_type, content),) = response["content"].items()
        assert answer.headers["content-type"] == media_type
        assert faults(answer.json(), content["schema"], self.document) == []

    def described(self, method: str, path: str) -> dict[str, Any] | None:
        """What the document says of an operation; None where there is none."""
        for template, operations in self.document["paths"].items():
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path.partition("?")[0]) and method.lower() in operations:
                found: dict[str, Any] = operations[method.lower()]
                return found
        return None
