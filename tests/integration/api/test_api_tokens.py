"""Who comes in by the API's door: tokens, scopes, sites, and what the others are told."""

from datetime import timedelta
from typing import Any

import pytest

from moderation.domain.decision import Action
from moderation.domain.moderator import Scope
from moderation.store import tokens

from .conftest import ARTICLE, OTHER, Owner
from .program import Program

SAMPLES: dict[str, dict[str, Any]] = {
    "decideOnMany": {"action": "spam", "query": "status=held", "snapshot": "x"},
    "knowArticle": {"url": ARTICLE},
    "editArticle": {"title": "T"},
    "createToken": {"name": "t", "scopes": ["read"]},
    "tryRule": {"what": "phrase", "value": "cheap pills"},
    "createRule": {"what": "phrase", "value": "cheap pills"},
    "replyToComment": {"text": "Thank you."},
    "editComment": {"text": "x"},
}
NEEDS = {
    "listComments": Scope.READ,
    "getComment": Scope.READ,
    "editComment": Scope.MODERATE,
    "replyToComment": Scope.MODERATE,
    "approveComment": Scope.MODERATE,
    "holdComment": Scope.MODERATE,
    "spamComment": Scope.MODERATE,
    "trashComment": Scope.MODERATE,
    "restoreComment": Scope.MODERATE,
    "hamComment": Scope.MODERATE,
    "deleteComment": Scope.MODERATE,
    "decideOnMany": Scope.MODERATE,
    "undoDecision": Scope.MODERATE,
    "listArticles": Scope.READ,
    "knowArticle": Scope.MODERATE,
    "getArticle": Scope.READ,
    "editArticle": Scope.MODERATE,
    "listRules": Scope.READ,
    "tryRule": Scope.READ,
    "getRule": Scope.READ,
    "createRule": Scope.MODERATE,
    "endRule": Scope.MODERATE,
    "applyRule": Scope.MODERATE,
    "applyRules": Scope.MODERATE,
    "listTokens": Scope.ADMIN,
    "createToken": Scope.ADMIN,
    "revokeToken": Scope.ADMIN,
}
RANK = [Scope.READ, Scope.MODERATE, Scope.ADMIN]


def operations(owner: Owner) -> dict[str, tuple[str, str]]:
    return {
        described["operationId"]: (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in owner.document["paths"].items()
        for method, described in methods.items()
    }


async def test_each_operation_wants_its_scope_or_more(owner: Owner) -> None:
    found = operations(owner)
    assert set(found) == set(NEEDS)
    for given in RANK:
        program = await owner.program(given)
        for name, (method, path) in found.items():
            body = {"json": SAMPLES[name]} if name in SAMPLES else {}
            answer = await program.ask(method, path.replace("{id}", "nothing1"), **body)
            refused = RANK.index(given) < RANK.index(NEEDS[name])
            assert (answer.status_code == 403) is refused, (given, name, answer.text)
            if refused:
                assert answer.json()["code"] == "forbidden"
                assert f'scope="{NEEDS[name]}"' in answer.headers["www-authenticate"]


async def test_nothing_is_told_without_a_token(owner: Owner) -> None:
    stranger = owner.admin.with_token("")
    for name, (method, path) in operations(owner).items():
        answer = await stranger.ask(method, path.replace("{id}", "nothing1"))
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), name
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Basic abc", "abc", "Bearer a b", "Bearer é", f"Bearer {'a' * 500}"],
)
async def test_what_is_no_token_is_refused(owner: Owner, header: str) -> None:
    answer = await owner.client.get(
        "/api/v1/comments", headers={b"Authorization": header.encode("latin-1")}
    )
    assert answer.status_code == 401


async def test_the_word_bearer_may_be_written_in_any_case(owner: Owner) -> None:
    headers = {"Authorization": f"bEARER {owner.admin.token}"}
    assert (await owner.client.get("/api/v1/comments", headers=headers)).status_code == 200


