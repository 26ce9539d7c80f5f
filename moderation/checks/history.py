"""What is known of this author, or of the place this ping comes from."""

from datetime import timedelta
from urllib.parse import urlsplit

from moderation.checks.contract import Case, Check, Tools
from moderation.domain.opinion import Opinion, Verdict
from moderation.text.bridges import is_bridge

FORGIVEN = timedelta(days=180)  # a rejection counts for this long

# "/users/alice/…": the second segment names the author.
NAMING = frozenset({"u", "user", "users", "author", "authors", "people", "profile", "view"})


class History:
    """Speaks for authors with proof and for ping sources that earned it.

    `HAM` beside another check's `SPAM` is a disagreement and so held, which is what a known
    author deserves. A rejection by a moderator within the last 180 days holds everything of
    that author, however much was approved before. What is typed proves nothing and is not
    looked at.
    """

    name = "history"
    deadline_seconds = 1.0
    remote = False

    def __init__(self, tools: Tools) -> None:
        self._records = tools.records
        self._clock = tools.clock

    async def examine(self, case: Case) -> Opinion:
        opinion = await (self._of_source(case) if case.kind.is_ping else self._of_author(case))
        if opinion.verdict in {Verdict.HAM, Verdict.HOLD}:
            return opinion
        return self._of_article(case) or opinion

    async def _of_author(self, case: Case) -> Opinion:
        if case.author_id is None:
            return self._say(Verdict.NOT_RUN, "The author has given no proof of who they are.")
        rejected = await self._records.last_rejection_of(case.author_id)
        if rejected is not None and self._clock.now() - rejected < FORGIVEN:
            return self._say(
                Verdict.HOLD,
                "A moderator marked a comment of this author as spam on "
                f"{rejected.day} {rejected:%B %Y}.",
                0.4,
            )
        approved = await self._records.approved_by(case.author_id)
        if not approved:
            return self._say(Verdict.UNSURE, "No comment of this author has been approved yet.")
        return self._say(
            Verdict.HAM, f"The author is proven, with {_counted(approved, 'comment')}.", -0.5
        )

    async def _of_source(self, case: Case) -> Opinion:
        needed = case.site.pings.trust_after
        if not needed:
            return self._say(Verdict.NOT_RUN, "No source is trusted by its past.")
        place = place_of_author(case.place) or trusted_place(case.source or "")
        if place is None:
            return self._say(
                Verdict.NOT_RUN, "The source's host is used by many people; it earns no trust."
            )
        host, path = place
        approved = await self._records.approved_from_source(case.site.id, host, path)
        known = f"{_counted(approved, 'ping')} from {host}{path}"
        if approved < needed:
            return self._say(Verdict.UNSURE, f"There is {known}; {needed} make a source trusted.")
        return self._say(Verdict.HAM, f"The source is trusted: {known}.", -0.4)

    def _of_article(self, case: Case) -> Opinion | None:
        """Hold what nobody vouches for under an old article; None where that is no matter."""
        days = case.site.moderation.hold_unproven_after_days
        if not days or case.article_published_at is None:
            return None
        age = (self._clock.now() - case.article_published_at).days
        if age < days:
            return None
        who = "source is not trusted" if case.kind.is_ping else "author is not proven"
        return self._say(Verdict.HOLD, f"The article is {age} days old and the {who}.", 0.2)

    def _say(self, verdict: Verdict, because: str, score: float = 0.0) -> Opinion:
        return Opinion(self.name, verdict, because, score)


def trusted_place(source: str) -> tuple[str, str] | None:
    """Return the host and path prefix whose past speaks for a source, or None where none does.

    The prefix is what one author owns: the whole host for permalinks at its root or under a
    year, one segment for a longer path (``/~alice/``, ``/blog/``), two where the first only
    says that a name follows (``/users/alice/``). It begins and ends with "/".

    >>> trusted_place("https://alice.example/2026/05/bees")
    ('alice.example', '/')
    >>> trusted_place("https://homes.example/~alice/bees")
    ('homes.example', '/~alice/')
    """
    try:
        split = urlsplit(source)
        host = (split.hostname or "").lower()
    except ValueError:
        return None
    if not host or is_bridge(host):  # it sends for whole networks of people
        return None
    segments = [segment for segment in split.path.split("/") if segment]
    if not segments:
        return host, "/"
    first = segments[0]
    if first.lower() in NAMING and len(segments) > 1:
        return host, f"/{first}/{segments[1]}/"
    if first[0] in "~@":
        return host, f"/{first}/"
    if len(segments) == 1 or (first.isdecimal() and len(first) == 4):
        return host, "/"
    return host, f"/{first}/"


def place_of_author(place: str) -> tuple[str, str] | None:
    """Return host and path of the place a bridge vouches for, as `trusted_place` does of a source.

    What a bridge does not vouch for by its own address is trusted by way of the bridge's
    account only.

    >>> place_of_author("https://inst.example/@ada/")
    ('inst.example', '/@ada/')
    >>> place_of_author("https://brid.gy/mastodon/@me@blog.example/inst.example/@ada/")
    ('brid.gy', '/mastodon/@me@blog.example/inst.example/@ada/')
    """
    split = urlsplit(place)
    return (split.hostname, split.path) if split.hostname else None


def _counted(number: int, what: str) -> str:
    return f"{number or 'no'} approved {what}{'' if number == 1 else 's'}"


def make(tools: Tools) -> Check:
    return History(tools)
