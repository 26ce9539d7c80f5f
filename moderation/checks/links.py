"""How many links readers would see in the text."""

from moderation.checks.contract import Case, Check, Tools
from moderation.domain.opinion import Opinion, Verdict
from moderation.text.markup import links_of


class Links:
    """Counts links in the rendered text, so that a bare address counts as much as a written one.

    The author's own website is not counted: it is asked for by the form. Nor is a ping's
    source, which is why it was sent.
    """

    name = "links"
    deadline_seconds = 1.0
    remote = False

    async def examine(self, case: Case) -> Opinion:
        limit = case.site.moderation.max_links
        if not limit:
            return Opinion(self.name, Verdict.NOT_RUN, "No number of links is set.")
        count = len(links_of(case.html))
        if count < limit:
            return Opinion(self.name, Verdict.UNSURE, f"The text has {_links(count)}.", 0.1 * count)
        return Opinion(
            self.name,
            Verdict.HOLD,
            f"The text has {_links(count)}; from {limit} on a comment is held.",
            score=0.4,
        )


def _links(count: int) -> str:
    if count == 1:
        return "1 link"
    return f"{count} links" if count else "no links"


def make(tools: Tools) -> Check:
    return Links()
