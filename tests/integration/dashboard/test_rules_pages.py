"""The owner's rules: tried, made, felt by readers, seen by their hits, removed and brought back."""

import re
from datetime import timedelta

import pytest

from moderation.domain.comment import Author, Client, Status
from moderation.domain.decision import Action
from moderation.domain.moderator import Role
from moderation.domain.submission import Reply
from moderation.flow.owner_rules import Wish

from .browsing import Browser
from .conftest import ARTICLE, Service

NEW = {"what": "phrase", "value": "Cheap Pills", "verdict": "spam", "days": "", "note": ""}


async def test_a_rule_is_tried_on_the_past_saved_felt_and_removed(
    service: Service, ana: Browser
) -> None:
    before = [await service.say(f"Buy chéap  pills {n}", "Tom") for n in range(2)]
    await service.decide(before[0], Action.APPROVE)
    rules = await ana.get("/dashboard/rules")
    tried = await ana.send(rules.form("/rules/try"), **NEW)
    assert "Of the last 2 comments it would have caught 2: 1 approved, 1 waiting." in tried.words
    assert (await service.say("CHEAP PILLS again")).status is Status.HELD, "it was tried only"

    saved = await ana.send(tried.form("/rules/add"))

    assert "The rule is in force" in saved.words
    assert "no hits" in saved.words
    caught = await service.say("\u0421heap pi\u200blls for all")
    assert caught.status is Status.SPAM
    listed = await ana.get("/dashboard/rules")
    assert "1 hit, the last just now" in listed.words
    assert "Made by Ana" in listed.words
    own = re.search(r"/dashboard/rules/[0-9a-z]{20}", listed.answer.text)
    assert own is not None
    one = await ana.get(own.group())
    assert "for all" in one.words
    because = (await ana.get(f"/dashboard/comments/{caught.id}")).words
    assert "“Cheap Pills” stands in the text, which the owner treats as spam." in because

    gone = await ana.send(one.form("/remove"))

    assert "No rule any more" in gone.words
    assert "removed by Ana" in gone.words
    assert (await service.say("cheap pills once more")).status is Status.HELD
    await ana.send(gone.form("/back"))
    assert (await service.say("cheap pills and more")).status is Status.SPAM


async def test_a_rule_is_put_on_what_waits_and_taken_off_with_one_undo(
    service: Service, ana: Browser
) -> None:
    waits = [await service.say(f"Cheap pills {n}", "Tom") for n in range(2)]
    await service.say("Notes in the margins")
    rules = await ana.get("/dashboard/rules")
    tried = await ana.send(rules.form("/rules/try"), **NEW)
    assert "2 comments that wait fit it. Applied there, it makes spam of" in tried.words
    saved = await ana.send(tried.form("/rules/add"))
    assert "The rule is in force" in saved.words
    assert "2 comments that wait fit it." in saved.words
    assert (await service.again(waits[0].id)).status is Status.HELD, "it was saved only"

    done = await ana.send(saved.form("/apply"))

    assert "2 comments made spam by a rule. 1 left." in done.words
    assert [(await service.again(c.id)).status for c in waits] == [Status.SPAM, Status.SPAM]
    assert not any(form.action.endswith("/apply") for form in done.forms)
    told = (await ana.get("/dashboard/log")).words
    assert "Ana in the dashboard: 2 comments made spam by a rule" in told
    undone = await ana.send(done.form("/undo"))
    assert "2 comments changed back." in undone.words
    assert [(await service.again(c.id)).status for c in waits] == [Status.HELD, Status.HELD]


async def test_a_rule_is_saved_and_applied_in_one_go(light: Service, owner: Browser) -> None:
    waits = await light.say("cheap pills")
    tried = await owner.send(
        (await owner.get("/dashboard/rules")).form("/rules/try"), **NEW | {"verdict": "hold"}
    )
    assert "it is named beside what it fits, which goes on waiting" in tried.words
    done = await owner.send(tried.form("/rules/add"), apply="1")
    assert "1 comment waits on, and the rule is named beside it." in done.words
    assert (await light.again(waits.id)).status is Status.HELD
    own = await owner.get(f"/dashboard/comments/{waits.id}")
    assert "“Cheap Pills” stands in the text, which the owner holds." in own.words


