"""`serve`: what it says, that it answers, and how it ends."""

import json
import re
import signal
import socket
import sqlite3
import threading
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import pytest

from tests.integration.cli.service import PATIENCE, Desk, Running, get, until

LINK = re.compile(r"^  (http://127\.0\.0\.1:\d+/dashboard/setup/[\w-]{43})$", re.M)


def post(client: httpx.Client, url: str, number: int) -> httpx.Response:
    body = {
        "article": f"{url}/demo/",
        "author": {"name": "Ana", "email": "ana@mail.example"},
        "text": f"This is remark number {number}.",
    }
    return client.post(f"{url}/comments", json=body)


def test_it_says_where_it_is_what_is_off_and_how_to_become_the_owner(desk_on_both: Desk) -> None:
    with desk_on_both.running("serve", "--settings", "settings.toml") as service:
        said = service.says("site code")
        assert get(f"{service.url}/healthz").text == "ok\n"
        assert get(f"{service.url}/readyz").json()["ready"]
        thread = get(f"{service.url}/thread.json", article=f"{service.url}/demo/").json()
        assert thread["article"]["title"] == "In praise of margins"
    assert LINK.search(said)
    assert "Akismet (no key), mail (no mail.url)" in said
    assert f"{service.url}/demo/" in said
    assert ("SQLite" in said) == desk_on_both.store_url.startswith("sqlite")
    assert str(desk_on_both.settings) in said


def test_the_link_is_not_shown_once_there_is_an_owner(desk: Desk) -> None:
    add = ("user", "add", "ana", "--email", "ana@blog.example", "--role", "owner")
    added = desk.run(*add, "--password-stdin", typed="a few words do well\n")
    assert added.returncode == 0, added.stderr
    with desk.running("serve") as service:
        assert "/dashboard/setup/" not in service.says("site code")


def test_all_faults_of_the_settings_are_told_and_nothing_is_started(desk: Desk) -> None:
    desk.settings.write_text('[server]\nport = "80a"\n[akismt]\nkey = "x"\n')
    done = desk.start("serve")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "settings.toml:2" in done.stderr
    assert "did you mean [akismet]?" in done.stderr
    assert "2 problems; nothing was started." in done.stderr
    assert not (desk.folder / "moderation.db").exists()


def test_a_taken_port_is_told_in_one_line(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = desk.start("serve", "--port", str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"Port {port} of 127.0.0.1 is taken" in done.stderr
    assert not (desk.folder / "moderation.db").exists()


def test_a_store_of_a_newer_release_is_refused_in_one_line(desk: Desk) -> None:
    with sqlite3.connect(desk.folder / "moderation.db") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    connection.close()
    done = desk.start("serve")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "migration 9999" in done.stderr


def test_addresses_are_not_logged_and_the_server_does_not_name_itself(desk: Desk) -> None:
    with desk.running("serve") as service:
        answer = get(f"{service.url}/c/a-token-nobody-should-see")
        assert answer.status_code == 404
        assert "server" not in answer.headers
        service.process.send_signal(signal.SIGTERM)
        assert service.wait() == 0
    assert "a-token-nobody-should-see" not in service.logged + service.said


def test_forwarded_addresses_are_not_believed_of_strangers(desk: Desk) -> None:
    with desk.running("serve") as service, httpx.Client(timeout=PATIENCE) as client:
        client.headers["X-Forwarded-For"] = "198.51.100.7"
        assert post(client, service.url, 1).status_code == 201
        listed = desk.run("queue", "list", "--json")
    assert json.loads(listed.stdout)["comments"][0]["ip"] == "127.0.0.1"


@dataclass
class Crowd:
    """People who write as fast as they can until nobody listens any more."""

    url: str
    kept: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)  # sent, and never answered
    number: int = 0

    def start(self, people: int) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._write, args=(n,)) for n in range(people)]
        for thread in threads:
            thread.start()
        return threads

    def _write(self, person: int) -> None:
        with httpx.Client(timeout=PATIENCE) as client:
            for number in range(100_000):
                try:
                    answer = post(client, self.url, person * 1_000_000 + number)
                except httpx.ConnectError:
                    return  # nobody accepts: nothing was asked
                except httpx.HTTPError as error:
                    self.lost.append(repr(error))
                    return
                if answer.status_code == 201:
                    self.kept.add(answer.json()["id"])


