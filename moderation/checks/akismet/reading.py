"""What one answer of Akismet means, its body and its headers taken together."""

from collections.abc import Mapping

import akismet

from moderation.checks.akismet.answer import AkismetAnswer, AkismetUsage, Said
from moderation.checks.akismet.wire import Heard


def answer_of(said: akismet.CheckResponse, heard: Heard, sent: Mapping[str, str]) -> AkismetAnswer:
    """Put the verdict and the headers beside it together; an alert changes no verdict."""
    verdict, because = Said.HAM, "Akismet says this is not spam."
    if said is akismet.CheckResponse.DISCARD:
        verdict, because = Said.SPAM, "Akismet says this is spam of the worst kind."
    elif said is akismet.CheckResponse.SPAM:
        verdict, because = Said.SPAM, "Akismet says this is spam."
    elif heard.recheck_after:
        because = f"Akismet wants to be asked again in {heard.recheck_after} seconds."
    return AkismetAnswer(
        verdict,
        because,
        sent,
        guid=heard.guid,
        pro_tip=heard.pro_tip,
        alert=heard.alert,
        recheck_after=heard.recheck_after if verdict is Said.HAM else 0,
        again=verdict is Said.HAM and heard.recheck_after > 0,
    )


def what_went_wrong(heard: Heard | None) -> str:
    """Say it in a sentence; `heard` is None where no answer came whole."""
    if heard is None:
        return "Akismet could not be reached."
    if heard.error:
        return f"Akismet reports trouble with the account: {heard.error}"
    if heard.status != 200:
        return f"Akismet answered with status {heard.status}."
    if heard.debug_help:
        return f"Akismet could not use the question: {heard.debug_help}"
    return "Akismet's answer could not be understood."


async def ask_usage(client: akismet.AsyncClient) -> AkismetUsage:
    """Ask usage-limit; its `limit` may be "none" and its `percentage` is a string.

    Raises ValueError for an answer of another shape.
    """
    told: object = await client.usage_limit()
    if not isinstance(told, dict):
        raise ValueError("usage is not an object")
    limit = str(told.get("limit", "none"))
    return AkismetUsage(
        limit=None if limit == "none" else int(limit),
        used=int(str(told.get("usage", 0))),
        percentage=float(str(told.get("percentage", 0))),
        throttled=bool(told.get("throttled", False)),
    )
