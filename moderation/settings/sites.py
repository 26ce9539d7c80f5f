"""The sites of the settings: their names, what they may not share, and the demo in their stead."""

import re
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address

from moderation.domain.site import Articles, Pings, Site
from moderation.settings.values import Unfit
from moderation.text.urls import parse_http_url

SITE_ID = re.compile(r"(?=.{1,40}\Z)[a-z0-9]+(?:[-_][a-z0-9]+)*")
DEMO = "demo"


def site_id(name: str) -> str:
    """Read the ID of [sites.ID]: it stands in addresses and on command lines."""
    if not SITE_ID.fullmatch(name):
        raise Unfit("must be named with up to 40 of a-z, 0-9, - and _, such as [sites.blog]")
    return name


def demo_site(public_url: str, pings: Pings) -> Site:
    """Make the site that is there while none is set up: any page below ``/demo/`` has a thread.

    Where the service is reached on this machine only, its own pages may ping each other.
    """
    own = parse_http_url(public_url)
    if _is_loopback(own.host):
        place = own.origin.partition("//")[2].removesuffix(f":{own.port}")
        allowed = (*pings.allowed_private_hosts, f"{place}:{own.port}")
        pings = replace(pings, allowed_private_hosts=allowed)
    return Site(
        id=DEMO,
        url=f"{public_url}/{DEMO}/",
        name="A demo blog",
        articles=Articles.ANY,
        pings=replace(pings, recheck=False),  # those who ping the demo are made up
    )


def overlapping(sites: Sequence[Site]) -> list[tuple[Site, Site]]:
    """Find sites at the same place: which of them would get the comment?

    One inside another is no such case: what lies under both belongs to the inner one.
    """
    return [
        (later, earlier)
        for number, later in enumerate(sites)
        for earlier in sites[:number]
        if _hosts(later) & _hosts(earlier) and _path(later) == _path(earlier)
    ]


def _path(site: Site) -> str:
    return parse_http_url(site.url).path


def _hosts(site: Site) -> set[str]:
    """Hosts with their ports; http and https are one, and so are their default ports."""
    authorities = {f"http://{host}" for host in site.hosts} | {site.url}
    return {parse_http_url(url).origin.partition("//")[2] for url in authorities}


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
