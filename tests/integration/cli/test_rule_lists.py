"""Lists of hosts on the command line: shown, switched on and off, fetched anew."""

import asyncio
import json
from typing import Any

from tests.integration.cli.service import Desk
from tests.sources import SourceServer


def data(desk: Desk, *arguments: str) -> Any:
    done = desk.run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_lists_are_shown_switched_on_and_off(desk_on_both: Desk) -> None:
    desk = desk_on_both
    shown = desk.run("rule", "lists").stdout.splitlines()
    assert shown[1].split()[:3] == ["disposable", "off", "10,181"]
    assert "to be fetched" in shown[2]
    assert desk.run("rule", "lists", "on", "disposable").returncode == 2
    tried = desk.run("rule", "lists", "on", "disposable", "--spam", "--try")
    assert "Of the last 0 comments caught: 0." in tried.stdout
    assert data(desk, "rule", "lists", "on", "disposable", "--hold")["id"]
    assert desk.run("rule", "lists", "on", "disposable", "--spam").returncode == 0
    disposable = data(desk, "rule", "lists")["lists"][0]
    assert [(one["verdict"], one["site"]) for one in disposable["on"]] == [("spam", None)]
    off = desk.run("rule", "lists", "off", "disposable")
    assert off.stdout == "The list “disposable” is off. It had 0 hits.\n"
    assert desk.run("rule", "lists", "off", "disposable").returncode == 1
    desk.write('[checks.lists]\nhold = ["disposable"]\n')
    assert "hold (settings file)" in desk.run("rule", "lists").stdout


def test_a_list_is_taken_in_from_a_file(desk: Desk) -> None:
    file = desk.folder / "hosts.txt"
    refresh = ("rule", "lists", "refresh", "referrers")
    refused = desk.run("rule", "lists", "on", "referrers", "--hold")
    assert "fetch it first" in refused.stderr
    missing = desk.run(*refresh, "--from", str(file))
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    file.write_text("<html><body>Not found", "utf-8")
    wrong = desk.run(*refresh, "--from", str(file))
    assert wrong.returncode == 1
    assert "It is a web page" in wrong.stderr
    file.write_text("a.example\nb.example\nc.example\ntumblr.com\n", "utf-8")
    taken = desk.run(*refresh, "--from", str(file))
    assert taken.stdout.startswith("3 hosts: 3 added, 0 removed. Left out")
    file.write_text("a.example\n", "utf-8")
    assert "Should that be right, force it" in desk.run(*refresh, "--from", str(file)).stderr
    assert data(desk, *refresh, "--from", str(file), "--force") == {
        "number": 1,
        "added": 0,
        "removed": 2,
        "left_out": 0,
    }
    assert data(desk, "rule", "lists")["lists"][1]["fetched"]["by"] == "the command line"


async def test_a_list_is_fetched_from_where_it_is_published(desk: Desk) -> None:
    async with SourceServer() as server:
        desk.write(f'[pings]\nallowed_private_hosts = ["{server.pair}"]\n')
        address = server.page("/list", "a.example\nb.example\n", content_type="text/plain")
        refresh = ("rule", "lists", "refresh", "referrers", "--from")
        done = await asyncio.to_thread(desk.start, *refresh, address)
        assert done.stdout == "2 hosts: 2 added, 0 removed.\n", done.stderr
        gone = await asyncio.to_thread(desk.start, *refresh, server.url("/nothing"))
        assert gone.returncode == 1
        assert "cannot be read: " in gone.stderr
