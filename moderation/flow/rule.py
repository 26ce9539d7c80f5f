"""From opinions to a status: the ruling, and what the article itself has to say."""

from collections.abc import Sequence
from dataclasses import replace

from moderation.domain.article import Existence
from moderation.domain.comment import Comment, Status, WaitingFor
from moderation.domain.opinion import Opinion, Ruling, Verdict, score, settle
from moderation.domain.site import Articles, Site
from moderation.flow.places import Place

STATUS_OF = {
    Ruling.APPROVE: Status.APPROVED,
    Ruling.HOLD: Status.HELD,
    Ruling.SPAM: Status.SPAM,
}


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
    """Whether `history` knows the author or the source: it says ham of nobody else."""
    return any(o.check == "history" and o.verdict is Verdict.HAM for o in said)


def circumstances(place: Place) -> list[Opinion]:
    """What the article itself has to say: not looked at yet, or out of reach."""
    about = []
    existence = place.article.existence if place.article is not None else Existence.UNKNOWN
    if place.site.articles is Articles.FETCH:
        if existence is Existence.UNKNOWN:
            because = "Its page has not been looked at yet."
            about.append(Opinion("article", Verdict.UNKNOWN, because))
        elif existence is Existence.UNREACHABLE:
            because = "Its page could not be reached."
            about.append(Opinion("article", Verdict.HOLD, because))
    return about
