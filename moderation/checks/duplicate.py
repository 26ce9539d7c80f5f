"""Whether the same words were sent before, by anybody, to any article of the site."""

from moderation.checks.contract import SAME_TEXT_WITHIN, Case, Check, Tools
from moderation.domain.opinion import Opinion, Verdict

SHORTEST = 20  # characters without white space; "Thank you!" is anybody's
MANY = 3  # copies; with these it leans to spam


class Duplicate:
    """Holds re-used text.

    The exact repeat by the same author under the same article is refused by the store;
    this check sees the same text elsewhere, or under another name. It holds and never
    says `SPAM`: a person may send one announcement to two articles.
    """

    name = "duplicate"
    deadline_seconds = 1.0
    remote = False

    def __init__(self, tools: Tools) -> None:
        self._records = tools.records

    async def examine(self, case: Case) -> Opinion:
        if len("".join(case.text.split())) < SHORTEST:
            return Opinion(self.name, Verdict.NOT_RUN, "The text is too short to compare.")
        copies = await self._copies(case)
        if not copies:
            return Opinion(
                self.name, Verdict.UNSURE, "The same text was not sent before in the last 7 days."
            )
        times = "once" if copies == 1 else f"{copies} times"
        return Opinion(
            self.name,
            Verdict.HOLD,
            f"The same text was sent {times} before in the last 7 days.",
            score=0.6 if copies >= MANY else 0.3,
        )

    async def _copies(self, case: Case) -> int:
        if case.glance is not None:
            return case.glance.copies
        since = case.received_at - SAME_TEXT_WITHIN
        return await self._records.same_text(
            case.site.id, case.text, since=since, besides=case.comment_id
        )


def make(tools: Tools) -> Check:
    return Duplicate(tools)
