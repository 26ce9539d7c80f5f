"""Rules by the API: tried, made, listed, put on what waits, ended; and whose they are."""

from typing import Any

import pytest

from moderation.domain.moderator import Scope

from .conftest import ARTICLE, Owner

PILLS: dict[str, Any] = {"what": "phrase", "value": "Cheap Pills", "verdict": "spam"}


async def test_a_rule_is_tried_made_put_on_what_waits_and_ended(owner: Owner) -> None:
    program = owner.admin
    first = await owner.comment("cheap pills for all")
    await owner.comment("I keep notes.")
    tried = (await program.post("/rules/try", PILLS)).json()
    assert (tried["looked_at"], tried["caught"], tried["waiting"]) == (2, 1, 1)
    assert tried["by_status"] == {"held": 1, "approved": 0, "spam": 0, "trash": 0}
    assert tried["comments"] == [{"id": first, "status": "held", "where": "the text"}]
    assert (await program.get("/rules"))["rules"] == []

    made = await program.post("/rules", PILLS | {"days": 3, "note": "the wave of May"})

    assert made.status_code == 201
    rule = made.json()
    assert made.headers["location"].endswith(f"/api/v1/rules/{rule['id']}")
    assert (rule["value"], rule["site"], rule["made_by"]) == ("Cheap Pills", None, "admin")
    assert rule["expires_at"] > rule["made_at"]
    assert (await program.get("/rules"))["rules"] == [rule]
    one = await program.get(f"/rules/{rule['id']}")
    assert (one["waiting"], one["waiting_exact"], one["hits"]) == (1, True, 0)

    applied = (await program.post(f"/rules/{rule['id']}/apply")).json()

    assert [(c["id"], c["status"]) for c in applied["comments"]] == [(first, "spam")]
    assert (applied["refused"], applied["left"]) == ([], 0)
    line = (await program.get(f"/comments/{first}"))["log"][-1]
    assert (line["action"], line["by"], line["door"]) == ("rule", "admin", "api")
    undone = await program.post(f"/decisions/{applied['decision']}/undo")
    assert [(c["id"], c["status"]) for c in undone.json()["comments"]] == [(first, "held")]

    assert (await program.delete(f"/rules/{rule['id']}")).status_code == 204
    ended = await program.get(f"/rules/{rule['id']}")
    assert (ended["removed_by"], ended["hits"], ended["waiting"]) == ("admin", 1, 0)
    assert (await program.delete(f"/rules/{rule['id']}")).status_code == 409
    assert (await program.post(f"/rules/{rule['id']}/apply")).status_code == 409


async def test_what_a_rule_holds_is_told_of_as_waiting_on(owner: Owner) -> None:
    ident = await owner.comment("cheap pills")
    rule = (await owner.admin.post("/rules", PILLS | {"verdict": "hold"})).json()
    applied = (await owner.admin.post(f"/rules/{rule['id']}/apply")).json()
    assert (applied["decision"], applied["comments"][0]["id"]) == (None, ident)
    assert applied["comments"][0]["status"] == "held"


async def test_all_rules_are_put_on_what_waits(owner: Owner) -> None:
    idents = [await owner.comment(f"cheap {what}") for what in ("pills", "watches")]
    for what in ("pills", "watches"):
        await owner.admin.post("/rules", PILLS | {"value": what})
    program = await owner.program(Scope.MODERATE, "blog")
    assert (await program.post("/rules/apply")).json()["comments"] == []
    applied = (await owner.admin.post("/rules/apply")).json()
    assert {c["id"] for c in applied["comments"]} == set(idents)
    undone = await owner.admin.post(f"/decisions/{applied['decision']}/undo")
    assert len(undone.json()["comments"]) == 2


async def test_rules_come_in_pages_and_like_ones_are_refused(owner: Owner) -> None:
    for number in range(3):
        made = await owner.admin.post("/rules", PILLS | {"value": f"pills {number}"})
        assert made.status_code == 201
    again = await owner.admin.post("/rules", PILLS | {"value": "PILLS 1"})
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")
    first = await owner.admin.get("/rules", limit=2)
    rest = await owner.admin.get("/rules", limit=2, cursor=first["next"])
    assert (first["total"], len(first["rules"]), len(rest["rules"]), rest["next"]) == (
        3,
        2,
        1,
        None,
    )
    assert {r["value"] for r in first["rules"] + rest["rules"]} == {f"pills {n}" for n in range(3)}
    wrong = await owner.admin.ask("GET", "/rules", params={"cursor": "x"})
    assert wrong.status_code == 400


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"what": "wave"}, "what"),
        ({"value": "a"}, "value"),
        ({"verdict": "approve"}, "verdict"),
        ({"site": "nowhere"}, "site"),
        ({"days": 0}, "days"),
        ({"what": "list", "value": "nothing"}, "value"),
        ({"words": "x"}, "words"),
    ],
)
async def test_a_bad_rule_is_refused_by_its_member(
    owner: Owner, changes: dict[str, Any], field: str
) -> None:
    answer = await owner.admin.post("/rules", PILLS | changes)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_list_is_switched_on_and_over(owner: Owner) -> None:
    listed = {"what": "list", "value": "disposable"}
    assert (await owner.admin.post("/rules", listed)).json()["verdict"] == "hold"
    await owner.admin.post("/rules", listed | {"verdict": "spam"})
    (rule,) = (await owner.admin.get("/rules"))["rules"]
    assert (rule["value"], rule["verdict"]) == ("disposable", "spam")
    empty = await owner.admin.post("/rules", {"what": "list", "value": "referrers"})
    assert empty.status_code == 409
    assert "fetch it first" in empty.json()["detail"]


async def test_a_token_of_one_site_has_the_rules_of_that_site_alone(owner: Owner) -> None:
    program = await owner.program(Scope.MODERATE, "other")
    ident = await owner.comment("cheap pills", article=ARTICLE)
    everywhere = (await owner.admin.post("/rules", PILLS)).json()
    assert (await program.get("/rules"))["rules"] == []
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/apply")):
        answer = await program.ask(method, f"/rules/{everywhere['id']}{path}")
        assert answer.status_code == 404
    tried = (await program.post("/rules/try", PILLS)).json()
    assert (tried["looked_at"], tried["caught"], tried["waiting"]) == (0, 0, 0)
    for site in ("blog", None):
        refused = await program.post("/rules", PILLS | {"value": "more pills", "site": site})
        assert refused.status_code == 403
    own = await program.post("/rules", PILLS | {"site": "other"})
    assert own.status_code == 201
    assert [r["id"] for r in (await program.get("/rules"))["rules"]] == [own.json()["id"]]
    assert (await owner.admin.get(f"/comments/{ident}"))["status"] == "held"
