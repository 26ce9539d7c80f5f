"""How the starter model is made: whom it believes how much, and what it takes back."""

from bench.make_starter_model import Sample, made
from bench.spam_fit import fitted
from moderation.checks.learned.model import Model


def sample(source: str, text: str, *, spam: bool, name: str = "") -> Sample:
    words = tuple(f"w:{word}" for word in text.split())
    return Sample(words, words, tuple(f"w:{word}" for word in name.split()), spam, source)


def test_what_always_comes_together_is_not_counted_twice() -> None:
    twins = ("s:one", "s:other")
    weights = {"s:one": 2.0, "s:other": 2.0, "s:third": -1.0}
    found = fitted(
        weights,
        [(twins, True, 1.0), ((*twins, "s:third"), False, 1.0), (("s:third",), False, 1.0)] * 20,
        most=2.5,
    )
    assert list(found) == list(weights)
    assert 0 < found["s:one"] == found["s:other"] < 2.0
    assert found["s:third"] < -1.0


def test_fitting_makes_no_weight_stronger_than_it_may_be_and_is_always_the_same() -> None:
    decided = [(("s:one", "s:odd"), True, 1.0), (("s:two",), False, 0.5)] * 400
    weights = {"s:one": 0.1, "s:two": 0.1}
    found = fitted(weights, decided, most=0.5)
    assert found == fitted(weights, decided, most=0.5) == {"s:one": 0.5, "s:two": -0.5}


def test_it_fits_the_sum_that_the_model_makes() -> None:
    decided = [(("s:one", "u:a.example", "s:site=deep"), True, 1.0)] * 9
    decided += [(("s:one", "w:bees", "s:site=root"), False, 1.0)] * 9
    weights = {"s:one": 0.4, "s:site=deep": 0.2, "s:site=root": 0.2}
    before, after = Model(weights), Model(fitted(weights, decided, most=2.5))
    for tokens, spam, _ in decided:
        said, then = before.weigh(tokens).probability, after.weigh(tokens).probability
        assert then > said if spam else then < said


def test_many_videos_count_for_no_more_than_one_blog() -> None:
    """A word that is spam's on videos and ham's on a blog says nothing, however many videos."""

    def weights(videos: int) -> dict[str, float]:
        samples = [
            sample("blog", "shared plain" if not spam else "other words", spam=spam)
            for spam in (True, False)
            for _ in range(300)
        ]
        samples += [
            sample(f"yt-{number}", "shared plain" if spam else "other words", spam=spam)
            for number in range(videos)
            for spam in (True, False)
            for _ in range(300)
        ]
        return made(samples)

    assert abs(weights(1).get("w:shared", 0.0)) < 0.2
    assert abs(weights(5).get("w:shared", 0.0)) < 0.2


def test_names_of_those_who_write_at_a_place_and_long_numbers_are_left_out() -> None:
    samples = [
        sample(place, f"thanks {word} for it buy", spam=False, name="joe" if turn else "x")
        for place, word in (("a", "joe"), ("b", "ann"))
        for turn in (True, False)
        for _ in range(20)
    ]
    samples += [sample("b", "buy it thanks joe for 0123456789 1997", spam=True) for _ in range(20)]
    samples += [sample("a", "buy it thanks for 0123456789 1997", spam=True) for _ in range(20)]
    weights = made(samples)
    assert "w:1997" in weights
    assert not {"w:joe", "w:0123456789"} & weights.keys()
