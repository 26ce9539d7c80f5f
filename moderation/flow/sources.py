"""The places that pings come from, as owners see them and say by hand what to think of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.domain.block import SourceDeed, SourceLine
from moderation.domain.clock import Clock
from moderation.domain.decision import Actor
from moderation.domain.errors import FieldFault, InvalidFields, NotFound
from moderation.domain.ids import new_id
from moderation.domain.site import Site
from moderation.domain.trust import ByHand, Past, SourcePlace, Stance, Standing, tell
from moderation.flow.trust import past_of
from moderation.store import ping_places, source_deeds, trusted_places, vouches
from moderation.store.contract import Query, Store
from moderation.text.shared_hosts import exact_place, place_of

MOST = 500  # places of one site of which something is said by hand
BATCH = 100
BATCHES = 5  # looked through for one page
TOLD = frozenset({Standing.BY_HAND, Standing.EARNED})
DEEDS = {Stance.TRUSTED: SourceDeed.TRUST, Stance.WATCHED: SourceDeed.WATCH}
_LIKE = str.maketrans({"%": "!%", "_": "!_", "!": "!!"})


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place with what is known of it."""

    site: Site
    place: SourcePlace
    past: Past
    standing: Standing
    since: datetime | None
    sentence: str

    @property
    def exactly_by_hand(self) -> bool:
        """Whether something was said of just this place, and not of one that holds it."""
        return self.past.by_hand is not None and self.past.by_hand.place == self.place


class Sources:
    """Trusted places: the list of them, and changing it."""

    def __init__(self, store: Store, sites: Sequence[Site], clock: Clock) -> None:
        self._store = store
        self._sites = {site.id: site for site in sites}
        self._clock = clock

    async def listed(
        self,
        site: Site,
        *,
        everything: bool = False,
        search: str = "",
        after: SourcePlace | None = None,
        limit: int,
    ) -> tuple[list[KnownPlace], SourcePlace | None]:
        """A page of places by name, and from where to go on; without `everything` those trusted.

        Those of which something was said by hand are not among them. Looking through places
        that are not trusted is bounded: a page may be short and still not the last.
        """
        return await self._store.read(self._listed, site, everything, search, after, limit)

    def _listed(
        self, site: Site, everything: bool, search: str, after: SourcePlace | None, limit: int
    ) -> Query[tuple[list[KnownPlace], SourcePlace | None]]:
        like = f"%{search.lower().translate(_LIKE)}%"
        shown: list[KnownPlace] = []
        for _ in range(BATCHES):
            batch = yield from vouches.places(site.id, like=like, after=after, limit=BATCH)
            for after in batch:
                known = yield from self._known(site, after)
                if not known.exactly_by_hand and (everything or known.standing in TOLD):
                    shown.append(known)
                if len(shown) == limit:
                    return shown, after
            if len(batch) < BATCH:
                return shown, None
        return shown, after

    async def by_hand(self, site: Site, *, search: str = "") -> list[KnownPlace]:
        """The places of which something was said by hand."""
        return await self._store.read(self._by_hand, site, search)

    def _by_hand(self, site: Site, search: str) -> Query[list[KnownPlace]]:
        said = yield from trusted_places.all_of(site.id, MOST)
        shown = []
        for place in said:
            if search.lower() in place.host:
                shown.append((yield from self._known(site, place)))
        return shown

    def _known(self, site: Site, place: SourcePlace) -> Query[KnownPlace]:
        needed, now = site.pings.trust_after, self._clock.now()
        past = yield from past_of(site.id, place, needed)
        return KnownPlace(
            site=site,
            place=place,
            past=past,
            standing=past.standing(needed, now),
            since=past.since(needed),
            sentence=tell(past, place, needed, now),
        )

    async def of_comment(self, site: Site, comment_id: str) -> KnownPlace | None:
        """The place a ping came from; None where its address tells none."""
        return await self._store.read(self._of_comment, site, comment_id)

    def _of_comment(self, site: Site, comment_id: str) -> Query[KnownPlace | None]:
        place = yield from ping_places.of(comment_id)
        return None if place is None else (yield from self._known(site, place))

    async def say(
        self, site_id: str, address: str, stance: Stance | None, actor: Actor
    ) -> SourcePlace:
        """Trust a place, watch it, or (None) leave it to its past; raises InvalidFields.

        `address` is taken as it stands: what is said holds for all that is below it.
        """
        site = self._sites.get(site_id)
        if site is None:
            raise NotFound("There is no such site.")
        place = read_place(address)
        await self._store.write(self._say, site.id, place, stance, actor, self._clock.now())
        return place

    def _say(
        self, site: str, place: SourcePlace, stance: Stance | None, actor: Actor, now: datetime
    ) -> Query[None]:
        if stance is None:
            if not (yield from trusted_places.remove(site, place)):
                return
            deed = SourceDeed.LEAVE
        else:
            said = yield from trusted_places.all_of(site, MOST)
            if len(said) == MOST and place not in said:
                raise _refused(f"There are {MOST} places already of which something is said.")
            deed = DEEDS[stance]
            yield from trusted_places.put(site, ByHand(place, stance, actor.name, now))
        line = SourceLine(new_id(now), now, actor, deed, site, str(place))
        yield from source_deeds.add(line)


def read_place(address: str) -> SourcePlace:
    """Read a place that was typed or is named by a form; raises InvalidFields."""
    text = address.strip()
    if "://" not in text:
        text = f"https://{text}"
    place = exact_place(text)
    if place is None:
        raise _refused("Write a host, or a host and the beginning of a path.")
    if place.path == "/" and place_of(text) is None:
        raise _refused(f"Many people publish at {place.host}: add the author's path.")
    return place


def _refused(sentence: str) -> InvalidFields:
    return InvalidFields([FieldFault("source", "malformed", sentence)])
