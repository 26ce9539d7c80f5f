"""What the log says, to programs and to people, and what it never says."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from moderation import logs


@pytest.fixture(autouse=True)
def _leave_logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in logs.TALKATIVE}
    for name in ("uvicorn", "uvicorn.error"):  # a server that ran in this process set its own
        logger = logging.getLogger(name)
        logger.setLevel(logging.NOTSET)
        logger.propagate, logger.disabled = True, False
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_of_json_when_nobody_looks_on() -> None:
    stream = io.StringIO()
    logs.set_up(stream)
    logs.get("moderation.flow").info("comment held", comment="m1", links=3)
    (line,) = lines(stream)
    assert line.pop("timestamp")
    assert line == {
        "event": "comment held",
        "comment": "m1",
        "links": 3,
        "level": "info",
        "logger": "moderation.flow",
    }


def test_a_terminal_gets_words_and_a_readable_traceback() -> None:
    stream = Terminal()
    logs.set_up(stream)
    try:
        raise ValueError("odd\x1b[2J")
    except ValueError:
        logs.get("moderation").exception("broke", comment="m1")
    text = stream.getvalue()
    assert "broke" in text
    assert "Traceback (most recent call last):\n" in text
    assert "ValueError: odd\\x1b[2J" in text


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["json", "terminal"])
def test_no_control_character_of_a_stranger_reaches_the_log(stream: io.StringIO) -> None:
    logs.set_up(stream)
    evil = "a\r\nb\x1b]0;t\x07\x7f\x9b\u202e\u2028\ud800"
    logs.get("moderation").warning(
        evil, agent=evil, more={evil: [evil, (evil,)]}, e=Exception(evil)
    )
    logging.getLogger("uvicorn.error").warning("said %s", evil)
    text = stream.getvalue().replace("\n", "")
    for character in "\r\x07\x7f\x9b\u202e\u2028\ud800":
        assert character not in text
    assert "\x1b]" not in text
    assert len(stream.getvalue().splitlines()) == 2


def test_the_request_at_hand_is_named() -> None:
    stream = io.StringIO()
    logs.set_up(stream)
    token = logs.request_id.set("r-7")
    logs.get("moderation").info("one")
    logging.getLogger("uvicorn.error").info("two")
    logs.request_id.reset(token)
    logs.get("moderation").info("three")
    assert [line.get("request") for line in lines(stream)] == ["r-7", "r-7", None]


def test_what_stands_under_a_secret_name_is_hidden() -> None:
    stream = io.StringIO()
    logs.set_up(stream)
    logs.get("moderation").info(
        "x",
        password="pa55",
        csrf_token="pa55",
        akismet_key="pa55",
        email="pa55",
        headers={"Cookie": "pa55", "Authorization": "pa55", "X-Form-Token": "pa55"},
        keyboard="shown",
        ipv="shown",
    )
    assert "pa55" not in stream.getvalue()
    assert stream.getvalue().count("shown") == 2


def test_the_secrets_of_the_settings_are_taken_out_of_any_text() -> None:
    stream = io.StringIO()
    logs.set_up(stream, secrets=["pa55", ""])
    try:
        raise ValueError("the key pa55 is wrong")
    except ValueError as error:
        logs.get("moderation").exception("asking with pa55", error=error, of=["pa55"])
    logging.getLogger("httpx").warning("GET /?key=%s", "pa55")
    assert "pa55" not in stream.getvalue()
    assert len(lines(stream)) == 2


@pytest.mark.parametrize("name", ["databases", "httpx", "httpcore", "httpcore.connection"])
def test_libraries_that_tell_of_arguments_are_quiet_even_when_all_is_told(name: str) -> None:
    stream = io.StringIO()
    logs.set_up(stream, level=logging.DEBUG)
    logging.getLogger(name).info("args: ('me@blog.example',)")
    logs.get("moderation").debug("told")
    assert [line["event"] for line in lines(stream)] == ["told"]


def test_below_the_level_nothing_is_told() -> None:
    stream = io.StringIO()
    logs.set_up(stream, level=logging.WARNING)
    logs.get("moderation").info("not told")
    assert stream.getvalue() == ""
