"""How the house logs: JSON lines for programs, a console for people, nobody's secrets in either."""

import logging
import sys
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from contextvars import ContextVar
from typing import Any, TextIO
from unicodedata import category

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Set by the front for each request, by the worker for each job; "" outside of both.
request_id: ContextVar[str] = ContextVar("request_id", default="")

# Whatever stands under one of these names, or under one that ends so (`csrf_token`), is not told.
SECRET = frozenset({"password", "token", "secret", "cookie", "authorization", "key"})
# Nor what tells who somebody is, or what was written.
PRIVATE = frozenset({"email", "ip", "body", "text", "private_url", "form", "query_arguments"})
HIDDEN = "…"

# These tell of every query or request below WARNING, with arguments and full addresses.
TALKATIVE = ("alembic", "databases", "aiosqlite", "httpx", "httpx2", "httpcore", "httpcore2")


def get(name: str) -> structlog.stdlib.BoundLogger:
    """Make a logger: ``log.info("comment held", comment=id)``, an event and its values.

    Before `set_up` it goes where the standard library's loggers go.
    """
    logger: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        context_class=dict,
    )
    return logger


def set_up(
    stream: TextIO | None = None, *, level: int = logging.INFO, secrets: Iterable[str] = ()
) -> None:
    """Send everything that is logged to `stream` (stderr), also by libraries; replaces handlers.

    On a terminal it is written for people, else as one JSON object a line. None of
    `secrets` (the settings') is ever written, wherever it stands.
    """
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(tuple(secrets), for_people=stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _formatter(secrets: Sequence[str], *, for_people: bool) -> logging.Formatter:
    """Make what every record goes through, ours and other libraries'."""
    last: Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if for_people
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            add_request_id,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hide_named,
            Tame(secrets),
            last,
        ],
    )


def add_request_id(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Add the id of the request or job at hand, where there is one."""
    if current := request_id.get():
        event.setdefault("request", current)
    return event


def hide_named(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace what stands under a name that is known to be secret or private."""
    return _without_named(event)


class Tame:
    r"""Writes control characters as escapes, ``\x1b``: no line is forged, no terminal steered.

    Those that turn the direction of text and the separators of lines and paragraphs are
    among them. The line breaks of a traceback stay: JSON writes them as escapes itself,
    and people want to read it. Secrets are taken out of any text first.
    """

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        self.secrets = sorted((s for s in secrets if s), key=len, reverse=True)

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {
            str(name): self._tamed(value, keep="\n" if name == "exception" else "")
            for name, value in event.items()
        }

    def _tamed(self, value: object, *, keep: str = "") -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {str(self._tamed(str(k))): self._tamed(v) for k, v in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._tamed(inner) for inner in value]
        text = repr(value) if isinstance(value, BaseException) else str(value)
        for secret in self.secrets:
            text = text.replace(secret, HIDDEN)
        return "".join(c if c in keep or not _is_control(c) else _escape(c) for c in text)


def _without_named(values: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in values.items():
        if _is_hidden(str(name)):
            values[name] = HIDDEN if value else value
        elif isinstance(value, Mapping):
            values[name] = _without_named(dict(value))
    return values


def _is_hidden(name: str) -> bool:
    lower = name.lower().replace("-", "_")
    return lower in PRIVATE or lower.rpartition("_")[2] in SECRET


def _is_control(character: str) -> bool:
    return not character.isprintable() and category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
