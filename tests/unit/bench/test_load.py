"""What asks: both generators send the same, and count what comes back."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.asked import Answer, ask, once, repeated, split
from bench.load import Load, Unmeasurable, at, attempt
from bench.load import ask as load
from bench.processes import Cores
from bench.servers import Server, bare_of

HERE = frozenset(os.sched_getaffinity(0) if sys.platform == "linux" else ())
CORES = Cores(HERE, HERE, HERE)
HEADERS = (("Content-Type", "text/plain"), ("Content-Length", "5"), ("Date", "never"))
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the benchmark needs Linux")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    refusal = Answer(404, (("Content-Length", "0"),), b"")
    answers = {"/a?b=1": Answer(200, HEADERS, b"hello"), "/no": refusal}
    with bare_of(answers, CORES, tmp_path_factory.mktemp("bare")) as bare:
        yield bare


@pytest.fixture(params=["wrk", "own"])
def client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    if name == "wrk" and not shutil.which("wrk"):
        pytest.skip("wrk is not installed")
    monkeypatch.setenv("BENCH_CLIENT", name)
    return name


def test_the_bare_server_gives_what_was_given_to_it(server: Server) -> None:
    answer = ask(server.base, "/a?b=1")
    assert (answer.status, answer.body) == (200, b"hello")
    assert answer.header("content-type") == "text/plain"
    assert answer.header("date") != "never"  # the server writes its own


def test_a_load_is_counted(server: Server, client: str) -> None:
    found = load(Load(f"{server.base}/a?b=1", connections=2, seconds=1), HERE)
    assert found.requests > 0
    assert found.bytes > 5 * found.requests
    assert found.refused == found.broken == 0
    assert 0 < found.p50 <= found.p99 <= found.most
    assert found.rate == pytest.approx(found.requests / found.seconds)


def test_what_varies_is_sent_as_it_should_be(server: Server, client: str) -> None:
    """Only the right targets are answered by this server; a body is read and passed over."""
    asked = Load(
        f"{server.base}/x",
        "POST",
        {"X-Of": "{who}"},
        '{"text": "{text} {n}"}',
        ["/a?b=1", "/a?b=1"],
        ["one", "two"],
        connections=2,
        seconds=1,
    )
    assert once(asked).body == b"hello"
    assert load(asked, HERE).requests > 0


def test_refusals_are_counted_and_no_figure_is_made_of_them(server: Server, client: str) -> None:
    refused = Load(f"{server.base}/no", connections=1, seconds=1)
    found = attempt(refused, HERE)
    assert found.refused == found.requests > 0
    with pytest.raises(Unmeasurable, match="refused"):
        load(refused, HERE)
    with pytest.raises(Unmeasurable, match="404"):
        once(refused)


def test_who_asks_by_hand_has_an_answer_however_short_the_time(server: Server) -> None:
    assert repeated(Load(f"{server.base}/a?b=1"), 0.0, least=2) == 2
    with pytest.raises(Unmeasurable, match="404"):
        repeated(Load(f"{server.base}/no"), 0.0, least=1)


def test_the_same_is_asked_of_another_server() -> None:
    asked = at(Load("http://127.0.0.1:1/a?b=1", "POST"), "http://127.0.0.1:2")
    assert asked == replace(asked, url="http://127.0.0.1:2/a?b=1", method="POST")
    assert split(asked.url) == ("http://127.0.0.1:2", "/a?b=1")


def test_a_server_that_ends_is_told_of_with_its_last_word(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(Unmeasurable, match=r"ended before it answered: .*Error"),
        bare_of({"/": Answer(200, (("x", "\N{SNOWMAN}"),), b"")}, CORES, tmp_path),
    ):
        pass
