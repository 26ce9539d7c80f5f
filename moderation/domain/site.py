"""A site: one blog, the addresses that belong to it, and what its owner wants done with replies."""

from dataclasses import dataclass
from enum import StrEnum


class Articles(StrEnum):
    """Which addresses of a site take replies."""

    KNOWN = "known"  # only articles the owner named (API, import, sitemap)
    FETCH = "fetch"  # any page that a guarded fetch finds to exist
    ANY = "any"  # any address under the site


class TrailingSlash(StrEnum):
    KEEP = "keep"
    ADD = "add"
    DROP = "drop"


class Hold(StrEnum):
    """What waits for a moderator when no check objected."""

    ALL = "all"
    FIRST_TIME = "first-time"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Moderation:
    """The `[moderation]` settings in force for a site."""

    hold: Hold = Hold.FIRST_TIME
    max_links: int = 2  # held at this number of links or more; 0 = off
    close_after_days: int = 0  # 0 = never
    hold_unproven_after_days: int = 30  # an old article holds authors without proof; 0 = off
    require_name: bool = True
    require_email: bool = True
    edit_minutes: int = 15
    max_depth: int = 5


@dataclass(frozen=True, slots=True)
class Pings:
    """The `[pings]` settings in force for a site."""

    pingback: bool = True
    trackback: bool = True
    webmention: bool = True
    own_site: bool = True  # whether its pages may mention each other
    trust_after: int = 3
    recheck: bool = True  # sources of what is shown are looked at again from time to time
    allowed_private_hosts: tuple[str, ...] = ()  # "127.0.0.1:8091"


@dataclass(frozen=True, slots=True)
class Site:
    """One blog."""

    id: str  # the name of its table in the settings
    url: str  # prefix of all its articles, absolute, ends with "/"
    name: str = ""
    hosts: tuple[str, ...] = ()  # other hosts that are this site, "www.blog.example"
    language: str = "en"  # BCP 47
    time_zone: str = "UTC"  # IANA name
    articles: Articles = Articles.FETCH
    query: tuple[str, ...] = ()  # names of the query that tell articles apart
    trailing_slash: TrailingSlash = TrailingSlash.KEEP
    moderation: Moderation = Moderation()
    pings: Pings = Pings()
