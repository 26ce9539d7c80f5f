"""`doctor`: says of everything whether it is fine, and of what is not what would help."""

import asyncio
import json
from datetime import timedelta
from typing import Any

from moderation.domain.clock import SystemClock
from moderation.domain.ids import new_id
from moderation.house import open_house
from moderation.settings import load
from moderation.store import jobs
from tests.integration.cli.service import Desk
from tests.integration.mail.smtp_server import SmtpServer


def examine(desk: Desk, *more: str) -> dict[str, Any]:
    """The findings by what they are about, and the exit code."""
    done = desk.run("doctor", "--json", *more)
    told = json.loads(done.stdout)
    assert told["healthy"] is (done.returncode == 0)
    return {finding["what"]: finding for finding in told["findings"]}


def test_a_machine_that_is_fine_is_told_so(desk_on_both: Desk) -> None:
    desk = desk_on_both
    add = ("user", "add", "ana", "--email", "a@blog.example", "--role", "owner")
    assert desk.run(*add, "--password-stdin", typed="a few words do well").returncode == 0
    found = examine(desk)
    assert {what: f["state"] for what, f in found.items() if f["state"] != "ok"} == {}
    looked_at = {"settings", "python", "packages", "time zones", "port", "store", "migrations"}
    looked_at |= {
        "soundness",
        "clock",
        "jobs",
        "owner",
        "guard",
        "mail",
        "akismet",
        "sqlite",
        "numbers",
    }
    assert looked_at <= set(found)


def test_without_an_owner_the_way_to_one_is_told(desk: Desk) -> None:
    done = desk.run("doctor")
    assert done.returncode == 0
    assert "warning  owner" in done.stdout
    assert "user add NAME" in done.stdout


def test_faults_of_the_settings_are_findings(desk: Desk) -> None:
    desk.settings.write_text("[akismt]\n")
    done = desk.run("doctor")
    assert done.returncode == 1
    assert "failed   settings" in done.stdout
    assert "did you mean [akismet]?" in done.stdout


def test_a_store_that_cannot_be_used_is_a_finding(desk: Desk) -> None:
    (desk.folder / "moderation.db").write_bytes(b"no database at all" * 100)
    assert examine(desk)["store"]["state"] == "failed"


async def test_work_that_was_given_up_or_is_late_is_told(desk: Desk) -> None:
    house = await open_house(load(desk.settings, {}).settings, clock=SystemClock())
    now = house.clock.now()
    ago = now - timedelta(hours=3)
    await house.store.write(jobs.add, new_id(now), "look", "a", {}, due_at=ago, now=ago)
    await house.close()
    late = (await asyncio.to_thread(examine, desk))["jobs"]
    assert late["state"] == "warning"
    assert "3:00:" in late["says"]


def test_the_mail_server_is_greeted_and_a_trial_letter_is_sent_when_asked(desk: Desk) -> None:
    with SmtpServer() as server:
        desk.write(f'[mail]\nurl = "{server.url}"\nfrom = "blog@blog.example"\n')
        assert examine(desk)["mail"]["state"] == "ok"
        assert not server.received
        assert examine(desk, "--mail", "ana@mail.example")["mail"]["state"] == "ok"
        assert [letter.message["To"] for letter in server.received] == ["ana@mail.example"]
    away = examine(desk)["mail"]
    assert away["state"] == "failed"
    assert "mail.url" in away["cure"]
