"""Places of which an owner said by hand what to think of them."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select

from moderation.domain.trust import ByHand, SourcePlace
from moderation.store.contract import Query
from moderation.store.tables import trusted_place
from moderation.store.upsert import upsert

_HERE = (
    trusted_place.c.site == bindparam("in_site"),
    trusted_place.c.host == bindparam("at_host"),
    trusted_place.c.path == bindparam("at_path"),
)
_insert = upsert(trusted_place)
PUT = _insert.on_conflict_do_update(
    index_elements=["site", "host", "path"],
    set_={name: _insert.excluded[name] for name in ("stance", "by", "at")},
)
OF = select(
    trusted_place.c.path, trusted_place.c.stance, trusted_place.c.by, trusted_place.c.at
).where(
    trusted_place.c.site == bindparam("in_site"),
    trusted_place.c.host == bindparam("at_host"),
    trusted_place.c.path.in_(bindparam("paths", expanding=True)),
)
REMOVE = delete(trusted_place).where(*_HERE).returning(trusted_place.c.site)
ALL = (
    select(trusted_place.c.host, trusted_place.c.path)
    .where(trusted_place.c.site == bindparam("in_site"))
    .order_by(trusted_place.c.host, trusted_place.c.path)
    .limit(bindparam("limit"))
)


def put(site: str, said: ByHand) -> Query[None]:
    """Say it, in the place of what was said before."""
    where = {"site": site, "host": said.place.host, "path": said.place.path}
    yield PUT, where | {"stance": said.stance, "by": said.by, "at": said.at}


def of(site: str, place: SourcePlace) -> Query[ByHand | None]:
    """What was said of a place, or of the nearest that holds it."""
    rows = yield OF, {"in_site": site, "at_host": place.host, "paths": list(place.around())}
    said = {row[0]: ByHand(SourcePlace(place.host, row[0]), *row[1:]) for row in rows}
    return next((said[path] for path in place.around() if path in said), None)


def remove(site: str, place: SourcePlace) -> Query[bool]:
    """Leave a place to its past; False where nothing was said of it."""
    rows = yield REMOVE, {"in_site": site, "at_host": place.host, "at_path": place.path}
    return bool(rows)


def all_of(site: str, limit: int) -> Query[Sequence[SourcePlace]]:
    rows = yield ALL, {"in_site": site, "limit": limit}
    return [SourcePlace(*row) for row in rows]
