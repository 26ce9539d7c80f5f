"""`store`: backed up while it runs, put back while it does not, migrated, looked through."""

import json
import sqlite3

import pytest

from tests.integration.cli.service import Desk
from tests.integration.cli.test_beside import data, write


def test_a_backup_of_a_running_service_can_be_put_back(desk: Desk) -> None:
    with desk.running("serve") as service:
        first = write(service, 1)
        saved = desk.run("store", "backup", "saved.db")
        assert saved.returncode == 0, saved.stderr
        write(service, 2)
        busy = desk.run("store", "restore", "saved.db", "--replace")
        assert busy.returncode == 1
        assert "in use" in busy.stderr
    again = desk.run("store", "backup", "saved.db")
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    careful = desk.run("store", "restore", "saved.db")
    assert careful.returncode == 1
    assert "--replace" in careful.stderr
    assert desk.run("store", "restore", "saved.db", "--replace").returncode == 0
    assert [c["id"] for c in data(desk, "queue", "list")["comments"]] == [first]


def test_the_store_is_migrated_when_told_and_shows_its_plan_first(desk: Desk) -> None:
    plan = desk.run("store", "upgrade", "--plan")
    assert "CREATE TABLE comment" in plan.stdout
    assert not (desk.folder / "moderation.db").exists()
    missing = desk.run("store", "check")
    assert missing.returncode == 1
    assert "moderation store upgrade" in missing.stderr
    assert "Migrated from empty to" in desk.run("store", "upgrade").stdout
    assert "Nothing to do" in desk.run("store", "upgrade").stdout
    assert desk.run("store", "check").stdout == "It is sound.\n"


def test_damage_is_found(desk: Desk) -> None:
    assert desk.run("store", "upgrade").returncode == 0
    connection = sqlite3.connect(desk.folder / "moderation.db")
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("INSERT INTO alias (url, article_id) VALUES ('https://x.example/', 'gone')")
    connection.commit()
    connection.close()
    done = desk.run("store", "check", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["findings"] == ["alias 1 names a row that is not there"]


@pytest.mark.postgres
@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_postgresql_is_left_to_its_own_tools(desk_on_both: Desk) -> None:
    done = desk_on_both.run("store", "backup", "saved.dump")
    assert done.returncode == 1
    assert "pg_dump --format=custom" in done.stderr
