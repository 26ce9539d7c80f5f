"""A comment as moderators see it: what readers will see, who wrote it, why it waits, what next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from moderation.domain.article import Article
from moderation.domain.comment import MOST_APPROVED, Comment, Status, WaitingFor
from moderation.domain.opinion import Opinion, Verdict, earned_score
from moderation.domain.site import Site
from moderation.flow.letters import reasons
from moderation.flow.see import Line, Seen
from moderation.text import markup
from moderation.web.dashboard import words
from moderation.web.dashboard.words import Button
from moderation.web.private import first_words

PARENT_WORDS = 160  # characters shown of the comment that is answered
LEANS = 0.5  # a score from which on a check that decides nothing tells all the same
TELLING = frozenset({Verdict.SPAM, Verdict.HOLD, Verdict.UNKNOWN, Verdict.HAM})
Content = Callable[[Comment], Markup]  # a comment's words as readers see them, safe HTML


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a template says of one comment."""

    comment: Comment
    article: Article
    site_name: str
    zone: str  # in which its moments are told
    content: Markup
    parent: Comment | None
    parent_words: str
    badge: str  # how well the author is known here; "" of a ping
    leaning: str  # what the checks that have a say lean to, in words
    telling: tuple[Opinion, ...]  # opinions that spoke for or against
    quiet: tuple[Opinion, ...]  # those that found nothing or were not run
    because: tuple[str, ...]  # where no opinion tells: what the site's settings say
    buttons: tuple[Button, ...]
    more: tuple[Button, ...]

    @property
    def can_answer(self) -> bool:
        comment = self.comment
        waits_for_us = comment.waiting_for in (None, WaitingFor.MODERATOR)
        return comment.status in (Status.HELD, Status.APPROVED) and waits_for_us


class Cards:
    """Makes cards."""

    def __init__(self, sites: Sequence[Site], content: Content) -> None:
        self._sites = {site.id: site for site in sites}
        self._content = content

    def card(self, line: Line | Seen) -> Card:
        comment = line.comment
        site = self._sites.get(comment.site) or Site(id=comment.site, url="")
        telling = tuple(o for o in line.opinions if _tells(o))
        because: tuple[str, ...] = ()
        if comment.waiting_for is WaitingFor.MODERATOR and not telling:
            because = reasons(line.opinions, site, comment)
        return Card(
            comment=comment,
            article=line.article,
            site_name=site.name or site.id,
            zone=site.time_zone,
            content=self._content(comment),
            parent=line.parent,
            parent_words=_parent_words(line.parent),
            badge=_badge(comment, line.approved_before),
            leaning=words.leaning(earned_score(line.opinions)),
            telling=telling,
            quiet=tuple(o for o in line.opinions if o.verdict not in TELLING),
            because=because,
            buttons=words.buttons(comment.status),
            more=words.more_buttons(comment.status),
        )


def _parent_words(parent: Comment | None) -> str:
    return first_words(markup.plain(parent.html), PARENT_WORDS) if parent is not None else ""


def _badge(comment: Comment, approved_before: int) -> str:
    """Only what is proven is said: a name typed twice need not be one person."""
    if comment.kind.is_ping:
        return ""
    published = comment.status is Status.APPROVED
    others = approved_before - published
    if comment.author_id is not None and others > 0:
        number = f"{MOST_APPROVED}+" if approved_before >= MOST_APPROVED else others
        return f"{number} {'more approved' if published else 'approved before'}"
    return "first time" if comment.author_id is not None else "not known here"


def _tells(opinion: Opinion) -> bool:
    """Whether an opinion stands in the open: it speaks, or says why a score is what it is."""
    leans = opinion.verdict is Verdict.UNSURE and abs(opinion.score) >= LEANS
    return leans or opinion.verdict in TELLING
