"""How Akismet is asked: through the `akismet` package, with the rest of the protocol around it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from importlib.metadata import version
from typing import TypeVar

import akismet
import httpx

from moderation.checks.akismet import fields
from moderation.checks.akismet.answer import (
    AkismetAnswer,
    AkismetFailed,
    AkismetUsage,
    Alert,
    Said,
)
from moderation.checks.akismet.pause import Pause
from moderation.checks.akismet.reading import answer_of, ask_usage, what_went_wrong
from moderation.checks.akismet.wire import STAND_IN, Call, Heard
from moderation.checks.contract import Case
from moderation.domain.clock import Clock
from moderation.settings import AkismetSettings

AT_ONCE = 4  # calls; the others wait for a slot

T = TypeVar("T")


class Akismet:
    """One account at Akismet, for all sites; `settings` have a key.

    Nothing is asked until the first call, and a key that is wrong is found out then. Every
    call has `timeout_seconds` to find a slot and as much again to be answered, all in all;
    there is no second try here: a job asks again later. Redirects are not followed and no
    proxy is taken from the environment. `aclose` when done.
    """

    def __init__(self, settings: AkismetSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._base = httpx.URL(settings.url)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._pause = Pause(clock)
        self._connections: httpx.AsyncHTTPTransport | None = None
        self.alert: Alert | None = None  # what the last answer said of the account

    @property
    def paused_until(self) -> datetime | None:
        """Until when nothing is asked, or None; `trouble` says why."""
        return self._pause.until

    @property
    def trouble(self) -> str:
        """A sentence for the owner while asking is paused, else ""."""
        return self._pause.because if self._pause.until else ""

    async def check(self, case: Case, *, recheck_reason: str = "") -> AkismetAnswer:
        """Ask whether a comment is spam (comment-check). Never raises for Akismet's failures.

        `recheck_reason` is Akismet's word: ``edit``, ``retry``, ``recheck_queue``; an
        edited case says ``edit`` by itself.
        """
        sent = fields.of(case, recheck_reason)
        if "user_ip" not in sent:
            return AkismetAnswer(
                Said.UNKNOWN, "Akismet was not asked: the sender's address is not kept.", sent
            )

        async def ask(client: akismet.AsyncClient) -> akismet.CheckResponse:
            return await client.comment_check(sent["user_ip"], **fields.arguments(sent))

        try:
            said, heard = await self._call(sent["blog"], fields.added(sent), ask)
        except AkismetFailed as failure:
            return AkismetAnswer(
                Said.UNKNOWN,
                str(failure),
                sent,
                guid=failure.guid,
                alert=failure.alert,
                retry_after=failure.retry_after,
                again=True,
            )
        return answer_of(said, heard, sent)

    async def submit(self, sent: Mapping[str, str], *, spam: bool, guid: str = "") -> None:
        """Tell Akismet it was wrong (submit-spam, submit-ham), with what `check` had sent.

        `guid` goes along though the package cannot carry it: the transport adds it to the
        body. Raises `AkismetFailed` for anything but Akismet's thanks, and ValueError for
        values that no check has sent.
        """
        if not sent.get("blog") or not sent.get("user_ip"):
            raise ValueError("a correction needs the values that were sent at the check")

        async def tell(client: akismet.AsyncClient) -> bool:
            act = client.submit_spam if spam else client.submit_ham
            return await act(sent["user_ip"], **fields.arguments(sent))

        extra = fields.added(sent) | ({"guid": guid} if guid else {})
        await self._call(sent["blog"], extra, tell)

    async def verify(self, blog: str) -> bool | None:
        """Ask whether the key is good for a site's address; None when there was no answer.

        Asks even while pausing, since the owner wants to know now; a good key ends the pause.
        """
        try:
            good, _ = await self._call(blog, {}, lambda client: client.verify_key(), anyway=True)
        except AkismetFailed:
            return None
        if good:
            self._pause.end()
        else:
            self._pause.key_refused()
        return good

    async def usage(self, blog: str) -> AkismetUsage:
        """Ask how much of this month's plan is used. Raises `AkismetFailed`."""
        told, _ = await self._call(blog, {}, ask_usage, anyway=True)
        return told

    async def aclose(self) -> None:
        """Close the connections; a later call opens new ones."""
        if self._connections is not None:
            connections, self._connections = self._connections, None
            await connections.aclose()

    async def _call(
        self,
        blog: str,
        extra: Mapping[str, str],
        act: Callable[[akismet.AsyncClient], Awaitable[T]],
        *,
        anyway: bool = False,
    ) -> tuple[T, Heard]:
        """Wait for a slot and make one call; raises `AkismetFailed`, and nothing else of theirs."""
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                await self._slots.acquire()
        except TimeoutError:
            raise AkismetFailed("Akismet is still busy with other comments of ours.") from None
        try:
            left = self._pause.left()
            if left and not anyway:
                raise AkismetFailed(self._pause.because, retry_after=left)
            return await self._ask(blog, extra, act)
        finally:
            self._slots.release()

    async def _ask(
        self,
        blog: str,
        extra: Mapping[str, str],
        act: Callable[[akismet.AsyncClient], Awaitable[T]],
    ) -> tuple[T, Heard]:
        call = Call(
            self._open(),
            base=self._base,
            key=self._settings.key,
            extra=extra,
            now=self._clock.now,
        )
        seconds = self._settings.timeout_seconds
        try:
            async with asyncio.timeout(seconds), _client(call, seconds) as http:
                result = await act(akismet.AsyncClient(akismet.Config(STAND_IN, blog), http))
        except akismet.APIKeyError:
            self._pause.key_refused()
            raise self._failure(call, _refused(call.heard)) from None
        except TimeoutError:
            raise self._failure(call, f"Akismet did not answer in {seconds:g} seconds.") from None
        except (akismet.AkismetError, ValueError):  # ValueError: no JSON in a usage answer
            raise self._failure(call, what_went_wrong(call.heard)) from None
        heard = call.heard
        if heard is None or heard.status != 200 or heard.error:
            raise self._failure(call, what_went_wrong(heard))
        self._pause.answered()
        self.alert = heard.alert
        return result, heard

    def _failure(self, call: Call, sentence: str) -> AkismetFailed:
        """Make the exception, and rest the line as the answer asks."""
        heard = call.heard
        self._pause.failed()
        if heard is None:
            return AkismetFailed(sentence, retry_after=self._pause.left())
        self.alert = heard.alert
        if heard.retry_after:
            self._pause.asked_to_wait(heard.retry_after)
        return AkismetFailed(
            sentence, guid=heard.guid, alert=heard.alert, retry_after=self._pause.left()
        )

    def _open(self) -> httpx.AsyncHTTPTransport:
        if self._connections is None:
            self._connections = httpx.AsyncHTTPTransport(
                trust_env=False, limits=httpx.Limits(max_connections=AT_ONCE)
            )
        return self._connections


def _client(call: Call, seconds: float) -> httpx.AsyncClient:
    agent = f"moderation/{version('moderation')} | {akismet.USER_AGENT}"
    return httpx.AsyncClient(
        transport=call,
        # A handshake that hangs ends by itself, and closes its socket, before the whole call does.
        timeout=httpx.Timeout(seconds, connect=0.9 * seconds),
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": agent, "Accept": "*/*", "Accept-Encoding": "identity"},
    )


def _refused(heard: Heard | None) -> str:
    """Akismet says "invalid" to a wrong key and to a question it cannot use alike."""
    told = f" It says: {heard.debug_help}" if heard and heard.debug_help else ""
    return f"Akismet refused the key.{told}"