def stored(desk: Desk) -> set[str]:
    connection = sqlite3.connect(desk.folder / "moderation.db")
    try:
        return {row[0] for row in connection.execute("SELECT id FROM comment")}
    finally:
        connection.close()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stop_under_load_loses_no_request_that_was_accepted(desk: Desk, workers: int) -> None:
    desk.write(workers=workers)
    with desk.running("serve") as service:
        crowd = Crowd(service.url)
        until_ready(service)
        people = crowd.start(6)
        until(lambda: len(crowd.kept) > 60, "a crowd")
        service.process.send_signal(signal.SIGTERM)
        assert service.wait() == 0, service.logged
        for person in people:
            person.join(PATIENCE)
    assert crowd.lost == []
    assert crowd.kept <= stored(desk)


def until_ready(service: Running) -> None:
    until(lambda: get(f"{service.url}/readyz").status_code == 200, "an answer")


def half_a_request(service: Running) -> socket.socket:
    """Send a header, and keep the body back."""
    address = urlsplit(service.url)
    client = socket.create_connection((address.hostname, address.port or 80), timeout=PATIENCE)
    host = f"{address.hostname}:{address.port}"
    head = f"POST /preview HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    client.sendall(f"{head}Content-Length: 18\r\n\r\n".encode())
    return client


def test_who_is_inside_is_answered_before_it_stops(desk: Desk) -> None:
    with desk.running("serve") as service:
        until_ready(service)
        with half_a_request(service) as client:
            # Answered in order on one connection, so the one before has been read by now.
            get(f"{service.url}/healthz")
            service.process.send_signal(signal.SIGTERM)
            until(lambda: refused(service), "a closed door")
            client.sendall(b'{"comment": "*a*"}')
            answer = client.recv(4096)
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert b"connection: close" in answer.lower()
        assert service.wait() == 0


def refused(service: Running) -> bool:
    try:
        get(f"{service.url}/healthz")
    except httpx.ConnectError:
        return True
    except httpx.HTTPError:
        return False
    return False


def test_a_second_signal_ends_it_at_once(desk: Desk) -> None:
    with desk.running("serve") as service:
        until_ready(service)
        with half_a_request(service):
            get(f"{service.url}/healthz")
            service.process.send_signal(signal.SIGINT)
            until(lambda: refused(service), "a closed door")
            service.process.send_signal(signal.SIGINT)
            assert service.wait() == 1
    assert "Stopped at once" in service.logged


def test_a_process_of_the_crew_that_dies_is_replaced(desk: Desk) -> None:
    desk.write(workers=2)
    with desk.running("serve") as service:
        until_ready(service)
        members = until(lambda: crew(service, 2), "a crew")
        members[0].kill()
        until(lambda: "is replaced" in service.logged, "a word about it")
        until(lambda: len(set(crew(service, 2) or []) - set(members)) == 1, "another one")
        assert get(f"{service.url}/healthz").status_code == 200
        service.process.send_signal(signal.SIGTERM)
        assert service.wait() == 0


@dataclass(frozen=True)
class Member:
    pid: int

    def kill(self) -> None:
        import os

        os.kill(self.pid, signal.SIGKILL)


def crew(service: Running, number: int) -> list[Member] | None:
    """The processes that answer, as the kernel tells; None while they are not `number`."""
    from pathlib import Path

    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children")
    if not children.exists():
        pytest.skip("this kernel does not list children")
    found = []
    for pid in children.read_text().split():
        command = Path(f"/proc/{pid}/cmdline")
        if command.exists() and b"serve" in command.read_bytes():
            found.append(Member(int(pid)))
    return found if len(found) == number else None
