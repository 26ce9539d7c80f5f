"""Decisions by the API: every move, versions, undo, and one decision on many."""

import asyncio
from datetime import timedelta

import pytest

from moderation.domain.comment import Status
from moderation.domain.decision import MOVES, Action

from .conftest import Owner

ACTIONS = ("approve", "hold", "spam", "trash", "restore", "ham", "delete")
TO = {
    "approve": "approved",
    "hold": "held",
    "spam": "spam",
    "trash": "trash",
    "restore": "held",
    "ham": "held",
}
WAY = {
    Status.HELD: (),
    Status.APPROVED: (Action.APPROVE,),
    Status.SPAM: (Action.SPAM,),
    Status.TRASH: (Action.TRASH,),
}


@pytest.mark.parametrize("status", list(Status))
async def test_every_move_is_done_or_refused_as_the_table_says(
    owner: Owner, status: Status
) -> None:
    for number, action in enumerate(ACTIONS):
        ident = await owner.comment(f"{status} {number}")
        await owner.put(ident, *WAY[status])
        before = await owner.admin.get(f"/comments/{ident}")
        answer = await owner.admin.post(
            f"/comments/{ident}/{action}", {"version": before["version"]}
        )
        document = answer.json()
        if Action(action) not in MOVES[status]:
            assert (answer.status_code, document["code"]) == (409, "illegal_move"), action
            assert document["current"] == {k: v for k, v in before.items() if k != "log"}
        elif action == "delete":
            assert answer.status_code == 200
            assert document["status"] == status
            assert (await owner.admin.ask("GET", f"/comments/{ident}")).status_code == 404
        else:
            assert answer.status_code == 200, action
            assert document["status"] == TO[action], action
            assert document["version"] == before["version"] + 1
            assert answer.headers["etag"] == f'"{document["version"]}"'
            assert document["opinions"] == before["opinions"]


async def test_without_a_version_only_a_held_comment_is_decided(owner: Owner) -> None:
    ident = await owner.comment()
    assert (await owner.admin.post(f"/comments/{ident}/approve")).status_code == 200
    again = await owner.admin.post(f"/comments/{ident}/approve")
    assert (again.status_code, again.json()["code"]) == (409, "version_required")
    assert again.json()["current"]["status"] == "approved"
    other = await owner.admin.post(f"/comments/{ident}/spam", {})
    assert other.status_code == 409
    seen = await owner.admin.post(f"/comments/{ident}/spam", headers={"If-Match": '"2"'})
    assert seen.json()["status"] == "spam"


async def test_who_saw_an_older_version_is_told_who_was_first(owner: Owner) -> None:
    ident = await owner.comment()
    await owner.put(ident, Action.APPROVE)
    answer = await owner.admin.post(f"/comments/{ident}/spam", {"version": 1})
    assert answer.status_code == 409
    document = answer.json()
    assert document["code"] == "version_stale"
    assert "Ana was first" in document["detail"]
    assert (document["current"]["status"], document["current"]["version"]) == ("approved", 2)


