"""`jobs`: the work that waits, or was given up."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from moderation.cli.frame import PARTLY, PROBLEM, errand, json_option, settings_option, show, table
from moderation.domain.clock import rfc3339
from moderation.domain.job import Job, JobState

if TYPE_CHECKING:
    from moderation.house import House

PAGE = 500


@click.group()
def jobs() -> None:
    """The work that waits, or was given up."""


@jobs.command(
    name="list",
    epilog="""\b
Examples:
  moderation jobs list
  moderation jobs list --failed --json""",
)
@settings_option
@json_option
@click.option("--failed", is_flag=True, help="Only what was given up.")
def list_jobs(failed: bool, as_json: bool) -> None:
    """List the jobs; those that are done are gone."""
    found = errand(lambda house: _all(house, failed))
    data = {
        "jobs": [
            {
                "id": job.id,
                "kind": job.kind,
                "key": job.key,
                "state": job.state,
                "due_at": rfc3339(job.due_at),
                "attempts": job.attempts,
                "last_error": job.last_error,
                "created_at": rfc3339(job.created_at),
            }
            for job in found
        ]
    }
    rows = [
        (job.id, job.kind, job.state, f"{job.due_at:%Y-%m-%d %H:%M}", job.attempts, job.last_error)
        for job in found
    ]
    head = ("ID", "KIND", "STATE", "DUE (UTC)", "TRIES", "LAST ERROR")
    show(data, as_json, table(head, rows, "There are no such jobs." if failed else "No jobs."))


@jobs.command(
    epilog="""\b
Examples:
  moderation jobs retry --failed
  moderation jobs retry m0mi9r6m3k2v7q1x8c5t"""
)
@settings_option
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--failed", is_flag=True, help="All that were given up.")
def retry(ids: Sequence[str], failed: bool) -> None:
    """Have jobs done now, with all their tries anew."""
    _each(ids, failed, "retried")


@jobs.command(
    epilog="""\b
Examples:
  moderation jobs drop m0mi9r6m3k2v7q1x8c5t
  moderation jobs drop --failed"""
)
@settings_option
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--failed", is_flag=True, help="All that were given up.")
def drop(ids: Sequence[str], failed: bool) -> None:
    """Drop jobs: what they were to do is not done."""
    _each(ids, failed, "dropped")


def _each(ids: Sequence[str], failed: bool, deed: str) -> None:
    if bool(ids) == failed:
        raise click.UsageError("Name jobs by their ids, or say --failed.")

    async def work(house: "House") -> list[tuple[str, bool]]:
        from moderation.store import jobs as rows

        named = [job.id for job in await _all(house, True)] if failed else list(ids)
        done = []
        for ident in named:
            if deed == "dropped":
                done.append((ident, await house.store.write(rows.drop, ident)))
            else:
                now = house.clock.now()
                done.append((ident, await house.store.write(rows.retry, ident, now)))
        return done

    done = errand(work)
    for ident, worked in done:
        click.echo(f"{ident} {deed}" if worked else f"{ident} is not there, or just running")
    if not done:
        click.echo("There were none.")
    missed = sum(not worked for _, worked in done)
    if missed:
        raise click.exceptions.Exit(PROBLEM if missed == len(done) else PARTLY)


async def _all(house: "House", failed: bool) -> list[Job]:
    from moderation.store import jobs as rows

    found: list[Job] = []
    after = ""
    while page := await house.store.read(rows.page, after=after, limit=PAGE):
        found += [job for job in page if not failed or job.state is JobState.FAILED]
        after = page[-1].id
    return found
