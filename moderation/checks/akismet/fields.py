"""What is sent to Akismet about one comment, by the names Akismet gives it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from akismet import AkismetArguments

from moderation.checks.contract import Case
from moderation.text.addresses import canonical_address

TRAP_FIELD = "hp_url"  # the form's name for the field people leave empty
CARRIED = frozenset(AkismetArguments.__annotations__)  # what the package can send
ADDRESSED = frozenset({"blog", "user_ip"})  # given to the package apart from the others
NEVER = frozenset({"api_key", "key", "user_role", "is_test", "guid"})  # not from stored values


def of(case: Case, recheck_reason: str = "") -> dict[str, str]:
    """Say what will be sent, without the key; empty values are left out.

    The address, user agent and referrer are those of the request that delivered the
    comment or ping. `user_role` is never sent: Akismet calls everything of an
    administrator ham, and nothing here proves that somebody is one.
    """
    sent = {
        "blog": case.site.url,
        "user_ip": canonical_address(case.client.address),  # not a blurred one
        "user_agent": case.client.user_agent,
        "referrer": case.client.referrer,
        "permalink": case.article_url,
        "comment_type": _type(case),
        "comment_author": case.author.name,
        "comment_author_email": case.author.email,
        # For a ping the address that was submitted, whatever author its page names.
        "comment_author_url": case.source or case.author.url,
        "comment_content": case.text,
        "comment_parent": case.parent_id or "",
        "comment_date_gmt": _iso(case.received_at),
        "comment_post_modified_gmt": _iso(case.article_published_at),
        "blog_lang": case.site.language.lower().replace("-", "_"),
        "blog_charset": "UTF-8",
        "recheck_reason": recheck_reason or ("edit" if case.edited else ""),
    }
    if not case.kind.is_ping:
        sent |= {"honeypot_field_name": TRAP_FIELD, TRAP_FIELD: case.trap}
    return {name: _encodable(value) for name, value in sent.items() if value}


def arguments(sent: Mapping[str, str]) -> AkismetArguments:
    """Pick what the package can carry."""
    carried = {k: v for k, v in sent.items() if k in CARRIED and k not in NEVER}
    return cast("AkismetArguments", carried)


def added(sent: Mapping[str, str]) -> dict[str, str]:
    """Pick what it cannot: the transport adds these to the body."""
    return {k: v for k, v in sent.items() if k not in CARRIED | ADDRESSED | NEVER}


def _type(case: Case) -> str:
    if case.kind.is_ping:
        return case.kind.value
    return "reply" if case.parent_id else "comment"


def _iso(moment: datetime | None) -> str:
    """ISO 8601 in UTC with whole seconds and offset; "" for no moment."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""


def _encodable(value: str) -> str:
    """Put "?" for half characters (lone surrogates), which no encoding can carry."""
    return value.encode("utf-8", "replace").decode("utf-8")
