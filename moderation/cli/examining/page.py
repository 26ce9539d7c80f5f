"""An article's page as the senders of pings see it: what each would find, and what would help."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs

from moderation.cli.examining.finding import Finding, failed, ok, warning
from moderation.domain.errors import Fault
from moderation.house import House
from moderation.net.charset import decode
from moderation.net.client import GuardedFetcher
from moderation.net.contract import NotReadable, Seen, TooBusy
from moderation.net.guard import pair
from moderation.text import discovery, senders, tree, urls
from moderation.text.discovery import Doors
from moderation.text.senders import Found, Sender
from moderation.text.tree import Document, attribute

REDIRECTS = 5
PURPOSE = "looking for the doors of an article, asked by its owner"


@dataclass(frozen=True, slots=True)
class Looked:
    """The page at the end of its redirects, and what it ought to say."""

    page: senders.Seen
    document: Document
    doors: Doors
    house: House

    async def leads_to(self, address: str) -> str:
        """The article that an address on the page leads to; "" for none of ours."""
        absolute = tree.absolute(address, self.document.base(self.page.url))
        try:
            return (await self.house.discover.article(absolute)).doors.article
        except Fault:
            return ""


async def look(house: House, address: str) -> AsyncIterator[Finding]:
    """Read an article; of private hosts the guard lets through those of its site only."""
    try:
        doors = (await house.discover.article(address)).doors
    except Fault as fault:
        yield failed("article", f"{address}: {fault}", "Name a page under a site of the settings.")
        return
    try:
        fetcher = _fetcher(house, address)
        seen, led = await _get(fetcher, address.partition("#")[0])
        head = await fetcher.look(seen.url, purpose=PURPOSE, method="HEAD")
    except (NotReadable, TooBusy) as error:
        yield failed("page", f"{address} cannot be read: {error}", "Look at the web server.")
        return
    if not 200 <= seen.status < 300:
        yield failed("page", f"{seen.url} answers {seen.status}", "Look at the web server.")
        return
    html = decode(seen.body, seen.charset)
    page = senders.Seen(address.partition("#")[0], head.headers, seen.headers, html)
    looked = Looked(page, Document.parse(html), doors, house)
    for finding in _page(seen, head, led):
        yield finding
    yield await _canonical(looked)
    yield await _thread(looked)
    if not doors.any:
        yield warning("pings", "the article takes none", "See [pings] in the settings.")
        return
    if (rdf := _rdf(looked)) is not None:
        yield rdf
    for sender in senders.SENDERS:
        yield await _sender(sender, looked)


def _fetcher(house: House, address: str) -> GuardedFetcher:
    """A fetcher for which the site's own hosts may be private: the owner names the page."""
    settings = house.settings
    allowed = set(settings.pings.allowed_private_hosts)
    site = urls.find_site(address, settings.sites)
    if site is not None:
        names = (urls.parse_http_url(spelled) for spelled in urls.spellings(address, site))
        allowed |= {pair(name.host, name.port) for name in names}
    return GuardedFetcher(settings.server.public_url, allowed_private=allowed, clock=house.clock)


async def _get(fetcher: GuardedFetcher, address: str) -> tuple[Seen, bool]:
    """The page, and whether it was elsewhere than asked. Raises NotReadable, TooBusy."""
    seen = await fetcher.look(address, purpose=PURPOSE)
    for _ in range(REDIRECTS):
        if seen.location is None:
            break
        seen = await fetcher.look(seen.location, purpose=PURPOSE)
    if seen.location is not None:
        raise NotReadable(f"more than {REDIRECTS} redirects")
    return seen, not urls.same_page(seen.url, address)


def _page(seen: Seen, head: Seen, led: bool) -> Iterator[Finding]:
    if led:
        cure = "Let links name the address it leads to; some senders follow no redirect."
        yield warning("page", f"it redirects to {seen.url}", cure)
    else:
        yield ok("page", f"{seen.status}, {seen.content_type or 'of no type'}")
    if head.status != seen.status:
        cure = "Let the server answer HEAD as it answers GET: WordPress asks by HEAD first."
        yield warning("head", f"HEAD is answered by {head.status}, GET by {seen.status}", cure)


