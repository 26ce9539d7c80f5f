"""Articles by the API: made known, renamed, closed, moved with their old links, merged."""

from typing import Any

import pytest

from moderation.domain.decision import Action
from moderation.domain.moderator import Scope
from tests.sources import SourceServer

from .conftest import ARTICLE, OTHER, PUBLIC, Owner
from .program import Program

NEW = "https://blog.example/essays/margins/"


async def known(program: Program, url: str = ARTICLE, **members: Any) -> dict[str, Any]:
    answer = await program.post("/articles", {"url": url} | members)
    assert answer.status_code in (200, 201), answer.text
    document: dict[str, Any] = answer.json()
    return document


async def test_a_site_of_known_articles_takes_replies_once_one_is_made_known(owner: Owner) -> None:
    body = {"article": OTHER, "author": {"name": "M", "email": "m@a.example"}, "text": "Hello."}
    assert (await owner.client.post("/comments", json=body)).status_code == 404

    made = await owner.admin.post(
        "/articles", {"url": f"{OTHER}?utm_source=x", "title": "A", "published_at": None}
    )

    assert made.status_code == 201
    document = made.json()
    assert made.headers["location"] == f"{PUBLIC}/api/v1/articles/{document['id']}"
    assert (document["url"], document["title"], document["existence"]) == (OTHER, "A", "found")
    assert (await owner.client.post("/comments", json=body)).status_code == 201
    again = await owner.admin.post("/articles", {"url": OTHER, "title": "B"})
    assert again.status_code == 200
    assert (again.json()["id"], again.json()["title"]) == (document["id"], "B")
    same = await owner.admin.post("/articles", {"url": OTHER, "title": "B"})
    assert same.json() == again.json(), "nothing changed, so no new revision"


