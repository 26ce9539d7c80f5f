"""Who gets into the dashboard, how, and for how long."""

from datetime import timedelta

import pytest

from moderation.domain.moderator import Role

from .browsing import Browser, path_of
from .conftest import COOKIE, PASSWORD, Service


async def sign_in(browser: Browser, name: str = "Ana", **changes: str) -> str:
    page = await browser.get("/dashboard/login")
    form = page.form("/login")
    answer = await browser.post(
        form.action, form.fields | {"username": name, "password": PASSWORD} | changes
    )
    return answer.headers.get("location", str(answer.status_code))


async def test_the_first_link_makes_the_owner_once(service: Service) -> None:
    secret = await service.house.enter.setup_link()
    browser = service.browser()
    page = await browser.get(f"/dashboard/setup/{secret}")
    assert "Make yourself the owner" in page.words

    fields = {"username": "Ana", "email": "ana@blog.example", "password": PASSWORD}
    queue = await browser.send(page.form(f"/setup/{secret}"), **fields)

    assert "Nothing has been said yet" in queue.words
    assert (await service.house.enter.everyone())[0].role is Role.OWNER
    again = await service.browser().get(f"/dashboard/setup/{secret}")
    assert again.status == 404
    assert "used already" in again.words


async def test_opening_the_first_link_makes_nothing(light: Service) -> None:
    secret = await light.house.enter.setup_link()

    for _ in range(3):
        assert (await light.browser().get(f"/dashboard/setup/{secret}")).status == 200

    assert await light.house.enter.everyone() == []


async def test_a_short_password_is_refused_and_the_link_stays_good(light: Service) -> None:
    secret = await light.house.enter.setup_link()
    browser = light.browser()
    page = await browser.get(f"/dashboard/setup/{secret}")

    refused = await browser.send(
        page.form(f"/setup/{secret}"), username="Ana", email="", password="too short"
    )

    assert refused.status == 422
    assert "15 to 128 characters" in refused.words
    assert refused.form(f"/setup/{secret}").fields["username"] == "Ana"
    queue = await browser.send(
        refused.form(f"/setup/{secret}"), username="Ana", email="", password=PASSWORD
    )
    assert queue.status == 200


async def test_an_invitation_is_accepted_with_a_password_of_ones_own(
    light: Service, owner: Browser
) -> None:
    page = await owner.get("/dashboard/moderators")
    shown = await owner.send(
        page.form("/moderators/invite"), username="Ben", email="ben@blog.example", role="moderator"
    )
    link = next(word for word in shown.words.split() if "/dashboard/setup/" in word)

    browser = light.browser()
    invited = await browser.get(link)
    assert "invited to moderate as Ben" in invited.words
    queue = await browser.send(invited.form(path_of(link)), password=PASSWORD)

    assert queue.status == 200
    assert (await light.browser().get(link)).status == 404


async def test_signing_in_sets_a_cookie_that_keeps_what_its_name_promises(
    light: Service, owner: Browser
) -> None:
    browser = light.browser()
    page = await browser.get("/dashboard/login")
    fields = page.form("/login").fields | {"username": "Ana", "password": PASSWORD}
    answer = await browser.post("/dashboard/login", fields)

    line = answer.headers["set-cookie"].lower()
    assert line.startswith("__host-session=")
    for promise in ("httponly", "secure", "samesite=strict", "path=/"):
        assert promise in line
    assert "domain" not in line


async def test_a_wrong_password_and_an_unknown_name_read_the_same(
    light: Service, owner: Browser
) -> None:
    said = set()
    for name in ("Ana", "Nobody"):
        browser = light.browser()
        page = await browser.get("/dashboard/login")
        refused = await browser.send(
            page.form("/login"), username=name, password="a wrong password indeed"
        )
        assert refused.status == 403
        assert COOKIE not in browser.cookies
        said.add(refused.words.replace(name, ""))
    assert len(said) == 1


async def test_a_session_a_browser_was_given_before_is_not_taken_over(
    light: Service, owner: Browser
) -> None:
    """Neither an invented cookie nor an earlier session's becomes the new one."""
    browser = light.browser()
    browser.cookies[COOKIE] = "planted-by-somebody-else"
    await sign_in(browser)
    first = browser.cookies[COOKIE]
    assert first != "planted-by-somebody-else"

    browser.cookies[COOKIE] = first
    page = await owner.get("/dashboard/login")  # goes on to the queue, as the owner is signed in
    assert page.status == 200
    form = (await light.browser().get("/dashboard/login")).form("/login")
    await browser.post("/dashboard/login", form.fields | {"username": "Ana", "password": PASSWORD})

    assert browser.cookies[COOKIE] != first
    assert await light.house.enter.session(first) is None


