"""Two ways to ask in a test: for the page, and for the refusal."""

import pytest

from moderation.net.client import GuardedFetcher
from moderation.net.contract import NotReadable, Page


async def fetch(fetcher: GuardedFetcher, url: str, purpose: str = "verifying a test") -> Page:
    return await fetcher.fetch(url, purpose=purpose)


async def refused(fetcher: GuardedFetcher, url: str) -> NotReadable:
    with pytest.raises(NotReadable) as caught:
        await fetch(fetcher, url)
    return caught.value
