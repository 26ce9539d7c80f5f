"""The owner of a running service: signs in at the dashboard as a browser does, and uses the API."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests import wire
from tests.process import Service, until
from tests.wire import Answer

NAME, PASSWORD = "Ana", "a long walk by the river"


@dataclass
class Owner:
    """Somebody who may decide."""

    service: Service
    token: str
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def comments(self, **query: str) -> list[dict[str, Any]]:
        """The first hundred comments there are, as the API lists them."""
        answer = await self.get("/api/v1/comments", limit="100", **query)
        assert answer.status == 200, answer.body
        found: list[dict[str, Any]] = answer.json()["comments"]
        return found

    async def get(self, path: str, **query: str) -> Answer:
        """Ask the API."""
        where = wire.target(path, **query)
        return await wire.ask(self.service.port, "GET", where, headers=self._bearer)

    async def decide(self, comment_id: str, action: str, version: int | None = None) -> Answer:
        """Decide by the API."""
        body = {} if version is None else {"version": version}
        path = f"/api/v1/comments/{comment_id}/{action}"
        return await wire.post_json(self.service.port, path, body, self._bearer)

    async def waiting(self, number: int) -> list[dict[str, Any]]:
        """Wait until that many comments wait for a moderator."""

        async def enough() -> list[dict[str, Any]] | None:
            found = await self.comments(status="held", waiting_for="moderator")
            return found if len(found) >= number else None

        return await until(enough, what=f"a queue of {number}")

    async def sign_in(self) -> Answer:
        """Fill in the sign-in form, and keep the cookie."""
        page = await self.open("/dashboard/login")
        fields = {"username": NAME, "password": PASSWORD, "csrf_token": hidden(page, "csrf_token")}
        return await self.press("/dashboard/login", fields)

    async def open(self, path: str) -> Answer:
        """Look at a page of the dashboard."""
        answer = await wire.ask(self.service.port, "GET", path, headers=self._cookie)
        self._keep(answer)
        return answer

    async def press(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form of the dashboard as a browser does, cookie, origin and all."""
        headers = {
            **self._cookie,
            "Origin": self.service.url,
            "Sec-Fetch-Site": "same-origin",
            "Host": f"127.0.0.1:{self.service.port}",
        }
        answer = await wire.post_form(self.service.port, path, fields, headers)
        self._keep(answer)
        return answer

    async def approve_on_dashboard(self, comment_id: str) -> Answer:
        """Open a comment's page and press its button."""
        page = await self.open(f"/dashboard/comments/{comment_id}")
        assert page.status == 200, page.body
        fields = {name: hidden(page, name) for name in ("csrf_token", "version")}
        return await self.press(f"/dashboard/comments/{comment_id}/approve", fields)

    @property
    def _cookie(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": pairs} if pairs else {}

    def _keep(self, answer: Answer) -> None:
        if given := answer.headers.get("set-cookie"):
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value


def hidden(page: Answer, name: str) -> str:
    """The value of a hidden field of a page's form."""
    for tag in re.findall(r"<input\b[^>]*>", page.text):
        if re.search(rf'\bname="?{name}["\s>]', tag):
            found = re.search(r'\bvalue="?([^"\s>]*)', tag)
            assert found, tag
            return found[1]
    raise AssertionError(f"no field {name} in {page.text[:2000]}")


async def make_owner(service: Service) -> Owner:
    """Make an owner and a token by the command line, beside the running service."""
    await service.command(
        "user", "add", NAME, "--email", "ana@blog.example", "--password-stdin", given=PASSWORD
    )
    return Owner(service, await make_token(service))


async def make_token(service: Service, name: str = "script") -> str:
    """Make a token of the API by the command line; it stands alone on the last line."""
    printed = await service.command("token", "create", name)
    return printed.splitlines()[-1].strip()
