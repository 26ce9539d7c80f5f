"""Look at a ping's source: fetch it, have it read in another process, and say what was found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from moderation.domain.clock import Clock
from moderation.domain.comment import Kind
from moderation.domain.job import Job
from moderation.domain.ping import Cause, PingState
from moderation.domain.site import Site
from moderation.flow.block import met, pattern_of
from moderation.flow.cases import case_of
from moderation.flow.follow import Features
from moderation.flow.looks import Failed, Found, Known, known_of, untold, with_facts
from moderation.flow.proof import Proof
from moderation.flow.screen import Screen
from moderation.flow.trust import placed
from moderation.flow.worker import Later
from moderation.net.contract import (
    Fetcher,
    NotHtml,
    NotModified,
    NotReadable,
    Page,
    Reader,
    TooBusy,
    Version,
)
from moderation.store.contract import Store
from moderation.text import urls
from moderation.text.addresses import coarse

# Minutes between tries, as senders may publish after they ping, and servers have bad days.
UNREADABLE = (1, 5, 30, 360)
NO_LINK = (1, 5)
# Nobody asked: what is missing may be back after a repair, and there is no hurry.
AT_LEISURE = (60, 1440)


@dataclass(frozen=True, slots=True)
class Delays:
    """Minutes between the tries at a source, by what is wrong with it."""

    no_link: Sequence[int] = NO_LINK
    missing: Sequence[int] = UNREADABLE
    unreachable: Sequence[int] = UNREADABLE
    not_html: Sequence[int] = ()


class Verify:
    """The job `verify`: one look at one source."""

    def __init__(
        self,
        store: Store,
        sites: Sequence[Site],
        screen: Screen,
        fetcher: Fetcher,
        reader: Reader,
        clock: Clock,
        on: Features,
    ) -> None:
        self._store = store
        self._sites = {site.id: site for site in sites}
        self._screen = screen
        self._fetcher = fetcher
        self._reader = reader
        self._clock = clock
        self._proof = Proof(on)

    async def __call__(self, job: Job) -> None:
        """Look at the source of one ping. Raises `Later` where it is to be tried again."""
        comment_id = str(job.payload["comment"])
        known = await self._store.read(known_of, comment_id)
        site = self._sites.get(known.comment.site) if known is not None else None
        if known is None or site is None:
            return
        by_itself = bool(job.payload.get("by_itself"))
        began = self._clock.now()
        found = untold(known.record) or await self._look(known, by_itself=by_itself)
        now = self._clock.now()
        if isinstance(found, Failed):
            due_at = await self._store.write(self._proof.failed, comment_id, found, began, now)
            if due_at is not None:
                raise Later(due_at, found.reason)
            return
        if found is None:
            await self._store.write(self._proof.unchanged, comment_id, now)
            return
        draft = with_facts(known, found, now)
        place = placed(found.version.url, found.facts)
        said = await self._screen.at_once(case_of(draft, known.article, site, place=place))
        await self._store.write(self._proof.proven, draft, found, said, site, now)

    async def _look(self, known: Known, *, by_itself: bool) -> Found | Failed | None:
        """Fetch and read; None where the server says that nothing has changed.

        What is blocked is not asked for; what leads to a blocked place is not taken.
        """
        site, source = known.comment.site, known.record.source
        refused = await self._refused(site, [source])
        if refused is not None:
            return refused
        began = self._clock.monotonic()
        page, found = await self._read(known, by_itself=by_itself)
        if found is None:
            return None
        look: dict[str, object] = {"ms": round(1000 * (self._clock.monotonic() - began))}
        if page is not None:
            look |= {"url": page.url, "status": page.status, "type": page.content_type}
            look["bytes"] = len(page.body)
        if isinstance(found, Found):
            bridged = found.facts.bridged
            led_to = [found.version.url, *([bridged.place] if bridged is not None else [])]
            refused = await self._refused(site, [url for url in led_to if url != source])
            found = refused or found
        return replace(found, look={**found.look, **look})

    async def _refused(self, site: str, addresses: Sequence[str]) -> Failed | None:
        """What is said of a source that was blocked since it came, or leads to one that is."""
        for address in addresses:
            block = await self._store.read(met, site, address, self._clock.now())
            if block is not None:
                reason = f"blocked ({pattern_of(block)})"
                return Failed(Cause.CLOSED, reason, (), absent=False)
        return None

    async def _read(
        self, known: Known, *, by_itself: bool
    ) -> tuple[Page | None, Found | Failed | None]:
        page = None
        delays = _delays(known, by_itself=by_itself)
        try:
            page = await self._fetch(known, by_itself=by_itself)
            sketch = known.watched.sketch if known.watched is not None else ()
            facts = await self._reader.read_source(page, self._targets(known), sketch)
        except NotModified:
            return page, None
        except TooBusy as busy:
            moment = self._clock.now() + timedelta(seconds=busy.retry_after)
            raise Later(moment, "waiting for a place", counted=False) from busy
        except NotReadable as error:
            return page, _unreadable(error, delays)
        if facts.gone:
            return page, Failed(Cause.GONE, "the page says that it is gone", ())
        if not facts.links:
            why = "the page does not link to the article"
            return page, Failed(Cause.NO_LINK, why, delays.no_link)
        return page, Found(facts, Version(page.url, page.etag, page.last_modified), by_itself)

    async def _fetch(self, known: Known, *, by_itself: bool) -> Page:
        source = known.record.source
        if by_itself:
            purpose = f"looking again at a mention of {known.article.url}"
            return await self._fetcher.fetch(source, purpose=purpose, known=_version(known))
        purpose, headers = _on_behalf_of(known)
        sender = known.asked.client.address if known.asked is not None else ""
        return await self._fetcher.fetch(source, purpose=purpose, headers=headers, sender=sender)

    def _targets(self, known: Known) -> list[str]:
        """Every way to link to the article: its addresses by either scheme and any host of the
        site, and the targets as senders gave them."""
        site = self._sites[known.comment.site]
        return sorted(set(known.targets).union(*(urls.spellings(a, site) for a in known.addresses)))


def _unreadable(error: NotReadable, delays: Delays) -> Failed:
    look = {} if error.status is None else {"status": error.status}
    if isinstance(error, NotHtml):
        return Failed(Cause.NOT_HTML, error.reason, delays.not_html, look=look)
    if error.status == 410:
        return Failed(Cause.GONE, error.reason, (), look=look)
    tries = delays.missing if error.gone else delays.unreachable
    return Failed(Cause.NOT_READABLE, error.reason, tries, absent=error.gone, look=look)


def _on_behalf_of(known: Known) -> tuple[str, dict[str, str]]:
    """Say who asked us to come, so that the victim of forged pings can find them.

    Pingbacks and trackbacks are sent by servers, whose address is told whole, where logs
    keep it and in the header that WordPress made customary. Webmentions are also sent by
    hand, from a person's browser: of these only the network is told.
    """
    asked = known.asked
    if asked is None or not asked.client.address:
        return f"looking at a mention of {known.article.url}", {}
    if asked.protocol is Kind.WEBMENTION:
        who, headers = coarse(asked.client.address), {}
    else:
        who = asked.client.address
        headers = {"X-Pingback-Forwarded-For": who}
    return f"verifying {asked.protocol} from {who} to {known.article.url}", headers


def _version(known: Known) -> Version | None:
    """What is known of the page, unless its link was away: then it is read whole."""
    watched = known.watched
    if watched is None or known.record.state is not PingState.VERIFIED:
        return None
    return Version(watched.page, watched.etag, watched.last_modified)


def _delays(known: Known, *, by_itself: bool) -> Delays:
    if not by_itself:
        return Delays()
    if known.record.state is PingState.GONE:  # it was away, and it is
        return Delays((), (), ())
    return Delays(AT_LEISURE, AT_LEISURE, (), AT_LEISURE)
