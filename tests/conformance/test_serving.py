"""Serving threads: tags, caching, variants, other origins, in a running house."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx2
import pytest

from moderation.domain.decision import Action
from moderation.flow.revise import Words
from tests.integration.journey.conftest import ANA, PUBLIC, Journey, Open

THREADS = ("thread", "thread.html", "thread.json", "thread.atom")
DIRECTIVE = re.compile(r"[a-z-]+(?:=[0-9]+)?")


async def shown(journey: Journey, text: str = "I keep *my* notes in the margins too.") -> str:
    answer = (await journey.json_reply(text=text)).json()
    await journey.house.decide.one(answer["id"], Action.APPROVE, ANA)
    return str(answer["id"])


async def get(
    journey: Journey, name: str = "thread.html", method: str = "GET", **headers: str
) -> httpx2.Response:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return await journey.client.request(
        method, f"/{name}", params={"article": journey.article}, headers=fields
    )


@pytest.mark.parametrize("name", THREADS)
async def test_equal_content_has_an_equal_tag_in_every_process(
    begin: Open, journey: Journey, name: str
) -> None:
    """C-1: across processes and restarts."""
    await shown(journey)
    other = await begin()
    one, two = await get(journey, name), await get(other, name)

    assert re.fullmatch(r'"[0-9a-f]{24}(-br|-gzip)?"', one.headers["etag"])
    assert one.headers["etag"] == two.headers["etag"]
    assert one.content == two.content


@pytest.mark.parametrize("given", ["{}", '"x", {}', "W/{}", "*", "  {}  "])
@pytest.mark.parametrize("name", THREADS)
async def test_what_is_known_already_is_304(journey: Journey, name: str, given: str) -> None:
    """C-2: without a body, with the headers that keep it fresh."""
    await shown(journey)
    first = await get(journey, name)
    again = await get(journey, name, if_none_match=given.format(first.headers["etag"]))

    assert (again.status_code, again.content) == (304, b"")
    for field in ("etag", "cache-control", "vary"):
        assert again.headers[field] == first.headers[field]


async def test_a_tag_goes_before_a_date(journey: Journey) -> None:
    """C-2: If-None-Match is looked at, If-Modified-Since then is not."""
    await shown(journey)
    late = datetime(2999, 1, 1, tzinfo=UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert (await get(journey, if_none_match='"x"', if_modified_since=late)).status_code == 200


async def test_every_change_changes_the_tag_at_once(begin: Open, journey: Journey) -> None:
    """C-3: approval, edit, deletion; the next read knows, here and elsewhere."""
    other = await begin()
    tags = [(await get(journey)).headers["etag"]]
    ident = await shown(journey)
    steps = (
        None,
        lambda: journey.house.revise.edit(ident, Words(text="Else."), ANA, version=2),
        lambda: journey.house.decide.one(ident, Action.TRASH, ANA, version=3),
    )
    for step in steps:
        if step is not None:
            await step()
        tags.append((await get(journey)).headers["etag"])

    assert len(set(tags[:3])) == 3
    assert tags[3] not in tags[1:3]  # nothing in it, and titled by now or not
    assert "Else." not in (await get(other)).text


@pytest.mark.parametrize("name", THREADS)
async def test_threads_may_be_kept_for_a_moment(journey: Journey, name: str) -> None:
    """C-4: public, brief, and stale while it is asked for anew."""
    directives = [d.strip() for d in (await get(journey, name)).headers["cache-control"].split(",")]
    assert all(DIRECTIVE.fullmatch(d) for d in directives)
    named = {d.partition("=")[0] for d in directives}
    assert {"public", "max-age", "stale-while-revalidate"} <= named
    assert "no-store" not in named


async def test_what_is_about_one_person_is_not_kept(journey: Journey) -> None:
    """C-4: answers to posts, private pages, refusals."""
    form = await journey.reply(remember="1")
    document = await journey.json_reply(text="Another.")
    for answer in (
        form,
        document,
        await journey.client.get(document.json()["private_url"]),
        await journey.client.get("/c"),
        await journey.client.post("/preview", json={"comment": "x"}),
        await journey.client.get("/form-token", params={"article": journey.article}),
        await journey.client.get("/dashboard"),
        await journey.client.get("/thread.json", params={"article": "https://else.example/"}),
        await journey.client.get("/no-such-door"),
    ):
        assert answer.headers["cache-control"] == "no-store", answer.url


async def test_each_encoding_is_a_variant_with_a_tag_of_its_own(journey: Journey) -> None:
    """C-5: by Accept-Encoding."""
    await shown(journey, "Many words. " * 300)
    plain = await get(journey, accept_encoding="identity")
    refused = await get(journey, accept_encoding="gzip;q=0, identity")
    forms = {
        "br": await get(journey, accept_encoding="gzip, deflate, br, zstd"),
        "gzip": await get(journey, accept_encoding="br;q=0.5, gzip"),
    }

    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in refused.headers
    assert plain.headers["etag"] == refused.headers["etag"]
    for name, answer in forms.items():
        assert answer.headers["content-encoding"] == name
        assert answer.headers["etag"] == f'{plain.headers["etag"][:-1]}-{name}"'
        assert answer.content == plain.content  # httpx2 has inflated it
        assert int(answer.headers["content-length"]) < len(plain.content) / 2
    for answer in (plain, *forms.values()):
        assert "Accept-Encoding" in answer.headers["vary"]
        known = await get(journey, if_none_match=answer.headers["etag"])
        assert known.status_code == 304


@pytest.mark.parametrize("name", THREADS)
async def test_head_is_get_without_a_body(journey: Journey, name: str) -> None:
    """C-6: with the same headers."""
    await shown(journey)
    whole, head = await get(journey, name), await get(journey, name, "HEAD")

    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(whole.headers)


@pytest.mark.parametrize("name", THREADS)
async def test_a_sites_pages_may_read_its_threads(journey: Journey, name: str) -> None:
    """C-7: the article's site, never with credentials."""
    own = "{0.scheme}://{0.netloc}".format(urlsplit(journey.article))
    for origin, allowed in ((own, own), (PUBLIC, PUBLIC), ("https://evil.example", own)):
        answer = await get(journey, name, origin=origin)
        assert answer.headers["access-control-allow-origin"] == allowed
        assert "access-control-allow-credentials" not in answer.headers
        assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize(
    "path", ["/thread.html", "/thread.json", "/counts.json", "/comments", "/preview"]
)
async def test_preflights_are_answered(journey: Journey, path: str) -> None:
    """C-7: for the article's site alone."""
    own = "{0.scheme}://{0.netloc}".format(urlsplit(journey.article))
    fields = {"Origin": own, "Access-Control-Request-Method": "POST"}
    answer = await journey.client.options(path, headers=fields)
    stranger = await journey.client.options(path, headers=fields | {"Origin": "https://e.example"})

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == own
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "access-control-allow-origin" not in stranger.headers


