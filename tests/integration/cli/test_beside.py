"""Verbs that work beside a running service, on the same store."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from tests.integration.cli.service import PATIENCE, Desk, Running, get, until
from tests.integration.cli.test_serve import post

PASSWORD = "a few words do well"


def data(desk: Desk, *arguments: str) -> Any:
    done = desk.run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def write(service: Running, number: int) -> str:
    with httpx.Client(timeout=PATIENCE) as client:
        ident: str = post(client, service.url, number).json()["id"]
        return ident


def thread(service: Running) -> Mapping[str, Any]:
    article = f"{service.url}/demo/"
    found: Mapping[str, Any] = get(f"{service.url}/thread.json", article=article).json()
    return found


def test_a_user_and_a_token_are_made_beside_a_running_service(desk_on_both: Desk) -> None:
    desk = desk_on_both
    with desk.running("serve") as service:
        service.says("site code")
        add = ("user", "add", "ana", "--email", "ana@blog.example", "--role", "owner")
        added = desk.run(*add, "--password-stdin", typed=f"{PASSWORD}\n")
        assert added.returncode == 0, added.stderr
        made = desk.run("token", "create", "build", "--scope", "read")
        assert made.returncode == 0, made.stderr
    assert made.stdout.splitlines()[-1].startswith("mod_")
    assert PASSWORD not in added.stdout + added.stderr
    assert data(desk, "user", "list")["users"][0]["role"] == "owner"
    assert data(desk, "token", "list")["tokens"][0]["scopes"] == ["read"]


def test_the_token_alone_stands_on_the_last_line_and_is_kept_as_a_hash_only(desk: Desk) -> None:
    made = desk.run("token", "create", "bot", "--scope", "moderate", "--site", "demo")
    token = made.stdout.splitlines()[-1]
    assert len(token) == len("mod_") + 43
    assert token not in (desk.folder / "moderation.db").read_text("latin-1")
    listed = data(desk, "token", "list")["tokens"][0]
    assert listed["sites"] == ["demo"]
    assert desk.run("token", "revoke", "bot").returncode == 0
    assert data(desk, "token", "list")["tokens"][0]["revoked_at"] is not None
    assert desk.run("token", "revoke", "bot").returncode == 1


def test_a_token_for_no_site_of_ours_is_wrong_use(desk: Desk) -> None:
    done = desk.run("token", "create", "bot", "--site", "nowhere")
    assert done.returncode == 2
    assert "'nowhere' is no site" in done.stderr


def test_what_is_refused_about_a_user_is_told_in_one_line(desk: Desk) -> None:
    add = ("user", "add", "ana", "--email", "ana@blog.example", "--password-stdin")
    short = desk.run(*add, typed="short\n")
    assert (short.returncode, short.stderr.count("\n")) == (1, 1)
    assert "15 to 128 characters" in short.stderr
    assert desk.run(*add, typed=f"{PASSWORD}\n").returncode == 0
    again = desk.run(*add, typed=f"{PASSWORD}\n")
    assert (again.returncode, again.stderr) == (1, "This name is taken.\n")
    assert desk.run("user", "passwd", "mei", "--password-stdin", typed=PASSWORD).returncode == 1


def test_without_a_terminal_and_a_password_nothing_is_asked(desk: Desk) -> None:
    done = desk.run("user", "add", "ana", "--email", "ana@blog.example")
    assert done.returncode == 2
    assert "--password-stdin" in done.stderr


def test_an_invitation_is_a_link_alone_on_the_last_line(desk: Desk) -> None:
    done = desk.run("user", "invite", "kofi", "--email", "kofi@blog.example")
    assert "/dashboard/setup/" in done.stdout.splitlines()[-1]
    assert desk.run("user", "disable", "kofi").returncode == 0
    assert data(desk, "user", "list")["users"][0]["disabled"]


def test_readers_see_at_once_what_the_command_line_approved(desk_on_both: Desk) -> None:
    desk = desk_on_both
    with desk.running("serve") as service:
        first, second = write(service, 1), write(service, 2)
        assert thread(service)["count"] == 0
        listed = data(desk, "queue", "list")
        assert [c["id"] for c in listed["comments"]] == [first, second]
        assert listed["total"] == 2
        done = desk.run("queue", "approve", first)
        assert (done.returncode, done.stdout) == (0, f"{first} is approved\n")
        until(lambda: thread(service)["count"] == 1, "the approved comment")
        # Whoever names one has seen it: no version is asked for.
        assert desk.run("queue", "hold", first).returncode == 0
        until(lambda: thread(service)["count"] == 0, "the held comment to go")
        assert desk.run("queue", "spam", second, "--reason", "an advertisement").returncode == 0
    assert data(desk, "queue", "list", "--status", "spam")["comments"][0]["id"] == second


def test_what_was_done_in_part_only_says_so(desk: Desk) -> None:
    with desk.running("serve") as service:
        ident = write(service, 1)
    partly = desk.run("queue", "trash", ident, "nothing", "--json")
    assert partly.returncode == 3
    said = json.loads(partly.stdout)
    assert [c["id"] for c in said["done"]] == [ident]
    assert [(r["id"], r["code"]) for r in said["refused"]] == [("nothing", "not_found")]
    again = desk.run("queue", "trash", ident)
    assert again.returncode == 1
    assert "stays as it is" in again.stdout


def test_the_queue_is_filtered(desk: Desk) -> None:
    with desk.running("serve") as service:
        article = f"{service.url}/demo/"
        write(service, 17)
        write(service, 18)
        assert data(desk, "queue", "list", "--q", "NUMBER 17")["total"] == 1
        # The port was any free one: the desk's own commands do not know the demo's address.
        desk.write(port=int(service.url.rpartition(":")[2]))
        assert data(desk, "queue", "list", "--article", article)["total"] == 2
        assert data(desk, "queue", "list", "--article", f"{article}other/")["total"] == 0
        assert data(desk, "queue", "list", "--kind", "pingback")["total"] == 0
        assert data(desk, "queue", "list", "--until", "2020-01-01")["total"] == 0
        shown = desk.run("queue", "list", "--limit", "1")
        assert "1 of 2; --limit shows more." in shown.stdout
        articles = data(desk, "article", "list")["articles"]
    assert [a["url"] for a in articles if a["title"] == "In praise of margins"] == [article]


def test_wrong_use_is_told_apart(desk: Desk) -> None:
    assert desk.run("queue", "approve").returncode == 2
    assert desk.run("queue", "list", "--status", "lost").returncode == 2
    assert desk.run("queue", "list", "--status", "spam", "--waiting-for", "source").returncode == 2
    assert desk.run("fly").returncode == 2
    assert desk.run("jobs", "retry").returncode == 2


def test_faults_of_the_settings_stop_every_verb(desk: Desk) -> None:
    desk.settings.write_text("[server]\nport = -1\n")
    for verb in (["worker"], ["queue", "list"], ["user", "list"], ["store", "check"]):
        done = desk.run(*verb)
        assert (done.returncode, done.stdout) == (2, "")
        assert "settings.toml:2" in done.stderr
    outside = desk.start("jobs", "list")  # finds ./settings.toml by itself
    assert (outside.returncode, outside.stdout) == (2, "")
    checked = desk.run("check", "--json")
    assert checked.returncode == 1
    assert json.loads(checked.stdout)["faults"][0]["where"].endswith("settings.toml:2")


def test_fine_settings_are_said_to_be_fine_with_their_warnings(desk: Desk) -> None:
    desk.write(workers=3)
    done = desk.run("check")
    assert done.returncode == 0
    assert "The settings are fine" in done.stdout
    assert "warning: server.workers is 3 on SQLite" in done.stdout
