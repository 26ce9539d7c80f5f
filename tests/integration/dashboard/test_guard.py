"""Nobody passes the dashboard's doors who is not let in, by no trick of forms or origins."""

from typing import TYPE_CHECKING

import pytest

from moderation.domain.comment import Status
from moderation.domain.moderator import Role
from moderation.templating import environment
from moderation.web.dashboard.room import Dashboard
from moderation.web.requests import Clients

from .browsing import Browser, path_of
from .conftest import COOKIE, JSON, Service

if TYPE_CHECKING:
    from starlette.routing import Route

OPEN = {"/dashboard/login", "/dashboard/setup/{secret}"}


def doors(service: Service) -> list[tuple[str, str]]:
    """Every method and address of the dashboard but those for people who are not signed in."""
    routes: list[Route] = Dashboard(service.house, Clients([]), environment()).routes()
    return [
        (
            method,
            route.path.replace("{rest:path}", "no/such/page").replace("{", "").replace("}", ""),
        )
        for route in routes
        if route.path not in OPEN
        for method in sorted(route.methods or ())
    ]


async def test_every_door_is_closed_to_strangers(light: Service) -> None:
    stranger = light.browser()
    asked = doors(light)
    assert len(asked) > 30
    for method, path in asked:
        data = [("csrf_token", "x")] if method not in ("GET", "HEAD") else None
        answer = await stranger.request(method, path, data=data)
        assert (answer.status_code, path_of(answer.headers["location"])) == (
            303,
            "/dashboard/login",
        ), f"{method} {path}"


async def test_a_script_without_session_is_told_so(light: Service) -> None:
    answer = await light.browser().post("/dashboard/comments/m1/approve", {}, **JSON)
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthorized"


async def test_an_unknown_page_is_not_there_for_those_who_are_in(owner: Browser) -> None:
    page = await owner.get("/dashboard/no/such/page")
    assert page.status == 404
    assert "Back to the queue" in page.words


@pytest.mark.parametrize("token", ["", "x", "ä", "another session's"])
async def test_a_form_without_this_sessions_token_does_nothing(
    light: Service, owner: Browser, token: str
) -> None:
    comment = await light.say()
    if token == "another session's":
        token = await (await light.signed_in("Ben")).token()

    answer = await owner.post(
        f"/dashboard/comments/{comment.id}/approve", {"csrf_token": token, "version": "1"}
    )

    assert answer.status_code == 403
    assert (await light.again(comment.id)).status is Status.HELD


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://blog.example"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "", "Sec_Fetch_Site": "cross-site"},
    ],
)
async def test_a_form_sent_from_elsewhere_does_nothing(
    light: Service, owner: Browser, headers: dict[str, str]
) -> None:
    comment = await light.say()
    fields = {"csrf_token": await owner.token(), "version": "1"}

    answer = await owner.post(f"/dashboard/comments/{comment.id}/approve", fields, **headers)

    assert answer.status_code == 403
    assert (await light.again(comment.id)).status is Status.HELD
    fine = await owner.post(f"/dashboard/comments/{comment.id}/approve", fields)
    assert fine.status_code == 303


async def test_signing_in_from_elsewhere_is_refused(light: Service, owner: Browser) -> None:
    browser = light.browser()
    form = (await browser.get("/dashboard/login")).form("/login")
    fields = form.fields | {"username": "Ana", "password": "correct horse battery staple"}
    answer = await browser.post("/dashboard/login", fields, Origin="https://evil.example")
    assert answer.status_code == 403
    without = await browser.post("/dashboard/login", fields | {"csrf_token": "x"})
    assert without.status_code == 403
    assert COOKIE not in browser.cookies


async def test_looking_changes_nothing(light: Service, owner: Browser) -> None:
    comment = await light.say()
    for action in ("approve", "spam", "trash", "delete", "edit", "reply"):
        page = await owner.get(f"/dashboard/comments/{comment.id}/{action}?version=1")
        assert page.status == 200
    assert (await light.again(comment.id)) == comment


async def test_a_reader_looks_on_and_cannot_act(light: Service) -> None:
    comment = await light.say()
    rita = await light.signed_in("Rita", Role.READER)

    page = await rita.get("/dashboard")

    assert "I keep notes too." in page.words
    assert [form.action for form in page.forms if "/comments/" in form.action] == []
    token = await rita.token()
    for path in (f"comments/{comment.id}/approve", "comments/bulk", f"comments/{comment.id}/edit"):
        fields = {"csrf_token": token, "version": "1", "action": "approve", "comment": "x"}
        answer = await rita.post(f"/dashboard/{path}", fields)
        assert answer.status_code == 403
        assert "As a reader you may not do that" in answer.text
    assert await light.again(comment.id) == comment


async def test_only_an_owner_sees_and_makes_moderators(light: Service, owner: Browser) -> None:
    ben = await light.signed_in("Ben")
    assert (await ben.get("/dashboard/moderators")).status == 403
    fields = {"csrf_token": await ben.token(), "username": "Eve", "role": "owner"}
    answer = await ben.post("/dashboard/moderators/invite", fields)
    assert answer.status_code == 403
    assert "Moderators" not in (await ben.get("/dashboard")).words
    assert "Moderators" in (await owner.get("/dashboard")).words


async def test_a_disabled_moderator_is_out_at_once(light: Service, owner: Browser) -> None:
    ben = await light.signed_in("Ben")
    page = await owner.get("/dashboard/moderators")
    await owner.send(page.form("/disable"))
    assert "Sign in" in (await ben.get("/dashboard")).words


async def test_pages_carry_the_headers_of_a_closed_room(light: Service, owner: Browser) -> None:
    for path in ("/dashboard", "/dashboard/login", "/dashboard/nothing"):
        answer = await owner.request("GET", path)
        if answer.is_redirect:
            answer = await light.browser().request("GET", path)
        policy = answer.headers["content-security-policy"]
        for rule in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert rule in policy
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers


async def test_nothing_in_a_page_is_written_where_the_policy_forbids_it(
    light: Service, owner: Browser
) -> None:
    await light.say()
    for path in ("/dashboard", "/dashboard/log", "/dashboard/sites", "/dashboard/settings"):
        text = (await owner.get(path)).answer.text
        assert " style=" not in text
        assert " onclick" not in text
        assert "<style" not in text
        assert "<script>" not in text