async def test_a_rule_made_from_a_comment_leads_to_what_waits(
    light: Service, owner: Browser
) -> None:
    said = await light.say("See https://spam.example/a")
    page = await owner.get(f"/dashboard/comments/{said.id}")
    form = next(f for f in page.forms if f.fields.get("value") == "spam.example")
    after = await owner.send(form, verdict="spam")
    assert "1 comment that waits fits it. Apply it to them" in after.words
    led = re.search(r"/dashboard/rules/[0-9a-z]{20}(?=\")", after.answer.text)
    assert led is not None
    assert any(f.action.endswith("/apply") for f in (await owner.get(led.group())).forms)


async def test_a_rule_ends_by_itself(light: Service, owner: Browser) -> None:
    rules = await owner.get("/dashboard/rules")
    form = rules.form("/rules/try")
    form.action = form.action.replace("/try", "/add")
    await owner.send(form, **NEW | {"days": "2"})
    assert (await light.say("cheap pills")).status is Status.SPAM
    light.clock.turn(timedelta(days=2))
    assert (await light.say("cheap pills now")).status is Status.HELD
    page = await (await light.signed_in("Eva")).get("/dashboard/rules")
    assert "Ended or removed" in page.words


async def test_everything_with_a_link_to_a_host_is_held_by_one_click_on_a_comment(
    light: Service, owner: Browser
) -> None:
    said = await light.say("See https://www.spam.example/a and https://ok.example/b")
    page = await owner.get(f"/dashboard/comments/{said.id}")
    form = next(f for f in page.forms if f.fields.get("value") == "www.spam.example")
    after = await owner.send(form, verdict="spam")
    assert after.answer.url.path == f"/dashboard/comments/{said.id}"
    assert "“spam.example”, is spam" in after.words
    assert "Of the last 1 comment it would have caught 1: 1 waiting." in after.words
    caught = await light.say("Also https://shop.spam.example/", "Tom")
    assert caught.status is Status.SPAM
    again = await owner.send(form, verdict="hold")
    assert "There is a rule like this already." in again.words


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"value": "a"}, "too short"),
        ({"value": "http://"}, "nearly every address"),
        ({"what": "link", "value": "com"}, "countless addresses"),
        ({"days": "0"}, "whole days from 1"),
        ({"days": "9" * 30}, "whole days from 1"),
        ({"verdict": "approve"}, "A rule holds, or says spam."),
        ({"what": "wave", "value": "m0"}, "Choose where the rule looks."),
        ({"site": "elsewhere"}, "no such site"),
        ({"note": "x" * 501}, "At most 500 characters"),
    ],
)
async def test_a_bad_rule_is_refused_in_a_sentence_and_what_was_typed_is_kept(
    light: Service, owner: Browser, changes: dict[str, str], says: str
) -> None:
    form = (await owner.get("/dashboard/rules")).form("/rules/try")
    page = await owner.send(form, **NEW | {"note": "for May"} | changes)
    assert page.status == 422
    assert says in page.words
    assert (changes.get("note") or "for May") in page.answer.text


KEYS = """\
0

press
192.168.7.
spam@spam.example
http://www.pills.example/
a
10.0.0.1
press
"""


async def test_wordpresss_lists_are_taken_in_after_a_look(service: Service, ana: Browser) -> None:
    await service.say("The press is free")
    await service.say("WordPress is free", "Tom")
    form = (await ana.get("/dashboard/rules/import")).form("/rules/import")
    look = await ana.send(form, kind="wordpress-moderation", list=KEYS)
    assert "5 of 7 lines become rules." in look.words
    assert "192.168.7. → 192.168.7.0/24" in look.words
    assert "http://www.pills.example/ → pills.example" in look.words
    assert "“a” is too short" in look.words
    assert "The same as line 3." in look.words
    assert "they would have caught 1: 1 waiting" in look.words

    sure = {"list": KEYS, "kind": "wordpress-moderation", "sure": "1"}
    saved = await ana.send(look.form("/rules/import"), **sure)

    assert "5 rules are new." in saved.words
    opinion = (await ana.get(f"/dashboard/comments/{(await service.say('press')).id}")).words
    assert "“press” stands in the text, which the owner holds." in opinion
    out = await ana.request("GET", "/dashboard/rules/export")
    assert "hold\tnetwork\t192.168.7.0/24\t\t\t" in out.text
    again = await ana.send(form, kind="rules", list=out.text, sure="1")
    assert "0 rules are new. 5 were there already." in again.words


