"""Which writing a text is in: the one guess at a language that needs no dictionary."""

import re

SCRIPTS = {
    "latin": re.compile("[A-Za-z\xc0-\u024f\u1e00-\u1eff]"),
    "greek": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "armenian": re.compile("[\u0531-\u058f]"),
    "hebrew": re.compile("[\u05d0-\u05ea]"),
    "arabic": re.compile("[\u0620-\u06ff\u0750-\u077f]"),
    "devanagari": re.compile("[\u0900-\u097f]"),
    "thai": re.compile("[\u0e00-\u0e7f]"),
    "georgian": re.compile("[\u10a0-\u10ff]"),
    "japanese": re.compile("[\u3040-\u30ff]"),  # kana; beside han letters they tell it is Japanese
    "chinese": re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"),
    "korean": re.compile("[\uac00-\ud7a3\u1100-\u11ff]"),
}
FEWEST = 4  # letters that tell anything


def main_script(text: str) -> str:
    """Name the writing that most letters of a text are of; "" where there are too few to tell."""
    counts = {name: len(letter.findall(text)) for name, letter in SCRIPTS.items()}
    if counts["japanese"]:
        counts["japanese"] += counts.pop("chinese")
    total = sum(counts.values())
    name = max(counts, key=lambda one: counts[one])
    return name if total >= FEWEST and counts[name] * 2 > total else ""
