"""What follows from a comment's new state, in the same commit: log row, revision, jobs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.domain.article import Article, Existence
from moderation.domain.comment import REACTIONS, Comment, Status, WaitingFor
from moderation.domain.decision import Action, Actor, Door, LogEntry
from moderation.domain.ids import new_id
from moderation.domain.opinion import Opinion, Verdict, leans_to_spam
from moderation.domain.site import Articles, Site
from moderation.store import articles, comment_changes, jobs, log
from moderation.store.contract import Query

MACHINE = Actor(name="the service", door=Door.MACHINE)


@dataclass(frozen=True, slots=True)
class Features:
    """Which of the things that follow are switched on."""

    remote: tuple[str, ...] = ()  # checks that are asked by a job
    mail: bool = False


def weight(comment: Comment) -> int:
    """How many a comment adds to its thread's count: reactions are not counted."""
    return 0 if comment.type in REACTIONS else 1


def revise(
    comment: Comment, before: Status | None, after: Status, *, by_person: bool = True
) -> Query[None]:
    """Change the thread's revision and count where readers see the difference."""
    shown_before, shown_after = before is Status.APPROVED, after is Status.APPROVED
    if shown_before or shown_after:
        yield from articles.shift(
            comment.article_id,
            (shown_after - shown_before) * weight(comment),
            automatic=not (shown_before or by_person),
        )


def entry(
    comment: Comment,
    action: Action,
    actor: Actor,
    *,
    decision_id: str,
    at: datetime,
    to: Status | None,
    version: int,
    reason: str = "",
    before: str = "",
    first: bool = False,
) -> LogEntry:
    """The log's line for what happens to `comment`, given as it was before."""
    return LogEntry(
        id=new_id(at),
        decision_id=decision_id,
        comment_id=comment.id,
        at=at,
        actor=actor,
        action=action,
        from_status=None if first else comment.status,
        to_status=to,
        from_waiting_for=None if first else comment.waiting_for,
        from_status_before=None if first else comment.status_before,
        version=version,
        reason=reason,
        before=before,
    )


def received(
    comment: Comment,
    article: Article,
    site: Site,
    opinions: Sequence[Opinion],
    on: Features,
    *,
    told: bool = False,
) -> Query[None]:
    """The first log line, the revision and the jobs of a comment just added.

    `told`: it was added as one that moderators are told of.
    """
    now = comment.received_at
    yield from log.add(
        entry(
            comment,
            Action.RECEIVE,
            MACHINE,
            decision_id=comment.id,
            at=now,
            to=comment.status,
            version=comment.version,
            first=True,
        )
    )
    by_person = comment.badge is not None  # who signs in to answer has decided
    yield from revise(comment, None, comment.status, by_person=by_person)
    if comment.waiting_for is WaitingFor.SOURCE:
        return
    if needs_look(article, site):
        yield from look(article, now)
    yield from ask_remote(comment, opinions, on, now)
    yield from tell(comment, opinions, on, now, told=told)


def needs_look(article: Article, site: Site) -> bool:
    """Whether the article's page is still to be fetched."""
    return site.articles is Articles.FETCH and article.existence in (
        Existence.UNKNOWN,
        Existence.UNREACHABLE,
    )


def look(article: Article, now: datetime, due_at: datetime | None = None) -> Query[None]:
    """Ask for a guarded fetch of the article's page, at once or at `due_at`."""
    yield from jobs.add(
        new_id(now), "look", article.id, {"article": article.id}, due_at=due_at or now, now=now
    )


def ask_remote(
    comment: Comment,
    opinions: Sequence[Opinion],
    on: Features,
    now: datetime,
    *,
    edited: bool = False,
) -> Query[None]:
    """Ask for each remote check that has yet to answer; what is surely spam costs no call.

    `edited`: it was asked about other words before; the version goes along, so that an
    objection to what nobody has looked at since can take it from the page again.
    """
    if any(o.decisive for o in opinions):
        return
    for o in opinions:
        if o.check in on.remote and o.verdict is Verdict.UNKNOWN:
            yield from jobs.add(
                new_id(now),
                "ask",
                f"{o.check}:{comment.id}",
                {
                    "check": o.check,
                    "comment": comment.id,
                    "edited": comment.version if edited else None,
                },
                due_at=now,
                now=now,
            )


def still_asking(opinions: Sequence[Opinion], on: Features, besides: Collection[str] = ()) -> bool:
    """Whether a first answer is still to come, from a remote check or the article's page.

    `besides` are those who were just asked: one that is down delays nobody's notice.
    """
    asked = {*on.remote, "article"} - set(besides)
    return any(o.check in asked and o.verdict is Verdict.UNKNOWN for o in opinions)


def is_quiet(opinions: Sequence[Opinion], on: Features, heard: Collection[str] = ()) -> bool:
    """Whether nobody is written to on behalf of a comment, or not yet."""
    return leans_to_spam(opinions) or still_asking(opinions, on, heard)


def tells(comment: Comment, opinions: Sequence[Opinion], on: Features) -> bool:
    """Whether moderators are told of a new comment at once."""
    return comment.waiting_for is WaitingFor.MODERATOR and not is_quiet(opinions, on)


def tell(
    comment: Comment,
    opinions: Sequence[Opinion],
    on: Features,
    now: datetime,
    *,
    heard: Collection[str] = (),
    again: bool = False,
    told: bool = False,
) -> Query[None]:
    """Ask for mail: to moderators about what waits, to the writer to confirm the address.

    Moderators are told of a comment once, unless `again`: it came back changed. `told`: that
    they are is noted already.
    """
    if is_quiet(opinions, on, heard):
        return
    waits = comment.waiting_for is WaitingFor.MODERATOR
    new = waits and (told or (yield from comment_changes.tell(comment.id, now, again=again)))
    if new and on.mail:
        yield from jobs.add(new_id(now), "notify", "waiting", {}, due_at=now, now=now)
    needs_proof = comment.author.email and not comment.kind.is_ping and comment.author_id is None
    if on.mail and needs_proof and comment.status in (Status.HELD, Status.APPROVED):
        yield from jobs.add(
            new_id(now), "confirm", comment.id, {"comment": comment.id}, due_at=now, now=now
        )
