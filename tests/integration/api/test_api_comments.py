"""Comments by the API: listed, paged, looked at, edited, answered."""

from datetime import timedelta
from typing import Any

import pytest

from moderation.domain.decision import Action
from moderation.domain.moderator import Scope

from .conftest import ARTICLE, Owner
from .program import Program

KEYS = [
    *("id", "anchor", "kind", "via", "type", "status", "waiting_for", "version", "article"),
    *("parent", "author", "source", "text", "format", "html", "received_at", "published_at"),
    *("edited_at", "ip", "opinions"),
]


async def ids(program: Program, **query: Any) -> list[str]:
    return [c["id"] for c in (await program.get("/comments", **query))["comments"]]


async def test_a_comment_has_every_key(owner: Owner) -> None:
    ident = await owner.comment("I keep *my* notes < 5.")
    listed = await owner.admin.get("/comments")
    (comment,) = listed["comments"]

    assert list(comment) == KEYS
    assert (listed["next"], listed["total"]) == (None, 1)
    assert comment["id"] == ident
    assert comment["article"] == {
        "id": comment["article"]["id"],
        "site": "blog",
        "url": ARTICLE,
        "title": None,
    }
    assert comment["author"] == {"name": "Mei Lin", "email": "mei@readers.example", "url": None}
    assert comment["text"] == "I keep *my* notes < 5."
    assert comment["ip"] == "192.0.2.9"
    assert comment["received_at"] == "2026-11-22T07:30:00Z"
    assert (comment["status"], comment["waiting_for"]) == ("held", "moderator")
    assert {"check", "verdict", "score", "because"} == set(comment["opinions"][0])
    raw = await owner.admin.ask("GET", "/comments")
    assert b"<" not in raw.content

    one = await owner.admin.ask("GET", f"/comments/{ident}")
    assert one.headers["etag"] == '"1"'
    document = one.json()
    assert {k: v for k, v in document.items() if k != "log"} == comment
    (line,) = document["log"]
    assert (line["action"], line["from_status"], line["to_status"]) == ("receive", None, "held")


async def test_the_list_is_narrowed_by_each_parameter(owner: Owner) -> None:
    held = await owner.comment("About margins and pens.")
    owner.clock.turn(timedelta(hours=1))
    spam = await owner.comment("Ünïcode casinos.", article="https://blog.example/b/")
    await owner.put(spam, Action.SPAM)
    admin = owner.admin

    assert await ids(admin, status="held") == [held]
    assert await ids(admin, status="spam") == [spam]
    assert await ids(admin, status="trash") == []
    assert await ids(admin, waiting_for="moderator") == [held]
    assert await ids(admin, waiting_for="source") == []
    assert await ids(admin, kind="comment", type="reply") == [spam, held]
    assert await ids(admin, kind="webmention") == []
    assert await ids(admin, type="like") == []
    assert await ids(admin, article=ARTICLE) == [held]
    assert await ids(admin, article=f"{ARTICLE}?utm_source=x#top") == [held]
    assert await ids(admin, article="https://blog.example/nothing/") == []
    place = (await admin.get(f"/comments/{spam}"))["article"]["id"]
    assert await ids(admin, article=place) == [spam]
    assert await ids(admin, site="blog") == [spam, held]
    assert await ids(admin, site="other") == []
    assert await ids(admin, q="unicode CASINOS") == [spam]
    assert await ids(admin, q="margins casinos") == []
    assert await ids(admin, q="100%") == []
    assert await ids(admin, since="2026-11-22T08:00:00Z") == [spam]
    assert await ids(admin, until="2026-11-22T09:00:00+01:00") == [held]
    assert await ids(admin, order="oldest") == [held, spam]
    assert await ids(admin, status="", kind="", limit=1) == [spam]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=pending", "status"),
        ("waiting_for=godot", "waiting_for"),
        ("kind=fax", "kind"),
        ("type=shout", "type"),
        ("order=random", "order"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("limit=9999999999999999999999", "limit"),
        ("limit=1e1", "limit"),
        ("status=null", "status"),
        ("since=null", "since"),
        ("since=yesterday", "since"),
        ("since=2026-11-22T08:00:00", "since"),
        ("until=0001-01-01T00:00:00%2B14:00", "until"),
        ("status=held&status=spam", "status"),
        ("staus=spam", "staus"),
        ("q=" + "a" * 201, "q"),
        ("q=%3F!+...", "q"),
        ("q=a+b+c+d+e+f+g+h+i+j+k", "q"),
    ],
)
async def test_a_parameter_that_cannot_be_is_named(admin: Program, query: str, field: str) -> None:
    answer = await admin.ask("GET", f"/comments?{query}")
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == [field]


