"""All that is done with the owner's rules, joined."""

from dataclasses import dataclass

from moderation.domain.clock import Clock
from moderation.domain.opinion import Verdict
from moderation.flow.apply import Apply
from moderation.flow.comb import Comb
from moderation.flow.listed import Listed
from moderation.flow.owner_rules import OwnerRules
from moderation.flow.screen import Screen
from moderation.flow.shelf import Shelf
from moderation.flow.trial import Trial
from moderation.net.contract import Fetcher
from moderation.settings import Settings
from moderation.store.contract import Store


@dataclass(frozen=True)
class RuleRooms:
    """Making rules, trying them on the past, putting them on what waits; lists from elsewhere."""

    own: OwnerRules
    trial: Trial
    apply: Apply
    shelf: Shelf


def rule_rooms(
    store: Store, settings: Settings, screen: Screen, fetcher: Fetcher, clock: Clock
) -> RuleRooms:
    comb, listed = Comb(store, settings.sites), Listed(store)
    in_file = dict.fromkeys(settings.checks.lists_hold, Verdict.HOLD)
    in_file |= dict.fromkeys(settings.checks.lists_spam, Verdict.SPAM)
    return RuleRooms(
        own=OwnerRules(store, settings.sites, clock),
        trial=Trial(comb, listed, clock),
        apply=Apply(store, comb, listed, screen, clock),
        shelf=Shelf(store, fetcher, clock, in_file),
    )
