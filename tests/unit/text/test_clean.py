"""Text from outside is cleaned once, never cut, and cleaning twice changes nothing more."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.text.clean import clean_text, cut, without_controls

RLO, LRE, RLE, PDF = "\u202e", "\u202a", "\u202b", "\u202c"
RLI, FSI, PDI, RLM = "\u2067", "\u2068", "\u2069", "\u200f"
UNRULY = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("a \n\t\r\u0301\u0323\u0344\u0345\u202a\u202c\u202e\u2067\u2069\u200d\x00"),
    )
)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        pytest.param("  Ann  ", "Ann", id="trimmed"),
        pytest.param("Ann\r\nLee", "Ann Lee", id="a line end is a space"),
        pytest.param("a\u2028b\tc", "a b c", id="line separators and tabs are a space"),
        pytest.param("a\x00b\x07c\x9bd", "abcd", id="NUL, C0 and C1 are taken out"),
        pytest.param("a\ufffeb\U0001ffffc\ufdd0", "abc", id="noncharacters are taken out"),
        pytest.param(f"{RLO}nnA{PDF}", "nnA", id="directional overrides are taken out"),
        pytest.param(f"a{RLI}b{PDI}{RLM}c", "abc", id="isolates and marks are taken out of lines"),
        pytest.param("e\u0301", "é", id="NFC"),
        pytest.param("\u200b\ufeffAnn\u3164", "Ann", id="what has no ink is no end of a name"),
        pytest.param("\u200b\u2060", "", id="a name without ink is empty"),
        pytest.param(
            "\u0645\u06cc\u200c\u062e",
            "\u0645\u06cc\u200c\u062e",
            id="a joiner within a word stays",
        ),
        pytest.param(
            "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧", id="an emoji family stays together"
        ),
        pytest.param("o" + "\u0324" * 9, "o" + "\u0324" * 4, id="four marks a character"),
        pytest.param("o" + "\u0344" * 4, "ö" + "\u0301\u0308" * 2, id="as NFC counts them"),
        pytest.param("&lt;b&gt; <b>", "&lt;b&gt; <b>", id="markup is not its business"),
    ],
)
def test_a_line_is_cleaned(raw: str, cleaned: str) -> None:
    assert clean_text(raw, lines=False) == cleaned


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        pytest.param("a\r\nb\rc\nd", "a\nb\nc\nd", id="one kind of line end"),
        pytest.param("a\u2029b\x85c", "a\nb\nc", id="Unicode's line ends too"),
        pytest.param("a\tb", "a\tb", id="a tab stays"),
        pytest.param("a\x0bb\x0cc\x1b[0m", "abc[0m", id="other controls are taken out"),
        pytest.param(f"a {RLI}b{PDI} c", f"a {RLI}b{PDI} c", id="a closed isolate stays"),
        pytest.param(f"a {RLI}b\nc{PDI}", "a b\nc", id="one not closed on its line is taken out"),
        pytest.param(f"a{PDI}{PDF}b", "ab", id="so is one that closes nothing"),
        pytest.param(f"{RLI}{RLE}a{PDI}{PDF}", f"{RLE}a{PDF}", id="and what crosses another"),
        pytest.param(f"{LRE}a{PDF}{RLM}b", f"{LRE}a{PDF}{RLM}b", id="marks and embeddings stay"),
        pytest.param(f"a{RLO}b{PDF}c", "abc", id="an override never stays"),
        pytest.param(f"a{RLI}\u0301", "á", id="what comes together then is composed"),
    ],
)
def test_a_body_keeps_its_lines(raw: str, cleaned: str) -> None:
    assert clean_text(raw, lines=True) == cleaned


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogate"):
        clean_text("a\ud800b", lines=True)


@given(UNRULY, st.booleans())
@settings(deadline=None)
def test_cleaning_twice_changes_nothing_more(raw: str, lines: bool) -> None:
    once = clean_text(raw, lines=lines)
    assert clean_text(once, lines=lines) == once
    assert unicodedata.is_normalized("NFC", once)


def test_a_long_text_is_never_cut() -> None:
    assert clean_text("ä" * 100_000, lines=True) == "ä" * 100_000


def test_a_flood_of_marks_takes_no_time() -> None:
    begun = time.process_time()
    assert len(clean_text("a" + "\u0301\u0323" * 50_000, lines=True)) <= 5
    assert time.process_time() - begun < 1.0


def test_controls_that_entities_brought_are_taken_out_of_a_piece() -> None:
    assert without_controls(f" a{RLO}\x01\n b ") == " a\n b "


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        pytest.param("short", 5, "short", id="what fits stays"),
        pytest.param("longer", 5, "long…", id="the ellipsis counts"),
        pytest.param("ab cd", 4, "ab…", id="no space before the ellipsis"),
        pytest.param("abe\u0301\u0323cd", 5, "ab…", id="marks go with their letter"),
        pytest.param("ab👨\u200d👩\u200d👧", 6, "ab…", id="an emoji sequence is one"),
        pytest.param("a👍🏽bcd", 3, "a…", id="so is one with a skin tone"),
        pytest.param("a" + "\u0301" * 9, 4, "a\u0301\u0301…", id="unless it alone is too long"),
        pytest.param("abc", 1, "…", id="room for the ellipsis only"),
        pytest.param("abc", 0, "", id="no room"),
    ],
)
def test_cut(text: str, limit: int, short: str) -> None:
    assert cut(text, limit) == short


@given(UNRULY, st.integers(0, 20))
@settings(deadline=None)
def test_a_cut_text_fits(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= limit