async def test_signing_out_ends_the_session_for_good(service: Service, ana: Browser) -> None:
    secret = ana.cookies[COOKIE]
    page = await ana.get("/dashboard")

    out = await ana.send(page.form("/logout"))

    assert "You are signed out" in out.words
    assert COOKIE not in ana.cookies
    ana.cookies[COOKIE] = secret
    assert "Sign in" in (await ana.get("/dashboard")).words


async def test_a_session_ends_by_itself(light: Service, owner: Browser) -> None:
    light.clock.turn(timedelta(hours=13))
    assert "Sign in" in (await owner.get("/dashboard")).words


async def test_a_new_password_ends_every_session(light: Service, owner: Browser) -> None:
    elsewhere = light.browser()
    await sign_in(elsewhere)
    page = await owner.get("/dashboard/settings")
    fields = {"password_now": PASSWORD, "password": "another good long password"}

    changed = await owner.send(page.form("/settings/password"), **fields)

    assert "Your password is changed" in changed.words
    for browser in (owner, elsewhere):
        assert "Sign in" in (await browser.get("/dashboard")).words
    assert await sign_in(light.browser()) == "403"
    assert await sign_in(light.browser(), password="another good long password") == "/dashboard"


async def test_a_new_password_needs_the_present_one(light: Service, owner: Browser) -> None:
    page = await owner.get("/dashboard/settings")
    fields = {"password_now": "not the one I have", "password": "another good long password"}

    refused = await owner.send(page.form("/settings/password"), **fields)

    assert refused.status == 422
    assert "not your present password" in refused.words
    assert "Sign in" not in (await owner.get("/dashboard")).words


async def test_guesses_are_slowed_down(light: Service, owner: Browser) -> None:
    browser = light.browser()
    form = (await browser.get("/dashboard/login")).form("/login")
    wrong = form.fields | {"username": "Ana", "password": "a wrong password indeed"}
    answers = [await browser.post("/dashboard/login", wrong) for _ in range(6)]

    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    right = await browser.post("/dashboard/login", wrong | {"password": PASSWORD})
    assert right.status_code == 429  # an account under attack is not let in by guessing on
    spread = wrong | {"username": "Nobody"}
    forged = [
        await browser.post("/dashboard/login", spread, X_Forwarded_For=f"198.51.100.{n}")
        for n in range(6)
    ]
    assert forged[-1].status_code == 429  # a forged address buys no more tries


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/dashboard",
        "//evil.example/dashboard",
        "/\\evil.example",
        "/dashboard/../../evil",
        "/dashboard\r\nX: y",
        "/dashboardx",
        "javascript:alert(1)",
        "/thread",
    ],
)
async def test_signing_in_leads_to_the_dashboard_only(
    light: Service, owner: Browser, place: str
) -> None:
    assert await sign_in(light.browser(), next=place) == "/dashboard"


async def test_signing_in_leads_back_to_where_one_was_going(light: Service, owner: Browser) -> None:
    comment = await light.say()
    browser = light.browser()

    page = await browser.get(f"/dashboard/comments/{comment.id}?x=1")

    assert page.form("/login").fields["next"] == f"/dashboard/comments/{comment.id}?x=1"
    assert (await browser.get("/dashboard?status=spam&q=%C3%A4")).form("/login").fields[
        "next"
    ] == "/dashboard?status=spam&q=%C3%A4"


async def test_a_link_from_a_mail_finds_the_session_by_way_of_a_page_of_ours(
    light: Service, owner: Browser
) -> None:
    """The browser keeps a Strict cookie back when it comes from elsewhere; it is asked once."""
    stranger = light.browser()
    from_mail = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    first = await stranger.request("GET", "/dashboard?status=spam", headers=from_mail)

    assert first.status_code == 200
    assert 'content="0; url=/dashboard?status=spam&amp;arrived=1"' in first.text
    again = await stranger.get("/dashboard?status=spam&arrived=1", headers=from_mail)
    assert again.form("/login").fields["next"] == "/dashboard?status=spam"
    assert (await owner.get("/dashboard?status=spam&arrived=1")).status == 200
