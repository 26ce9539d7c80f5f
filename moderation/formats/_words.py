"""How a comment's author, source and date, and a thread's heading, are put into words."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from moderation.domain.clock import rfc3339
from moderation.domain.comment import Comment, Type
from moderation.domain.thread import Shown, Thread, moment
from moderation.formats.contract import Addresses

NAMELESS = "Anonymous"


def web_link(url: str | None) -> str:
    """Give an address back if it may be linked to: absolute, http or https; else ""."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    return url or "" if parts.scheme.lower() in ("http", "https") and parts.hostname else ""


def source_host(comment: Comment) -> str:
    """Name the host a ping came from; "" for a reply. Authorship can be claimed, a host cannot."""
    link = web_link(comment.source)
    return (urlsplit(link).hostname or "") if link else ""


def author_name(comment: Comment) -> str:
    """Name the author: as they say, else a ping's title, else its host, else nobody."""
    return comment.author.name or comment.title or source_host(comment) or NAMELESS


def author_link(comment: Comment) -> str:
    """Where an author's name leads: their own page, else the page that links; else ""."""
    return web_link(comment.author.url) or web_link(comment.source)


def heading(thread: Thread) -> str:
    """Word the heading of a thread; "" when nothing is in it."""
    if not thread.count:
        return ""
    number = "One Response" if thread.count == 1 else f"{thread.count} Responses"
    title = thread.article.title if thread.article else None
    return f"{number} to “{title}”" if title else number


def permalink(thread_url: str, comment: Comment) -> str:
    """Make the address of a comment on the page of its article."""
    return f"{thread_url.partition('#')[0]}#{quote(comment.anchor, safe='-._~!$&()*+,;=:@')}"


def thread_page(addresses: Addresses, url: str, **more: object) -> str:
    """Make the address of a whole-page thread; `more` is added to its query."""
    query = "".join(f"&{name}={quote(str(value), safe='')}" for name, value in more.items())
    return addresses.at(f"/thread?article={quote(url, safe='')}{query}")


def instant(moment: datetime) -> str:
    """Write a moment for machines, in UTC."""
    return rfc3339(moment)


def written_date(moment: datetime, language: str, time_zone: str, *, clock: bool) -> str:
    """Write a date as people of `language` do, "May 10, 2014"; with `clock` the time too.

    A language or zone nobody knows is taken for English and UTC: a page is shown anyway.
    """
    locale = _locale(language)
    local = moment.astimezone(_zone(time_zone))
    day = format_date(local, "long", locale)
    if not clock:
        return day
    pattern = str(locale.datetime_formats["medium"])
    time = format_time(local, "short", locale=locale)
    return pattern.replace("'", "").replace("{0}", time).replace("{1}", day)


def reaction_groups(reactions: Sequence[Shown]) -> list[tuple[Type, list[Shown]]]:
    """Sort reactions by type (likes, reposts, bookmarks), oldest first; empty ones are left in."""
    ordered = sorted(reactions, key=moment)
    types = (Type.LIKE, Type.REPOST, Type.BOOKMARK)
    return [(type_, [c for c in ordered if c.type == type_]) for type_ in types]


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en")


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return UTC
