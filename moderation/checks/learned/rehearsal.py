"""What the model would have said of each comment before it knew the decision on it."""

from collections.abc import Iterable, Mapping

from moderation.checks.learned.model import NO_STARTER, Model
from moderation.domain.lesson import Lesson, Teaching


class Rehearsal:
    """Weighs each lesson, then learns it. Lessons come in order, as many at once as is handy.

    Paragraphs by themselves are not looked at: what is kept of a comment are the tokens of
    the whole.
    """

    def __init__(self, starter: Mapping[str, float] = NO_STARTER) -> None:
        self._model = Model(starter)

    def take(self, lessons: Iterable[Lesson]) -> dict[int, float]:
        """The probability of spam of each lesson, by its number."""
        said = {}
        for lesson in lessons:
            tokens = lesson.evidence.tokens
            said[lesson.sequence] = self._model.weigh(tokens, reasons=0).probability
            self._model.learn(tokens, spam=lesson.teaching is Teaching.SPAM)
        return said

    def end(self) -> None:
        """Free what was learnt; it takes its time."""
        self._model.forget()
