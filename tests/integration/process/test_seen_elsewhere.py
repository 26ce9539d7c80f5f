"""What one process of the service does, as the others show it."""

from pathlib import Path

from tests import wire
from tests.owner import make_owner
from tests.process import Service, running, until

ARTICLE = "https://blog.example/2026/seen/"
SETTINGS = """
[server]
public_url = "https://comments.blog.example"
allowed_hosts = ["127.0.0.1"]
[sites.blog]
url = "https://blog.example/"
articles = "any"
[limits]
comments_per_minute = 0
"""
PHRASE = "a remark about lighthouses"


async def look(service: Service) -> wire.Answer:
    answer = await wire.get(service.port, "/thread.html", article=ARTICLE)
    assert answer.status == 200
    return answer


async def thread(service: Service) -> str:
    return (await look(service)).text


async def say(service: Service, text: str) -> str:
    body = {"article": ARTICLE, "author": {"name": "Mei", "email": "mei@readers.example"}}
    answer = await wire.post_json(service.port, "/comments", body | {"text": text})
    assert answer.status == 201, answer.body
    comment_id: str = answer.json()["id"]
    return comment_id


async def test_what_is_decided_in_one_process_is_shown_and_taken_away_in_the_other(
    store_url: str, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    async with (
        running(tmp_path / "a", store_url, SETTINGS) as one,
        running(tmp_path / "b", store_url, SETTINGS) as other,
    ):
        owner = await make_owner(one)
        for number in range(3):
            text = f"Remark {number}, which nobody made before."
            comment_id = await say(other, text)
            assert text not in await thread(other)  # and what was shown is kept ready there

            async def shown(text: str = text) -> bool:
                return text in await thread(other)

            async def hidden(text: str = text) -> bool:
                return text not in await thread(other)

            assert (await owner.decide(comment_id, "approve")).status == 200
            assert text in await thread(one)
            await until(shown, what="the other process's sight of it")
            here, there = await look(one), await look(other)
            assert (here.body, here.headers["etag"]) == (there.body, there.headers["etag"])
            assert (await owner.decide(comment_id, "trash", 2)).status == 200
            assert text not in await thread(one)
            await until(hidden, what="the other process's sight of it")
        assert one.complaints() == other.complaints() == []


async def test_a_rule_made_at_the_command_line_holds_in_a_process_that_has_looked_already(
    store_url: str, tmp_path: Path
) -> None:
    async with running(tmp_path, store_url, SETTINGS + '[moderation]\nhold = "none"\n') as service:
        await say(service, "There is no rule yet.")
        await service.command("rule", "add", "phrase", PHRASE)
        comment_id = await say(service, f"This is {PHRASE}.")
        listed = await service.command("queue", "list", "--json")
    assert comment_id in listed
