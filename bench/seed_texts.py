"""What made-up people write: words as common as in a language, sentences, names."""

import random
from itertools import accumulate

COMMON = """
the be to of and a in that have it for not on with he as you do at this but his by from they we
say her she or an will my one all would there their what so up out if about who get which go me
when make can like time no just him know take people into year your good some could them see other
than then now look only come its over think also back after use two how our work first well way
even new want because any these give day most us garden bees bread river honest photo recipe
winter question answer reader article link page server thanks agree wrong
"""
SYLLABLES = "ba ke li mo nu ra se ti vo zu an er in ol ut sta kri ple dro fen gal hor jen"
FIRST = "Ana Ben Cleo Dan Eva Finn Gita Hugo Ines Jan Kira Lars Mona Nils Olga Pau Rosa Sam"
LAST = "Abel Berg Costa Dahl Egger Fuchs Grau Holm Ivers Jonas Klein Lund Moser Nagy Ott"
RARE = 20_000  # made-up words, of which each is rarer than the one before
SENTENCES = 20_000


class Texts:
    """Draws names and texts from a pool that is made once."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        parts = SYLLABLES.split()
        rare = ["".join(chance.choices(parts, k=chance.randint(2, 4))) for _ in range(RARE)]
        vocabulary = [*COMMON.split(), *rare]
        weights = list(accumulate(1 / (rank + 3) for rank in range(len(vocabulary))))
        self._names = [f"{first} {last}" for first in FIRST.split() for last in LAST.split()]
        self._vocabulary, self._weights = vocabulary, weights
        self._sentences = [self._sentence() for _ in range(SENTENCES)]

    def _sentence(self) -> str:
        length = self._chance.randint(5, 14)
        words = self._chance.choices(self._vocabulary, cum_weights=self._weights, k=length)
        return " ".join(words).capitalize() + "."

    def name(self) -> str:
        return self._chance.choice(self._names)

    def title(self) -> str:
        return self._chance.choice(self._sentences).removesuffix(".")

    def text(self, number: int) -> str:
        """Some sentences, mostly few; the last has a word that stands nowhere else."""
        said = self._chance.choices(self._sentences, k=self._length())
        return f"{' '.join(said)} Number n{number}x."

    def own_text(self) -> str:
        """As `text`, of sentences that nobody else says: not even nearly what another is."""
        return " ".join(self._sentence() for _ in range(self._length()))

    def _length(self) -> int:
        return min(12, 1 + int(self._chance.expovariate(0.5)))
