"""What owners set goes before the file, per site, in every process, unless it is locked."""

from datetime import timedelta

import pytest

from moderation.domain.decision import Actor, Door
from moderation.domain.errors import Forbidden, InvalidFields, NotFound
from moderation.flow.preferences import Preferences
from moderation.settings import Settings
from moderation.settings.sections import ChecksSettings
from moderation.store.db import DatabaseStore
from tests.conftest import FakeClock

ANA = Actor("Ana", Door.DASHBOARD, "ana")
SPAM_AT, APPROVE = "checks.learned.spam_at", "checks.learned.approve"
IN_FILE = Settings(checks=ChecksSettings(learned_spam_at=0.9))


async def test_an_owner_goes_before_the_file_until_the_key_is_given_back(
    store: DatabaseStore, clock: FakeClock
) -> None:
    on, elsewhere = (Preferences(store, IN_FILE, clock) for _ in range(2))
    assert await on.value("blog", SPAM_AT) == 0.9
    assert await elsewhere.value("blog", SPAM_AT) == 0.9

    assert await on.change("", {SPAM_AT: 0.95, APPROVE: False}, ANA) == 2
    clock.turn(timedelta(seconds=1))
    assert await on.change("blog", {SPAM_AT: 0.99}, ANA) == 1
    assert await on.change("blog", {SPAM_AT: 0.99}, ANA) == 0, "nothing is different"

    for known in (on, elsewhere):
        assert await known.value("blog", SPAM_AT) == 0.99
        assert await known.value("garden", SPAM_AT) == 0.95
    clock.turn(timedelta(seconds=1))
    await on.change("blog", {SPAM_AT: None}, ANA)
    await on.change("", {SPAM_AT: None}, ANA)
    assert await on.value("blog", SPAM_AT) == 0.9
    clock.turn(timedelta(seconds=1))
    assert await elsewhere.value("blog", SPAM_AT) == 0.9
    told = [(change.site, change.key, change.value) for change in await on.changes()]
    assert sorted(told[:2]) == [("", SPAM_AT, None), ("blog", SPAM_AT, None)]
    assert told[2] == ("blog", SPAM_AT, 0.99)
    assert {change.actor for change in await on.changes()} == {ANA}


async def test_what_is_locked_is_the_files(store: DatabaseStore, clock: FakeClock) -> None:
    free = Preferences(store, IN_FILE, clock)
    await free.change("", {SPAM_AT: 0.95}, ANA)
    locked = Preferences(store, Settings(locked=(SPAM_AT,)), clock)
    assert await locked.value("blog", SPAM_AT) == 0.98
    with pytest.raises(Forbidden):
        await locked.change("", {APPROVE: True, SPAM_AT: 0.9}, ANA)
    assert await locked.value("", APPROVE) is False, "nothing of it was kept"


@pytest.mark.parametrize("value", [0.2, "often", True])
async def test_values_must_fit(store: DatabaseStore, clock: FakeClock, value: object) -> None:
    on = Preferences(store, IN_FILE, clock)
    with pytest.raises(InvalidFields):
        await on.change("", {SPAM_AT: value}, ANA)
    with pytest.raises(NotFound):
        await on.change("", {"server.port": 80}, ANA)
