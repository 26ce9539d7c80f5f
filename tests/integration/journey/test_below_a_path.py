"""A service that is reached below a path of somebody else's host."""

import pytest

from moderation.settings.sections import Server

from .conftest import Journey, Open


@pytest.fixture(params=["/talk", "/comments"])
def prefix(request: pytest.FixtureRequest) -> str:
    path: str = request.param
    return path


@pytest.fixture
async def below(begin: Open, prefix: str) -> Journey:
    return await begin(server=Server(public_url=f"http://comments.example{prefix}"))


@pytest.mark.parametrize("cut", [False, True], ids=["passed on whole", "cut off by the proxy"])
async def test_every_link_follows_the_path(below: Journey, prefix: str, cut: bool) -> None:
    start = "" if cut else prefix
    form = {
        "article": below.article,
        "author": "Mei",
        "email": "mei@readers.example",
        "comment": "Some words.",
    }
    answer = await below.client.post(f"{start}/comments", data=form)
    private = answer.headers["location"]
    assert private.startswith(f"http://comments.example{prefix}/c/")
    page = await below.client.get(private.removeprefix(f"http://comments.example{prefix}"))
    assert page.status_code == 200
    assert f'action="{private}/withdraw"' in page.text

    thread = await below.client.get(f"{start}/thread.html", params={"article": below.article})
    assert f'action="http://comments.example{prefix}/comments"' in thread.text
    ping = {"source": below.sources.url("/s/"), "target": below.article}
    told = await below.client.post(f"{start}/webmention", data=ping)
    assert told.headers["location"].startswith(f"http://comments.example{prefix}/pings/")


async def test_no_address_is_made_of_a_host_header(below: Journey) -> None:
    answer = await below.client.get("/healthz/", headers={"Host": "127.0.0.1"})
    assert "location" not in answer.headers
    assert answer.status_code == 404