async def test_all_wrong_parameters_are_named_at_once(admin: Program) -> None:
    answer = await admin.ask("GET", "/comments?status=x&limit=0&colour=red")
    assert {e["field"] for e in answer.json()["errors"]} == {"status", "limit", "colour"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("article=nonsense:", 400),
        ("article=https://elsewhere.example/", 404),
        ("site=nowhere", 404),
        ("cursor=x", 400),
        ("q=%ff", 400),
        ("q=%00", 200),
        ("article=%00", 400),
        ("site=%00", 404),
        ("&".join(f"a{n}=1" for n in range(60)), 400),
    ],
)
async def test_an_odd_query_has_its_status(admin: Program, query: str, status: int) -> None:
    assert (await admin.ask("GET", f"/comments?{query}")).status_code == status


async def all_pages(owner: Owner, **query: Any) -> list[str]:
    """Read to the end while something new arrives after each page."""
    found: list[str] = []
    cursor = None
    for number in range(40):
        page = await owner.admin.get("/comments", **query, **({"cursor": cursor} if cursor else {}))
        found += [c["id"] for c in page["comments"]]
        cursor = page["next"]
        if cursor is None:
            return found
        owner.clock.turn(timedelta(seconds=1))
        await owner.comment(f"New while paging {query}: {number}")
    raise AssertionError("the pages have no end")


async def test_pages_have_no_gaps_and_no_repeats_while_new_ones_arrive(owner: Owner) -> None:
    there = set()
    for number in range(53):
        there.add(await owner.comment(f"Comment {number}"))
        owner.clock.turn(timedelta(milliseconds=number % 3))  # some at the same moment

    newest = await all_pages(owner, order="newest", limit=7)
    assert len(newest) == 53
    assert set(newest) == there
    oldest = await all_pages(owner, order="oldest", limit=17)
    assert len(oldest) == len(set(oldest))
    assert there <= set(oldest)
    priority = await all_pages(owner, order="priority", limit=23)
    assert len(priority) == len(set(priority))
    assert there <= set(priority)


async def test_a_cursor_belongs_to_its_list(owner: Owner) -> None:
    for number in range(3):
        await owner.comment(f"Comment {number}")
    cursor = (await owner.admin.get("/comments", limit=1))["next"]
    await owner.admin.get("/comments", limit=2, cursor=cursor)
    for other in ({"status": "spam"}, {"order": "oldest"}):
        answer = await owner.admin.ask("GET", "/comments", params={"cursor": cursor} | other)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    forged = cursor[:-2] + ("AA" if not cursor.endswith("AA") else "BB")
    answer = await owner.admin.ask("GET", "/comments", params={"cursor": forged})
    assert answer.status_code == 400


