"""What changes of a comment once it is kept: status, words, author, and that it goes."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from moderation.domain.comment import Comment, Kind, Status, WaitingFor
from moderation.store import pieces, search_index
from moderation.store.comments import Derived
from moderation.store.contract import Query
from moderation.store.tables import comment

SET_STATUS = (
    update(comment)
    .where(comment.c.id == bindparam("comment"), comment.c.version == bindparam("seen"))
    .values(
        status=bindparam("new_status"),
        waiting_for=bindparam("new_waiting_for"),
        status_before=bindparam("new_status_before"),
        status_at=bindparam("new_at"),
        version=comment.c.version + 1,
    )
    .returning(comment.c.version)
)


def set_status(
    comment_id: str,
    *,
    seen: int,
    status: Status,
    waiting_for: WaitingFor | None,
    status_before: Status | None,
    at: datetime,
) -> Query[int | None]:
    """Give a comment a status if it still has the version seen; the new version, or None."""
    rows = yield (
        SET_STATUS,
        {
            "comment": comment_id,
            "seen": seen,
            "new_status": status,
            "new_waiting_for": waiting_for,
            "new_status_before": status_before,
            "new_at": at,
        },
    )
    return rows[0][0] if rows else None


SET_APPROVED_AT = (
    update(comment)
    .where(comment.c.id == bindparam("comment"), comment.c.approved_at.is_(None))
    .values(approved_at=bindparam("new_at"))
)


def approved_first(comment_id: str, at: datetime) -> Query[None]:
    """Remember when readers first saw it: the time to edit runs from there."""
    yield SET_APPROVED_AT, {"comment": comment_id, "new_at": at}


FORGET_FINGERPRINT = (
    update(comment).where(comment.c.id == bindparam("comment")).values(fingerprint=None)
)


def forget_fingerprint(comment_id: str) -> Query[None]:
    """Let the same be said again: it went to the trash."""
    yield FORGET_FINGERPRINT, {"comment": comment_id}


REWRITE = (
    update(comment)
    .where(comment.c.id == bindparam("comment"))
    .values(
        author_name=bindparam("new_name"),
        author_email=bindparam("new_email"),
        author_url=bindparam("new_url"),
        text=bindparam("new_text"),
        html=bindparam("new_html"),
        kind=bindparam("new_kind"),
        via=bindparam("new_via"),
        type=bindparam("new_type"),
        source=bindparam("new_source"),
        format=bindparam("new_format"),
        title=bindparam("new_title"),
        language=bindparam("new_language"),
        published_at=bindparam("new_published_at"),
        edited_at=bindparam("new_edited_at"),
        verified_at=bindparam("new_verified_at"),
        words=bindparam("new_words"),
        words_hash=bindparam("new_words_hash"),
        render_version=bindparam("new_render_version"),
        version=bindparam("new_version"),
    )
)


def rewrite(changed: Comment, derived: Derived) -> Query[None]:
    """Keep a comment's changed words, author, type and dates; status is `set_status`'s."""
    yield from pieces.forget(changed.id)
    yield from search_index.changes(changed.id, derived.words)
    yield (
        REWRITE,
        {
            "comment": changed.id,
            "new_name": changed.author.name,
            "new_email": changed.author.email,
            "new_url": changed.author.url,
            "new_text": changed.text,
            "new_html": changed.html,
            "new_kind": changed.kind,
            "new_via": changed.via,
            "new_type": changed.type,
            "new_source": changed.source,
            "new_format": changed.format,
            "new_title": changed.title,
            "new_language": changed.language,
            "new_published_at": changed.published_at,
            "new_edited_at": changed.edited_at,
            "new_verified_at": changed.verified_at,
            "new_words": derived.words,
            "new_words_hash": derived.words_hash,
            "new_render_version": derived.render_version,
            "new_version": changed.version,
        },
    )


TOLD = (
    update(comment)
    .where(comment.c.id == bindparam("comment"), comment.c.told_at.is_(None))
    .values(told_at=bindparam("new_at"))
    .returning(comment.c.id)
)
TOLD_AGAIN = (
    update(comment)
    .where(comment.c.id == bindparam("comment"))
    .values(told_at=bindparam("new_at"))
    .returning(comment.c.id)
)


def tell(comment_id: str, at: datetime, *, again: bool = False) -> Query[bool]:
    """Note that moderators are to be told of it; False where they have been, unless `again`."""
    rows = yield TOLD_AGAIN if again else TOLD, {"comment": comment_id, "new_at": at}
    return bool(rows)


SET_SCORE = (
    update(comment).where(comment.c.id == bindparam("comment")).values(score=bindparam("new_score"))
)


def set_score(comment_id: str, score: float) -> Query[None]:
    yield SET_SCORE, {"comment": comment_id, "new_score": score}


SET_VIA = (
    update(comment)
    .where(comment.c.id == bindparam("comment"))
    .values(via=bindparam("new_via"), kind=bindparam("new_kind"))
)


def set_via(comment_id: str, via: tuple[Kind, ...], kind: Kind) -> Query[None]:
    """Keep by which protocols a mention came, and which of them names it."""
    yield from pieces.forget(comment_id)
    yield SET_VIA, {"comment": comment_id, "new_via": via, "new_kind": kind}


SET_AUTHOR = (
    update(comment)
    .where(comment.c.id == bindparam("comment"))
    .values(author_id=bindparam("new_author"))
)


def set_author(comment_id: str, author_id: str) -> Query[None]:
    """Tie a comment to the author who proved to have written it."""
    yield SET_AUTHOR, {"comment": comment_id, "new_author": author_id}


_gone = comment.alias("gone")
# The parent as it is now: it may have been deleted itself by the same decision.
LIFT = (
    update(comment)
    .where(comment.c.parent_id == bindparam("lifted"))
    .values(
        parent_id=select(_gone.c.parent_id).where(_gone.c.id == bindparam("id")).scalar_subquery()
    )
)
DELETE = delete(comment).where(comment.c.id == bindparam("id"))


def remove(comment_id: str) -> Query[None]:
    """Delete for good; its answers hang below its parent then."""
    yield from search_index.changes(comment_id, None)
    yield LIFT, {"lifted": comment_id, "id": comment_id}
    yield DELETE, {"id": comment_id}
