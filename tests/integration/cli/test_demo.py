"""`demo`: a blog with believable threads that leaves nothing behind."""

import re
import signal

from tests.integration.cli.service import Desk, Running, get, until


def test_every_article_of_the_demo_has_a_page_and_a_thread(desk: Desk) -> None:
    with desk.running("demo", "--port", "0") as demo:
        said = demo.says("Mending a bicycle bell")
        server = re.findall(r"http://127\.0\.0\.1:\d+", said)[0]
        pages = re.findall(r" +(\d+) comments  (\S+)  (.+)", said)
        assert len(pages) == 5
        for count, url, title in pages:
            page = get(url)
            assert page.status_code == 200
            assert f'<h1 class="page-title p-name">{title}</h1>' in page.text
            assert f'data-article="{url}"' in page.text
            thread = get(f"{server}/thread.json", article=url).json()
            assert thread["count"] == int(count) >= 3
            assert thread["article"]["title"] == title
        assert get(f"{server}/demo/no-such-page/").status_code == 404
        _look_into(server)
        _signs_in(demo, server)
        demo.process.send_signal(signal.SIGTERM)
        assert demo.wait() == 0
    assert list(desk.temporary.iterdir()) == []


def _look_into(server: str) -> None:
    """Nested answers, all protocols, reactions."""
    url = f"{server}/demo/small-sites/"
    thread = get(f"{server}/thread.json", article=url).json()
    roots = thread["comments"]
    assert {c["kind"] for c in roots} == {"comment", "pingback", "trackback", "webmention"}
    assert any(answer["replies"] for c in roots for answer in c["replies"])
    assert thread["reactions"]["like"]["count"] == 2
    dates = [c["published_at"] for c in roots]
    assert dates == sorted(dates)
    assert dates[0][:10] < dates[-1][:10]


def _signs_in(demo: Running, server: str) -> None:
    """The password that is shown is the owner's; whether it fits is the dashboard's to say."""
    said = demo.said
    assert re.search(r"^  sign in as      owner$", said, re.M)
    assert re.search(r"^  password        [\w-]{20}$", said, re.M)
    assert f"{server}/dashboard" in said


def test_a_taken_port_does_not_keep_the_demo_from_starting(desk: Desk) -> None:
    desk.write(port=1)
    with desk.running("serve", "--port", "0") as service:
        port = service.url.rpartition(":")[2]
        with desk.running("demo", "--port", port) as demo:
            said = demo.says("Its articles:")
            assert f":{port}/" not in said
            until(lambda: "sign in as" in demo.said, "the sign-in")