async def test_after_a_list_was_taken_in_all_of_it_is_put_on_what_waits(
    light: Service, owner: Browser
) -> None:
    waits = [await light.say(f"cheap {what}", "Tom") for what in ("pills", "watches", "notes")]
    form = (await owner.get("/dashboard/rules/import")).form("/rules/import")
    keys = {"list": "pills\nwatches\n", "kind": "wordpress-disallowed", "sure": "1"}
    saved = await owner.send(form, **keys)
    assert "2 comments that wait fit a rule made after they came." in saved.words
    assert "Apply the rules to them" in saved.words
    page = await owner.get("/dashboard/rules/waiting")
    assert "2 comments that wait fit a rule that was made after they came." in page.words
    assert "in the text: watches" in page.words
    done = await owner.send(page.form("/rules/waiting"))
    assert "2 comments made spam by a rule. 1 left." in done.words
    assert "Nothing that waits fits a rule" in done.words
    await owner.send(done.form("/undo"))
    assert [(await light.again(c.id)).status for c in waits] == [Status.HELD] * 3


async def test_a_host_of_hex_letters_in_a_list_is_no_network_address(
    light: Service, owner: Browser
) -> None:
    form = (await owner.get("/dashboard/rules/import")).form("/rules/import")
    keys = "cafe.de\nbad.face\n2001:db8::/32\n192.0.2.0/24\n"
    look = await owner.send(form, kind="wordpress-disallowed", list=keys)
    assert "4 of 4 lines become rules." in look.words
    assert look.words.count("A network address.") == 2


async def test_whoever_made_a_rule_its_hits_count(light: Service) -> None:
    rules = light.house.rules.own
    rule = await rules.add(rules.draft(Wish("phrase", "press"), "settings"))
    await light.say("The press is free")
    kept, found = await rules.one(rule.id)
    assert (kept.hits, len(found)) == (1, 1)


async def test_readers_look_on_and_change_nothing(light: Service, owner: Browser) -> None:
    reader = await light.signed_in("Rita", Role.READER)
    page = await reader.get("/dashboard/rules")
    assert page.status == 200
    assert not any(form.action.endswith("/try") for form in page.forms)
    form = (await owner.get("/dashboard/rules")).form("/rules/try")
    refused = await reader.post("/dashboard/rules/add", {**form.fields, **NEW})
    assert refused.status_code == 403


async def test_a_list_is_tried_switched_on_and_off_on_the_rules_page(
    service: Service, ana: Browser
) -> None:
    page = await ana.get("/dashboard/rules")
    assert "Throw-away e-mail addresses" in page.words
    assert "10,181 hosts, as of 2026-11-09 \u00b7 CC0 1.0" in page.words
    assert "no copy comes with the service: fetch it first" in page.words
    form = next(f for f in page.forms if f.fields.get("value") == "disposable")
    tried = await ana.send(form, verdict="hold")
    assert "Of the last 0 comments it would have caught none." in tried.words
    saved = await ana.send(tried.form("/rules/add"))
    assert "The rule is in force: a host on this list, “disposable”, is held." in saved.words
    form = next(f for f in saved.forms if f.fields.get("value") == "disposable")
    await ana.send((await ana.send(form, verdict="spam")).form("/rules/add"))
    reply = Reply(ARTICLE, None, Author("Tom", "tom@mailinator.com", ""), "Hello", Client())
    received = await service.house.receive.reply(reply)
    assert (await service.again(received.id)).status is Status.SPAM
    listed = await ana.get("/dashboard/rules")
    assert "Spam: 1 hit, the last just now" in listed.words
    off = next(f for f in listed.forms if "Switch off Throw-away e-mail addresses" in f.buttons)
    assert "No rule any more" in (await ana.send(off)).words