@pytest.mark.parametrize("path", ["/dashboard", "/api/v1/comments", "/c", "/act/x", "/metrics"])
async def test_nothing_private_is_read_by_other_origins(journey: Journey, path: str) -> None:
    """C-7: nothing for the moderation API, nor for what belongs to one person."""
    own = "{0.scheme}://{0.netloc}".format(urlsplit(journey.article))
    answer = await journey.client.get(path, headers={"Origin": own})
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("name", THREADS)
async def test_an_empty_thread_is_there_and_a_foreign_one_is_not(
    journey: Journey, name: str
) -> None:
    """C-8: an address never seen is 200 and stored nowhere; outside every site is 404."""
    empty = await get(journey, name)
    query = {"article": "https://else.example/a"}
    foreign = await journey.client.get(f"/{name}", params=query)

    assert empty.status_code == 200
    assert "public" in empty.headers["cache-control"]
    assert (foreign.status_code, foreign.headers["cache-control"]) == (404, "no-store")
    assert (await journey.client.get(f"/{name}")).status_code == 400


async def test_an_empty_thread_has_no_heading_and_an_empty_list(journey: Journey) -> None:
    """C-8: nothing to say, said in full."""
    document = (await get(journey, "thread.json")).json()
    assert (document["count"], document["comments"], document["revision"]) == (0, [], 0)
    assert "Response" not in (await get(journey)).text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=1", 200),
        ("page=2", 404),
        ("page=0", 404),
        ("page=-1", 400),
        ("page=x", 400),
        ("page=99999999", 400),
        ("comment=m1", 404),
        ("x=1", 200),
    ],
)
async def test_parameters_are_checked_and_bounded(
    journey: Journey, query: str, status: int
) -> None:
    """C-9: a page has a number, and there are only so many."""
    await shown(journey)
    name, _, value = query.partition("=")
    assert (await journey.thread("thread.json", **{name: value})).status_code == status


async def test_what_nobody_knows_of_makes_no_other_bytes(journey: Journey) -> None:
    """C-9: unknown parameters, and spellings of one address."""
    await shown(journey)
    plain = await get(journey)
    for more in ({"utm_source": "x"}, {"callback": "f"}):
        assert (await journey.thread(**more)).headers["etag"] == plain.headers["etag"]
    spelled = await journey.client.get(
        "/thread.html", params={"article": f"{journey.article}?utm_source=x#c"}
    )
    assert spelled.content == plain.content


@pytest.mark.parametrize("name", THREADS)
async def test_nothing_is_sniffed_and_html_has_a_policy(journey: Journey, name: str) -> None:
    """C-10: also in JSON, where no tag begins."""
    await shown(journey, "</script><script>alert(1)</script>")
    answer = await get(journey, name)

    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script>alert" not in answer.text
    if name == "thread.json":
        assert "<" not in answer.text
    kinds = {"thread.json": "application/json", "thread.atom": "application/atom+xml"}
    assert answer.headers["content-type"].startswith(kinds.get(name, "text/html; charset=utf-8"))


@pytest.mark.parametrize("name", THREADS)
async def test_a_thread_is_read_and_nothing_else(journey: Journey, name: str) -> None:
    """C-6: any other method is 405, and says which there are."""
    answer = await get(journey, name, "POST")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json()["status"] == 405


async def test_no_address_of_a_person_is_in_any_form_of_a_thread(journey: Journey) -> None:
    """F-7: neither of mail nor of the network, in no format."""
    await shown(journey)
    for name in THREADS:
        text = (await get(journey, name)).text
        assert "mei@readers.example" not in text
        assert "192.0.2.9" not in text
