"""What is forgotten after a time: addresses, old trash, old spam."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update

from moderation.domain.comment import Comment, Status
from moderation.store.comments import COLUMNS, as_comment
from moderation.store.contract import Query
from moderation.store.tables import comment, receipt
from moderation.store.tables.comments import WHOLE

OLD = (
    select(*COLUMNS)
    .where(
        comment.c.status == bindparam("status", type_=comment.c.status.type),
        comment.c.status_at < bindparam("before", type_=comment.c.status_at.type),
    )
    .order_by(comment.c.status_at, comment.c.id)
    .limit(bindparam("limit"))
)


def older(status: Status, before: datetime, *, limit: int) -> Query[Sequence[Comment]]:
    """List comments that have had a status since before a moment."""
    rows = yield OLD, {"status": status, "before": before, "limit": limit}
    return [as_comment(row) for row in rows]


ADDRESSES = (
    select(comment.c.id, comment.c.address)
    .where(
        WHOLE,
        comment.c.received_at < bindparam("before", type_=comment.c.received_at.type),
    )
    .order_by(comment.c.received_at)
    .limit(bindparam("limit"))
)
SET_ADDRESS = (
    update(comment)
    .where(comment.c.id == bindparam("comment"))
    .values(address=bindparam("new_address"))
)
RECEIPT_ADDRESSES = (
    select(receipt.c.id, receipt.c.address)
    .where(
        WHOLE,
        receipt.c.received_at < bindparam("before", type_=receipt.c.received_at.type),
    )
    .order_by(receipt.c.received_at)
    .limit(bindparam("limit"))
)
SET_RECEIPT_ADDRESS = (
    update(receipt)
    .where(receipt.c.id == bindparam("receipt"))
    .values(address=bindparam("new_address"))
)


def full_addresses(before: datetime, *, limit: int) -> Query[Sequence[tuple[str, str]]]:
    """List comments that still carry a whole network address, with it."""
    rows = yield ADDRESSES, {"before": before, "limit": limit}
    return [(row[0], row[1]) for row in rows]


def set_address(comment_id: str, address: str) -> Query[None]:
    yield SET_ADDRESS, {"comment": comment_id, "new_address": address}


def full_receipt_addresses(before: datetime, *, limit: int) -> Query[Sequence[tuple[str, str]]]:
    rows = yield RECEIPT_ADDRESSES, {"before": before, "limit": limit}
    return [(row[0], row[1]) for row in rows]


def set_receipt_address(receipt_id: str, address: str) -> Query[None]:
    yield SET_RECEIPT_ADDRESS, {"receipt": receipt_id, "new_address": address}