async def _canonical(looked: Looked) -> Finding:
    """Whether the page names the address that its comments are kept under."""
    line = f'<link rel="canonical" href="{looked.doors.article}">'
    named = [
        attribute(element, "href")
        for element in looked.document.named("link")
        if "canonical" in attribute(element, "rel").lower().split()
    ]
    if not named:
        return warning("canonical", "the page names no canonical address", line)
    other = [one for one in named if await looked.leads_to(one) != looked.doors.article]
    if other:
        return failed("canonical", f"{other[0]} is not this article", line)
    return ok("canonical", named[0])


async def _thread(looked: Looked) -> Finding:
    """Whether the thread on the page is this article's."""
    asked = []
    for element in looked.document.elements:
        if "data-comments" in element.attrs:
            asked.append(attribute(element, "data-article") or looked.doors.article)
        elif element.name == "input" and attribute(element, "name") == "article":
            asked.append(attribute(element, "value"))
    if not asked:
        cure = "<div data-comments></div>, or what docs/embedding.md has for your generator"
        return warning("thread", "no comments were found on the page", cure)
    other = [one for one in asked if await looked.leads_to(one) != looked.doors.article]
    if other:
        cure = f'Let it be that of data-article="{looked.doors.article}".'
        return failed("thread", f"it is that of {other[0]}", cure)
    return ok("thread", f"that of {looked.doors.article}")


def _rdf(looked: Looked) -> Finding | None:
    """Whether an RDF block names exactly this article; None where there is none to look at."""
    named = senders.identifiers(looked.page.html)
    if not named or not looked.doors.trackback:
        return None
    if looked.doors.article in named:
        return ok("rdf", f"it names {looked.doors.article}")
    cure = f'dc:identifier="{looked.doors.article}"'
    return failed("rdf", f"it names {named[0]}, letter by letter not this article", cure)


async def _sender(sender: Sender, looked: Looked) -> Finding:
    ours = {
        senders.PINGBACK: looked.doors.pingback,
        senders.TRACKBACK: looked.doors.trackback,
        senders.WEBMENTION: looked.doors.webmention,
    }
    found = sender.find(looked.page)
    if found is not None and ours[found.protocol]:
        if await _is(found, ours[found.protocol], looked):
            return ok(sender.name, f"finds {found.protocol} by {found.by}")
    elif not any(ours[protocol] for protocol in sender.speaks):
        return ok(sender.name, f"speaks {' and '.join(sorted(sender.speaks))}, which is off")
    cure = sender_cure(sender, looked.doors)
    if found is None:
        return failed(sender.name, "finds nothing", cure)
    says = f"finds {found.address} by {found.by}, which is no door of ours for this article"
    return failed(sender.name, says, cure)


async def _is(found: Found, door: str, looked: Looked) -> bool:
    """Whether what was found is the door, for this article where its address says which."""
    if found.protocol != senders.TRACKBACK:
        return urls.same_page(found.address, door)
    path, _, query = found.address.partition("?")
    if not urls.same_page(path, door.partition("?")[0]):
        return False
    named = parse_qs(query).get("article", [""])[0]
    return await looked.leads_to(named) == looked.doors.article


def sender_cure(sender: Sender, doors: Doors) -> str:
    """The line to add: the surest of those that a sender looks for and the site has."""
    lines = {name: f"{name}: {value}" for name, value in discovery.header_lines(doors)}
    for element in discovery.link_elements(doors):
        lines[element.split('"')[1]] = str(element)
    if doors.trackback:
        lines["rdf"] = "the RDF block, as /discovery of the service writes it for the article"
    return next(f"Add {lines[want]}" for want in sender.wants if want in lines)
