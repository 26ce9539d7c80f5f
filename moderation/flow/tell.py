"""Tell people by mail: moderators what waits, writers to confirm their address."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from moderation.domain.clock import Clock, to_micros
from moderation.domain.comment import Comment, Kind, Status, WaitingFor
from moderation.domain.errors import NotFound
from moderation.domain.ids import new_id
from moderation.domain.job import Job
from moderation.domain.moderator import Moderator, Role
from moderation.domain.opinion import leans_to_spam
from moderation.domain.site import Site
from moderation.flow.letters import ActLinks, LetterLinks, Letters, WaitingItem
from moderation.flow.worker import GiveUp
from moderation.notify.contract import Channel, Letter, NotDelivered
from moderation.signing import ACT, MAILED, QUIET, Signing
from moderation.store import articles, comments, jobs, moderators, once, opinions, queue, tally
from moderation.store.contract import Query, Store
from moderation.text.words import fingerprint

REST = timedelta(minutes=15)  # between two mails to one moderator
LOOKED_THROUGH = 50  # of what waits, newest first, to find ten worth a mail
ACTIONS = ("approve", "spam", "trash")


class Tell:
    """The jobs `notify` (find whom to tell), `letter` (one moderator) and `confirm`."""

    def __init__(
        self,
        store: Store,
        sites: Sequence[Site],
        channel: Channel,
        letters: Letters,
        signing: Signing,
        clock: Clock,
    ) -> None:
        self._store = store
        self._sites = {site.id: site for site in sites}
        self._channel = channel
        self._letters = letters
        self._signing = signing
        self._clock = clock

    async def notify(self, job: Job) -> None:
        """Something waits: ask for a letter to each moderator, now or when the last has rested."""
        if self._channel.on:
            await self._store.write(self._fan_out)

    def _fan_out(self) -> Query[None]:
        now = self._clock.now()
        for person in (yield from moderators.everyone()):
            if not _gets_letters(person):
                continue
            last = yield from moderators.mailed_at(person.id)
            due_at = now if last is None else max(now, last + REST)
            yield from jobs.add(
                new_id(now), "letter", person.id, {"to": person.id}, due_at=due_at, now=now
            )

    async def letter(self, job: Job) -> None:
        """One letter to one moderator about what came since the last and still waits.

        Its id is the same when it is sent again after a crash, and another once it is sent.
        """
        person = await self._store.read(moderators.by_id, str(job.payload["to"]))
        if person is None or not _gets_letters(person) or not self._channel.on:
            return
        looked_at = self._clock.now()  # what comes while it is written is for the next letter
        found, counts = await self._store.read(self._waiting, person)
        if not found:
            return
        links = LetterLinks(
            queue=f"{self._letters.public_url}/dashboard",
            unsubscribe=self._letters.public_url
            + f"/unsubscribe/{self._signing.sign(QUIET, person.id)}",
        )
        last = await self._store.read(moderators.mailed_at, person.id)
        letter_id = f"{job.id}-{to_micros(last) if last is not None else 0}"
        letter = self._letters.waiting(person, found, counts, links=links, letter_id=letter_id)
        await self._deliver(letter)
        await self._store.write(moderators.set_mailed_at, person.id, looked_at)

    def _waiting(self, person: Moderator) -> Query[tuple[list[WaitingItem], Mapping[Kind, int]]]:
        """The newest that waits, if any is new since the last letter; no likely spam."""
        last = yield from moderators.mailed_at(person.id)
        if last is not None and not (yield from queue.has_news(last)):
            return [], {}
        wanted = queue.Filter(status=Status.HELD, waiting_for=WaitingFor.MODERATOR)
        newest = yield from queue.page(wanted, order="newest", limit=LOOKED_THROUGH)
        said = yield from opinions.of_many(c.id for c in newest)
        worth = [c for c in newest if not leans_to_spam(said[c.id]) and c.site in self._sites]
        places = yield from articles.by_ids(c.article_id for c in worth)
        parents = yield from comments.by_ids(c.parent_id for c in worth if c.parent_id)
        items = [
            WaitingItem(
                comment=c,
                article=places[c.article_id],
                opinions=tuple(said[c.id]),
                links=self._acts(c, person),
                parent=parents.get(c.parent_id or ""),
            )
            for c in worth
        ]
        counts: dict[Kind, int] = {}
        for count in (yield from tally.counts()):
            if count.key.waiting_for is WaitingFor.MODERATOR:
                counts[count.key.kind] = counts.get(count.key.kind, 0) + count.number
        return items, counts

    def _acts(self, comment: Comment, person: Moderator) -> ActLinks:
        """Signed addresses for this comment in this version and this moderator."""
        at = {
            action: self._letters.public_url
            + "/act/"
            + self._signing.sign(ACT, [comment.id, action, comment.version, person.id])
            for action in ACTIONS
        }
        look = f"{self._letters.public_url}/dashboard/comments/{comment.id}"
        return ActLinks(**at, look=look)

    async def confirm(self, job: Job) -> None:
        """Mail a link that proves an address; once per address and day at the most."""
        comment_id = str(job.payload["comment"])
        comment = await self._store.read(comments.by_id, comment_id)
        site = self._sites.get(comment.site) if comment is not None else None
        if comment is None or site is None or not self._channel.on:
            return
        if comment.status not in (Status.HELD, Status.APPROVED):
            return
        article = await self._store.read(articles.by_id, comment.article_id)
        now = self._clock.now()
        email = comment.author.email
        day = fingerprint("confirm", email.casefold(), now.strftime("%Y-%m-%d"))
        if article is None or not await self._store.write(once.first_time, day, job.id, now):
            return
        token = self._signing.sign(MAILED, comment.id)
        letter = self._letters.confirm_address(
            email,
            site=site,
            article=article,
            confirm_url=f"{self._letters.public_url}/c/{token}",
            letter_id=job.id,
        )
        await self._deliver(letter)

    async def trouble(self, job: Job) -> None:
        """One letter to an owner about what is wrong outside."""
        person = await self._store.read(moderators.by_id, str(job.payload["to"]))
        if person is None or person.disabled or not person.email or not self._channel.on:
            return
        what = str(job.payload["what"])
        await self._deliver(self._letters.trouble(person, what, letter_id=job.id))

    async def invite(self, new: Moderator, url: str, expires: datetime) -> bool:
        """Mail an invitation, at once: its link is kept nowhere. False where it did not go out."""
        if not self._channel.on:
            return False
        letter = self._letters.invite(
            new.name, new.email, url=url, expires=expires, letter_id=new.id
        )
        try:
            await self._channel.deliver(letter)
        except NotDelivered:
            return False
        return True

    async def whose_letters(self, token: str) -> Moderator:
        """Whose letters a link in one of them is about. Raises NotFound.

        It does not age: who finds an old letter wants to stop the next one.
        """
        moderator_id = self._signing.value(QUIET, token)
        person = None
        if isinstance(moderator_id, str):
            person = await self._store.read(moderators.by_id, moderator_id)
        if person is None:
            raise NotFound("This link is not known here.")
        return person

    async def stop_letters(self, moderator_id: str, *, stopped: bool = True) -> None:
        """Send a moderator no more letters about what waits, or send them again."""
        at = self._clock.now() if stopped else None
        await self._store.write(moderators.stop_letters, moderator_id, at)

    async def _deliver(self, letter: Letter) -> None:
        try:
            await self._channel.deliver(letter)
        except NotDelivered as error:
            if error.final:
                raise GiveUp(error.reason) from error
            raise


def _gets_letters(person: Moderator) -> bool:
    """Whether there is an address, and somebody behind it who decides and wants to be told."""
    unwanted = person.disabled or person.letters_stopped_at is not None
    return bool(person.email) and not unwanted and person.role is not Role.READER
