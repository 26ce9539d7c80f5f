"""How an article is made discoverable: the doors that are open to the pings of other blogs."""

from collections.abc import Sequence
from dataclasses import dataclass

from moderation.domain.clock import Clock
from moderation.domain.site import Site
from moderation.flow import places
from moderation.store.contract import Store
from moderation.text.discovery import Doors, doors


@dataclass(frozen=True, slots=True)
class Discovered:
    """An article and its doors; none where it takes no pings."""

    site: Site
    doors: Doors


class Discover:
    """What an article's page ought to say, at its own address or at another's asking."""

    def __init__(self, store: Store, sites: Sequence[Site], public_url: str, clock: Clock) -> None:
        self._store = store
        self._sites = tuple(sites)
        self._public_url = public_url
        self._clock = clock

    async def article(self, address: str) -> Discovered:
        """Raises Malformed without an address and UnknownArticle outside every site."""
        place = await places.locate(self._store, self._sites, address)
        title = (place.article.title or "") if place.article is not None else ""
        pings, closed = place.site.pings, not places.takes_pings(place, self._clock.now())
        made = doors(pings, self._public_url, place.url, title, closed=closed)
        return Discovered(place.site, made)
