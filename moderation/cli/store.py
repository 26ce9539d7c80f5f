"""`store`: the database's migrations, soundness, backups, and moving to another one."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli.frame import (
    PROBLEM,
    Problem,
    json_option,
    quiet_settings,
    run,
    settings_option,
    show,
)

if TYPE_CHECKING:
    from moderation.settings import Settings

MOVED = """\
{tables} tables with {moved.total:,} rows are in {moved.target}
as they are in {moved.source}: all counts and checksums agree.

Now change the settings, and start the service:

  [store]
  url = "{moved.target}"   # and its password, if it needs one

What was moved from is as it was. Keep it until you have seen the service run; what comes from
now on is not in it.
"""
file_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def store() -> None:
    """The database: migrations, soundness, backups, moving to another engine."""


@store.command(
    epilog="""\b
Examples:
  moderation store upgrade --plan
  moderation store upgrade"""
)
@settings_option
@click.option("--plan", is_flag=True, help="Print the SQL that would be run, and change nothing.")
def upgrade(plan: bool) -> None:
    """Migrate the database to this release; `serve` does so by itself.

    Of a SQLite database with anything in it a copy is made first, beside it.
    """
    settings = quiet_settings()
    click.echo(run(_upgrade(settings, plan)))


async def _upgrade(settings: "Settings", plan: bool) -> str:
    from moderation.domain.clock import SystemClock
    from moderation.store import backup, migrate
    from moderation.store.address import SqliteAddress, parse
    from moderation.store.db import open_store

    address = parse(settings.store.url)
    if isinstance(address, SqliteAddress):
        engine, current = "sqlite", migrate.sqlite_version(address.path)
    else:
        engine, current = "postgresql", await migrate.postgres_version(address)
    if not migrate.is_due(current):
        return f"Nothing to do: the database is at migration {current}, the newest."
    if plan:
        return migrate.plan(engine, current)
    said = ""
    if isinstance(address, SqliteAddress) and current is not None:
        copy = address.path.with_name(f"{address.path.name}.before-{migrate.newest()}")
        await backup.backup(settings.store, copy)
        said = f"A copy of the database as it was is in {copy}.\n"
    opened = await open_store(settings.store, clock=SystemClock())
    await opened.close()
    return f"{said}Migrated from {current or 'empty'} to {migrate.newest()}."


@store.command(
    epilog="""\b
Examples:
  moderation store check
  moderation store check --quick --json"""
)
@settings_option
@json_option
@click.option("--quick", is_flag=True, help="Leave out what takes long on a large database.")
def check(quick: bool, as_json: bool) -> None:
    """Look through the database for damage; the service may run meanwhile."""
    settings = quiet_settings()

    async def work() -> list[str]:
        from moderation.domain.clock import SystemClock
        from moderation.store.db import open_store

        opened = await open_store(settings.store, clock=SystemClock(), upgrade=False)
        try:
            return await opened.check(quick=quick)
        finally:
            await opened.close()

    findings = run(work())
    show({"sound": not findings, "findings": findings}, as_json, findings or ["It is sound."])
    if findings:
        raise click.exceptions.Exit(PROBLEM)


@store.command(
    epilog="""\b
Examples:
  moderation store backup /var/backups/moderation-$(date +%F).db"""
)
@settings_option
@file_argument
def backup(file: Path) -> None:
    """Write a SQLite database, as it is at one moment, into a new FILE; the service may run.

    For PostgreSQL the command of its own tool is printed.
    """
    from moderation.store import backup as backups

    settings = quiet_settings()
    run(backups.backup(settings.store, file))
    click.echo(f"{file} ({file.stat().st_size:,} bytes)")


@store.command(
    epilog="""\b
Examples:
  moderation store restore /var/backups/moderation-2026-11-22.db --replace"""
)
@settings_option
@file_argument
@click.option("--replace", is_flag=True, help="Even if the database holds articles: they go.")
def restore(file: Path, replace: bool) -> None:
    """Put a backup in the place of the database; stop the service first."""
    from moderation.store import backup as backups

    settings = quiet_settings()
    try:
        run(backups.restore(settings.store, file, replace=replace))
    except Problem as problem:
        hint = " (--replace)" if "say so" in problem.message else ""
        raise Problem(problem.message + hint) from None
    run(_open_once(settings))
    click.echo(f"Restored from {file}.")


async def _open_once(settings: "Settings") -> None:
    """See that it opens, and migrate what an older release has made."""
    from moderation.domain.clock import SystemClock
    from moderation.store.db import open_store

    opened = await open_store(settings.store, clock=SystemClock())
    await opened.close()


@store.command(
    epilog="""\b
Examples:
  moderation store move --to postgresql://moderation@db.example/moderation
  moderation store move --to sqlite:////var/lib/moderation/moderation.db"""
)
@settings_option
@json_option
@click.option("--to", required=True, metavar="URL", help="An empty database, or a file to be made.")
def move(to: str, as_json: bool) -> None:
    """Move everything to another database; stop the service first.

    All tables are copied, read back and compared by counts and checksums. The target must
    be empty, and is as it was until all of it is there; what is interrupted is begun again.
    The database that is moved from is not changed. A password is better in $PGPASSWORD than
    in the URL, which others on this machine can see while it runs.
    """
    from moderation.store import moving

    settings = quiet_settings()

    def progress(table: str, rows: int) -> None:
        click.echo(f"{table}: {rows:,}", err=True)

    moved = run(moving.move(settings.store.url, to, progress))
    data = {"from": moved.source, "to": moved.target, "rows": moved.total, "tables": moved.rows}
    show(data, as_json, MOVED.format(moved=moved, tables=len(moved.rows)).splitlines())
