"""What waits, rules made afterwards, and what the check of rules says then."""

from datetime import timedelta

from moderation.domain.comment import Comment
from moderation.domain.opinion import Opinion
from moderation.domain.rule import Rule
from moderation.flow.owner_rules import Wish
from moderation.store import opinions

from .conftest import Journey

PILLS = "Cheap pills, number {}"


async def say(journey: Journey, text: str, number: int = 0) -> Comment:
    journey.clock.turn(timedelta(seconds=20))
    author = {"name": "Tom", "email": f"tom{number}@readers.example"}
    answer = await journey.json_reply(text=text.format(number), author=author)
    assert answer.status_code == 201, answer.text
    return await journey.again(answer.json()["id"])


async def rule(journey: Journey, verdict: str = "spam", value: str = "cheap pills") -> Rule:
    rules = journey.house.rules.own
    return await rules.add(rules.draft(Wish("phrase", value, verdict), "Ana"))


async def said(journey: Journey, comment: Comment) -> Opinion:
    found = await journey.house.store.read(opinions.of, comment.id)
    return next(opinion for opinion in found if opinion.check == "rules")
