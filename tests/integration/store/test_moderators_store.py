"""Who may sign in, asked of both engines."""

from datetime import UTC, datetime

import pytest

from moderation.domain.moderator import Moderator, Role
from moderation.store import moderators, sessions
from moderation.store.db import DatabaseStore

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


def moderator(name: str, *, disabled: bool = False) -> Moderator:
    return Moderator(
        id=f"m{name}",
        name=name,
        email=f"{name}@blog.example",
        role=Role.OWNER,
        disabled=disabled,
        created_at=NOW,
    )


@pytest.mark.parametrize(
    ("disabled", "there"), [pytest.param(False, True, id="may"), pytest.param(True, False, id="no")]
)
async def test_a_disabled_owner_is_no_owner_and_has_no_session(
    store: DatabaseStore, disabled: bool, there: bool
) -> None:
    ana = moderator("ana", disabled=disabled)
    assert not await store.read(moderators.has_owner)

    await store.write(moderators.add, ana, "hash of a password")
    await store.write(sessions.add, "hash of a secret", ana.id, "csrf", NOW)

    assert await store.read(moderators.has_owner) is there
    found = await store.read(sessions.find, "hash of a secret")
    assert (found is not None) is there
