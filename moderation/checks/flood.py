"""How much came in the last minute: from one address or author, from one host, to one article."""

from math import ceil

from moderation.checks.contract import Case, Check, Tools
from moderation.domain.comment import Kind
from moderation.domain.errors import RateLimited
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.rates import MovingWindow
from moderation.text.addresses import limit_key
from moderation.text.urls import host_of

CROWD = 10  # times the pings of one sender may be of one source's host, and for one article

Budgets = dict[str, int]  # what is counted, and how much of it is let in within a minute


class Flood:
    """Refuses what comes too fast, before anything is stored.

    Comments and pings have budgets of their own, each per address (a /64 for IPv6, since
    one household has that many) and per proven author. Nothing typed is a key: two people
    without an e-mail address are not one person. Pings of many senders are counted by the
    host of their source and by their article as well: neither is anybody's to be flooded.
    A refused try uses up nothing.
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
        sender = self._sender(case, limit)
        counts = self._admit({**sender, **self._crowd(case, limit)})
        if not sender:
            return self._say(Verdict.NOT_RUN, "The sender's address is not known.")
        what = "ping" if case.kind.is_ping else "comment"
        count = max(counts[key] for key in sender)
        return self._say(
            Verdict.UNSURE, f"This was {what} {count} of at most {limit} in a minute from there."
        )

    def _admit(self, budgets: Budgets) -> dict[str, int]:
        """Count one entry by each key and return how many there are in the last minute.

        Raises `RateLimited` with the whole seconds to wait.
        """
        wait = max((self._window.wait(key, most) for key, most in budgets.items()), default=0.0)
        if wait > 0:
            raise RateLimited(retry_after=ceil(wait))
        return {key: self._window.add(key) for key in budgets}

    def _sender(self, case: Case, limit: int) -> Budgets:
        budget = "ping" if case.kind.is_ping else "comment"
        place = limit_key(case.client.address)
        keys = [f"{budget} address {place}"] if place else []
        if case.author_id:
            keys.append(f"{budget} author {case.author_id}")
        return dict.fromkeys(keys, limit)

    def _crowd(self, case: Case, limit: int) -> Budgets:
        if not case.kind.is_ping:
            return {}
        keys = (f"ping host {host_of(case.source or '')}", f"ping article {case.article_url}")
        return dict.fromkeys(keys, limit * CROWD)

    def _limit(self, kind: Kind) -> int:
        return self._limits.pings_per_minute if kind.is_ping else self._limits.comments_per_minute

    def _say(self, verdict: Verdict, because: str) -> Opinion:
        return Opinion(self.name, verdict, because)


def make(tools: Tools) -> Check:
    return Flood(tools)
