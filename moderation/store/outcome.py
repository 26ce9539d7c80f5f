"""Whether a batch whose COMMIT was never answered was committed: asked of the row in `written`."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete

from moderation.store.contract import Query
from moderation.store.tables import written
from moderation.store.upsert import upsert

FORGET_AFTER = timedelta(days=7)
_insert = upsert(written)
MARK = _insert.on_conflict_do_update(
    index_elements=[written.c.writer],
    set_={"batch": _insert.excluded.batch, "at": _insert.excluded.at},
)
# It changes nothing of an old row but waits for whoever is just changing it: a server
# process may still be busy with the COMMIT that we lost sight of.
ASK = _insert.on_conflict_do_update(
    index_elements=[written.c.writer], set_={"at": _insert.excluded.at}
).returning(written.c.batch)
FORGET = delete(written).where(written.c.at < bindparam("before", type_=written.c.at.type))


def new_writer() -> str:
    """Name one life of one process."""
    return secrets.token_hex(8)


def mark(writer: str, batch: int, now: datetime) -> Query[None]:
    """Note the batch in its own transaction."""
    yield MARK, {"writer": writer, "batch": batch, "at": now}


def ask(writer: str, now: datetime) -> Query[int]:
    """The number of the last batch of this writer that was committed; -1 for none."""
    rows = yield ASK, {"writer": writer, "batch": -1, "at": now}
    batch: int = rows[0][0]
    return batch


def forget(now: datetime) -> Query[None]:
    """Drop the rows of writers that are long gone; one that lives adds its own again."""
    yield FORGET, {"before": now - FORGET_AFTER}
