"""The dashboard of a running house, as somebody sees it who is signed in."""

import httpx2

from moderation.domain.ids import hash_secret, new_secret
from moderation.domain.moderator import Role
from moderation.store import moderators, sessions
from tests.integration.journey.conftest import Journey


async def sign_in(journey: Journey) -> dict[str, str]:
    """Make an owner with a session; the header that brings its cookie."""
    store, now, secret = journey.house.store, journey.clock.now(), new_secret()
    owner = journey.house.enter.draft("Ana", "", Role.OWNER)
    await store.write(moderators.add, owner, "no password fits")
    await store.write(sessions.add, hash_secret(secret), owner.id, new_secret(), now)
    return {"Cookie": f"session={secret}"}  # its name over plain http


async def look(journey: Journey, path: str, session: dict[str, str]) -> httpx2.Response:
    """Open a page of the dashboard."""
    page = await journey.client.get(path, headers=session)
    assert page.status_code == 200, page.text
    return page
