"""What the model would have said of each comment before it knew the decision on it."""

from collections.abc import Iterable, Iterator, Mapping

from moderation.checks.learned.model import NO_STARTER, Model
from moderation.domain.lesson import Lesson, Teaching


def rehearse(
    lessons: Iterable[Lesson], starter: Mapping[str, float] = NO_STARTER
) -> Iterator[tuple[int, float]]:
    """Weigh each lesson, then learn it: its number and the probability of spam.

    Paragraphs by themselves are not looked at: what is kept of a comment are the tokens of
    the whole.
    """
    model = Model(starter)
    for lesson in lessons:
        tokens = lesson.evidence.tokens
        yield lesson.sequence, model.weigh(tokens, reasons=0).probability
        model.learn(tokens, spam=lesson.teaching is Teaching.SPAM)
