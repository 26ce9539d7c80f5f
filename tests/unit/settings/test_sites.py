"""The sites of the settings, what is their own, and the demo in their stead."""

from pathlib import Path

from moderation.domain.site import Articles, Hold
from tests.unit.settings.files import BLOG, read, told


def test_without_a_site_there_is_a_demo_below_the_public_url(folder: Path) -> None:
    settings = read(folder, "[server]\nport = 9000\n").settings
    (site,) = settings.sites
    assert settings.demo
    assert (site.id, site.url) == ("demo", "http://127.0.0.1:9000/demo/")
    assert site.articles is Articles.ANY
    assert site.pings.allowed_private_hosts == ("127.0.0.1:9000",)


def test_the_demo_names_its_port_even_where_the_address_does_not(folder: Path) -> None:
    settings = read(folder, "[server]\npublic_url = 'http://[::1]/x'\n").settings
    assert settings.sites[0].pings.allowed_private_hosts == ("[::1]:80",)


def test_the_demo_of_a_public_service_allows_no_private_host(folder: Path) -> None:
    settings = read(folder, "[server]\npublic_url = 'https://c.example'\n").settings
    assert settings.sites[0].pings.allowed_private_hosts == ()


def test_with_a_site_there_is_no_demo(folder: Path) -> None:
    settings = read(folder, BLOG).settings
    assert not settings.demo
    assert [site.id for site in settings.sites] == ["blog"]


def test_a_site_has_the_general_values_but_for_its_own(folder: Path) -> None:
    text = (
        "[moderation]\nhold = 'none'\nmax_links = 7\n[pings]\ntrackback = false\n"
        "[sites.a]\nurl = 'https://a.example/Blog'\nhosts = ['WWW.a.example']\n"
        "[sites.a.moderation]\nhold = 'all'\n[sites.a.pings]\ntrust_after = 9\n"
        "[sites.b-c]\nurl = 'https://b.example'\n"
    )
    environ = {"MODERATION__SITES__B_C__MODERATION__MAX_DEPTH": "2"}
    one, two = read(folder, text, environ).settings.sites
    assert (one.url, one.hosts) == ("https://a.example/Blog/", ("www.a.example",))
    assert (one.moderation.hold, one.moderation.max_links) == (Hold.ALL, 7)
    assert (one.pings.trackback, one.pings.trust_after) == (False, 9)
    assert (two.id, two.url) == ("b-c", "https://b.example/")
    assert (two.moderation.hold, two.moderation.max_depth) == (Hold.NONE, 2)


def test_a_site_can_be_set_up_by_the_environment_alone(folder: Path) -> None:
    settings = read(folder, "", {"MODERATION__SITES__BLOG__URL": "https://blog.example"}).settings
    assert [site.url for site in settings.sites] == ["https://blog.example/"]


def test_sites_beside_and_inside_each_other_do_not_overlap(folder: Path) -> None:
    text = (
        "[sites.a]\nurl = 'https://x.example/a'\n[sites.ab]\nurl = 'https://x.example/ab'\n"
        "[sites.port]\nurl = 'https://x.example:8443/a'\n[sites.root]\nurl = 'https://x.example'\n"
    )
    assert len(read(folder, text).settings.sites) == 4


def test_sites_that_share_a_further_host_overlap(folder: Path) -> None:
    text = BLOG + "hosts = ['x.example']\n[sites.two]\nurl = 'https://x.example/'\n"
    assert "is at the same place as [sites.blog]" in told(folder, text)
