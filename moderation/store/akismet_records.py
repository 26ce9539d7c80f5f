"""What Akismet was sent and said of a comment, for corrections and for the owner to read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from moderation.domain.opinion import Verdict
from moderation.store.contract import Query
from moderation.store.tables import akismet_record
from moderation.store.tables.comments import SENT
from moderation.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class AkismetRecord:
    comment_id: str
    guid: str
    verdict: Verdict  # HAM or SPAM
    sent: Mapping[str, str]  # without the key
    answer: Mapping[str, str]  # the headers worth keeping
    asked_at: datetime
    corrected_as: Verdict | None = None  # what we told it later


_NAMES = ("comment_id", "guid", "verdict", "sent", "answer", "asked_at", "corrected_as")
_insert = upsert(akismet_record)
PUT = _insert.on_conflict_do_update(
    index_elements=[akismet_record.c.comment_id],
    set_={name: _insert.excluded[name] for name in _NAMES[1:]},
)
OF = select(*(akismet_record.c[name] for name in _NAMES)).where(
    akismet_record.c.comment_id == bindparam("id")
)
CORRECT = (
    update(akismet_record)
    .where(akismet_record.c.comment_id == bindparam("comment"))
    .values(corrected_as=bindparam("new_verdict"))
)


def put(record: AkismetRecord) -> Query[None]:
    yield PUT, {name: getattr(record, name) for name in _NAMES}


def of(comment_id: str) -> Query[AkismetRecord | None]:
    rows = yield OF, {"id": comment_id}
    return AkismetRecord(*rows[0]) if rows else None


def corrected(comment_id: str, verdict: Verdict) -> Query[None]:
    yield CORRECT, {"comment": comment_id, "new_verdict": verdict}


FORGET = (
    update(akismet_record)
    .where(akismet_record.c.comment_id == bindparam("comment"))
    .values(sent=bindparam("nothing", type_=akismet_record.c.sent.type))
)
OLD = (
    select(akismet_record.c.comment_id)
    .where(
        akismet_record.c.asked_at < bindparam("before", type_=akismet_record.c.asked_at.type),
        SENT,
    )
    .limit(bindparam("limit"))
)


def forget_sent(before: datetime, *, limit: int) -> Query[int]:
    """Forget what was sent before a moment: it holds a network address. How many there were."""
    rows = yield OLD, {"before": before, "limit": limit}
    for row in rows:
        yield FORGET, {"comment": row[0], "nothing": {}}
    return len(rows)
