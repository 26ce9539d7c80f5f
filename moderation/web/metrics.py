"""What `/metrics` says, in the words of Prometheus; imported when somebody asks for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from moderation.domain.job import JobState
from moderation.store.tally import Count

States = Mapping[JobState, tuple[int, datetime]]  # how many, and the oldest due of them


def write(counts: Sequence[Count], states: States, queue: int, now: datetime) -> bytes:
    """Write how many comments and jobs there are, how late those are, and what is to be written."""
    registry = CollectorRegistry()
    comments = Gauge(
        "moderation_comments", "Comments by status", ["status", "kind"], registry=registry
    )
    for count in counts:
        key = count.key
        waiting = f"held:{key.waiting_for}" if key.waiting_for else key.status.value
        comments.labels(waiting, key.kind.value).inc(count.number)
    work = Gauge("moderation_jobs", "Jobs by state", ["state"], registry=registry)
    lag = Gauge("moderation_job_lag_seconds", "Age of the oldest due job", registry=registry)
    for state, (number, oldest) in states.items():
        work.labels(state.value).set(number)
        if state is JobState.QUEUED:
            lag.set(max(0.0, (now - oldest).total_seconds()))
    writes = Gauge("moderation_store_queue", "Writes that wait", registry=registry)
    writes.set(queue)
    return generate_latest(registry)
