"""What the bench of the learned check's thresholds makes of the order of comments."""

from bench.spam_policy import mixed


def test_mixed_evenly_spam_and_ham_keep_their_own_order() -> None:
    rows = [{"label": "ham" if number < 40 else "spam", "n": str(number)} for number in range(80)]
    woven = mixed(rows)
    assert sorted(row["n"] for row in woven) == sorted(row["n"] for row in rows)
    for label in ("spam", "ham"):
        assert [r for r in woven if r["label"] == label] == [r for r in rows if r["label"] == label]
    assert {row["label"] for row in woven[:20]} == {"spam", "ham"}
