"""How much of a page is still there."""

from moderation.text.sketch import SIZE, kept, runs, sketch

POST = " ".join(f"{word} of the {word}ing margin" for word in ("quill", "paper", "ink", "nib")) * 2
PILLS = " ".join(f"{word} pills for the {word} buyer" for word in ("blue", "red", "cheap")) * 3


def test_a_page_that_grew_has_all_of_what_it_said() -> None:
    assert kept(sketch(runs(POST)), runs(f"{PILLS} {POST} {PILLS}")) == 1.0


def test_a_page_that_was_put_in_its_place_has_next_to_nothing() -> None:
    share = kept(sketch(runs(POST)), runs(PILLS))
    assert share is not None
    assert share < 0.1


def test_dates_and_counters_make_no_difference() -> None:
    assert runs(f"3 comments. {POST} 2026") == runs(f"12 comments. {POST} 2027")


def test_hardly_any_words_tell_nothing() -> None:
    assert kept(sketch(runs("Only these few words here.")), runs(PILLS)) is None


def test_scripts_without_spaces_are_compared_letter_by_letter() -> None:
    page = "余白に書き込むことの喜びについて、昨日の夜に長い文章を読んだ。"
    assert kept(sketch(runs(page)), runs("前置き。" + page)) == 1.0


def test_the_sample_is_small() -> None:
    assert len(sketch(range(10_000))) == SIZE
