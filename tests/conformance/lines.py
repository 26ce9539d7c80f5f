"""The numbered lines of the contract: pings, Akismet, feeds, caching; and which are left out."""

# How many lines each letter has, P-1 to P-22 and so on.
LINES = {
    "X": 20,  # XML-RPC, as far as pingback needs it
    "P": 22,  # Pingback 1.0
    "T": 21,  # TrackBack 1.1 and 1.2
    "W": 31,  # Webmention
    "M": 10,  # what to show: microformats2, comment presentation, authorship
    "WP": 5,  # WordPress, as the peer that matters most
    "A": 17,  # Akismet's API
    "L": 9,  # the `akismet` package
    "F": 7,  # comment feeds
    "C": 10,  # serving threads: caching
    "H": 14,  # hazards common to all
}

_FEEDS = "the feeds of articles are the blog's own, written by its engine"

LEFT_OUT = {
    "X-16": "the answer of system.multicall, which is not offered (X-15)",
    "L-4": "says that a method of the package `akismet` cannot work; nothing here calls it",
    "L-7": "says how the package `akismet` writes None and True; neither is ever given to it",
    "F-1": "comments are served as Atom; there is no feed of them in RSS",
    "F-2": _FEEDS,
    "F-4": _FEEDS,
}


def every_line() -> list[str]:
    """All numbers of the contract, in its order."""
    return [f"{letter}-{number}" for letter, last in LINES.items() for number in range(1, last + 1)]
