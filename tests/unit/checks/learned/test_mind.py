"""A mind knows all that was committed before it is asked, wherever it had to begin."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from moderation.checks.learned import Learned
from moderation.checks.learned.fold import AT_ONCE, Fold, Judgement
from moderation.checks.learned.mind import Mind
from moderation.domain.lesson import Evidence, Lesson, Teaching
from moderation.domain.opinion import Verdict
from tests.unit.checks.cases import WrittenLessons, reply, tools

FORM = "1 no starter"


@dataclass
class SlowLessons(WrittenLessons):
    """A journal that answers when it is let; it counts how often it was read on."""

    let: asyncio.Event = field(default_factory=asyncio.Event)
    read: int = 0
    model: tuple[int, str, bytes] | None = None

    async def since(self, after: int) -> Sequence[Lesson]:
        await self.let.wait()
        self.read += 1
        return self.lessons[after:]

    async def kept(self, scope: str) -> tuple[int, str, bytes] | None:
        return self.model

    def mark(self, teaching: Teaching, about: int) -> None:
        """Add a line that teaches nothing: it withdraws a lesson, or has all begin afresh."""
        number = len(self.lessons) + 1
        comment = self.lessons[about - 1].comment_id if about else ""
        nothing = Evidence(0, ())
        self.lessons.append(
            Lesson(number, "blog", comment, teaching, about or None, False, nothing)
        )


def ready() -> SlowLessons:
    lessons = SlowLessons()
    lessons.let.set()
    for _ in range(AT_ONCE + 3):
        lessons.teach(Teaching.SPAM, "w:pills", "w:cheap")
        lessons.teach(Teaching.HAM, "w:bees", "w:sleep")
    return lessons


async def weighed(mind: Mind) -> tuple[float, float]:
    model = await mind.model(patience=None)
    assert model is not None
    return model.weigh(("w:pills", "w:bees")).probability, model.weigh(("w:cheap",)).probability


async def afresh(lessons: SlowLessons) -> tuple[float, float]:
    """What a fold of what stands says, without anything kept."""
    fallen = {o.undoes for o in lessons.lessons if o.teaching is Teaching.WITHDRAWN}
    fold = Fold()
    for one in lessons.lessons:
        if one.stands and one.sequence not in fallen:
            spam = one.teaching is Teaching.SPAM
            fold.add(Judgement(one.sequence, one.comment_id, spam, one.evidence.tokens))
    model = fold.settle()
    return model.weigh(("w:pills", "w:bees")).probability, model.weigh(("w:cheap",)).probability


async def test_while_it_is_learning_the_check_keeps_quiet_and_learns_on() -> None:
    lessons = SlowLessons()
    check = Learned(tools(lessons=lessons))
    mind = await check.mind("blog")
    assert await mind.model(patience=0.01) is None
    opinion = await check.examine(reply())
    assert (opinion.verdict, opinion.score) == (Verdict.NOT_RUN, 0.0)
    assert opinion.because == "It is still learning what you decided."
    assert opinion.evidence is not None, "what it read can be taught all the same"
    lessons.let.set()
    assert await mind.model() is not None


async def test_many_who_ask_at_once_read_the_journal_a_few_times() -> None:
    lessons = ready()
    lessons.let.clear()
    mind = Mind(lessons, "", FORM)
    asked = [asyncio.create_task(mind.model(patience=None)) for _ in range(50)]
    await asyncio.sleep(0)
    lessons.let.set()
    models = await asyncio.gather(*asked)
    assert len({id(model) for model in models}) == 1
    assert lessons.read <= 4


async def test_a_lesson_withdrawn_from_within_what_was_kept_has_it_begin_anew() -> None:
    lessons = ready()
    mind = Mind(lessons, "", FORM)
    await mind.model(patience=None)
    line, model = await mind.kept()
    lessons.model = (line, FORM, model)
    second = Mind(lessons, "", FORM)
    assert await weighed(second) == await weighed(mind) == await afresh(lessons)

    lessons.mark(Teaching.WITHDRAWN, 1)
    told = lessons.lessons[0]
    lessons.lessons[0] = Lesson(
        1, told.site, told.comment_id, told.teaching, None, False, told.evidence
    )

    assert await weighed(mind) == await afresh(lessons)
    assert await weighed(second) == await afresh(lessons)


async def test_a_lesson_withdrawn_from_after_what_was_kept_leaves_no_trace() -> None:
    lessons = ready()
    mind = Mind(lessons, "", FORM)
    await mind.model(patience=None)
    line, model = await mind.kept()
    lessons.model = (line, FORM, model)
    second = Mind(lessons, "", FORM)
    before = await weighed(second)
    lessons.teach(Teaching.HAM, "w:pills", "w:cheap")
    assert await weighed(second) != before
    lessons.mark(Teaching.WITHDRAWN, line + 1)
    told = lessons.lessons[line]
    lessons.lessons[line] = replace(told, stands=False)
    assert await weighed(second) == before == await afresh(lessons)


async def test_a_kept_model_that_is_damaged_or_of_another_form_is_not_used() -> None:
    lessons = ready()
    expected = await afresh(lessons)
    for kept in ((3, FORM, b"nonsense"), (3, "0 starter", b"")):
        lessons.model = kept
        assert await weighed(Mind(lessons, "", FORM)) == expected


async def test_lines_that_changed_have_it_start_afresh() -> None:
    lessons = ready()
    mind = Mind(lessons, "", FORM)
    before = await weighed(mind)
    told = lessons.lessons[2]
    changed = Evidence(1, ("w:other",))
    lessons.lessons[2] = Lesson(3, told.site, told.comment_id, told.teaching, None, True, changed)
    assert await weighed(mind) == before, "nobody said so yet"
    lessons.mark(Teaching.ANEW, 0)
    assert await weighed(mind) == await afresh(lessons) != before


async def test_a_mind_of_one_site_learns_of_that_site_alone() -> None:
    lessons = ready()
    lessons.teach(Teaching.HAM, "w:pills", site="garden")
    of_garden = await Mind(lessons, "garden", FORM).model(patience=None)
    assert of_garden is not None
    assert (of_garden.spam, of_garden.ham) == (0, 1)


async def test_who_has_just_looked_at_the_journal_has_it_read_only_where_there_is_more() -> None:
    lessons = ready()
    mind = Mind(lessons, "", FORM)
    first = await mind.model(patience=None)
    last = len(lessons.lessons)
    read = lessons.read
    assert await mind.model(newest=last) is first
    assert lessons.read == read, "nothing is asked"
    lessons.teach(Teaching.SPAM, "w:pills")
    model = await mind.model(newest=last + 1, patience=None)
    assert model is not None
    assert model.spam == AT_ONCE + 4
