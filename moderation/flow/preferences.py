"""What is set for a site now: by its owner in the dashboard, else in the settings file."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from moderation.domain.clock import Clock
from moderation.domain.decision import Actor
from moderation.domain.errors import FieldFault, Forbidden, InvalidFields, NotFound
from moderation.domain.ids import new_id
from moderation.logs import get
from moderation.settings import Settings
from moderation.settings.keys import KEYS, LOCKABLE, Key
from moderation.settings.values import Unfit
from moderation.store import owner_settings
from moderation.store.contract import Query, Store
from moderation.store.owner_settings import Change

logger = get("preferences")

POLL = 1.0  # seconds after which another process's change is seen
_KEYS: Mapping[str, Key] = {".".join(key.path): key for key in KEYS}


class Preferences:
    """`Preferences` of the checks' contract, and how owners change them."""

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._set: Mapping[tuple[str, str], object] = {}
        self._read_at: float | None = None

    async def value(self, site: str, key: str) -> object:
        """The owner's for the site, else the owner's for all, else the file's."""
        if not self.is_locked(key):
            known = await self._known()
            for scope in (site, ""):
                if (scope, key) in known:
                    try:
                        return _KEYS[key].read(known[scope, key])
                    except Unfit as unfit:  # written by a release that allowed more
                        logger.warning("a preference is not used", key=key, reason=str(unfit))
        return self.in_file(key)

    def in_file(self, key: str) -> object:
        """The value of the settings file, or the default."""
        part, name = _KEYS[key].target
        return getattr(getattr(self._settings, part), name)

    def is_locked(self, key: str) -> bool:
        """Whether only the file may say."""
        return key in self._settings.locked

    async def own(self, site: str) -> Mapping[str, object]:
        """What its owner set for this very site ("": for all)."""
        known = await self._known()
        return {key: value for (scope, key), value in known.items() if scope == site}

    async def change(self, site: str, wanted: Mapping[str, object], actor: Actor) -> int:
        """Set values; None gives a key back to the file. How many are different now.

        Raises Forbidden for a key that is locked, InvalidFields for values that do not fit,
        NotFound for what cannot be set here.
        """
        for key, value in wanted.items():
            _check(key, value, locked=self.is_locked(key))
        number = await self._store.write(_change, site, dict(wanted), actor, self._clock.now())
        self._read_at = None
        return number

    async def changes(self, *, limit: int = 20) -> Sequence[Change]:
        """What was set last, by whom."""
        return await self._store.read(owner_settings.last, limit=limit)

    async def _known(self) -> Mapping[tuple[str, str], object]:
        now = self._clock.monotonic()
        if self._read_at is None or not 0 <= now - self._read_at < POLL:
            self._set = await self._store.read(owner_settings.in_force)
            self._read_at = now
        return self._set


def _check(key: str, value: object, *, locked: bool) -> None:
    if key not in LOCKABLE:
        raise NotFound(f"“{key}” cannot be set here.")
    if locked:
        raise Forbidden(f"“{key}” is locked: it is set in the settings file alone.")
    if value is None:
        return
    try:
        _KEYS[key].read(value)
    except Unfit as unfit:
        name = key.rpartition(".")[2]
        raise InvalidFields([FieldFault(name, "malformed", f"It {unfit}.")]) from None


def _change(site: str, wanted: Mapping[str, object], actor: Actor, now: datetime) -> Query[int]:
    known = yield from owner_settings.in_force()
    newest = yield from owner_settings.last(limit=1)
    if newest:  # what is set later counts, whatever the clocks of two processes say
        now = max(now, newest[0].at + timedelta(microseconds=1))
    different = {k: v for k, v in wanted.items() if known.get((site, k)) != v}
    for key, value in different.items():
        yield from owner_settings.put(new_id(now), Change(site, key, value, now, actor))
    return len(different)
