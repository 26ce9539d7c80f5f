"""All that is done with the owner's rules, joined."""

from collections.abc import Sequence
from dataclasses import dataclass

from moderation.domain.clock import Clock
from moderation.domain.site import Site
from moderation.flow.apply import Apply
from moderation.flow.comb import Comb
from moderation.flow.owner_rules import OwnerRules
from moderation.flow.screen import Screen
from moderation.flow.trial import Trial
from moderation.store.contract import Store


@dataclass(frozen=True)
class RuleRooms:
    """Making rules, trying them on the past, putting them on what waits."""

    own: OwnerRules
    trial: Trial
    apply: Apply


def rule_rooms(store: Store, sites: Sequence[Site], screen: Screen, clock: Clock) -> RuleRooms:
    comb = Comb(store, sites)
    return RuleRooms(
        own=OwnerRules(store, sites, clock),
        trial=Trial(comb, clock),
        apply=Apply(store, comb, screen, clock),
    )
