"""The store: which release, which migration, sound or not, and what its rows tell."""

from collections.abc import AsyncIterator
from datetime import timedelta

from moderation.cli.examining.finding import Finding, failed, ok, warning
from moderation.cli.frame import program
from moderation.domain.job import JobState
from moderation.house import House
from moderation.store import jobs, log, moderators, tally
from moderation.store.release import SQLITE

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
LATE = timedelta(minutes=15)


async def look(house: House) -> AsyncIterator[Finding]:
    """Look at an open store, and into it."""
    health = await house.store.health()
    shown = f"{NAMES[health.engine]} {health.version}"
    if health.writable:
        yield ok("store", f"{shown} takes reads and writes")
    else:
        cure = "Look at the disk, and for a process that holds the lock."
        yield failed("store", f"{shown} does not take writes", cure)
    yield ok("migrations", f"at {health.migration}, the newest of this release")
    yield await _soundness(house, health.engine)
    yield await _numbers(house)
    yield await _clock(house)
    yield await _jobs(house)
    yield await _owner(house)


async def _soundness(house: House, engine: str) -> Finding:
    if engine != "sqlite":
        return ok("soundness", "PostgreSQL checks what it reads; see also its amcheck")
    findings = await house.store.check(quick=True)
    if findings:
        cure = f"Stop the service; {program()} store restore FILE from a backup."
        return failed("soundness", findings[0], cure)
    return ok("soundness", "quick_check finds no damage; WAL is on")


async def _numbers(house: House) -> Finding:
    """Compare what is kept of how many comments there are with a count."""
    wrong = sum(map(abs, (await house.store.read(tally.drift)).values()))
    if wrong:
        cure = "The sweep at 3 o'clock (UTC) mends it, while serve or worker runs."
        return warning("numbers", f"what is kept of the comments is wrong by {wrong}", cure)
    return ok("numbers", "what is kept of the comments is what a count gives")


async def _clock(house: House) -> Finding:
    """Compare the clock with what it said before: the log's newest row is not of tomorrow."""
    now = house.clock.now()
    newest = await house.store.read(log.last, limit=1)
    if newest and newest[0].at > now + timedelta(minutes=1):
        behind = newest[0].at - now
        cure = "Set the machine's clock (NTP); jobs wait until their time comes."
        return warning("clock", f"it is {behind} behind what is in the log", cure)
    return ok("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC, after all that is in the log")


async def _jobs(house: House) -> Finding:
    states = await house.store.read(jobs.states)
    number, _ = states.get(JobState.FAILED, (0, None))
    if number:
        cure = f"{program()} jobs list --failed; then jobs retry or jobs drop"
        return warning("jobs", f"{number} given up", cure)
    waiting, oldest = states.get(JobState.QUEUED, (0, house.clock.now()))
    late = house.clock.now() - oldest
    if waiting and late > LATE:
        cure = f"Start {program()} serve (or worker); see its log for what fails."
        return warning("jobs", f"{waiting} wait, the first for {_rounded(late)}", cure)
    return ok("jobs", f"{waiting} queued, none late, none given up")


def _rounded(span: timedelta) -> timedelta:
    return timedelta(seconds=int(span.total_seconds()))


async def _owner(house: House) -> Finding:
    if await house.store.read(moderators.has_owner):
        return ok("owner", "there is one")
    cure = f"Open the link that serve prints, or {program()} user add NAME --email E --role owner"
    return warning("owner", "nobody may moderate yet", cure)


def release() -> Finding:
    """Tell of a SQLite that is known to need our lock file."""
    number = tuple(int(part) for part in SQLITE.split("."))
    if number < (3, 51, 3):
        return ok("sqlite", f"{SQLITE}; our lock file stands in for a fix of 3.51.3")
    return ok("sqlite", SQLITE)


def unusable(error: Exception) -> Finding:
    cure = f"{program()} store upgrade" if "upgrade" in str(error) else "See docs/running.md."
    return failed("store", str(error), cure)
