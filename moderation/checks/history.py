"""What is known of this author, or of the place this ping comes from."""

from moderation.checks.contract import Case, Check, Tools
from moderation.domain.comment import MOST_APPROVED
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.trust import FORGIVEN, Mark, Past, Standing, day, tell


class History:
    """Speaks for authors with proof and for ping sources that earned trust.

    `HAM` beside another check's `SPAM` is a disagreement and so held, which is what a known
    author deserves. A rejection by a moderator within the last 180 days holds everything of
    that author, however much was approved before. What is typed proves nothing and is not
    looked at.
    """

    name = "history"
    deadline_seconds = 1.0
    remote = False

    def __init__(self, tools: Tools) -> None:
        self._records = tools.records
        self._clock = tools.clock

    async def examine(self, case: Case) -> Opinion:
        opinion = await (self._of_source(case) if case.kind.is_ping else self._of_author(case))
        if opinion.verdict in {Verdict.HAM, Verdict.HOLD}:
            return opinion
        return self._of_article(case) or opinion

    async def _of_author(self, case: Case) -> Opinion:
        if case.author_id is None:
            return self._say(Verdict.NOT_RUN, "The author has given no proof of who they are.")
        rejected = await self._records.last_rejection_of(case.author_id)
        if rejected is not None and self._clock.now() - rejected < FORGIVEN:
            return self._say(
                Verdict.HOLD,
                f"A moderator marked a comment of this author as spam on {day(rejected)}.",
                0.4,
            )
        approved = await self._records.approved_by(case.author_id)
        if not approved:
            return self._say(Verdict.UNSURE, "No comment of this author has been approved yet.")
        return self._say(
            Verdict.HAM, f"The author is proven, with {_counted(approved, 'comment')}.", -0.5
        )

    async def _of_source(self, case: Case) -> Opinion:
        if case.place is None:
            because = "Nothing speaks for its source: its address does not tell whose it is."
            return self._say(Verdict.NOT_RUN, because)
        needed = case.site.pings.trust_after
        past = await self._records.past_of(case.site, case.place)
        standing = past.standing(needed, self._clock.now())
        because = tell(past, case.place, needed, self._clock.now())
        if standing in (Standing.EARNED, Standing.BY_HAND):
            return self._say(Verdict.HAM, because, -0.4)
        if standing is Standing.WATCHED:
            return self._say(Verdict.HOLD, because)
        if self._resented(past):
            return self._say(Verdict.HOLD, because, 0.4)
        return self._say(Verdict.UNSURE if needed else Verdict.NOT_RUN, because)

    def _resented(self, past: Past) -> bool:
        """Whether a person marked a ping from there as spam of late, and approved none since."""
        last = past.rejection
        spam = last is not None and last.mark is Mark.SPAM and not past.approvals
        return spam and last is not None and self._clock.now() - last.at < FORGIVEN

    def _of_article(self, case: Case) -> Opinion | None:
        """Hold what nobody vouches for under an old article; None where that is no matter."""
        days = case.site.moderation.hold_unproven_after_days
        if not days or case.article_published_at is None:
            return None
        age = (self._clock.now() - case.article_published_at).days
        if age < days:
            return None
        who = "source is not trusted" if case.kind.is_ping else "author is not proven"
        return self._say(Verdict.HOLD, f"The article is {age} days old and the {who}.", 0.2)

    def _say(self, verdict: Verdict, because: str, score: float = 0.0) -> Opinion:
        return Opinion(self.name, verdict, because, score)


def _counted(number: int, what: str) -> str:
    more = " or more" if number >= MOST_APPROVED else ""
    return f"{number or 'no'}{more} approved {what}{'' if number == 1 else 's'}"


def make(tools: Tools) -> Check:
    return History(tools)
