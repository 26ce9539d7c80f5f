"""What is kept of a mention's arrivals: the doors, what senders say, the first and last ones."""

from dataclasses import replace
from datetime import datetime

from moderation.domain.comment import Comment, Kind, Status
from moderation.domain.ids import new_id
from moderation.domain.submission import Ping
from moderation.store import articles, comment_changes, pings
from moderation.store.contract import Query
from moderation.store.pings import PingRecord, Receipt

# The door of the best-proven arrival names the mention: webmention asks for an exact link and
# for later looks, trackback for nothing.
PROVES = (Kind.TRACKBACK, Kind.PINGBACK, Kind.WEBMENTION)
LAST = 10  # receipts that are kept beside the first
TARGETS = 20  # spellings of the target that are remembered: the source links to one of them
MOST = 1 + LAST + TARGETS  # no more are ever left


def arrive(comment_id: str, ping: Ping, now: datetime) -> Query[None]:
    """Keep that a ping arrived; of very many only that they did."""
    said = {name: value for name, value in claims(ping).items() if value}
    yield from pings.add_receipt(
        Receipt(new_id(now), comment_id, ping.protocol, ping.target, ping.client, now, said)
    )
    yield from keep_few(comment_id)


def keep_few(comment_id: str) -> Query[None]:
    """Keep the first arrival, the last ones, and one for each spelling of the target."""
    arrived = yield from pings.receipts(comment_id)
    if len(arrived) <= 1 + LAST:
        return
    kept = {receipt.target for receipt in (arrived[0], *arrived[-LAST:])}
    gone = []
    for receipt in arrived[1:-LAST]:
        if receipt.target in kept or len(kept) >= TARGETS:
            gone.append(receipt)
        else:
            kept.add(receipt.target)
    yield from pings.drop_receipts(comment_id, gone)


def claims(ping: Ping) -> dict[str, str]:
    return {"title": ping.title, "excerpt": ping.excerpt, "blog_name": ping.blog_name}


def claims_with(known: PingRecord, comment: Comment, ping: Ping) -> dict[str, str]:
    """What senders say of the source, one more among them.

    The first who said something is believed, and nobody any more once the page was seen:
    whoever names a pair may say of it what they like.
    """
    if comment.verified_at is not None:
        return dict(known.claims)
    return {name: known.claims.get(name) or said for name, said in claims(ping).items()}


def note_door(comment: Comment, protocol: Kind) -> Query[Comment]:
    """Note one more protocol; the best of them names the mention."""
    if protocol in comment.via:
        return comment
    via, kind = (*comment.via, protocol), max(comment.kind, protocol, key=PROVES.index)
    yield from comment_changes.set_via(comment.id, via, kind)
    if comment.status is Status.APPROVED:
        yield from articles.shift(comment.article_id)
    return replace(comment, via=via, kind=kind)