async def test_articles_are_listed_and_found_by_any_address(owner: Owner) -> None:
    made = [await known(owner.admin, f"https://blog.example/{n}/") for n in range(7)]
    program = await owner.program(Scope.READ, "blog")
    found: list[str] = []
    cursor = ""
    while True:
        page = await program.get("/articles", limit=3, cursor=cursor)
        found += [a["id"] for a in page["articles"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(found) == sorted(a["id"] for a in made)
    assert len(found) == 7
    one = await owner.admin.get("/articles", url="http://blog.example/3/#top")
    assert [a["id"] for a in one["articles"]] == [made[3]["id"]]
    assert (await owner.admin.get("/articles", url=ARTICLE))["articles"] == []
    assert (await owner.admin.get(f"/articles/{made[0]['id']}")) == made[0]
    several = await owner.admin.ask("GET", "/articles")
    assert [e["field"] for e in several.json()["errors"]] == ["site"]
    cursor = (await owner.admin.get("/articles", site="blog", limit=1))["next"]
    other = await owner.admin.ask("GET", "/articles", params={"site": "other", "cursor": cursor})
    assert other.status_code == 400


async def test_a_title_and_a_closed_form_are_seen_by_readers(owner: Owner) -> None:
    ident = await owner.comment("Hello.")
    await owner.put(ident, Action.APPROVE)
    place = (await owner.admin.get(f"/comments/{ident}"))["article"]["id"]

    body = {"title": "In <praise> of margins", "published_at": "2026-11-20T08:00:00+01:00"}
    renamed = (await owner.admin.patch(f"/articles/{place}", body)).json()
    assert renamed["title"] == "In <praise> of margins"
    assert renamed["published_at"] == "2026-11-20T07:00:00Z"
    assert "In &lt;praise&gt; of margins" in await owner.thread()

    closed = (await owner.admin.patch(f"/articles/{place}", {"open": False})).json()
    assert (closed["open"], closed["pings_open"]) == (False, True)
    assert closed["revision"] > renamed["revision"]
    reply = {"article": ARTICLE, "author": {"name": "M", "email": "m@a.example"}, "text": "Late."}
    assert (await owner.client.post("/comments", json=reply)).status_code == 403
    opened = await owner.admin.patch(f"/articles/{place}", {"open": True, "pings_open": False})
    assert (opened.json()["open"], opened.json()["pings_open"]) == (True, False)


async def test_a_moved_article_keeps_its_thread_and_its_old_links_prove_pings(
    owner: Owner, sources: SourceServer
) -> None:
    ident = await owner.comment("Hello.")
    await owner.put(ident, Action.APPROVE)
    place = (await owner.admin.get(f"/comments/{ident}"))["article"]["id"]

    moved = (await owner.admin.patch(f"/articles/{place}", {"url": f"{NEW}#x"})).json()

    assert (moved["url"], moved["aliases"]) == (NEW, [ARTICLE])
    assert "Hello." in await owner.thread(NEW)
    assert await owner.thread(NEW) == await owner.thread(ARTICLE)
    source = sources.page("/post", f'<p>See <a href="{ARTICLE}">margins</a>, a fine essay.</p>')
    for target in (NEW, ARTICLE):
        ping = await owner.client.post("/webmention", data={"source": source, "target": target})
        assert ping.status_code in (201, 202), ping.text
    await owner.house.worker.drain()
    pings = (await owner.admin.get("/comments", kind="webmention"))["comments"]
    assert [(p["status"], p["waiting_for"], p["article"]["id"]) for p in pings] == [
        ("held", "moderator", place)
    ]
    back = (await owner.admin.patch(f"/articles/{place}", {"url": ARTICLE})).json()
    assert (back["url"], back["aliases"]) == (ARTICLE, [NEW])


async def test_old_addresses_are_added_and_lead_to_the_thread(owner: Owner) -> None:
    ident = await owner.comment("Hello.")
    await owner.put(ident, Action.APPROVE)
    place = (await owner.admin.get(f"/comments/{ident}"))["article"]["id"]
    old = ["https://blog.example/?p=12", "https://ancient.example/margins.html"]

    added = (await owner.admin.patch(f"/articles/{place}", {"aliases": old})).json()

    assert sorted(added["aliases"]) == sorted(old)
    for address in old:
        assert "Hello." in await owner.thread(address)
    assert "Hello." not in await owner.thread("https://blog.example/")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "title"),
        ({"title": " "}, 422, "title"),
        ({"title": "x" * 301}, 422, "title"),
        ({"title": 5}, 422, "title"),
        ({"open": "yes"}, 422, "open"),
        ({"published_at": "2026-11-20"}, 422, "published_at"),
        ({"published_at": "2026-11-20T08:00:00"}, 422, "published_at"),
        ({"published_at": "9999-12-31T23:59:59-14:00"}, 422, "published_at"),
        ({"published_at": "0001-01-01T00:00:00+14:00"}, 422, "published_at"),
        ({"url": "https://elsewhere.example/"}, 422, "url"),
        ({"url": "https://other.example/x/"}, 422, "url"),
        ({"url": "nonsense"}, 422, "url"),
        ({"aliases": ["nonsense"]}, 422, "aliases"),
        ({"aliases": ["https://other.example/x/"]}, 422, "aliases"),
        ({"aliases": "https://blog.example/x/"}, 422, "aliases"),
        ({"aliases": [5]}, 422, "aliases"),
        ({"merge": ARTICLE, "title": "x"}, 422, "merge"),
        ({"url": "https://blog.example/taken/"}, 409, ""),
        ({"aliases": ["https://blog.example/taken/"]}, 409, ""),
        ({"merge": "https://blog.example/nothing/"}, 404, ""),
        ({"merge": "https://other.example/x/"}, 404, ""),
        ({"merge": "nothing1"}, 404, ""),
        ({"id": "x"}, 422, "id"),
    ],
)
async def test_what_cannot_be_changed_is_named_and_changes_nothing(
    owner: Owner, body: dict[str, Any], status: int, field: str
) -> None:
    await known(owner.admin, "https://blog.example/taken/")
    before = await known(owner.admin)
    answer = await owner.admin.patch(f"/articles/{before['id']}", body)
    assert answer.status_code == status
    assert [e["field"] for e in answer.json()["errors"]] == ([field] if field else [])
    assert await owner.admin.get(f"/articles/{before['id']}") == before


async def test_two_articles_become_one(owner: Owner) -> None:
    ids = [await owner.comment("Here."), await owner.comment("There.", article=NEW)]
    for ident in ids:
        await owner.put(ident, Action.APPROVE)
    target = (await owner.admin.get(f"/comments/{ids[0]}"))["article"]["id"]

    merged = await owner.admin.patch(f"/articles/{target}", {"merge": NEW})

    assert merged.status_code == 200
    assert (merged.json()["count"], merged.json()["aliases"]) == (2, [NEW])
    assert "There." in await owner.thread(ARTICLE)
    again = await owner.admin.patch(f"/articles/{target}", {"merge": NEW})
    assert (again.status_code, again.json()["code"]) == (409, "illegal_move")
