"""What is kept of an answer, so that a repeat under its Idempotency-Key gets it again."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from moderation.domain.site import Site
from moderation.domain.submission import Reply
from moderation.store import once
from moderation.store.contract import Query


@dataclass(frozen=True, slots=True)
class Received:
    """What a writer is told. Spam reads `HELD`, like anything that waits."""

    id: str
    shown: bool  # approved: readers see it
    html: str
    author_key: str  # "" unless the writer asked to be remembered
    article_url: str
    anchor: str


def once_key(site: Site, key: str) -> str:
    return f"comments:{site.id}:{key}"


def body_hash(reply: Reply) -> str:
    """What must be the same for a repeat to be the same request."""
    author = reply.author
    parts: list[object] = [reply.article, reply.parent, reply.text]
    parts += [author.name, author.email, author.url, reply.remember, reply.subscribe]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def remember_answer(key: str, reply: Reply, received: Received, now: datetime) -> Query[None]:
    answer = {
        "id": received.id,
        "shown": received.shown,
        "html": received.html,
        "author_key": _kept_as(reply, received),
        "article_url": received.article_url,
        "anchor": received.anchor,
    }
    yield from once.keep_answer(key, body_hash(reply), answer, now)


def _kept_as(reply: Reply, received: Received) -> str:
    """How a repeat comes by the author key, which is a secret and not kept."""
    if not received.author_key:
        return ""
    return "brought" if received.author_key == reply.author_key else "derived"
