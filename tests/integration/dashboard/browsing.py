"""A browser without script: it keeps cookies, reads forms, and sends what browsers send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeAlias
from urllib.parse import urlencode, urljoin, urlsplit

import httpx2

Fields: TypeAlias = list[tuple[str, str]]


@dataclass
class Markup:
    """A form of a page: where it goes, what it holds, and its buttons by their words."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)  # words -> address


class Page(HTMLParser):
    """What is looked for in an answer: its forms, and what a reader sees."""

    def __init__(self, answer: httpx2.Response) -> None:
        super().__init__()
        self.answer = answer
        self.forms: list[Markup] = []
        self._open: Markup | None = None
        self._button: str | None = None
        self._said: list[str] = []
        self.feed(answer.text)
        self.words = " ".join("".join(self._said).split())

    @property
    def status(self) -> int:
        return self.answer.status_code

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        self._said.append(" " if tag in ("dt", "dd") else "")
        if tag == "form":
            self._open = Markup(have.get("action", ""))
            self.forms.append(self._open)
        elif tag == "input" and self._open is not None and "name" in have:
            ticked = have.get("type") not in ("checkbox", "radio") or "checked" in have
            if ticked and "form" not in have:
                self._open.fields[have["name"]] = have.get("value", "")
        elif tag == "button" and self._open is not None:
            self._button = have.get("formaction", self._open.action)
            self._said.append("\x00")

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button is not None and self._open is not None:
            words = "".join(self._said).rpartition("\x00")[2]
            self._open.buttons[" ".join(words.split())] = self._button
            self._button = None
        elif tag == "form":
            self._open = None

    def handle_data(self, data: str) -> None:
        self._said.append(data)

    def form(self, ending: str) -> Markup:
        """The form one of whose buttons goes to an address that ends so."""
        for form in self.forms:
            for address in [form.action, *form.buttons.values()]:
                if address.endswith(ending):
                    return Markup(address, dict(form.fields))
        raise AssertionError(f"no form goes to …{ending}: {[f.action for f in self.forms]}")


class Browser:
    """Keeps cookies, sends what browsers send, and follows redirects by itself."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies: dict[str, str] = {}
        self._client = httpx2.AsyncClient(base_url=base)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def request(
        self,
        method: str,
        address: str,
        *,
        data: Fields | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        sent = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        sent |= {"Accept": "text/html"}
        content = None
        if data is not None:
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.base}
            sent |= {"Sec-Fetch-Site": "same-origin"}
            content = urlencode(data).encode()
        sent |= dict(headers or {})
        sent = {name: value for name, value in sent.items() if value}
        answer = await self._client.request(method, address, content=content, headers=sent)
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if "max-age=0" in line.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer

    async def get(self, address: str, headers: Mapping[str, str] | None = None) -> Page:
        """Open a page, wherever it leads."""
        answer = await self.request("GET", address, headers=headers)
        for _ in range(5):
            if not answer.is_redirect:
                break
            answer = await self.request("GET", urljoin(self.base, answer.headers["location"]))
        return Page(answer)

    async def post(
        self, address: str, fields: Mapping[str, str] | Fields, **headers: str
    ) -> httpx2.Response:
        pairs = list(fields.items()) if isinstance(fields, Mapping) else fields
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.request("POST", address, data=pairs, headers=named)

    async def send(self, form: Markup, **changes: str) -> Page:
        """Send a form, and open where it leads."""
        answer = await self.post(form.action, form.fields | changes)
        if answer.is_redirect:
            return await self.get(urljoin(self.base, answer.headers["location"]))
        return Page(answer)

    async def token(self) -> str:
        """The token of this session, as every page with a form carries it."""
        page = await self.get("/dashboard/settings")
        return page.form("/settings/password").fields["csrf_token"]


def path_of(location: str) -> str:
    return urlsplit(location).path
