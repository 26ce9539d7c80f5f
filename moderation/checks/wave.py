"""Whether a comment follows a wave that a moderator marked as spam."""

from datetime import datetime

from moderation.checks.contract import Case, Check, Tools
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.rule import Rule, What


class Wave:
    """Speaks of waves that are followed: those decided on “and those that follow for 24 hours”.

    It does not decide alone. Beside a check that speaks for the comment its `SPAM` is a
    disagreement, and so held. While no wave is followed nothing is looked up.
    """

    name = "wave"
    deadline_seconds = 1.0
    remote = False

    def __init__(self, tools: Tools) -> None:
        self._records = tools.records
        self._clock = tools.clock

    async def examine(self, case: Case) -> Opinion:
        now = self._clock.now()
        rules = await self._records.rules(case.glance.rules if case.glance else None)
        followed = {rule.key: rule for rule in rules if _is_followed(rule, now)}
        if not followed:
            return Opinion(self.name, Verdict.NOT_RUN, "No wave of spam is followed.")
        rule = followed.get(await self._records.wave_of(case) or "")
        if rule is None or rule.expires_at is None:
            return Opinion(self.name, Verdict.UNSURE, "It is like none of the waves followed.")
        day = f"{rule.made_at.day} {rule.made_at:%B}"
        return Opinion(
            self.name,
            Verdict.SPAM,
            f"It is nearly identical to what {_printable(rule.made_by)} marked as spam on {day};"
            f" what follows is spam until {rule.expires_at.day} {rule.expires_at:%B, %H:%M} UTC.",
            score=0.9,
            rules=(rule.id,),
        )


def _is_followed(rule: Rule, now: datetime) -> bool:
    return rule.what is What.WAVE and rule.holds_at(now)


def _printable(name: str) -> str:
    return "".join(c for c in name if c.isprintable())


def make(tools: Tools) -> Check:
    return Wave(tools)
