"""How statuses, verdicts, moments and buttons are put into words on the dashboard."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_datetime
from markupsafe import Markup

from moderation.domain.block import SourceDeed
from moderation.domain.clock import rfc3339
from moderation.domain.comment import REACTIONS, Comment, Kind, Status, WaitingFor
from moderation.domain.decision import Action, Door
from moderation.domain.moderator import Role
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.ping import Cause, PingState
from moderation.domain.trust import Standing
from moderation.domain.wave import Member
from moderation.formats._words import author_name, source_host, web_link
from moderation.text import markup, unseen
from moderation.web.private import first_words as beginning

__all__ = ["author_name", "source_host", "web_link"]

STATUSES = {
    Status.HELD: "waiting",
    Status.APPROVED: "approved",
    Status.SPAM: "spam",
    Status.TRASH: "in the trash",
}
WAITING = {
    WaitingFor.MODERATOR: "waiting for you",
    WaitingFor.SOURCE: "its source is still to be looked at",
    WaitingFor.ADDRESS: "its e-mail address is to be confirmed",
}
VERDICTS = {
    Verdict.HAM: "fine",
    Verdict.SPAM: "spam",
    Verdict.HOLD: "hold",
    Verdict.UNSURE: "nothing found",
    Verdict.UNKNOWN: "no answer",
    Verdict.NOT_RUN: "was not run",
}
EARLY = "too early to say"  # of what is thought before it counts
DOORS = {
    Door.DASHBOARD: "in the dashboard",
    Door.API: "by the API",
    Door.MAIL: "by a mailed link",
    Door.CLI: "on the command line",
    Door.WRITER: "on the page of its writer",
    Door.MACHINE: "",
}
ROLES = {
    Role.OWNER: "owner: everything, moderators and jobs too",
    Role.MODERATOR: "moderator: decides, edits, answers",
    Role.READER: "reader: looks on",
}
PING_STATES = {
    PingState.RECEIVED: "received, not looked at yet",
    PingState.VERIFIED: "verified: the source links to the article",
    PingState.WAITING: "waiting",
    PingState.SHOWN: "shown",
    PingState.DECLINED: "declined",
    PingState.GONE: "gone",
}
CAUSES = {
    Cause.NO_LINK: "the source does not link to the article",
    Cause.NOT_READABLE: "the source could not be read",
    Cause.NOT_HTML: "the source is no page",
    Cause.CLOSED: "pings are not taken, of the article or from there",
    Cause.GONE: "the source is gone",
}

STANDINGS = {
    Standing.BY_HAND: "trusted, by hand",
    Standing.EARNED: "trusted",
    Standing.WATCHED: "never trusted, by hand",
    Standing.REJECTED: "not trusted since a rejection",
    Standing.LAPSED: "not trusted any more",
    Standing.GROWING: "not trusted yet",
}
DEEDS = {
    SourceDeed.TRUST: "trusted",
    SourceDeed.WATCH: "stopped trusting",
    SourceDeed.LEAVE: "left to its past",
    SourceDeed.BLOCK: "blocked",
    SourceDeed.UNBLOCK: "unblocked",
}


@dataclass(frozen=True, slots=True)
class Button:
    """A move as a moderator reads it; `key` works where a script runs."""

    action: Action
    label: str
    key: str = ""


BUTTONS = {
    Action.APPROVE: Button(Action.APPROVE, "Approve", "a"),
    Action.HOLD: Button(Action.HOLD, "Hold", "u"),
    Action.SPAM: Button(Action.SPAM, "Spam", "s"),
    Action.TRASH: Button(Action.TRASH, "Trash", "d"),
    Action.HAM: Button(Action.HAM, "Not spam"),
    Action.RESTORE: Button(Action.RESTORE, "Restore"),
    Action.DELETE: Button(Action.DELETE, "Delete for good…"),
}
# What stands in the open, the usual first, and what stands behind “More”.
IN_THE_OPEN: dict[Status, tuple[Action, ...]] = {
    Status.HELD: (Action.APPROVE, Action.SPAM, Action.TRASH),
    Status.APPROVED: (Action.HOLD, Action.SPAM, Action.TRASH),
    Status.SPAM: (Action.HAM, Action.APPROVE, Action.DELETE),
    Status.TRASH: (Action.RESTORE, Action.APPROVE, Action.DELETE),
}
BEHIND_MORE: dict[Status, tuple[Action, ...]] = {
    Status.HELD: (),
    Status.APPROVED: (),
    Status.SPAM: (Action.HOLD, Action.TRASH, Action.RESTORE),
    Status.TRASH: (Action.HOLD, Action.SPAM),
}


def buttons(status: Status) -> tuple[Button, ...]:
    return tuple(BUTTONS[action] for action in IN_THE_OPEN[status])


def more_buttons(status: Status) -> tuple[Button, ...]:
    return tuple(BUTTONS[action] for action in BEHIND_MORE[status])


def leaning(score: float) -> str:
    """Say a score of -1.0 (surely fine) to +1.0 (surely spam) as a word."""
    if abs(score) < 0.25:
        return "unsure"
    side = "spam" if score > 0 else "fine"
    return f"{'surely' if abs(score) >= 0.8 else 'likely'} {side}"


def verdict(opinion: Opinion) -> str:
    """A verdict in a word or two; "" where it is none and its sentence says where it leans to."""
    if opinion.verdict is Verdict.NOT_RUN and opinion.score:
        return EARLY
    if opinion.verdict is Verdict.UNSURE and leaning(opinion.score) != "unsure":
        return ""
    return VERDICTS[opinion.verdict]


def noun(comment: Comment) -> str:
    """What it is: ``comment``, ``pingback``, of a webmention ``like`` and the rest."""
    if comment.kind is Kind.WEBMENTION and comment.type in REACTIONS:
        return f"webmention ({comment.type})"
    return comment.kind.value


def plainly(text: str) -> Markup:
    """A name or title, with the signs in it that nobody sees written out."""
    sign = Markup('<code class="sign" title="a sign that nobody sees">{}</code>')
    return Markup("").join(
        sign.format(p) if unseen_one else p for p, unseen_one in unseen.pieces(text)
    )


def first_words(comment: Comment | Member) -> str:
    """The beginning of what it says, on one line."""
    return beginning(markup.plain(comment.html), 120) or "no words"


def host(url: str | None) -> str:
    """The host of a web address, "" where it has none."""
    return urlsplit(url).hostname or "" if web_link(url) and url else ""


def instant(moment: datetime) -> str:
    return rfc3339(moment)


def ago(moment: datetime, now: datetime, zone: str) -> str:
    """``3 h ago``; from a week on the date, where `zone` is."""
    past = now - moment
    if past < timedelta(minutes=1):
        return "just now"
    if past < timedelta(hours=1):
        return f"{past // timedelta(minutes=1)} min ago"
    if past < timedelta(days=1):
        return f"{past // timedelta(hours=1)} h ago"
    if past < timedelta(days=7):
        days = past // timedelta(days=1)
        return "yesterday" if days == 1 else f"{days} days ago"
    return format_datetime(moment.astimezone(_zone(zone)), "d MMM y", locale="en")


def ahead(moment: datetime, now: datetime) -> str:
    """``in 5 min``; ``now`` for what is due."""
    left = moment - now
    if left < timedelta(seconds=1):
        return "now"
    if left < timedelta(minutes=1):
        return f"in {left // timedelta(seconds=1)} s"
    if left < timedelta(hours=1):
        return f"in {left // timedelta(minutes=1)} min"
    return f"in {left // timedelta(hours=1)} h"


def full(moment: datetime, zone: str) -> str:
    """``Sunday, 22 November 2026, 08:30 (Europe/Berlin)``."""
    local = moment.astimezone(_zone(zone))
    return f"{format_datetime(local, 'EEEE, d MMMM y, HH:mm', locale='en')} ({zone})"


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return UTC
