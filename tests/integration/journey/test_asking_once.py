"""A reply is looked up in one reading, and yet nothing that was decided before it is missed."""

from collections.abc import Callable
from typing import Any

import pytest

from moderation.domain.opinion import Verdict
from moderation.domain.rule import Rule, What
from moderation.store import opinions
from tests.integration.journey.conftest import Journey


@pytest.fixture
def asked(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what is read of the store."""
    names: list[str] = []
    read = journey.house.store.read

    async def reading(make: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        names.append(f"{make.__module__}.{make.__qualname__}".removeprefix("moderation."))
        return await read(make, *args, **kwargs)

    monkeypatch.setattr(journey.house.store, "read", reading)
    return names


async def test_a_reply_is_looked_up_in_one_reading(journey: Journey, asked: list[str]) -> None:
    await journey.reply(comment="The first one has everything read.")
    asked.clear()
    answer = await journey.reply(comment="And this one is another comment about margins.")
    assert answer.status_code == 303
    assert asked == ["flow.receive.Receive._look"]


async def test_a_rule_and_a_copy_are_known_to_the_next_reply(journey: Journey) -> None:
    text = "One and the same announcement, sent again and again."
    await journey.reply(comment=text)
    new = Rule(
        id="r1",
        site="",
        what=What.PHRASE,
        value="announcement",
        key="announcement",
        verdict=Verdict.SPAM,
        note="",
        made_by="Ana",
        made_at=journey.clock.now(),
    )
    await journey.house.rules.own.add(new)
    answer = await journey.json_reply(text=text, author={"name": "B", "email": "b@b.example"})
    said = await journey.house.store.read(opinions.of, answer.json()["id"])
    found = {one.check: one for one in said}
    assert found["duplicate"].because == "The same text was sent once before in the last 7 days."
    assert found["rules"].verdict is Verdict.SPAM
