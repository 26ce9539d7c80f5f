"""What stands beside a made-up comment: opinions, its lines in the log, what is known of a ping."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from moderation.domain.ids import base36

Row: TypeAlias = tuple[str, Mapping[str, Any]]  # the table, and its values


def opinions(row: Mapping[str, Any]) -> Iterator[Row]:
    said = ["history"] if row["status"] == "approved" else ["history", "links"]
    for check in said:
        yield (
            "opinion",
            {
                "comment_id": row["id"],
                "check": check,
                "verdict": "unsure",
                "because": "Nobody knows.",
                "score": row["score"],
                "decisive": False,
                "at": row["received_at"],
            },
        )


def story(row: Mapping[str, Any], *, decided: bool) -> Iterator[Row]:
    deeds: list[tuple[str, str | None, str]] = [
        ("receive", None, "held" if decided else row["status"])
    ]
    if decided:
        word = "approve" if row["status"] == "approved" else row["status"]
        deeds.append((word, "held", row["status"]))
    at = row["received_at"]
    for version, (action, before, after) in enumerate(deeds, 1):
        by_hand = version == 2
        yield (
            "log",
            {
                "id": f"m{base36(at + version, 11)}{str(row['id'])[12:]}",
                "decision_id": row["id"] if version == 1 else f"d{str(row['id'])[1:]}",
                "comment_id": row["id"],
                "at": at + version,
                "actor_id": None,
                "actor_name": "Ana" if by_hand else "the service",
                "door": "dashboard" if by_hand else "machine",
                "action": action,
                "from_status": before,
                "to_status": after,
                "from_waiting_for": "moderator" if by_hand else None,
                "from_status_before": None,
                "version": version,
                "reason": "",
                "before": "",
                "undone_by": None,
            },
        )


def ping(row: Mapping[str, Any], *, waits: bool) -> Iterator[Row]:
    source = str(row["source"])
    host = source.split("/")[2]
    yield (
        "ping",
        {
            "comment_id": row["id"],
            "article_id": row["article_id"],
            "source": source,
            "host": host,
            "state": "received" if waits else "waiting" if row["status"] != "approved" else "shown",
            "cause": None,
            "tries": 1,
            "asked_at": row["received_at"],
            "claims": json.dumps({}),
            "trace": json.dumps([]),
            "dropped": None,
            "place": None,
            "twin_of": None,
            "place_host": host,
            "place_path": "",
        },
    )
    yield (
        "receipt",
        {
            "id": row["id"],
            "comment_id": row["id"],
            "protocol": row["kind"],
            "target": row["referrer"],
            "address": row["address"],
            "user_agent": row["user_agent"],
            "received_at": row["received_at"],
            "claims": None,
        },
    )