async def test_an_edit_needs_the_version_and_keeps_what_stood_before(owner: Owner) -> None:
    ident = await owner.comment("I keep notes.")
    await owner.put(ident, Action.APPROVE)
    path = f"/comments/{ident}"

    without = await owner.admin.patch(path, {"text": "New *words*."})
    assert (without.status_code, without.json()["code"]) == (409, "version_required")
    assert without.json()["current"]["version"] == 2
    stale = await owner.admin.patch(path, {"text": "New *words*.", "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "version_stale")
    body = {"text": "New *words*.", "author": {"name": "Mei", "url": "mei.example"}, "version": 2}
    edited = await owner.admin.patch(path, body | {"reason": "A typo."})

    assert edited.status_code == 200
    document = edited.json()
    assert document["html"] == "<p>New <em>words</em>.</p>"
    assert document["author"] == {
        "name": "Mei",
        "email": "mei@readers.example",
        "url": "https://mei.example",
    }
    assert (document["version"], edited.headers["etag"]) == (3, '"3"')
    assert document["edited_at"] is not None
    assert "New <em>words</em>." in await owner.thread()
    line = (await owner.admin.get(path))["log"][-1]
    assert (line["action"], line["reason"]) == ("edit", "A typo.")
    assert line["before"]["text"] == "I keep notes."

    tagged = await owner.admin.patch(path, {"text": "Again."}, headers={"If-Match": '"3"'})
    assert tagged.status_code == 200
    assert (await owner.admin.patch(path, {"author": {"url": ""}, "version": 4})).json()["author"][
        "url"
    ] is None


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"version": 1}, "text", "missing"),
        ({"text": "", "version": 1}, "text", "missing"),
        ({"text": "x" * 10_001, "version": 1}, "text", "too_long"),
        ({"text": 5, "version": 1}, "text", "malformed"),
        ({"author": {"email": "no"}, "version": 1}, "author.email", "malformed"),
        ({"author": {"name": "x" * 101}, "version": 1}, "author.name", "too_long"),
        ({"author": {"colour": "x"}, "version": 1}, "author.colour", "malformed"),
        ({"author": "Mei", "version": 1}, "author", "malformed"),
        ({"author": {"url": "javascript:alert(1)"}, "version": 1}, "author.url", "malformed"),
        ({"text": "x", "version": "1"}, "version", "malformed"),
        ({"text": "x", "version": 0}, "version", "malformed"),
        ({"text": "x", "version": True}, "version", "malformed"),
        ({"text": "x", "version": 1, "reason": "x" * 501}, "reason", "too_long"),
        ({"text": "x", "version": 1, "status": "approved"}, "status", "malformed"),
    ],
)
async def test_what_cannot_be_edited_is_named(
    owner: Owner, body: dict[str, Any], field: str, code: str
) -> None:
    ident = await owner.comment()
    answer = await owner.admin.patch(f"/comments/{ident}", body)
    assert answer.status_code == 422
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]


async def test_an_answer_stands_at_once_and_approves_what_it_answers(owner: Owner) -> None:
    ident = await owner.comment("A question?")
    bot = await owner.program(Scope.MODERATE, name="Ana")

    answer = await bot.post(f"/comments/{ident}/reply", {"text": "An *answer*.", "version": 1})

    assert answer.status_code == 201
    document = answer.json()
    assert (document["status"], document["parent"]) == ("approved", ident)
    assert document["author"] == {"name": "Ana", "email": None, "url": None}
    assert (await bot.get(f"/comments/{ident}"))["status"] == "approved"
    shown = await owner.thread()
    assert "A question?" in shown
    assert "An <em>answer</em>." in shown
    assert '<span class="comment-badge">Moderator</span>' in shown
    assert (await bot.get("/comments", article=ARTICLE))["total"] == 2

    again = await bot.post(f"/comments/{ident}/reply", {"text": "An *answer*."})
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")
    author = {"name": "Ana of the blog", "url": "https://blog.example/"}
    named = await bot.post(f"/comments/{ident}/reply", {"text": "More.", "author": author})
    assert named.json()["author"]["name"] == "Ana of the blog"


async def test_what_is_spam_or_was_changed_since_is_not_answered(owner: Owner) -> None:
    ident = await owner.comment()
    stale = await owner.admin.post(f"/comments/{ident}/reply", {"text": "Hm.", "version": 9})
    assert (stale.status_code, stale.json()["code"]) == (409, "version_stale")
    await owner.put(ident, Action.SPAM)
    spam = await owner.admin.post(f"/comments/{ident}/reply", {"text": "Hm."})
    assert (spam.status_code, spam.json()["code"]) == (409, "illegal_move")
    assert spam.json()["current"]["status"] == "spam"
    assert (await owner.admin.get("/comments"))["total"] == 1
