"""What follows from a look at a ping's source: its link is proven, or it is not (any more)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from moderation.domain.comment import Comment, Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.errors import NotFound
from moderation.domain.ids import new_id
from moderation.domain.opinion import Opinion, score
from moderation.domain.opinion import settle as settle_opinions
from moderation.domain.ping import Cause, PingState
from moderation.domain.site import Site
from moderation.flow import change, follow, prepare, twins, watch
from moderation.flow.follow import Features
from moderation.flow.looks import Failed, Found, Known, due, known_of, traced, with_facts
from moderation.flow.moves import move
from moderation.flow.revise import words_before
from moderation.flow.rule import STATUS_OF, circumstances, is_proven
from moderation.flow.settle import decided_by_person, edited_by_person, left_by_person
from moderation.flow.signatures import sign_again
from moderation.flow.trust import placed
from moderation.store import articles, comment_changes, log, opinions, ping_places, pings
from moderation.store.contract import Query

BACK = "Its source is back and says what it said."


class Proof:
    """The writes after a look."""

    def __init__(self, on: Features) -> None:
        self._on = on

    def failed(
        self, comment_id: str, failed: Failed, began: datetime, now: datetime
    ) -> Query[datetime | None]:
        """Note a failed look that began at `began`; when to come again, or None after the last."""
        yield from articles.lock_of(comment_id)
        known = yield from known_of(comment_id)
        if known is None:
            return None
        record, comment = known.record, known.comment
        proven = comment.verified_at is not None
        if not failed.told:
            look = {**failed.look, "cause": failed.cause.value}
            trace = traced(record, failed.reason, now, look)
            record = replace(record, tries=record.tries + 1, trace=trace)
        if not failed.told and len(failed.delays) >= record.tries:
            yield from pings.save(record)
            delays = failed.delays[: record.tries]
            return now + timedelta(minutes=delays[-1]) if proven else due(record, delays, began)
        if failed.cause is Cause.NOT_READABLE and not (proven or failed.told):
            yield from pings.save(replace(record, cause=failed.cause))
            return due(record, (*failed.delays, 1), began)
        stands = proven and comment.waiting_for is not WaitingFor.SOURCE
        if stands and not failed.absent:  # once seen, and out of reach for now: nothing changes
            yield from pings.save(replace(record, tries=0))
            yield from watch.missed(comment_id, now)
            return None
        gone = proven or failed.cause is Cause.GONE
        was_there = proven and failed.absent and failed.cause is Cause.NOT_READABLE
        cause = Cause.GONE if was_there else failed.cause
        state = PingState.GONE if gone else PingState.DECLINED
        yield from pings.save(replace(record, state=state, cause=cause))
        already = known.record.state is PingState.GONE  # where it is shown, a person wants it so
        stays = already or comment.status in (Status.TRASH, Status.SPAM)
        if not (stays or (not proven and (yield from left_by_person(comment_id)))):
            why = change.lost(failed.cause, failed.reason, proven=proven)
            yield from _move(comment, Status.TRASH, why, now)
        yield from watch.gone(comment_id, now, already=already)
        yield from twins.take_up(comment_id, now)
        return None

    def unchanged(self, comment_id: str, now: datetime) -> Query[None]:
        """Its server says that the page is as it was when its link was last seen."""
        yield from articles.lock_of(comment_id)
        known = yield from known_of(comment_id)
        if known is None:
            return
        trace = traced(known.record, "not changed since the last look", now, {"status": 304})
        yield from pings.save(replace(known.record, tries=0, trace=trace))
        yield from _rewrite(replace(known.comment, verified_at=now))
        yield from watch.unchanged(comment_id, now)

    def proven(
        self,
        draft: Comment,
        found: Found,
        said: Sequence[Opinion],
        site: Site,
        now: datetime,
    ) -> Query[None]:
        """The link is there: keep the page's words, and rule where that was not done yet."""
        yield from articles.lock_of(draft.id)
        known = yield from known_of(draft.id)
        if known is None:
            raise NotFound
        comment, facts = known.comment, found.facts
        changed = yield from self._worded(known, found, now)
        other = change.difference(comment, changed, known.watched, found.version.url, facts.kept)
        look = {**found.look, "link": facts.link}
        trace = traced(known.record, "links to the article", now, look)
        record = replace(known.record, state=PingState.VERIFIED, cause=None, tries=0, trace=trace)
        record = twins.bridged_record(record, facts.bridged)
        entry = None
        if facts.bridged is not None and record.twin_of is None:
            entry = yield from twins.entry_of(record, changed, facts.bridged)
        yield from pings.save(replace(record, twin_of=entry or record.twin_of))
        yield from ping_places.put(comment.id, placed(found.version.url, facts))
        fresh = comment.waiting_for is WaitingFor.SOURCE
        hidden = known.record.state is PingState.GONE and comment.status is Status.TRASH
        if hidden:
            hidden = not (yield from left_by_person(comment.id))
        if entry is not None and (fresh or hidden):
            yield from _rewrite(changed)
            if fresh:
                yield from twins.put_aside(comment, entry, now)
        elif fresh or hidden:
            said = (*said, *circumstances(known.article, site))
            yield from self._appears(comment, changed, said, site, other, now)
            yield from sign_again(changed, known.article, site, now)
        elif comment.status in (Status.TRASH, Status.SPAM):  # put away as it was
            yield from _rewrite(replace(comment, verified_at=now))
        elif other:
            yield from self._otherwise(comment, changed, said, other, now)
            yield from sign_again(changed, known.article, site, now)
        else:
            yield from _rewrite(changed)
            same = replace(changed, verified_at=comment.verified_at)
            if comment.status is Status.APPROVED and same != comment:
                yield from articles.shift(comment.article_id)
        judged = fresh or hidden or bool(other)
        yield from watch.seen(comment.id, found.version, facts.sketch, now, judged=judged)

    def _worded(self, known: Known, found: Found, now: datetime) -> Query[Comment]:
        """The comment as its page has it now, as far as a page may say so."""
        comment, changed = known.comment, with_facts(known, found, now)
        by_person = yield from edited_by_person(comment.id)  # a moderator's words stand
        counter = found.by_itself and change.is_hardly_another(comment, changed)
        if not (by_person or counter):
            return changed
        author = comment.author
        if author.url == comment.source:  # readers are led to where its page is now
            author = replace(author, url=changed.source or "")
        return replace(comment, source=changed.source, author=author, verified_at=now)

    def _appears(
        self,
        comment: Comment,
        changed: Comment,
        said: Sequence[Opinion],
        site: Site,
        other: str,
        now: datetime,
    ) -> Query[None]:
        """The first proof of a mention, or one after it was away.

        What readers saw until its source went comes back by itself with the same words
        alone; what else a person has decided on goes to a person again.
        """
        before = comment.verified_at is not None
        ruling = STATUS_OF[settle_opinions(said, site.moderation.hold, proven=is_proven(said))]
        to, why = ruling, "Its source links to the article."
        if before and (yield from change.shown_until_gone(comment.id)):
            back = not other and ruling is not Status.SPAM
            to = Status.APPROVED if back else Status.HELD
            why = f"Its source is back. {other}" if other else BACK
        elif (yield from decided_by_person(comment.id)):
            to = Status.HELD
        if before and other:
            changed = yield from self._reworded(comment, changed, other, now)
            said = (*said, change.changed(other))
        yield from self._examined(changed, said, now)
        moved = yield from _move(changed, to, why, now)
        yield from follow.ask_remote(moved, said, self._on, now, edited=before)
        yield from follow.tell(moved, said, self._on, now, again=before)

    def _examined(self, comment: Comment, said: Sequence[Opinion], now: datetime) -> Query[None]:
        """Keep a comment's words with what the checks say of them."""
        yield from _rewrite(comment)
        yield from opinions.put(comment.id, said, now)
        yield from comment_changes.set_score(comment.id, score(said))

    def _otherwise(
        self,
        comment: Comment,
        changed: Comment,
        said: Sequence[Opinion],
        other: str,
        now: datetime,
    ) -> Query[None]:
        """The source is not what it was: whoever saw the old words is told."""
        was_shown = comment.status is Status.APPROVED
        if was_shown:  # before its words change: its thread counts it as what it was
            comment = yield from _move(comment, Status.HELD, other, now)
        changed = yield from self._reworded(comment, changed, other, now)
        said = (*said, change.changed(other))
        yield from self._examined(changed, said, now)
        yield from follow.ask_remote(changed, said, self._on, now, edited=True)
        # Whoever approved it is told at once, whatever a remote check will say.
        heard = self._on.remote if was_shown else ()
        yield from follow.tell(changed, said, self._on, now, heard=heard, again=was_shown)

    def _reworded(
        self, comment: Comment, changed: Comment, other: str, now: datetime
    ) -> Query[Comment]:
        """A new version of a comment; what it said before stands in the log."""
        changed = replace(
            changed,
            status=comment.status,
            waiting_for=comment.waiting_for,
            status_before=comment.status_before,
            version=comment.version + 1,
        )
        line = follow.entry(
            comment,
            Action.EDIT,
            follow.MACHINE,
            decision_id=new_id(now),
            at=now,
            to=comment.status,
            version=changed.version,
            reason=other,
            before=words_before(comment),
        )
        yield from log.add(line)
        return changed


def _move(comment: Comment, to: Status, reason: str, now: datetime) -> Query[Comment]:
    """What the service does by itself after a look."""
    return (
        yield from move(
            comment,
            to,
            WaitingFor.MODERATOR if to is Status.HELD else None,
            Action.SETTLE,
            follow.MACHINE,
            decision_id=new_id(now),
            now=now,
            reason=reason,
        )
    )


def _rewrite(changed: Comment) -> Query[None]:
    yield from comment_changes.rewrite(changed, prepare.derive(changed, unique=False))