@pytest.mark.parametrize("tag", ["1", "*", 'W/"1"', '"x"', '"1", "2"', '""', '"-1"', '"9' * 99])
async def test_if_match_names_one_version(owner: Owner, tag: str) -> None:
    ident = await owner.comment()
    answer = await owner.admin.post(f"/comments/{ident}/approve", headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


async def test_two_different_versions_are_none(owner: Owner) -> None:
    ident = await owner.comment()
    headers = {"If-Match": '"1"'}
    both = await owner.admin.post(f"/comments/{ident}/approve", {"version": 2}, headers=headers)
    assert both.status_code == 400
    same = await owner.admin.post(f"/comments/{ident}/approve", {"version": 1}, headers=headers)
    assert same.status_code == 200


async def test_of_two_at_once_one_decides(owner: Owner) -> None:
    ident = await owner.comment()
    answers = await asyncio.gather(
        owner.admin.post(f"/comments/{ident}/approve", {"version": 1}),
        owner.admin.post(f"/comments/{ident}/spam", {"version": 1}),
    )
    assert sorted(a.status_code for a in answers) == [200, 409]
    (won,) = [a.json() for a in answers if a.status_code == 200]
    (lost,) = [a.json() for a in answers if a.status_code == 409]
    assert lost["current"]["status"] == won["status"]


@pytest.mark.parametrize("ident", ["nothing1", "NOTHING", "a%00b", "..", "é", "x" * 21, "%ff"])
async def test_what_is_not_there_is_not_found(owner: Owner, ident: str) -> None:
    for path in (f"/comments/{ident}/approve", f"/decisions/{ident}/undo"):
        answer = await owner.admin.post(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_decision_is_taken_back_once_and_within_thirty_days(owner: Owner) -> None:
    ident = await owner.comment()
    first = (await owner.admin.post(f"/comments/{ident}/approve")).json()["decision"]

    undone = await owner.admin.post(f"/decisions/{first}/undo")

    assert undone.status_code == 200
    (brief,) = undone.json()["comments"]
    assert brief == {"id": ident, "status": "held", "waiting_for": "moderator", "version": 3}
    again = await owner.admin.post(f"/decisions/{first}/undo")
    assert (again.status_code, again.json()["code"]) == (409, "illegal_move")
    line = (await owner.admin.get(f"/comments/{ident}"))["log"][1]
    assert line["undone_by"] == undone.json()["decision"]

    second = (await owner.admin.post(f"/comments/{ident}/spam")).json()["decision"]
    await owner.put(ident, Action.APPROVE)
    changed = await owner.admin.post(f"/decisions/{second}/undo")
    assert (changed.status_code, changed.json()["code"]) == (409, "version_stale")
    third = (await owner.admin.post(f"/comments/{ident}/trash", {"version": 5})).json()["decision"]
    owner.clock.turn(timedelta(days=31))
    assert (await owner.admin.post(f"/decisions/{third}/undo")).status_code == 409


async def test_a_deletion_cannot_be_taken_back(owner: Owner) -> None:
    ident = await owner.comment()
    await owner.put(ident, Action.TRASH)
    gone = (await owner.admin.post(f"/comments/{ident}/delete", {"version": 2})).json()
    answer = await owner.admin.post(f"/decisions/{gone['decision']}/undo")
    assert answer.status_code == 409


async def test_one_decision_on_many_leaves_alone_what_was_not_seen(owner: Owner) -> None:
    long_there = [await owner.comment(f"Old {n}") for n in range(3)]
    owner.clock.turn(timedelta(hours=1))
    just_come = await owner.comment("Just come")
    edited = await owner.comment("Edited meanwhile")
    query = "status=held&order=oldest&limit=2"
    seen = await owner.admin.get(f"/comments?{query}")
    late = await owner.comment("Late, in the same moment")
    owner.clock.turn(timedelta(hours=1))
    later = await owner.comment("Later")
    await owner.admin.patch(f"/comments/{edited}", {"text": "Other words.", "version": 1})
    await owner.admin.post(f"/comments/{long_there[0]}/spam")
    await owner.put(long_there[0], Action.HOLD)

    body = {"action": "trash", "query": query, "snapshot": seen["snapshot"], "reason": "All."}
    answer = await owner.admin.post("/decisions", body)

    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert {c["id"] for c in done["comments"]} == {*long_there[1:], just_come}
    assert {c["status"] for c in done["comments"]} == {"trash"}
    assert (done["refused"], done["left"]) == ([], 0)
    held = {c["id"] for c in (await owner.admin.get("/comments?status=held"))["comments"]}
    assert held == {late, later, edited, long_there[0]}
    repeated = (await owner.admin.post("/decisions", body)).json()
    assert repeated == {"decision": None, "comments": [], "refused": [], "left": 0}

    undone = (await owner.admin.post(f"/decisions/{done['decision']}/undo")).json()
    assert {c["id"] for c in undone["comments"]} == {*long_there[1:], just_come}


async def test_many_are_decided_in_slices(owner: Owner) -> None:
    for number in range(120):
        await owner.comment(f"Comment {number}")
    owner.clock.turn(timedelta(minutes=1))
    snapshot = (await owner.admin.get("/comments?status=held&limit=1"))["snapshot"]
    body = {"action": "spam", "query": "status=held", "snapshot": snapshot}

    first = (await owner.admin.post("/decisions", body)).json()
    assert (len(first["comments"]), first["left"]) == (100, 20)
    second = (await owner.admin.post("/decisions", body)).json()
    assert (len(second["comments"]), second["left"]) == (20, 0)
    assert (await owner.admin.get("/comments?status=spam"))["total"] == 120


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"query": "status=spam"}, 422, "snapshot"),
        ({"snapshot": "x"}, 422, "snapshot"),
        ({"query": "status=nothing"}, 422, "status"),
        ({"query": "staus=held"}, 422, "staus"),
        ({"action": "explode"}, 422, "action"),
        ({"action": "hold"}, 409, ""),
        ({"action": "delete"}, 409, ""),
    ],
)
async def test_a_decision_on_many_that_cannot_be_changes_nothing(
    owner: Owner, changes: dict[str, str], status: int, field: str
) -> None:
    await owner.comment()
    snapshot = (await owner.admin.get("/comments?status=held"))["snapshot"]
    body = {"action": "trash", "query": "status=held", "snapshot": snapshot}
    answer = await owner.admin.post("/decisions", body | changes)
    assert answer.status_code == status
    assert [e["field"] for e in answer.json()["errors"]] == ([field] if field else [])
    assert (await owner.admin.get("/comments?status=held"))["total"] == 1


async def test_a_decision_on_many_names_a_status(owner: Owner) -> None:
    await owner.comment()
    snapshot = (await owner.admin.get("/comments"))["snapshot"]
    body = {"action": "trash", "query": "", "snapshot": snapshot}
    answer = await owner.admin.post("/decisions", body)
    assert [e["field"] for e in answer.json()["errors"]] == ["query"]
