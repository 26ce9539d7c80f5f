"""Our types as the API's documents, and documents as bytes."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from moderation.domain.article import Article
from moderation.domain.clock import rfc3339
from moderation.domain.comment import Comment
from moderation.domain.decision import LogEntry
from moderation.domain.moderator import Token
from moderation.domain.opinion import Opinion
from moderation.domain.rule import Rule
from moderation.web.api.shapes import (
    ArticleShape,
    AuthorShape,
    LogShape,
    OpinionShape,
    PlaceShape,
)


def write(shape: msgspec.Struct) -> bytes:
    """Write an answer as JSON that stays harmless even where it is taken for HTML."""
    text = msgspec.json.encode(shape)
    text = text.replace(b"<", b"\\u003c").replace(b">", b"\\u003e")
    return text.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")


def _moment(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)


def comment_members(
    comment: Comment, article: Article, opinions: Iterable[Opinion]
) -> dict[str, Any]:
    """The members of a comment's document, for each of its shapes."""
    author = comment.author
    return {
        "id": comment.id,
        "anchor": comment.anchor,
        "kind": comment.kind.value,
        "via": [kind.value for kind in comment.via],
        "type": comment.type.value,
        "status": comment.status.value,
        "waiting_for": comment.waiting_for.value if comment.waiting_for else None,
        "version": comment.version,
        "article": PlaceShape(
            id=article.id, site=article.site, url=article.url, title=article.title
        ),
        "parent": comment.parent_id,
        "author": AuthorShape(
            name=author.name or None, email=author.email or None, url=author.url or None
        ),
        "source": comment.source,
        "text": comment.text,
        "format": comment.format.value,
        "html": comment.html,
        "received_at": rfc3339(comment.received_at),
        "published_at": rfc3339(comment.published_at),
        "edited_at": _moment(comment.edited_at),
        "ip": comment.client.address or None,
        "opinions": [
            OpinionShape(check=o.check, verdict=o.verdict.value, score=o.score, because=o.because)
            for o in opinions
        ],
    }


def log_line(entry: LogEntry) -> LogShape:
    return LogShape(
        id=entry.id,
        decision=entry.decision_id,
        at=rfc3339(entry.at),
        by=entry.actor.name,
        door=entry.actor.door.value,
        action=entry.action.value,
        from_status=entry.from_status.value if entry.from_status else None,
        to_status=entry.to_status.value if entry.to_status else None,
        version=entry.version,
        reason=entry.reason or None,
        before=json.loads(entry.before) if entry.before else None,
        undone_by=entry.undone_by,
    )


def article_shape(article: Article, aliases: Iterable[str]) -> ArticleShape:
    return ArticleShape(
        id=article.id,
        site=article.site,
        url=article.url,
        aliases=list(aliases),
        title=article.title,
        published_at=_moment(article.published_at),
        existence=article.existence.value,
        open=article.open,
        pings_open=article.pings_open,
        count=article.count,
        revision=article.revision,
        created_at=rfc3339(article.created_at),
    )


def token_members(token: Token) -> dict[str, Any]:
    """The members of a token's document, with or without its secret."""
    return {
        "id": token.id,
        "name": token.name,
        "scopes": sorted(scope.value for scope in token.scopes),
        "sites": sorted(token.sites),
        "created_at": rfc3339(token.created_at),
        "used_at": _moment(token.used_at),
        "revoked_at": _moment(token.revoked_at),
    }


def rule_members(rule: Rule) -> dict[str, Any]:
    """The members of a rule's document, for each of its shapes."""
    return {
        "id": rule.id,
        "what": rule.what.value,
        "value": rule.value,
        "verdict": rule.verdict.value,
        "site": rule.site or None,
        "note": rule.note or None,
        "made_by": rule.made_by,
        "made_at": rfc3339(rule.made_at),
        "expires_at": _moment(rule.expires_at),
        "hits": rule.hits,
        "hit_at": _moment(rule.hit_at),
        "removed_by": rule.removed_by or None,
        "removed_at": _moment(rule.removed_at),
    }
