"""What the posts that bridges show are called, so that one post is one entry in its thread."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update

from moderation.store.contract import Query
from moderation.store.tables import ping_name
from moderation.store.upsert import upsert

_TO_TAKE = upsert(ping_name)
TAKE = _TO_TAKE.on_conflict_do_update(
    index_elements=[ping_name.c.article_id, ping_name.c.name],
    set_={"comment_id": _TO_TAKE.excluded.comment_id},
)


def take(article_id: str, names: Sequence[str], comment_id: str) -> Query[None]:
    """Let these names lead to a comment, whatever they led to before."""
    for name in names:
        yield TAKE, {"article_id": article_id, "name": name, "comment_id": comment_id}


HOLDER = select(ping_name.c.comment_id).where(
    ping_name.c.article_id == bindparam("article_id"), ping_name.c.name == bindparam("name")
)


def holders(article_id: str, names: Sequence[str]) -> Query[Sequence[str]]:
    """List the comments that names lead to, each once, in the order of the names."""
    found: list[str] = []
    for name in names:
        rows = yield HOLDER, {"article_id": article_id, "name": name}
        found += [row[0] for row in rows if row[0] not in found]
    return found


NAMES = select(ping_name.c.name).where(ping_name.c.article_id == bindparam("article_id"))
DROP = delete(ping_name).where(
    ping_name.c.article_id == bindparam("from_id"), ping_name.c.name == bindparam("name")
)
GIVE = (
    update(ping_name)
    .where(ping_name.c.article_id == bindparam("from_id"))
    .values(article_id=bindparam("into_id"))
)


def give(from_id: str, into_id: str) -> Query[None]:
    """Give the names of one article to another; what has a name there keeps it."""
    here = yield NAMES, {"article_id": from_id}
    there = yield NAMES, {"article_id": into_id}
    for name in sorted({row[0] for row in here} & {row[0] for row in there}):
        yield DROP, {"from_id": from_id, "name": name}
    yield GIVE, {"from_id": from_id, "into_id": into_id}
