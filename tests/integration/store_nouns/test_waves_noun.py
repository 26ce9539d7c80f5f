"""Nearly identical comments find each other, whatever else is kept; rules are forgotten in time."""

from dataclasses import replace
from datetime import timedelta

from moderation.domain.article import Article, Existence
from moderation.domain.comment import Author, Client, Comment, Status
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.rule import Rule, What
from moderation.domain.site import Site
from moderation.domain.wave import Signature
from moderation.flow.cases import case_of
from moderation.flow.signatures import signature_of
from moderation.store import opinions, rules, waves
from moderation.store.db import DatabaseStore
from tests.conftest import FakeClock, OpenStore

from .conftest import Keep

SITE = Site("blog", "https://blog.example/")
TEXT = (
    "Howdy, just wanted to give you a quick heads up and let you know that a few of the images"
    " are not loading correctly; I am not sure why but I think it is a linking issue."
)


def signed(comment: Comment) -> Signature:
    article = Article(
        "a1",
        "blog",
        "https://blog.example/a1/",
        None,
        None,
        Existence.FOUND,
        True,
        True,
        1,
        0,
        comment.received_at,
    )
    return signature_of(case_of(comment, article, SITE))


async def sign(store: DatabaseStore, comment: Comment, *, again: bool = False) -> None:
    await store.write(waves.keep, comment.id, signed(comment), comment.received_at, again=again)


async def test_the_first_two_that_are_alike_make_a_wave_which_others_join_and_leave(
    store: DatabaseStore, keep: Keep, open_another: OpenStore
) -> None:
    said = [await keep(f"m{n}", text=TEXT.replace("quick", f"q{n}"), after=n) for n in range(3)]
    other = await keep("m9", text="The chapter on margins made me take down an old cookery book.")
    for comment in (*said, other):
        await sign(store, comment)
    elsewhere = await open_another()  # another process has the same in its hands
    assert await elsewhere.read(waves.of_comments, ["m0", "m1", "m2", "m9"]) == {
        "m0": "m0",
        "m1": "m0",
        "m2": "m0",
    }
    group = await store.read(waves.group, "m0", Status.HELD, limit=2)
    assert (group.total, [member.id for member in group.members]) == (3, ["m2", "m1"])
    changed = replace(said[2], text=other.text, html=other.html)
    await sign(store, changed, again=True)
    assert await store.read(waves.of_comments, ["m2", "m9"]) == {"m2": "m9", "m9": "m9"}


async def test_a_host_in_common_is_enough_unless_it_is_everybodys_or_of_one_that_is_approved(
    store: DatabaseStore, keep: Keep
) -> None:
    def by(name: str, url: str) -> dict[str, object]:
        return {"author": Author(name, "", url), "client": Client(f"192.0.{len(name)}.1")}

    first = await keep("m1", text="Nice.", **by("Tom", "https://www.pills.example/a"))
    await sign(store, first)
    second = await keep("m2", text="Great!", **by("Kaspar", "https://pills.example/b"))
    assert await store.read(waves.find, signed(second), besides="m2") == "m1"
    await sign(store, await keep("m3", text="Ok.", **by("Tim", "https://www.youtube.com/a")))
    stranger = await keep("m4", text="Hm.", **by("Kaspar", "https://youtube.com/b"))
    assert await store.read(waves.find, signed(stranger), besides="m4") is None
    same = await keep("m5", text="So?", **by("TIM", "https://youtube.com/c"))
    assert await store.read(waves.find, signed(same), besides="m5") == "m3"
    shown = await keep(
        "m6", text="Yes.", status=Status.APPROVED, **by("Ida", "https://good.example/")
    )
    await sign(store, shown)
    after = await keep("m7", text="No.", **by("Kaspar", "https://good.example/x"))
    assert await store.read(waves.find, signed(after), besides="m7") is None


async def test_what_comments_are_found_by_is_forgotten_and_the_wave_stands(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    for number in range(3):
        await sign(store, await keep(f"m{number}", text=f"{TEXT} {number}", after=number))
    later = clock.now() + timedelta(days=1)
    assert await store.write(waves.forget, later, limit=2) == 2
    assert await store.write(waves.forget, later, limit=2) == 1
    new = await keep("m5", text=f"{TEXT} 5")
    assert await store.read(waves.find, signed(new), besides="m5") is None
    assert set(await store.read(waves.of_comments, ["m0", "m1", "m2"])) == {"m0", "m1", "m2"}


async def test_hits_are_counted_once_a_comment_and_removed_rules_are_forgotten_in_time(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    now, day = clock.now(), timedelta(days=1)
    made = Rule("r1", "", What.PHRASE, "pills", "pills", Verdict.HOLD, "", "Ana", now)
    assert await store.write(rules.add, made)
    assert not await store.write(rules.add, replace(made, id="r2")), "there is one like it"
    assert await store.write(rules.add, replace(made, id="r3", key="b", expires_at=now + day))
    comment = await keep("m1")
    opinion = Opinion("rules", Verdict.HOLD, "Found.", rules=("r1",))
    for _ in range(2):
        await store.write(opinions.put, comment.id, [opinion], now)
    hit = await store.read(rules.by_id, "r1")
    assert hit is not None
    assert (hit.hits, hit.hit_at) == (1, now)
    assert [c.id for c in await store.read(rules.hit_comments, "r1", limit=5)] == ["m1"]
    before = await store.read(rules.edition)
    assert await store.write(rules.remove, "r1", "Ben", now)
    assert await store.read(rules.edition) > before
    assert await store.write(rules.add, replace(made, id="r4", made_at=now + day))
    again = replace(made, id="r5", key="b", made_at=now + 2 * day)
    assert await store.write(rules.add, again), "the one past its time makes room"
    while await store.write(rules.forget, now + 3 * day, limit=1):
        pass
    left = await store.read(rules.live)
    assert [rule.id for rule in left[1]] == ["r4", "r5"]
    assert await store.read(rules.removed, limit=9) == []
