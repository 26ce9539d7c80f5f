"""From opinions to a status: the ruling, and what the article itself has to say."""

from collections.abc import Sequence
from dataclasses import replace

from moderation.domain.article import Article, Existence
from moderation.domain.comment import Comment, Status, WaitingFor
from moderation.domain.opinion import Opinion, Ruling, Verdict, score, settle
from moderation.domain.site import Articles, Site

STATUS_OF = {
    Ruling.APPROVE: Status.APPROVED,
    Ruling.HOLD: Status.HELD,
    Ruling.SPAM: Status.SPAM,
}
SAYS = {
    Existence.UNKNOWN: Opinion("article", Verdict.UNKNOWN, "Its page has not been looked at yet."),
    Existence.MISSING: Opinion("article", Verdict.HOLD, "Its page does not exist."),
    Existence.UNREACHABLE: Opinion("article", Verdict.HOLD, "Its page could not be reached."),
}
VOUCHING = frozenset({"history", "learned"})
FOUND = Opinion("article", Verdict.NOT_RUN, "Its page exists.")


def rule_on(comment: Comment, said: Sequence[Opinion], site: Site) -> Comment:
    """Give a comment the status and score that its opinions make."""
    ruling = settle(said, site.moderation.hold, proven=is_proven(said))
    status = STATUS_OF[ruling]
    return replace(
        comment,
        status=status,
        waiting_for=WaitingFor.MODERATOR if status is Status.HELD else None,
        score=score(said),
    )


def is_proven(said: Sequence[Opinion]) -> bool:
    """Whether somebody vouches for it, so that it need not wait for being a first one.

    `history` does for authors and sources it knows, and says ham of nobody else; `learned`
    does where its owner lets it approve.
    """
    return any(o.check in VOUCHING and o.verdict is Verdict.HAM for o in said)


def circumstances(article: Article, site: Site) -> list[Opinion]:
    """What the article itself has to say: not looked at yet, missing, or out of reach."""
    says = SAYS.get(article.existence)
    return [says] if says is not None and site.articles is Articles.FETCH else []
