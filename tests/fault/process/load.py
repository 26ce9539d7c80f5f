"""Clients who write and an owner who decides until the service is gone, and what they were told."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests import wire
from tests.owner import Owner
from tests.process import Service, until

ARTICLE = "https://blog.example/2026/under-load/{number}/"
ARTICLES = 5
WRITERS = 8
SETTINGS = """
[sites.blog]
url = "https://blog.example/"
articles = "any"
[limits]
comments_per_minute = 0
pings_per_minute = 0
"""
MOVES: Mapping[str, tuple[str, ...]] = {
    "held": ("approve", "spam", "trash"),
    "approved": ("hold", "spam", "trash"),
    "spam": ("approve", "hold", "trash"),
    "trash": ("approve", "hold", "spam"),
}
LEADS_TO = {"approve": "approved", "hold": "held", "spam": "spam", "trash": "trash"}


@dataclass(eq=False)
class Sending:
    """One comment that somebody leaves, and what became of it as far as they know."""

    text: str
    article: str
    key: str  # its Idempotency-Key, "" for none
    tries: int = 0
    told: dict[str, Any] | None = None  # the answer, once there was one


@dataclass
class Decided:
    """What the owner knows of one comment."""

    status: str = "held"
    version: int = 1
    asked: str = ""  # an action that was sent and never answered


@dataclass
class Ledger:
    """What was answered, and what was not."""

    sendings: list[Sending] = field(default_factory=list)
    decided: dict[str, Decided] = field(default_factory=dict)
    heard: int = 0  # answers of any kind
    decisions: int = 0  # that were carried out
    refusals: int = 0  # by 503
    broken: int = 0  # connections of those who insist
    repeats: int = 0  # answered like the first time

    def new(self, *, keyed: bool) -> Sending:
        number = len(self.sendings)
        sending = Sending(
            text=f"This is remark number {number}, and nobody made it before.",
            article=ARTICLE.format(number=number % ARTICLES),
            key=f"key-{number}" if keyed else "",
        )
        self.sendings.append(sending)
        return sending

    def pick(self) -> tuple[str, Decided | None]:
        """Choose one of the latest comments to decide on; none while all are asked about."""
        known = [s.told["id"] for s in self.sendings[-60:] if s.told]
        free = [i for i in known if not self.decided.setdefault(i, Decided()).asked]
        comment_id = random.choice(free) if free else ""  # noqa: S311 no secret
        return comment_id, self.decided.get(comment_id)

    async def more(self, number: int) -> None:
        """Wait until that many comments more are acknowledged."""
        wanted = len(self.acknowledged) + number

        async def taken() -> bool:
            return len(self.acknowledged) >= wanted

        await until(taken, what=f"{number} comments more")

    async def has_heard(self, number: int) -> bool:
        return self.heard >= number

    @property
    def acknowledged(self) -> list[Sending]:
        return [sending for sending in self.sendings if sending.told is not None]


async def send(port: int, sending: Sending) -> wire.Answer:
    """Send a comment once. Raises OSError and Broken."""
    sending.tries += 1
    body = {
        "article": sending.article,
        "author": {"name": "Mei", "email": "mei@readers.example"},
        "text": sending.text,
    }
    headers = {"Idempotency-Key": sending.key} if sending.key else {}
    return await wire.post_json(port, "/comments", body, headers)


def note(ledger: Ledger, sending: Sending, answer: wire.Answer) -> None:
    """Keep what a sender was told, and see that it may be told so."""
    ledger.heard += 1
    if answer.status == 503:
        assert int(answer.headers["retry-after"]) > 0
        ledger.refusals += 1
    elif answer.status == 409 and sending.tries > 1 and not sending.key:
        assert answer.json()["code"] == "duplicate"  # the first try was kept, unheard
        sending.told = sending.told or {}
    else:
        assert answer.status == 201, (answer.status, answer.body)
        told = answer.json()
        assert told.pop("private_url")  # signed anew each time, for the same page
        if sending.told:
            assert told == sending.told, sending
            ledger.repeats += 1
        sending.told = told


async def write(service: Service, ledger: Ledger, number: int) -> None:
    """Leave comments until the service is gone; first once more those that were not answered.

    Under a key several repeat the same at once. Without one each has its own: what the owner
    has put into the trash between two repeats may be said again, as another comment.
    """
    keyed = number % 2 == 0
    doubtful = [s for s in ledger.sendings if s.told is None and bool(s.key) is keyed]
    if not keyed:
        doubtful = doubtful[number // 2 :: WRITERS // 2]
    keyed_before = [s for s in ledger.acknowledged if s.key]
    again = doubtful + (random.sample(keyed_before, min(3, len(keyed_before))) if keyed else [])
    while service.runs:
        sending = again.pop() if again else ledger.new(keyed=keyed)
        note(ledger, sending, await send(service.port, sending))


async def insist(service: Service, ledger: Ledger, over: asyncio.Event, *, keyed: bool) -> None:
    """Leave comments until it is over, each again and again until it is taken."""
    while not over.is_set():
        sending = ledger.new(keyed=keyed)
        while sending.told is None:
            try:
                note(ledger, sending, await send(service.port, sending))
            except (OSError, wire.Broken):
                ledger.broken += 1
                await asyncio.sleep(0.05)


async def decide(owner: Owner, ledger: Ledger) -> None:
    """Decide on what was acknowledged until the service is gone."""
    while owner.service.runs:
        comment_id, state = ledger.pick()
        if state is None:
            await asyncio.sleep(0.01)
            continue
        state.asked = random.choice(MOVES[state.status])  # noqa: S311 no secret
        answer = await owner.decide(comment_id, state.asked, state.version)
        ledger.heard += 1
        if answer.status == 503:
            ledger.refusals += 1  # it may have been carried out: `asked` stays
            continue
        assert answer.status == 200, (answer.status, answer.body)
        told = answer.json()
        assert told["status"] == LEADS_TO[state.asked]
        assert told["version"] == state.version + 1
        state.status, state.version, state.asked = told["status"], told["version"], ""
        ledger.decisions += 1


async def until_gone(work: Awaitable[None]) -> None:
    """Work until nobody answers any more."""
    try:
        await work
    except (OSError, wire.Broken):
        return


async def under_load(
    service: Service, ledger: Ledger, owner: Owner, end: Callable[[], Awaitable[None]]
) -> None:
    """Load the service, and `end` it meanwhile."""
    async with asyncio.TaskGroup() as group:
        for number in range(WRITERS):
            group.create_task(until_gone(write(service, ledger, number)))
        for _ in range(2):
            group.create_task(until_gone(decide(owner, ledger)))
        await end()
