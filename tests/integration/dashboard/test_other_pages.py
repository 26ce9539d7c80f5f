"""The log, jobs, moderators, sites and articles of the dashboard."""

from datetime import timedelta

from moderation.domain.decision import Action
from moderation.domain.ids import hash_secret, new_id, new_secret
from moderation.store import articles, jobs, moderators, sessions

from .browsing import Browser
from .conftest import ARTICLE, COOKIE, Service


async def test_the_log_names_people_first_and_everything_on_request(
    service: Service, ana: Browser
) -> None:
    comment = await service.decide(await service.say("Hello."), Action.APPROVE)

    people = await ana.get("/dashboard/log")
    everything = await ana.get("/dashboard/log?everything=1")

    assert "Ben by the API: approved (waiting → approved)" in people.words
    assert "the service" not in people.words.partition("by itself, too")[2]
    assert "the service: received" in everything.words
    undone = await ana.send(people.form("/undo"))
    assert "Changed back." in undone.words
    assert "taken back" in undone.words
    assert (await service.again(comment.id)).status == "held"


async def test_undo_is_offered_only_where_nothing_happened_since(
    light: Service, owner: Browser
) -> None:
    comment = await light.decide(await light.say(), Action.APPROVE)
    await light.decide(comment, Action.SPAM)

    page = await owner.get("/dashboard/log")

    assert len([f for f in page.forms if f.action.endswith("/undo")]) == 1
    light.clock.turn(timedelta(days=31))
    late = await (await light.signed_in("Carla")).get("/dashboard/log")
    assert [f for f in late.forms if f.action.endswith("/undo")] == []


async def test_the_log_goes_on_by_pages(light: Service, owner: Browser) -> None:
    comment = await light.say()
    for move in [Action.APPROVE, Action.HOLD] * 30:
        light.clock.turn(timedelta(seconds=1))
        comment = await light.decide(comment, move)

    first = await owner.get("/dashboard/log")

    assert first.words.count("Ben by the API") == 50
    older = first.answer.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = await owner.get(older.replace("&amp;", "&"))
    assert second.words.count("Ben by the API") == 10


async def test_failed_jobs_say_why_and_can_be_tried_again_or_dropped(
    service: Service, ana: Browser
) -> None:
    store, now = service.house.store, service.clock.now()
    for key in ("one", "two"):
        await store.write(jobs.add, new_id(now), "nonsense", key, {}, due_at=now, now=now)
    await service.house.worker.drain()

    page = await ana.get("/dashboard/jobs")

    assert "Failed 2" in page.words
    assert "nobody here knows how to do “nonsense”" in page.words
    page = await ana.send(page.form("/retry"))
    assert "Tried again now." in page.words
    assert "Failed 1" in page.words
    page = await ana.send(page.form("/drop"))
    assert "Dropped." in page.words
    assert "Failed 0" in page.words


async def test_a_moderator_sees_jobs_and_leaves_them(light: Service, owner: Browser) -> None:
    now = light.clock.now()
    await light.house.store.write(jobs.add, "m1", "look", "k", {}, due_at=now, now=now)
    ben = await light.signed_in("Ben")
    page = await ben.get("/dashboard/jobs")
    assert page.status == 200
    assert [f for f in page.forms if "/jobs/" in f.action] == []
    answer = await ben.post("/dashboard/jobs/m1/drop", {"csrf_token": await ben.token()})
    assert answer.status_code == 403


async def test_an_invitation_is_shown_once_and_asks_for_a_free_name(
    light: Service, owner: Browser
) -> None:
    form = (await owner.get("/dashboard/moderators")).form("/invite")
    shown = await owner.send(form, username="Ben", email="ben@blog.example", role="reader")
    assert f"{light.base}/dashboard/setup/" in shown.words

    again = await owner.send(form, username="BEN", email="", role="reader")

    assert again.status == 422
    assert "This name is taken." in again.words
    assert "/dashboard/setup/" not in again.words
    wrong = await owner.send(form, username="Eve", email="nobody", role="king")
    assert wrong.status == 422
    people = await light.house.enter.everyone()
    assert [(p.name, p.role) for p in people] == [("Ana", "owner"), ("Ben", "reader")]


async def test_letters_are_stopped_and_sent_again_by_hand(light: Service, owner: Browser) -> None:
    assert "/settings/letters" not in (await owner.get("/dashboard/settings")).words
    await owner.send(
        (await owner.get("/dashboard/moderators")).form("/invite"),
        username="Ben",
        email="ben@blog.example",
        role="moderator",
    )
    found = await light.house.store.read(moderators.by_name, "ben")
    assert found is not None
    secret = new_secret()
    await light.house.store.write(
        sessions.add, hash_secret(secret), found[0].id, new_secret(), light.clock.now()
    )
    ben = light.browser()
    ben.cookies[COOKIE] = secret

    page = await ben.send((await ben.get("/dashboard/settings")).form("/letters"))
    assert "You will get no more letters." in page.words
    assert "wants no letters" in (await owner.get("/dashboard/moderators")).words
    page = await ben.send(page.form("/letters"))
    assert "You will get letters again." in page.words
    assert "wants no letters" not in (await owner.get("/dashboard/moderators")).words


async def test_an_owner_cannot_be_locked_out_by_themselves(light: Service, owner: Browser) -> None:
    (ana,) = await light.house.enter.everyone()
    fields = {"csrf_token": await owner.token()}
    answer = await owner.post(f"/dashboard/moderators/{ana.id}/disable", fields)
    assert answer.status_code == 403
    assert (await owner.get("/dashboard")).status == 200


async def test_a_disabled_moderator_may_be_let_in_again(light: Service, owner: Browser) -> None:
    await light.signed_in("Ben")
    page = await owner.send((await owner.get("/dashboard/moderators")).form("/disable"))
    assert "Ben cannot sign in any more" in page.words
    page = await owner.send(page.form("/enable"))
    assert "Ben may sign in again." in page.words


async def test_each_site_has_its_code_to_paste(light: Service, owner: Browser) -> None:
    page = await owner.get("/dashboard/sites")
    for words in (
        f'<script src="{light.base}/embed.js" async></script>',
        f'<link rel="webmention" href="{light.base}/webmention">',
        f"X-Pingback: {light.base}/pingback",
        f"add_header Link '<{light.base}/webmention>; rel=\"webmention\"';",
        f'header +Link `<{light.base}/webmention>; rel="webmention"`',
        f'<link rel="trackback" href="{light.base}/trackback?article=https%3A%2F%2Fgarden.example',
        '("https://garden.example" + page.url) | urlencode',
        'dc:identifier="https://garden.example/an-article/"',
        f"{light.base}/thread.html?article=https%3A%2F%2Fgarden.example%2Fan-article%2F",
    ):
        assert words in page.words, words


async def test_an_article_is_closed_and_opened(service: Service, ana: Browser) -> None:
    comment = await service.say()
    page = await ana.get("/dashboard/articles")
    assert ARTICLE in page.words
    form = page.form(f"/articles/{comment.article_id}/open")
    form.fields.pop("open")

    closed = await ana.send(form)

    assert "takes pings, but no replies now." in closed.words
    article = await service.house.store.read(articles.by_id, comment.article_id)
    assert article is not None
    assert (article.open, article.pings_open) == (False, True)
    missing = await ana.post(
        "/dashboard/articles/m1/open", {"csrf_token": form.fields["csrf_token"]}
    )
    assert missing.status_code == 404
