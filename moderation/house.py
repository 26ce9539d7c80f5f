"""The rooms behind the doors, opened and joined: what both the server and the command line use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from moderation import plugs, templating
from moderation.checks.akismet import AkismetCheck
from moderation.checks.contract import Check, Tools
from moderation.checks.learned import Learned
from moderation.domain.clock import Clock
from moderation.domain.ids import new_secret
from moderation.domain.site import Site
from moderation.flow.account import KIND, Account
from moderation.flow.answer import Answer
from moderation.flow.ask import Ask
from moderation.flow.block import Blocks
from moderation.flow.decide import Decide
from moderation.flow.discover import Discover
from moderation.flow.enter import Enter
from moderation.flow.find import Find
from moderation.flow.follow import Features
from moderation.flow.followers import RELEASE, Release
from moderation.flow.hear import Hear
from moderation.flow.indexing import INDEX, Indexing
from moderation.flow.lessons import RELEARN, PastLessons, School
from moderation.flow.letters import Letters
from moderation.flow.look import Look
from moderation.flow.passwords import Passwords
from moderation.flow.preferences import Preferences
from moderation.flow.publish import Publish
from moderation.flow.receive import Receive
from moderation.flow.relearn import Relearn
from moderation.flow.remember import Remember
from moderation.flow.revise import Revise
from moderation.flow.rule_rooms import RuleRooms, rule_rooms
from moderation.flow.screen import Screen
from moderation.flow.see import See
from moderation.flow.sources import Sources
from moderation.flow.standing import StandingOf
from moderation.flow.study import Study
from moderation.flow.sweep import Sweep
from moderation.flow.teach import CORRECT, UNDO_TIME
from moderation.flow.tell import Tell
from moderation.flow.undo import Undo
from moderation.flow.verify import Verify
from moderation.flow.watch import Watch
from moderation.flow.waves import Waves
from moderation.flow.worker import Handler, Worker
from moderation.flow.writer import Writer
from moderation.formats.contract import Addresses, ThreadFormat
from moderation.net.client import GuardedFetcher
from moderation.net.parse import ProcessReader
from moderation.notify import mail
from moderation.settings import Settings
from moderation.signing import SignedFormTokens, Signing
from moderation.store import keys
from moderation.store.db import DatabaseStore, open_store


@dataclass(frozen=True)
class Learning:
    """What goes with the check that learns from decisions."""

    check: Learned | None  # None where it is switched off
    school: School | None
    study: Study
    relearn: Relearn


@dataclass(frozen=True)
class House:
    """Every use case, ready; `close` when done."""

    settings: Settings
    clock: Clock
    store: DatabaseStore
    signing: Signing
    addresses: Addresses
    features: Features
    receive: Receive
    hear: Hear
    decide: Decide
    blocks: Blocks
    sources: Sources
    undo: Undo
    revise: Revise
    answer: Answer
    writer: Writer
    publish: Publish
    see: See
    find: Find
    discover: Discover
    standing: StandingOf
    rules: RuleRooms
    waves: Waves
    enter: Enter
    tell: Tell
    sweep: Sweep
    watch: Watch
    indexing: Indexing
    look: Look
    fetcher: GuardedFetcher
    reader: ProcessReader
    akismet: AkismetCheck | None
    account: Account | None  # None without a key
    preferences: Preferences
    learning: Learning
    worker: Worker

    async def close(self) -> None:
        """End the worker first: it hands its leases back; the store last."""
        await self.worker.stop()
        await self.publish.close()
        await self.reader.close()
        if self.akismet is not None:
            await self.akismet.aclose()
        await self.store.close()


async def open_house(
    settings: Settings, *, clock: Clock, undo_time: timedelta = UNDO_TIME
) -> House:
    """Open the store and join the rooms. Raises `StoreUnusable` with one line for people."""
    store = await open_store(settings.store, clock=clock)
    ring = await store.write(keys.ensure, new_secret().encode(), clock.now())
    return _join(settings, clock, store, Signing(ring, clock), undo_time)


def _join(
    settings: Settings, clock: Clock, store: DatabaseStore, signing: Signing, undo_time: timedelta
) -> House:
    sites, addresses = settings.sites, Addresses(settings.server.public_url)
    preferences = Preferences(store, settings, clock)
    checks = make_checks(make_tools(settings, store, signing, clock, preferences))
    screen = Screen(checks)
    akismet = next((c for c in checks if isinstance(c, AkismetCheck)), None)
    learning = _learning(store, settings, checks, preferences, clock)
    account = _account(store, settings, akismet, clock)
    tell, mails = _make_tell(settings, store, signing, clock)
    on = Features(remote=tuple(c.name for c in screen.remote), mail=mails)
    corrects, school = "akismet" in on.remote, learning.school
    fetcher = make_fetcher(settings, clock)
    reader = ProcessReader(clock)
    look = Look(store, sites, fetcher, reader, clock, on)
    sweep, watch, indexing = _returning(store, settings, learning, clock)
    decide, blocks = _deciding(store, sites, clock, undo_time, corrects=corrects, school=school)
    handlers = _mailing(tell) | _asking(store, settings, akismet, account, clock, on)
    handlers |= {"look": look, "sweep": sweep, "recheck": watch, RELEARN: learning.relearn.job}
    handlers |= {RELEASE: Release(store, clock), INDEX: indexing}
    handlers["verify"] = Verify(store, sites, screen, fetcher, reader, clock, on)
    return House(
        settings=settings,
        clock=clock,
        store=store,
        signing=signing,
        addresses=addresses,
        features=on,
        receive=Receive(store, sites, screen, signing, clock, on),
        hear=Hear(store, sites, screen, blocks, clock, public_url=settings.server.public_url),
        decide=decide,
        blocks=blocks,
        sources=Sources(store, sites, clock),
        undo=Undo(store, clock, undo_time=undo_time, corrects=corrects, school=school),
        revise=Revise(store, clock),
        answer=Answer(store, sites, clock, school=school),
        writer=Writer(store, sites, screen, clock, on),
        publish=Publish(store, sites, make_formats(addresses), clock),
        see=See(store, sites),
        find=Find(store, sites),
        discover=Discover(store, sites, settings.server.public_url, clock),
        standing=StandingOf(store),
        rules=rule_rooms(store, settings, screen, fetcher, clock),
        waves=Waves(store, decide, clock),
        enter=Enter(store, Passwords(), clock),
        tell=tell,
        sweep=sweep,
        watch=watch,
        indexing=indexing,
        look=look,
        fetcher=fetcher,
        reader=reader,
        akismet=akismet,
        account=account,
        preferences=preferences,
        learning=learning,
        worker=Worker(store, handlers, clock),
    )


def _account(
    store: DatabaseStore, settings: Settings, akismet: AkismetCheck | None, clock: Clock
) -> Account | None:
    asked = akismet.akismet if akismet is not None and akismet.remote else None
    return Account(store, settings.sites, asked, clock) if asked is not None else None


def _make_tell(
    settings: Settings, store: DatabaseStore, signing: Signing, clock: Clock
) -> tuple[Tell, bool]:
    """Who writes letters, and whether any can be sent."""
    channel = mail.make(settings.mail, clock=clock)
    letters = Letters(templating.environment(), settings.server.public_url, settings.sites)
    return Tell(store, settings.sites, channel, letters, signing, clock), channel.on


def _returning(
    store: DatabaseStore, settings: Settings, learning: Learning, clock: Clock
) -> tuple[Sweep, Watch, Indexing]:
    """The jobs that ask for themselves again and again."""
    sweep = Sweep(store, settings, clock, keep_models=learning.relearn.keep)
    return sweep, Watch(store, settings.sites, clock), Indexing(store, clock)


def _deciding(
    store: DatabaseStore,
    sites: Sequence[Site],
    clock: Clock,
    undo_time: timedelta,
    *,
    corrects: bool,
    school: School | None,
) -> tuple[Decide, Blocks]:
    decide = Decide(store, sites, clock, undo_time=undo_time, corrects=corrects, school=school)
    return decide, Blocks(store, decide, clock)


def _mailing(tell: Tell) -> dict[str, Handler]:
    return {
        "notify": tell.notify,
        "letter": tell.letter,
        "confirm": tell.confirm,
        "trouble": tell.trouble,
    }


def _asking(
    store: DatabaseStore,
    settings: Settings,
    akismet: AkismetCheck | None,
    account: Account | None,
    clock: Clock,
    on: Features,
) -> dict[str, Handler]:
    if akismet is None:  # switched off
        return {}
    ask = Ask(store, settings.sites, akismet.akismet, clock, on)
    found: dict[str, Handler] = {"ask": ask.ask, CORRECT: ask.correct}
    return found if account is None else found | {KIND: account}


def make_fetcher(settings: Settings, clock: Clock) -> GuardedFetcher:
    """Make the one way out, with the private hosts that any site allows."""
    private = {h for site in settings.sites for h in site.pings.allowed_private_hosts}
    return GuardedFetcher(
        settings.server.public_url,
        allowed_private=private | set(settings.pings.allowed_private_hosts),
        clock=clock,
    )


def _learning(
    store: DatabaseStore,
    settings: Settings,
    checks: Sequence[Check],
    preferences: Preferences,
    clock: Clock,
) -> Learning:
    check = next((c for c in checks if isinstance(c, Learned)), None)
    school = School(store, settings.sites, check) if check is not None else None
    study = Study(store, settings.sites, check, preferences)
    return Learning(check, school, study, Relearn(store, settings.sites, check, clock))


def make_tools(
    settings: Settings,
    store: DatabaseStore,
    signing: Signing,
    clock: Clock,
    preferences: Preferences,
) -> Tools:
    """What checks are made with, over an opened store."""
    form_tokens = SignedFormTokens(signing)
    return Tools(settings, Remember(store), form_tokens, clock, PastLessons(store), preferences)


def make_checks(tools: Tools) -> list[Check]:
    """Make the checks that are not switched off."""
    names = (n for n in plugs.names("checks") if n not in tools.settings.checks.off)
    return [plugs.plug("checks", name).make(tools) for name in names]


def make_formats(addresses: Addresses) -> Mapping[str, ThreadFormat]:
    """Make every format on the shelf, by name."""
    environment = templating.environment()
    made = (plugs.plug("formats", n).make(addresses, environment) for n in plugs.names("formats"))
    return {form.name: form for form in made}
