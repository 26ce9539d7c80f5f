"""Writing comments and deciding on them, and what the learned check says of them then."""

from collections.abc import Sequence

from moderation.checks.learned import NEEDED, Learned
from moderation.domain.comment import Comment
from moderation.domain.decision import Action
from moderation.domain.lesson import Lesson
from moderation.domain.opinion import Opinion
from moderation.flow.cases import case_of
from moderation.flow.decide import Aim
from moderation.store import articles, journal, opinions

from .conftest import ANA, Journey

SPAM = "Cheap pills and casino bonus number {}, order now at http://pills{}.example/buy"
HAM = "I keep my own notes on paper too, and page {} of the book says why that helps memory."


async def write(journey: Journey, text: str, number: int, author: str = "Mei Lin") -> Comment:
    words = text.format(number, number)
    answer = await journey.json_reply(
        text=words, author={"name": author, "email": f"m{number}@readers.example"}
    )
    assert answer.status_code == 201, answer.text
    return await journey.again(answer.json()["id"])


async def decide(journey: Journey, action: Action, *written: Comment) -> str:
    outcome = await journey.house.decide.many([Aim(c.id, c.version) for c in written], action, ANA)
    assert not outcome.refused
    return outcome.decision_id


async def teach(journey: Journey, number: int = NEEDED) -> tuple[list[Comment], list[Comment]]:
    """Decide on as many spam comments and as many others."""
    spam = [await write(journey, SPAM, n, f"Pills {n}") for n in range(number)]
    ham = [await write(journey, HAM, 100 + n) for n in range(number)]
    await decide(journey, Action.SPAM, *spam)
    await decide(journey, Action.APPROVE, *ham)
    return spam, ham


async def opinion_of(journey: Journey, comment: Comment) -> Opinion:
    """What the check says of a comment now."""
    learned = journey.house.learning.check
    assert isinstance(learned, Learned)
    article = await journey.house.store.read(articles.by_id, comment.article_id)
    assert article is not None
    return await learned.examine(case_of(comment, article, journey.house.settings.sites[0]))


async def score(journey: Journey, comment: Comment) -> float:
    return (await opinion_of(journey, comment)).score


async def lessons(journey: Journey) -> Sequence[Lesson]:
    return await journey.house.store.read(journal.standing, 0, limit=1000)


async def said_of(journey: Journey, comment: Comment) -> Sequence[Opinion]:
    return await journey.house.store.read(opinions.of, comment.id)


async def first_decision(journey: Journey, comment: Comment) -> str:
    story = await journey.house.see.comment(comment.id)
    return story.story[-1].decision_id
