"""What somebody with bad intentions tried, and must not get."""

import asyncio

import pytest
from sqlalchemy import select

from moderation.domain.comment import Format
from moderation.domain.errors import NotFound
from moderation.domain.moderator import Role
from moderation.flow.prepare import render_aside
from moderation.store.contract import Query
from moderation.store.tables import answered
from moderation.web.front import ROOM

from .conftest import Journey


def kept_answers() -> Query[list[str]]:
    rows = yield select(answered.c.answer), {}
    return [str(row[0]) for row in rows]


async def test_previews_are_counted_by_address(journey: Journey) -> None:
    answers = [await journey.client.post("/preview", data={"comment": "*x*"}) for _ in range(31)]

    assert [a.status_code for a in answers] == [200] * 30 + [429]
    assert answers[0].json() == {"html": "<p><em>x</em></p>"}


async def test_a_hostile_text_is_rendered_beside_everything_else() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    going = asyncio.create_task(others())
    await render_aside("[" * 9999, Format.MARKDOWN)
    going.cancel()

    assert turns > 1  # rendered on the loop, it would have had none


async def test_the_author_key_is_kept_nowhere_and_given_again(journey: Journey) -> None:
    headers = {"Idempotency-Key": "one"}
    body = {
        "article": journey.article,
        "author": {"name": "Mei", "email": "mei@readers.example"},
        "text": "Remember me.",
        "remember": True,
    }
    first = await journey.client.post("/comments", json=body, headers=headers)
    again = await journey.client.post("/comments", json=body, headers=headers)

    key = first.json()["author_key"]
    assert len(key) == 43
    assert again.json()["author_key"] == key
    (kept,) = await journey.house.store.read(kept_answers)
    assert key not in kept


async def test_a_repeat_does_not_tell_whether_an_address_was_guessed(journey: Journey) -> None:
    await journey.json_reply()
    wrong = await journey.json_reply(author={"name": "Mei Lin", "email": "x@guess.example"})
    right = await journey.json_reply()

    assert wrong.status_code == right.status_code == 409
    assert wrong.json() == right.json()


async def test_an_invitation_ends_with_the_account(journey: Journey) -> None:
    enter = journey.house.enter
    secret = await enter.invite(enter.draft("Kofi", "kofi@blog.example", Role.MODERATOR))
    await enter.disable("Kofi")

    with pytest.raises(NotFound):
        await enter.accept(secret, "Kofi", "", "a long pass phrase")


async def test_unfinished_bodies_take_nobodys_place(journey: Journey) -> None:
    """As many as there is room for owners begin to sign in, and never end."""
    begun = asyncio.Event()
    _, waiting = ROOM["owners"]

    async def never() -> dict[str, object]:
        nonlocal waiting
        waiting -= 1
        if not waiting:
            begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def nobody(message: object) -> None: ...

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/dashboard/login",
        "query_string": b"",
        "headers": [(b"host", b"comments.example"), (b"content-length", b"1000")],
        "http_version": "1.1",
    }
    tasks = [asyncio.ensure_future(journey.app(dict(scope), never, nobody)) for _ in range(waiting)]
    await begun.wait()
    answer = await journey.client.get("/dashboard/login")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert answer.status_code == 200
