"""How many comments or pings came from one address, or one proven author, in the last minute."""

from math import ceil

from moderation.checks.contract import Case, Check, Tools
from moderation.domain.comment import Kind
from moderation.domain.errors import RateLimited
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.rates import MovingWindow
from moderation.text.addresses import limit_key


class Flood:
    """Refuses what comes too fast, before anything is stored.

    Comments and pings have budgets of their own, each per address (a /64 for IPv6, since
    one household has that many) and per proven author. Nothing typed is a key: two people
    without an e-mail address are not one person. A refused try uses up nothing.
    """

    name = "flood"
    deadline_seconds = 1.0
    remote = False

    def __init__(self, tools: Tools) -> None:
        self._limits = tools.settings.limits
        self._window = MovingWindow(tools.clock)

    async def examine(self, case: Case) -> Opinion:
        if case.edited:
            return self._say(Verdict.NOT_RUN, "An edit is not a new comment.")
        limit = self._limit(case.kind)
        if not limit:
            return self._say(Verdict.NOT_RUN, "No limit is set.")
        count = self.admit(case.kind, case.client.address, case.author_id)
        if not count:
            return self._say(Verdict.NOT_RUN, "The sender's address is not known.")
        what = "ping" if case.kind.is_ping else "comment"
        return self._say(
            Verdict.UNSURE, f"This was {what} {count} of at most {limit} in a minute from there."
        )

    def admit(self, kind: Kind, address: str, author_id: str | None) -> int:
        """Count one entry and return how many there are now in the last minute.

        0 means there was nothing to count by. A door may call this itself where no `Case`
        stands yet. Raises `RateLimited` with the whole seconds to wait.
        """
        limit = self._limit(kind)
        keys = _keys(kind, address, author_id)
        if not limit or not keys:
            return 0
        wait = max(self._window.wait(key, limit) for key in keys)
        if wait > 0:
            raise RateLimited(retry_after=ceil(wait))
        return max(self._window.add(key) for key in keys)

    def _limit(self, kind: Kind) -> int:
        return self._limits.pings_per_minute if kind.is_ping else self._limits.comments_per_minute

    def _say(self, verdict: Verdict, because: str) -> Opinion:
        return Opinion(self.name, verdict, because)


def _keys(kind: Kind, address: str, author_id: str | None) -> list[str]:
    budget = "ping" if kind.is_ping else "comment"
    place = limit_key(address)
    keys = [f"{budget} address {place}"] if place else []
    return [*keys, f"{budget} author {author_id}"] if author_id else keys


def make(tools: Tools) -> Check:
    return Flood(tools)
