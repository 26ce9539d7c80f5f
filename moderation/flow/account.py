"""Keep an eye on the account at Akismet: is the key good, how much is used, what is wrong."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from moderation.checks.akismet import AkismetFailed, AkismetUsage, Alert
from moderation.domain.clock import Clock
from moderation.domain.ids import new_id
from moderation.domain.job import Job
from moderation.domain.moderator import Role
from moderation.domain.site import Site
from moderation.flow.worker import Later
from moderation.store import akismet_account, jobs, moderators, once
from moderation.store.akismet_account import AkismetAccount, Standing
from moderation.store.contract import Query, Store
from moderation.text.words import fingerprint

KIND = "account"
AGAIN = {
    Standing.GOOD: timedelta(hours=1),
    Standing.SILENT: timedelta(minutes=10),
    Standing.REFUSED: timedelta(hours=6),
}
SELDOM = timedelta(minutes=1)  # between two looks that comments ask for
NOTICED_FOR = timedelta(days=1)  # an alert that was not repeated is shown this long
PATIENCE = timedelta(days=1)  # of silence before owners are told by mail


class AccountService(Protocol):
    """What is asked; `checks.akismet.Akismet` is it."""

    alert: Alert | None

    async def verify(self, blog: str) -> bool | None: ...

    async def usage(self, blog: str) -> AkismetUsage: ...


class Account:
    """The job `account`; it asks for itself again."""

    def __init__(
        self, store: Store, sites: Sequence[Site], service: AccountService, clock: Clock
    ) -> None:
        self._store = store
        self._blog = sites[0].url
        self._service = service
        self._clock = clock

    async def start(self) -> None:
        """Ask for a look now, in the background: nothing waits for Akismet."""
        await self._store.write(_ask, self._clock.now(), self._clock.now())

    async def __call__(self, job: Job) -> None:
        account = await self.look()
        raise Later(self._clock.now() + AGAIN[account.standing], "", counted=False)

    async def look(self) -> AkismetAccount:
        """Ask Akismet about key and plan now, and keep what it says."""
        good = await self._service.verify(self._blog)
        usage = None
        if good:
            try:
                usage = await self._service.usage(self._blog)
            except AkismetFailed:
                usage = None  # the key is what matters; the next look asks again
        standing = {None: Standing.SILENT, True: Standing.GOOD, False: Standing.REFUSED}[good]
        return await self._store.write(self._keep, standing, usage, self._clock.now())

    def _keep(
        self, standing: Standing, usage: AkismetUsage | None, now: datetime
    ) -> Query[AkismetAccount]:
        before = (yield from akismet_account.read()) or AkismetAccount(standing, now, now)
        account = replace(before, standing=standing, looked_at=now)
        if before.standing is not standing:
            account = replace(account, standing_since=now)
        if usage is not None:
            account = replace(
                account,
                used=usage.used,
                plan=usage.limit,
                percentage=usage.percentage,
                throttled=usage.throttled,
            )
        if self._service.alert is not None:
            account = replace(account, alert=worded(self._service.alert), alert_at=now)
        elif account.alert_at is not None and now - account.alert_at > NOTICED_FOR:
            account = replace(account, alert="", alert_at=None)
        account = yield from _tell(account, now)
        yield from akismet_account.put(account)
        return account


def wrong(account: AkismetAccount) -> str:
    """What is wrong, in a sentence that stays the same while it lasts; "" for nothing."""
    if account.standing is Standing.REFUSED:
        return "Akismet refuses the key."
    if account.standing is Standing.SILENT:
        return "Akismet does not answer."
    return f"Akismet says of your account: {account.alert}" if account.alert else ""


def worth_a_letter(account: AkismetAccount, now: datetime) -> str:
    """The same, where it cannot be expected to pass by itself."""
    passing = account.standing is Standing.SILENT and now - account.standing_since < PATIENCE
    return "" if passing else wrong(account)


def heard(alert: Alert | None, failed: bool, now: datetime) -> Query[None]:
    """A comment was asked about: keep a new alert, and look again where something is wrong."""
    account = yield from akismet_account.read()
    if account is None:
        return
    if alert is not None and worded(alert) != account.alert:
        account = yield from _tell(replace(account, alert=worded(alert), alert_at=now), now)
        yield from akismet_account.put(account)
    if failed or account.standing is not Standing.GOOD:
        yield from _ask(max(now, account.looked_at + SELDOM), now)


def worded(alert: Alert) -> str:
    """An alert in one line: ``10005: Your key was made public.``"""
    return ": ".join(filter(None, (alert.code, alert.message)))


def _ask(due_at: datetime, now: datetime) -> Query[None]:
    yield from jobs.add(new_id(now), KIND, KIND, {}, due_at=due_at, now=now)


def _tell(account: AkismetAccount, now: datetime) -> Query[AkismetAccount]:
    """Mail the owners about a trouble once; what is over may be told of again.

    Of alerts with one code no more than one letter a day goes out.
    """
    what = worth_a_letter(account, now)
    if not what or what == account.told:
        return account if what else replace(account, told="")
    if account.standing is Standing.GOOD:  # an alert, whose words may change with each answer
        code = account.alert.partition(":")[0]
        kind = code if code.isdecimal() else ""
        once_a_day = fingerprint("alert", kind, now.strftime("%Y-%m-%d"))
        if not (yield from once.first_time(once_a_day, new_id(now), now)):
            return replace(account, told=what)
    for person in (yield from moderators.everyone()):
        if person.role is Role.OWNER and not person.disabled and person.email:
            payload = {"to": person.id, "what": what}
            yield from jobs.add(new_id(now), "trouble", person.id, payload, due_at=now, now=now)
    return replace(account, told=what)
