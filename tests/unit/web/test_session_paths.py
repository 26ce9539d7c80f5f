"""Where signing in may lead, what the cookie is called, and whose origin is ours."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.requests import Request
from starlette.responses import Response

from moderation.domain.errors import Forbidden, Malformed, NotFound, WrongType
from moderation.signing import Signing
from moderation.web.dashboard.form import id_in, read_form
from moderation.web.session import Cookies, Ours, own_path
from tests.conftest import FakeClock


def request(body: bytes = b"", **headers: str) -> Request:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": lines, "query_string": b""}
    return Request(scope, receive)


@pytest.mark.parametrize(
    "path",
    [
        "/dashboard",
        "/dashboard?status=spam&q=a%20b",
        "/dashboard/comments/m1",
        "/dashboard/log?x=1.5",
    ],
)
def test_a_path_of_the_dashboard_is_led_to(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "dashboard",
        "/dashboards",
        "//evil.example/dashboard",
        "///dashboard",
        "/dashboard//evil.example",
        "/dashboard/../thread",
        "/dashboard/%2e%2e/thread",
        "/dashboard\\evil",
        "\\/dashboard",
        "https://evil.example/dashboard",
        "https:/dashboard",
        "javascript:/dashboard",
        "/dashboard\r\nSet-Cookie: a=b",
        "/dashboard\x00",
        "/dashboard?q=ä",
        "/dashboard?q=a b",
        "/dashboard?" + "q" * 2000,
        "http://[/dashboard",
    ],
)
def test_anything_else_leads_to_the_front_page(path: str) -> None:
    assert own_path(path) == "/dashboard"


@pytest.mark.parametrize(
    ("public_url", "name", "secure"),
    [
        ("https://talk.example", "__Host-session", True),
        ("https://blog.example/comments", "__Host-session", True),
        ("http://127.0.0.1:8000", "__Host-session", True),
        ("http://localhost:8000", "__Host-session", True),
        ("http://[::1]:8000", "__Host-session", True),
        ("http://talk.example", "session", False),
        ("http://localhost.evil.example", "session", False),
    ],
)
def test_the_cookies_name_says_how_well_it_is_kept(
    public_url: str, name: str, secure: bool
) -> None:
    response = Response()
    Cookies(public_url).keep(response, "s3cret")
    line = response.headers["set-cookie"]
    assert line.startswith(f"{name}=s3cret;")
    assert ("Secure" in line) is secure
    for promise in ("HttpOnly", "Path=/", "SameSite=strict"):
        assert promise in line


@pytest.mark.parametrize("value", ["x" * 101, ""])
def test_a_cookie_that_cannot_be_ours_is_none(value: str) -> None:
    asked = request(cookie=f"__Host-session={value}")
    assert Cookies("https://talk.example").secret(asked) == ""


@pytest.fixture
def ours() -> Ours:
    return Ours("http://127.0.0.1:8000", Signing([b"k" * 32], FakeClock()))


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_a_machines_names_for_itself_are_one_origin(ours: Ours, name: str) -> None:
    ours.check(request(origin=f"http://{name}:8000", sec_fetch_site="same-origin"))


@pytest.mark.parametrize(
    "origin",
    ["http://127.0.0.1:8001", "https://127.0.0.1:8000", "http://localhost", "null", "", "x"],
)
def test_another_origin_is_refused(ours: Ours, origin: str) -> None:
    with pytest.raises(Forbidden, match="open it at http://127"):
        ours.check(request(origin=origin))


def test_elsewhere_than_on_loopback_there_is_one_origin() -> None:
    ours = Ours("https://talk.example", Signing([b"k" * 32], FakeClock()))
    ours.check(request(origin="https://talk.example"))
    for origin in ("http://talk.example", "https://localhost", "https://talk.example.evil"):
        with pytest.raises(Forbidden):
            ours.check(request(origin=origin))


def test_the_sign_in_forms_token_is_ours_and_of_today(clock: FakeClock) -> None:
    ours = Ours("https://talk.example", Signing([b"k" * 32], clock))
    token = ours.login_token()
    ours.check_login(request(), token)
    clock.at = clock.at.replace(day=23)
    with pytest.raises(Forbidden, match="open for too long"):
        ours.check_login(request(), token)


async def test_a_forms_repeated_fields_are_all_read() -> None:
    form = await read_form(request(b"item=a&item=b&next=%2Fdashboard"))
    assert (form.all("item"), form.first("item"), form.first("none")) == (("a", "b"), "a", "")


async def test_only_plain_forms_are_read() -> None:
    with pytest.raises(WrongType):
        await read_form(request(b"{}", content_type="application/json"))
    with pytest.raises(WrongType):
        await read_form(request(b"x", content_encoding="gzip"))
    with pytest.raises(Malformed):
        await read_form(request(b"item=%ff"))
    with pytest.raises(Malformed):
        await read_form(request(b"&".join([b"a=b"] * 51)))


@pytest.mark.parametrize("found", ["", "x" * 21, "M1", "m1\x00", "../m1", "m1\n"])
def test_what_can_be_no_id_is_not_asked_of_the_store(found: str) -> None:
    with pytest.raises(NotFound):
        id_in(cast("Request", SimpleNamespace(path_params={"id": found})))
