"""Evidence: the tokens a comment was judged by, kept beside it until it is deleted."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, delete, select

from moderation.domain.comment import Status
from moderation.domain.lesson import Evidence
from moderation.store.contract import Query, Row, Soon
from moderation.store.tables import comment, evidence, journal
from moderation.store.upsert import upsert

BREAK = "\n"  # before and after each token: one is found whole


def packed(tokens: Iterable[str]) -> str:
    """Write tokens as one text; what cannot be stored is left out."""
    kept = list(tokens)
    text = BREAK.join(kept)
    if not text.isascii() or "\0" in text or text.count(BREAK) >= max(len(kept), 1):
        kept = [token for token in kept if _storable(token)]
    return BREAK + BREAK.join(kept) + BREAK if kept else ""


def unpacked(text: str) -> tuple[str, ...]:
    return tuple(text[1:-1].split(BREAK)) if text else ()


def _storable(token: str) -> bool:
    if BREAK in token or "\0" in token:
        return False
    return token.isascii() or not any("\ud800" <= c <= "\udfff" for c in token)


def having(token: str) -> str:
    """The pattern of LIKE, with ``!`` before what it would not take as it stands."""
    for sign in "!%_":
        token = token.replace(sign, f"!{sign}")
    return f"%{BREAK}{token}{BREAK}%"


COLUMNS = (
    evidence.c.features,
    evidence.c.tokens,
    evidence.c.probability,
    evidence.c.clear,
)


def as_evidence(row: Row) -> Evidence:
    """Make evidence of a row of COLUMNS."""
    return Evidence(row[0], unpacked(row[1]), row[2], row[3])


def values(found: Evidence) -> Mapping[str, object]:
    """The columns of evidence, in whichever table."""
    return {
        "features": found.features,
        "tokens": packed(found.tokens),
        "probability": found.probability,
        "clear": found.clear,
    }


_insert = upsert(evidence)
PUT = _insert.on_conflict_do_update(
    index_elements=[evidence.c.comment_id],
    set_={name: _insert.excluded[name] for name in ("features", "tokens", "probability", "clear")},
)


def put(comment_id: str, found: Evidence) -> Query[None]:
    """Keep evidence; newer replaces older."""
    yield Soon(PUT, {"comment_id": comment_id, **values(found)})


OF_MANY = select(evidence.c.comment_id, *COLUMNS).where(
    evidence.c.comment_id.in_(bindparam("ids", expanding=True))
)


def of_many(ids: Iterable[str]) -> Query[dict[str, Evidence]]:
    """The evidence of some comments, keyed by the comment's id; those without are left out."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = yield OF_MANY, {"ids": wanted}
    return {row[0]: as_evidence(row[1:]) for row in rows}


FORGET = delete(evidence).where(evidence.c.comment_id == bindparam("comment"))


def forget(comment_id: str) -> Query[None]:
    """Drop evidence that no longer says what the comment says."""
    yield FORGET, {"comment": comment_id}


UNSEEN = (
    select(evidence.c.probability)
    .join(comment, comment.c.id == evidence.c.comment_id)
    .where(
        comment.c.status == bindparam("status", type_=comment.c.status.type),
        evidence.c.probability.is_not(None),
        ~select(journal.c.seq).where(journal.c.comment_id == comment.c.id).exists(),
    )
    .order_by(comment.c.received_at.desc())
    .limit(bindparam("limit"))
)
UNSEEN_OF_SITE = UNSEEN.where(comment.c.site == bindparam("site"))


def unseen_spam(site: str, *, among: int) -> Query[Sequence[float]]:
    """What was thought of the newest spam that nobody decided on, of a site or ("") of all."""
    values: dict[str, object] = {"status": Status.SPAM, "limit": among}
    if site:
        values["site"] = site
    rows = yield UNSEEN_OF_SITE if site else UNSEEN, values
    return [row[0] for row in rows]


RECENT = (
    select(evidence.c.comment_id, evidence.c.tokens)
    .join(comment, comment.c.id == evidence.c.comment_id)
    .where(comment.c.status == bindparam("status", type_=comment.c.status.type))
    .order_by(comment.c.received_at.desc())
    .limit(bindparam("limit"))
    .subquery()
)
WITH_TOKEN = select(RECENT.c.comment_id, RECENT.c.tokens).where(
    RECENT.c.tokens.like(bindparam("pattern"), escape="!")
)


def with_token(token: str, status: Status, *, among: int) -> Query[Sequence[str]]:
    """Which of the newest `among` comments of a status have a token, newest first."""
    rows = yield WITH_TOKEN, {"status": status, "limit": among, "pattern": having(token)}
    return [row[0] for row in rows if token in unpacked(row[1])]
