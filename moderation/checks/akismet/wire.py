"""What goes over the wire to Akismet, and what an answer says beside its body."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlencode

import httpx

from moderation.checks.akismet.answer import Alert
from moderation.text.clean import clean_text

STAND_IN = "the-key"  # what the package is given for the key
MOST_BYTES = 64 * 1024  # of an answer; the longest real one is a few hundred
LONGEST_NOTICE = 300  # characters of a header that a person may read
LONGEST_WAIT = 24 * 3600  # seconds
_KEY_FIELDS = frozenset({"api_key", "key"})


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer, trimmed; what is not said is "" or 0."""

    status: int
    body: str
    guid: str
    pro_tip: str  # lower case
    alert: Alert | None
    error: str  # X-akismet-error: the account is suspended, or the like
    debug_help: str
    recheck_after: int  # seconds
    retry_after: int  # seconds


class Call(httpx.AsyncBaseTransport):
    """The transport of a single call: one object a call, so that calls at once never mix.

    The package builds the request and judges the body; this object does what it cannot:

    - puts our host (`base`) in place of the one built into the package;
    - puts the key in place of a stand-in, so that no exception, log line or `repr` of the
      package or of httpx can hold it, and takes the key out of whatever Akismet echoes;
    - adds fields the package refuses to carry (`guid`, `comment_parent`, the trap itself);
    - keeps the answer's headers (`heard`), trims the body and puts the pro-tip in lower
      case, since the package compares both exactly.

    The connections belong to `inner`, which is shared and stays open.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        *,
        base: httpx.URL,
        key: str,
        extra: Mapping[str, str],
        now: Callable[[], datetime],
    ) -> None:
        self._inner = inner
        self._base = base
        self._key = key
        self._extra = extra
        self._now = now
        self.heard: Heard | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(await self._rewritten(request))
        try:
            body = await _read(answer)
        finally:
            await answer.aclose()
        heard = self._listen(answer, body)
        self.heard = heard
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "X-akismet-pro-tip": heard.pro_tip,
            "X-akismet-debug-help": heard.debug_help.encode("ascii", "replace").decode(),
        }
        return httpx.Response(heard.status, headers=headers, content=heard.body.encode())

    async def _rewritten(self, request: httpx.Request) -> httpx.Request:
        path = self._base.path.rstrip("/") + request.url.path
        url = self._base.copy_with(path=path)
        content = None
        if request.method == "POST":
            fields = parse_qsl((await request.aread()).decode(), keep_blank_values=True)
            content = urlencode([*self._with_key(fields), *self._extra.items()]).encode()
        else:
            url = url.copy_with(params=self._with_key(request.url.params.multi_items()))
        kept = ("user-agent", "accept", "accept-encoding", "content-type", "connection")
        headers = [(name, request.headers[name]) for name in kept if name in request.headers]
        return httpx.Request(
            request.method, url, headers=headers, content=content, extensions=request.extensions
        )

    def _with_key(self, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [
            (name, self._key if name in _KEY_FIELDS and value == STAND_IN else value)
            for name, value in fields
        ]

    def _listen(self, answer: httpx.Response, body: str) -> Heard:
        def header(name: str) -> str:
            return self._printable(answer.headers.get(name, ""))

        code, message = header("X-akismet-alert-code"), header("X-akismet-alert-msg")
        if len(body) > len(self._key):  # an echo, not the word "invalid" for a key of that name
            body = body.replace(self._key, "[key]")
        return Heard(
            status=answer.status_code,
            body=body,
            guid=header("X-akismet-guid"),
            pro_tip=header("X-akismet-pro-tip").lower(),
            alert=Alert(code, message) if code or message else None,
            error=header("X-akismet-error"),
            debug_help=header("X-akismet-debug-help"),
            recheck_after=_seconds(header("X-akismet-recheck-after")),
            retry_after=wait_of(header("Retry-After"), self._now()),
        )

    def _printable(self, value: str) -> str:
        clean = clean_text(value, lines=False)
        return clean.replace(self._key, "[key]")[:LONGEST_NOTICE]


def wait_of(retry_after: str, now: datetime) -> int:
    """Read Retry-After, seconds or a date (RFC 9110 §10.2.3), as 0 .. 86,400 whole seconds."""
    if retry_after.isdecimal():
        return _seconds(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0
    if moment.tzinfo is None:  # "-0000": UTC, the sender's place unknown
        moment = moment.replace(tzinfo=UTC)
    return max(0, min(int((moment - now).total_seconds()), LONGEST_WAIT))


def _seconds(value: str) -> int:
    if not (value.isascii() and value.isdecimal()):
        return 0
    return min(int(value[:9]), LONGEST_WAIT)


async def _read(answer: httpx.Response) -> str:
    """Read an answer whole. We ask for it uncompressed; one that is not is not read."""
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise httpx.RemoteProtocolError("an answer in an encoding that was not asked for")
    body = b""
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > MOST_BYTES:
            raise httpx.RemoteProtocolError("an answer too long to be one")
    return body.decode("utf-8", "replace").strip()
