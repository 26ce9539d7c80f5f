"""kill -9 under load, again and again: nothing that was answered is lost, doubled or undone."""

import asyncio
import os
import random
from pathlib import Path

from tests.owner import make_owner
from tests.process import running, until

from .evidence import assert_kept, assert_whole
from .load import SETTINGS, Ledger, note, send, under_load

ROUNDS = {"sqlite": 12, "postgresql": 6}
ANSWERS = 150  # at most, before the process is killed
EARLY = 0.2  # of the lives end while it is still starting ...
STARTING = 1.2  # ... after so many seconds at most
ASKED = os.environ.get("MODERATION_FAULT_ROUNDS", "")


async def test_what_was_answered_survives_any_number_of_kills(
    store_url: str, engine_name: str, tmp_path: Path
) -> None:
    ledger = Ledger()
    rounds = int(ASKED or ROUNDS[engine_name])
    async with running(tmp_path, store_url, SETTINGS) as service:
        owner = await make_owner(service)

        async def end() -> None:
            wanted = ledger.heard + random.randrange(ANSWERS)  # noqa: S311 no secret
            await until(lambda: ledger.has_heard(wanted), what=f"answer {wanted}")
            await service.kill()

        for number in range(rounds):
            await under_load(service, ledger, owner, end)
            while random.random() < EARLY:  # noqa: S311 no secret
                await service.start(wait=False)
                await asyncio.sleep(random.uniform(0, STARTING))  # noqa: S311 no secret
                await service.kill()
            await service.start()
            if number % 10 == 9 or number == rounds - 1:
                await assert_kept(store_url, ledger)
                await assert_whole(store_url)
        for sending in ledger.sendings:
            if sending.told is None or sending.key:
                note(ledger, sending, await send(service.port, sending))
        await assert_kept(store_url, ledger)
        assert len(ledger.acknowledged) == len(ledger.sendings)
        assert service.complaints() == []
    unanswered = sum(bool(state.asked) for state in ledger.decided.values())
    print(
        f"\n{engine_name}: {rounds} kills, {len(ledger.sendings)} comments there once, "
        f"{ledger.repeats} repeats answered alike, {ledger.decisions} decisions stand, "
        f"{unanswered} were not answered, {ledger.refusals} times 503"
    )
