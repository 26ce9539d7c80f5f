"""Whether a source is still what it was when it was judged, in sentences for the log."""

import re

from moderation.domain.comment import Comment, Status
from moderation.domain.decision import Action, Door
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.ping import Cause
from moderation.store import log
from moderation.store.contract import Query
from moderation.store.watching import Watched
from moderation.text.urls import host_of
from moderation.text.words import fold

KEPT = 0.25  # of what a page said; with less of it left it is another page
OTHER_WORDS = "Its source says something else now."
OTHER_PAGE = "Its source is another page now: hardly anything of what it said is left."
LOST = {
    Cause.NO_LINK: "Its source does not link to the article any more.",
    Cause.GONE: "Its source is gone: {reason}.",
    Cause.NOT_READABLE: "Its source is not there any more: {reason}.",
    Cause.NOT_HTML: "Its source is no page any more: {reason}.",
}
_NO_LETTERS = re.compile(r"[\W\d_]+")


def words(comment: Comment) -> tuple[object, ...]:
    """What a source says of itself and to the article, its own address aside."""
    return comment.text, comment.author.name, _home(comment), comment.title, comment.type


def difference(
    before: Comment, after: Comment, watched: Watched | None, page: str, kept: float | None
) -> str:
    """Say what is not as it was when it was judged; "" where all is.

    `page` is where the source's redirects end now, `kept` how much is left of its words.
    """
    said = []
    if watched is not None and watched.page and host_of(watched.page) != host_of(page):
        said.append(f"Its address leads to {host_of(page)} now.")
    if words(before) != words(after):
        said.append(OTHER_WORDS)
    if kept is not None and kept < KEPT:
        said.append(OTHER_PAGE)
    return " ".join(said)


def is_hardly_another(before: Comment, after: Comment) -> bool:
    """Whether only numbers, punctuation or white space differ: a counter, “3 days ago”."""
    same = (_home(before), before.type) == (_home(after), after.type)
    return same and _letters(before) == _letters(after)


def _home(comment: Comment) -> str:
    """The author's website, "" where the source stands for it."""
    return "" if comment.author.url == comment.source else comment.author.url


def _letters(comment: Comment) -> tuple[str, ...]:
    texts = comment.text, comment.title, comment.author.name
    return tuple(_NO_LETTERS.sub(" ", fold(text)) for text in texts)


def lost(cause: Cause, reason: str, *, proven: bool) -> str:
    """Why a mention is taken away."""
    if not proven:
        return f"Its source could not be verified: {reason}."
    return LOST.get(cause, LOST[Cause.NOT_READABLE]).format(reason=reason)


def changed(sentence: str) -> Opinion:
    """What the queue says of a mention that came back to it: nothing but a person lets it pass."""
    return Opinion("source", Verdict.HOLD, sentence)


def shown_until_gone(comment_id: str) -> Query[bool]:
    """Whether readers saw it until its source went, and nobody has decided on it since."""
    story = yield from log.of_comment(comment_id)
    for entry in reversed(story):
        if entry.action is Action.EDIT:
            continue
        if entry.actor.door is not Door.MACHINE:
            return False
        if entry.to_status is Status.TRASH:
            return entry.from_status is Status.APPROVED
    return False
