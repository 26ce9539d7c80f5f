"""Whether what is kept of how many comments there are is right: looked at, mended, and told."""

import logging

from moderation.store import tally
from moderation.store.contract import Store

logger = logging.getLogger(__name__)


async def recount(store: Store) -> int:
    """Count all there is on a reader, mend what is kept, and give by how many it was wrong.

    The database keeps it in the commit of every change; it can be wrong only where somebody
    was at the tables by hand, or switched its triggers off.
    """
    apart = await store.read(tally.drift)
    if not apart:
        return 0
    wrong = sum(map(abs, apart.values()))
    logger.warning(
        "the numbers of comments that are kept were wrong by %d in all; they are mended: %s",
        wrong,
        "; ".join(f"{' '.join(filter(None, _words(key)))} {by:+d}" for key, by in apart.items()),
    )
    await store.write(tally.mend, apart)
    return wrong


def _words(key: tally.Key) -> tuple[str, ...]:
    return key.site, key.status, key.waiting_for or "", key.kind, key.type
