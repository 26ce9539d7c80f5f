"""Change a comment's words: by a moderator, who is believed, or by its writer, who is checked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from moderation.domain.clock import Clock
from moderation.domain.comment import Author, Comment, Status
from moderation.domain.decision import Action, Actor
from moderation.domain.errors import NotFound, VersionRequired
from moderation.domain.ids import new_id
from moderation.flow import follow, prepare
from moderation.flow.moves import stale
from moderation.store import articles, comment_changes, comments, evidence, log
from moderation.store.contract import Query, Store


@dataclass(frozen=True, slots=True)
class Words:
    """What may be changed of a comment; None leaves it."""

    text: str | None = None
    name: str | None = None
    email: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text and its HTML, made before the write: that takes too long for the store's thread."""

    text: str
    html: str


class Revise:
    """A moderator's edits."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def edit(
        self,
        comment_id: str,
        words: Words,
        actor: Actor,
        *,
        version: int | None,
        reason: str = "",
        sites: Sequence[str] | frozenset[str] = frozenset(),
    ) -> Comment:
        """Change words and author. Raises NotFound, VersionRequired, VersionStale and Busy."""
        now = self._clock.now()
        seen = await self._store.read(comments.by_id, comment_id)
        if seen is None:
            raise NotFound
        text = seen.text if words.text is None else words.text
        rendered = Rendered(text, await prepare.render_aside(text, seen.format))
        return await self._store.write(
            self._edit, comment_id, words, rendered, actor, version, reason, frozenset(sites), now
        )

    def _edit(
        self,
        comment_id: str,
        words: Words,
        rendered: Rendered,
        actor: Actor,
        version: int | None,
        reason: str,
        sites: frozenset[str],
        now: datetime,
    ) -> Query[Comment]:
        yield from articles.lock_of(comment_id)
        comment = yield from comments.by_id(comment_id)
        if comment is None or (sites and comment.site not in sites):
            raise NotFound
        if version is None:
            raise VersionRequired
        if version != comment.version:
            raise (yield from stale(comment))
        yield from evidence.forget(comment.id)  # it says something else now
        return (yield from rewrite(comment, words, actor, now, rendered, reason=reason))


def words_before(comment: Comment) -> str:
    """What the log keeps of words that are changed."""
    author = comment.author
    before = {
        "text": comment.text,
        "name": author.name,
        "email": author.email,
        "url": author.url,
    }
    if comment.kind.is_ping:  # what its page says changes as a whole
        before |= {"title": comment.title, "type": comment.type, "source": comment.source or ""}
    return json.dumps(before, ensure_ascii=False)


def rewrite(
    comment: Comment,
    words: Words,
    actor: Actor,
    now: datetime,
    rendered: Rendered,
    *,
    reason: str = "",
) -> Query[Comment]:
    """Keep changed words; what stood before goes into the log.

    `rendered` is the new text's; of a text that was changed meanwhile it is made again.
    """
    author = Author(
        name=comment.author.name if words.name is None else words.name,
        email=comment.author.email if words.email is None else words.email,
        url=comment.author.url if words.url is None else words.url,
    )
    text = comment.text if words.text is None else words.text
    changed = replace(
        comment,
        author=author,
        text=text,
        html=rendered.html if rendered.text == text else prepare.render(text, comment.format),
        edited_at=now,
        version=comment.version + 1,
    )
    yield from comment_changes.rewrite(changed, prepare.derive(changed, unique=False))
    line = follow.entry(
        comment,
        Action.EDIT,
        actor,
        decision_id=new_id(now),
        at=now,
        to=comment.status,
        version=changed.version,
        reason=reason,
        before=words_before(comment),
    )
    yield from log.add(line)
    if comment.status is Status.APPROVED:
        yield from articles.shift(comment.article_id)
    return changed
