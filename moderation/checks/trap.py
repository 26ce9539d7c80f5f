"""Whether a program filled the form in: the field people leave empty, and the form's age."""

from datetime import timedelta

from moderation.checks.contract import Case, Check, Tools
from moderation.domain.opinion import Opinion, Verdict

SOONEST = timedelta(seconds=3)
LATEST = timedelta(hours=24)


class Trap:
    """Looks at the trap field and at the signed time of the form's first focus.

    A filled trap decides alone. The age of the form is a suspicion only, and the two ends
    differ: nobody writes a reply in under three seconds, so that one is held; but a page
    left open overnight is what people do, so a form over a day old raises the score and
    holds nothing. A good age is never `HAM`: fetching a token costs a program one request,
    and `HAM` beside another check's `SPAM` would shield it.
    """

    name = "trap"
    deadline_seconds = 1.0
    remote = False

    def __init__(self, tools: Tools) -> None:
        self._tokens = tools.tokens
        self._clock = tools.clock

    async def examine(self, case: Case) -> Opinion:
        if case.trap.strip():
            return Opinion(
                self.name,
                Verdict.SPAM,
                "A field that people do not see was filled in.",
                score=1.0,
                decisive=True,
            )
        if case.kind.is_ping:
            return self._say(Verdict.NOT_RUN, "A ping comes without a form.")
        if not case.form_token:
            return self._say(Verdict.NOT_RUN, "The form did not say when it was first used.")
        return self._by_age(self._tokens.age(case.form_token, self._clock.now()))

    def _by_age(self, age: timedelta | None) -> Opinion:
        if age is None:
            return self._say(Verdict.HOLD, "The form's signed time is not one of ours.", 0.6)
        if age < SOONEST:
            return self._say(
                Verdict.HOLD, "The form was sent less than 3 seconds after it was first used.", 0.4
            )
        if age > LATEST:
            return self._say(
                Verdict.UNSURE, "The form was sent more than 24 hours after it was first used.", 0.2
            )
        return self._say(Verdict.UNSURE, f"The form was in use for {_in_words(age)}.")

    def _say(self, verdict: Verdict, because: str, score: float = 0.0) -> Opinion:
        return Opinion(self.name, verdict, because, score)


def _in_words(age: timedelta) -> str:
    seconds = int(age.total_seconds())
    for size, unit in ((3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"


def make(tools: Tools) -> Check:
    return Trap(tools)
