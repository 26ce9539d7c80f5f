"""Whose post a bridge's page shows, and how far it is believed."""

import pytest

from moderation.domain.comment import Type
from moderation.text.bridges import Said, alike, bridged, is_bridge, name_of

BRIDGY = "https://brid.gy/comment/mastodon/@me@mastodon.example/9/1"
FED = "https://ap.brid.gy/convert/web/https://inst.example/users/sophie/statuses/110"
SKY = "https://bsky.brid.gy/convert/web/at://did:plc:x1/app.bsky.feed.post/3k"
TOOT = "https://inst.example/@sophie/110"
SOPHIE = "https://inst.example/@sophie"
SKY_POST = "https://bsky.app/profile/sophie.bsky.example/post/3k"
SKY_SOPHIE = "https://bsky.app/profile/sophie.bsky.example"


def said(*posts: str, authors: tuple[str, ...] = (SOPHIE,), kind: Type = Type.REPLY) -> Said:
    return Said(posts, authors, kind)


@pytest.mark.parametrize("page", [BRIDGY, FED])
def test_it_is_the_persons_post_whichever_bridge_shows_it(page: str) -> None:
    found = bridged(page, said(TOOT, authors=("https://sophie.example/", SOPHIE)))
    assert found is not None
    assert (found.post, found.profile, found.names) == (TOOT, SOPHIE, (TOOT,))


def test_a_post_of_bluesky_is_one_by_its_record_and_by_its_page() -> None:
    record = "at://did:plc:x1/app.bsky.feed.post/3k"
    by_fed = bridged(SKY, said(SKY_POST, record, authors=(SKY_SOPHIE,)))
    page = "https://brid.gy/comment/bluesky/did:plc:me/9/3k"
    by_bridgy = bridged(page, said(SKY_POST, record, authors=(SKY_SOPHIE,)))
    assert by_fed is not None
    assert by_bridgy is not None
    assert (
        set(by_fed.names)
        == set(by_bridgy.names)
        == {
            "https://bsky.app/profile/did:plc:x1/post/3k",
            SKY_POST,
        }
    )
    assert by_fed.profile == by_bridgy.profile == SKY_SOPHIE
    assert by_fed.place == "https://bsky.app/profile/did:plc:x1/"  # a name can be given away


@pytest.mark.parametrize(
    ("page", "place", "vouched"),
    [
        pytest.param(FED, "https://inst.example/@sophie/", True, id="the address names the post"),
        pytest.param(
            BRIDGY.replace("mastodon.example", "inst.example"),
            "https://inst.example/@sophie/",
            True,
            id="an account on the same server",
        ),
        pytest.param(
            BRIDGY,
            "https://brid.gy/mastodon/@me@mastodon.example/inst.example/@sophie/",
            False,
            id="another server's account: anybody may run one",
        ),
    ],
)
def test_trust_is_the_persons_as_far_as_the_address_vouches(
    page: str, place: str, vouched: bool
) -> None:
    found = bridged(page, said(TOOT))
    assert found is not None
    assert (found.place, found.vouched) == (place, vouched)


def test_a_server_can_lend_its_people_to_nobody() -> None:
    """A made-up server tells Bridgy Fed that its post is Sophie's."""
    found = bridged("https://ap.brid.gy/convert/web/https://evil.example/1", said(TOOT))
    assert found is not None
    assert found.names == ("https://evil.example/1",)
    assert "inst.example" not in (found.post + found.profile + found.place)


def test_a_record_of_bluesky_can_claim_no_other() -> None:
    other = "https://bsky.app/profile/sophie.bsky.example/post/3z"
    found = bridged(SKY, said(other, authors=(SKY_SOPHIE,)))
    assert found is not None
    assert found.names == ("https://bsky.app/profile/did:plc:x1/post/3k",)


@pytest.mark.parametrize("kind", [Type.LIKE, Type.REPOST])
def test_a_reaction_is_one_a_person(kind: Type) -> None:
    """Bridgy gives a like the liked post's address, Bridgy Fed one that is no page."""
    classic = "https://brid.gy/like/mastodon/@me@mastodon.example/9/7"
    favourite = "https://mastodon.example/@me/9#favorited-by-7"
    by_bridgy = bridged(classic, said(favourite, kind=kind))
    fed = "https://ap.brid.gy/convert/web/https://inst.example/users/sophie%23likes/3"
    by_fed = bridged(fed, said("https://inst.example/users/sophie#likes/3", kind=kind))
    assert by_bridgy is not None
    assert by_fed is not None
    assert by_bridgy.names == by_fed.names == (f"{kind} {SOPHIE}",)
    assert by_bridgy.post == SOPHIE


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/comment/mastodon/@me@inst.example/9/1",
        "https://brid.gy.evil.example/comment/mastodon/@me@inst.example/9/1",
        "https://evilbrid.gy/convert/web/https://inst.example/users/sophie/statuses/110",
        FED.replace("https:", "http:", 1),
        FED.replace("brid.gy", "brid.gy:8443", 1),
        "nonsense",
    ],
)
def test_nobody_else_is_believed(page: str) -> None:
    assert bridged(page, said(TOOT)) is None


@pytest.mark.parametrize(
    "post",
    [
        f"at://did:plc:{'a' * 3000}/app.bsky.feed.post/3k",
        "http://inst.example/" + "a" * 2028,  # one more by https
    ],
)
def test_an_address_that_is_too_long_names_nothing(post: str) -> None:
    assert name_of(post) == ""
    assert bridged(BRIDGY, said(post)) is None


def test_a_page_that_names_no_post_is_like_any_other() -> None:
    assert bridged(BRIDGY, said()) is None
    assert bridged(BRIDGY, said(BRIDGY, "tag:x")) is None
    assert bridged(BRIDGY, Said([TOOT], [], Type.LIKE)) is None


@pytest.mark.parametrize(
    "raw",
    [
        "https://inst.example/users/Sophie/statuses/110",
        "https://inst.example/@sophie/110/",
        "http://INST.example:80/@sophie/110",
        " https://inst.example/@sophie/110 ",
    ],
)
def test_spellings_of_one_post_are_one(raw: str) -> None:
    assert name_of(raw) == TOOT


def test_a_fragment_may_be_another_post() -> None:
    issue = "https://github.example/a/b/issues/1#comment-"
    assert name_of(issue + "2") != name_of(issue + "3")
    assert name_of("tag:x") == name_of("javascript:x") == ""


@pytest.mark.parametrize(
    ("host", "is_one"), [("brid.gy", True), ("ap.brid.gy", True), ("abrid.gy", False)]
)
def test_what_is_a_bridge(host: str, is_one: bool) -> None:
    assert is_bridge(host) is is_one


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("@me Fine thing!", "@me@mastodon.example fine thing", True),
        ("so https://a.example/b it is", "so a.example/b it is", True),
        ("a b c d e f g h and some more", "A b c d e f g h…", True),
        ("a fine thing", "a bad thing", False),
        ("", "buy pills", False),
    ],
)  # fmt: skip
def test_two_bridges_may_write_one_text_in_two_ways(a: str, b: str, same: bool) -> None:
    assert alike(a, b) is alike(b, a) is same
