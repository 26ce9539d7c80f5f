"""What is known of the account at Akismet: one row, so that all processes tell the same."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select

from moderation.store.contract import Query
from moderation.store.tables import akismet_account
from moderation.store.upsert import upsert

LOW = 90.0  # percent of the month's calls, from which on they are spared


class Standing(StrEnum):
    """How the last look at the account ended."""

    GOOD = "good"
    REFUSED = "refused"  # the key
    SILENT = "silent"  # no usable answer


@dataclass(frozen=True, slots=True)
class AkismetAccount:
    standing: Standing
    standing_since: datetime
    looked_at: datetime
    alert: str = ""  # as Akismet words it; "" for none
    alert_at: datetime | None = None
    used: int | None = None  # calls this month; None while it has not said
    plan: int | None = None  # calls a month; None for no limit
    percentage: float = 0.0
    throttled: bool = False
    told: str = ""  # the trouble that owners were told of; "" for none

    @property
    def is_low(self) -> bool:
        """Whether few of the month's calls are left."""
        return self.throttled or (self.plan is not None and self.percentage >= LOW)


_KEY = "akismet"
_NAMES = tuple(AkismetAccount.__dataclass_fields__)
_insert = upsert(akismet_account)
PUT = _insert.on_conflict_do_update(
    index_elements=[akismet_account.c.id],
    set_={name: _insert.excluded[name] for name in _NAMES},
)
READ = select(*(akismet_account.c[name] for name in _NAMES)).where(
    akismet_account.c.id == bindparam("id")
)


def read() -> Query[AkismetAccount | None]:
    """What is known; None before the first look."""
    rows = yield READ, {"id": _KEY}
    return AkismetAccount(Standing(rows[0][0]), *rows[0][1:]) if rows else None


def put(account: AkismetAccount) -> Query[None]:
    yield PUT, {"id": _KEY} | {name: getattr(account, name) for name in _NAMES}
