"""`akismet`: asks about the account, says it in a line, and keeps it for the dashboard."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.integration.akismet.server import AkismetServer, Reply
from tests.integration.cli.service import Desk


@contextmanager
def answering() -> Iterator[AkismetServer]:
    """Akismet in a thread of its own: commands are run in this one."""
    server, loop = AkismetServer(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def with_key(desk: Desk, server: AkismetServer) -> Desk:
    desk.write(f'[akismet]\nkey = "{server.key}"\nurl = "{server.url}"\n')
    return desk


def test_without_a_key_it_says_so(desk: Desk) -> None:
    for verb in ("verify", "usage"):
        done = desk.run("akismet", verb)
        assert (done.returncode, done.stdout) == (1, "")
        assert "Set akismet.key." in done.stderr


def test_a_good_key_and_what_is_used_of_the_plan(desk: Desk) -> None:
    with answering() as server:
        server.usage = {"limit": 500, "usage": 470, "percentage": "94.00", "throttled": False}
        with_key(desk, server)
        assert desk.run("akismet", "verify").stdout == "Akismet takes the key.\n"
        used = desk.run("akismet", "usage")
        assert "470 calls this month, of 500 (94 %)." in used.stdout
        assert "Few are left" in used.stdout
        told = json.loads(desk.run("akismet", "usage", "--json").stdout)
        assert (told["standing"], told["used"], told["limit"]) == ("good", 470, 500)
        assert server.key not in used.stdout + json.dumps(told)


def test_a_refused_key_and_silence_are_problems(desk: Desk) -> None:
    with answering() as server:
        with_key(desk, server)
        server.script("verify-key", Reply("invalid"))
        refused = desk.run("akismet", "verify", "--json")
        assert refused.returncode == 1
        assert json.loads(refused.stdout)["standing"] == "refused"
    silent = desk.run("akismet", "verify")
    assert silent.returncode == 1
    assert "did not answer" in silent.stdout
    assert desk.run("akismet", "usage").returncode == 1