async def test_wrong_tokens_are_slowed_down_and_right_ones_are_not(owner: Owner) -> None:
    wrong = owner.admin.with_token("mod_wrong")
    answers = [await wrong.ask("GET", "/comments") for _ in range(25)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    await owner.admin.get("/comments")


async def test_cookies_are_not_looked_at(owner: Owner) -> None:
    headers = {"Cookie": f"__Host-session={owner.admin.token}; token={owner.admin.token}"}
    assert (await owner.client.get("/api/v1/comments", headers=headers)).status_code == 401


async def test_the_secret_is_told_once_and_a_revoked_token_is_good_for_nothing(
    admin: Program,
) -> None:
    made = (await admin.post("/tokens", {"name": "build", "scopes": ["read"]})).json()
    program = admin.with_token(made["token"])
    await program.get("/comments")

    listed = (await admin.get("/tokens"))["tokens"]
    assert {t["name"] for t in listed} == {"admin", "build"}
    assert made["token"] not in str(listed)
    assert (await admin.delete(f"/tokens/{made['id']}")).status_code == 204
    assert (await program.ask("GET", "/comments")).status_code == 401
    assert (await admin.delete(f"/tokens/{made['id']}")).status_code == 404
    revoked = {t["name"]: t["revoked_at"] for t in (await admin.get("/tokens"))["tokens"]}
    assert revoked["admin"] is None
    assert revoked["build"] is not None


async def test_the_last_use_is_written_down_every_five_minutes(owner: Owner) -> None:
    async def used_at() -> object:
        return (await owner.house.store.read(tokens.everyone))[0].used_at

    await owner.admin.get("/comments")
    first = await used_at()
    assert first == owner.clock.now()
    owner.clock.turn(timedelta(minutes=4))
    await owner.admin.get("/comments")
    assert await used_at() == first
    owner.clock.turn(timedelta(minutes=2))
    await owner.admin.get("/comments")
    assert await used_at() == owner.clock.now()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"scopes": ["read"]}, "name"),
        ({"name": " ", "scopes": ["read"]}, "name"),
        ({"name": "t", "scopes": []}, "scopes"),
        ({"name": "t", "scopes": ["all"]}, "scopes"),
        ({"name": "t", "scopes": ["read"], "sites": ["nowhere"]}, "sites"),
        ({"name": "t", "scopes": ["read"], "colour": 1}, "colour"),
    ],
)
async def test_a_token_that_cannot_be_is_refused(
    admin: Program, body: dict[str, Any], field: str
) -> None:
    answer = await admin.post("/tokens", body)
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == [field]


async def test_a_token_of_one_site_sees_and_touches_nothing_else(owner: Owner) -> None:
    await owner.admin.post("/articles", {"url": OTHER})
    here, there = await owner.comment(), await owner.comment(article=OTHER)
    bot = await owner.program(Scope.ADMIN, "blog")

    listed = await bot.get("/comments")
    assert [c["id"] for c in listed["comments"]] == [here]
    assert listed["total"] == 1
    assert (await bot.ask("GET", "/comments", params={"site": "other"})).status_code == 404
    assert (await bot.ask("GET", "/comments", params={"article": OTHER})).status_code == 404
    other = (await owner.admin.get("/articles", site="other"))["articles"][0]
    assert (await bot.get("/comments", article=other["id"]))["comments"] == []
    for path in (f"/comments/{there}", f"/articles/{other['id']}"):
        assert (await bot.ask("GET", path)).status_code == 404
        assert (await bot.patch(path, {"title": "x", "text": "x"})).status_code in (404, 422)
    assert (await bot.patch(f"/articles/{other['id']}", {"title": "x"})).status_code == 404
    edit = await bot.patch(f"/comments/{there}", {"text": "x", "version": 1})
    assert edit.status_code == 404
    for action in ("approve", "spam", "trash", "hold", "ham", "restore", "delete"):
        assert (await bot.post(f"/comments/{there}/{action}")).status_code == 404
    assert (await bot.post(f"/comments/{there}/reply", {"text": "x"})).status_code == 404
    assert (await bot.post("/articles", {"url": OTHER})).status_code == 404
    ask = await bot.ask("GET", "/articles", params={"site": "other"})
    assert ask.status_code == 404
    assert (await bot.post(f"/comments/{here}/approve")).status_code == 200


async def test_a_decision_on_another_site_cannot_be_undone(owner: Owner) -> None:
    await owner.admin.post("/articles", {"url": OTHER})
    there = await owner.comment(article=OTHER)
    decision = (await owner.admin.post(f"/comments/{there}/spam")).json()["decision"]
    bot = await owner.program(Scope.MODERATE, "blog")
    assert (await bot.post(f"/decisions/{decision}/undo")).status_code == 404


async def test_a_token_of_one_site_makes_and_sees_tokens_of_that_site_only(owner: Owner) -> None:
    bot = await owner.program(Scope.ADMIN, "blog")
    wide = {"name": "wide", "scopes": ["read"]}
    assert (await bot.post("/tokens", wide)).status_code == 403
    assert (await bot.post("/tokens", wide | {"sites": ["blog", "other"]})).status_code == 403
    assert (await bot.post("/tokens", wide | {"sites": ["blog"]})).status_code == 201
    listed = (await bot.get("/tokens"))["tokens"]
    assert {t["name"] for t in listed} == {"bot", "wide"}
    everyone = {t["name"]: t["id"] for t in (await owner.admin.get("/tokens"))["tokens"]}
    assert (await bot.delete(f"/tokens/{everyone['admin']}")).status_code == 404
    await owner.admin.get("/comments")


async def test_the_log_names_the_token(owner: Owner) -> None:
    ident = await owner.comment()
    bot = await owner.program(Scope.MODERATE, name="night watch")
    await bot.post(f"/comments/{ident}/approve", {"reason": "Known to me."})
    line = (await bot.get(f"/comments/{ident}"))["log"][-1]
    assert (line["by"], line["door"], line["reason"]) == ("night watch", "api", "Known to me.")
    assert line["action"] == Action.APPROVE
