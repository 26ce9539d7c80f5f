"""How the values that were read make one whole: what must agree, and what follows from what."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from moderation.domain.site import Moderation, Pings, Site
from moderation.settings import secret
from moderation.settings.faults import SettingFault, nearest
from moderation.settings.keys import LOCKABLE
from moderation.settings.reading import Reading
from moderation.settings.sections import Server, Settings
from moderation.settings.sites import demo_site, overlapping

Values = Mapping[tuple[str, ...], Any]


def assemble(reading: Reading, path: Path) -> tuple[Settings, tuple[str, ...]]:
    """Build the settings; what does not agree is added to the reading's faults."""
    shipped = Settings()
    values = {("akismet", "key"): reading.environ.get(_AKISMET_VARIABLE, "")} | reading.values
    server = _reachable(replace(shipped.server, **_of(values, "server")))
    settings = replace(
        shipped,
        server=server,
        store=replace(shipped.store, **_of(values, "store")),
        moderation=replace(shipped.moderation, **_of(values, "moderation")),
        pings=replace(shipped.pings, **_of(values, "pings")),
        checks=replace(shipped.checks, **_of(values, "checks")),
        akismet=replace(shipped.akismet, **_of(values, "akismet")),
        mail=replace(shipped.mail, **_of(values, "mail")),
        limits=replace(shipped.limits, **_of(values, "limits")),
        privacy=replace(shipped.privacy, **_of(values, "privacy")),
        retention=replace(shipped.retention, **_of(values, "retention")),
        path=path,
        locked=tuple(values.get(("locked",), ())),
    )
    settings = _with_sites(settings, reading)
    _check_locked(settings, reading)
    _check_mail(settings, reading)
    url = _absolute(settings.store.url, reading.folder)
    settings = replace(settings, store=replace(settings.store, url=url))
    return settings, _warnings(settings)


_AKISMET_VARIABLE = secret.AKISMET_KEY.removeprefix("env:")


def _of(values: Values, part: str) -> dict[str, Any]:
    return {target[1]: value for target, value in values.items() if target[0] == part}


def _reachable(server: Server) -> Server:
    """Let a `public_url` that was left at its default follow `host` and `port`."""
    if server.public_url != Server().public_url or server.port == 0:
        return server
    host = server.host
    with suppress(ValueError):
        listens = ip_address(host)
        if listens.is_unspecified:  # on all of them, so on loopback too
            host = "127.0.0.1" if listens.version == 4 else "::1"
    bracketed = f"[{host}]" if ":" in host else host
    port = "" if server.port == 80 else f":{server.port}"
    return replace(server, public_url=f"http://{bracketed}{port}")


def _with_sites(settings: Settings, reading: Reading) -> Settings:
    if not reading.sites:
        demo = demo_site(settings.server.public_url, settings.pings)
        return replace(settings, sites=(demo,), pings=demo.pings, demo=True)
    built = [
        _site(name, values, settings.moderation, settings.pings)
        for name, values in reading.sites.items()
        if _has_url(name, values, reading)
    ]
    for later, earlier in overlapping(built):
        where = reading.origins[f"sites.{later.id}"]
        message = f"is at the same place as [sites.{earlier.id}]; a page belongs to one of them"
        reading.faults.append(SettingFault(where, f"[sites.{later.id}] {later.url}", message))
    return replace(settings, sites=tuple(built))


def _site(name: str, values: Values, moderation: Moderation, pings: Pings) -> Site:
    own = {target[0]: value for target, value in values.items() if len(target) == 1}
    return Site(
        id=name,
        **own,
        moderation=replace(moderation, **_of(values, "moderation")),
        pings=replace(pings, **_of(values, "pings")),
    )


def _has_url(name: str, values: Values, reading: Reading) -> bool:
    """Tell that a site has no `url`, unless it has one that was found wrong already."""
    if ("url",) not in values and f"sites.{name}.url" not in reading.origins:
        where = reading.origins[f"sites.{name}"]
        message = 'needs a url, such as url = "https://blog.example/"'
        reading.faults.append(SettingFault(where, f"[sites.{name}]", message))
    return ("url",) in values


def _check_locked(settings: Settings, reading: Reading) -> None:
    for name in settings.locked:
        if name not in LOCKABLE:
            found = nearest(name, LOCKABLE)
            hint = f'; did you mean "{found}"?' if found else f', such as "{LOCKABLE[0]}"'
            message = f"must name a key of [moderation], [pings], [checks] or [limits]{hint}"
            where = reading.origins["locked"]
            reading.faults.append(SettingFault(where, f'locked = ["{name}"]', message))


def _check_mail(settings: Settings, reading: Reading) -> None:
    """Tell of mail that would have no sender: neither `from` nor a user that is an address."""
    user = unquote(urlsplit(settings.mail.url).username or "")
    if settings.mail.url and not settings.mail.sender and "@" not in user:
        message = 'must be set when mail.url is, such as "Blog <comments@blog.example>"'
        where = reading.origins["mail.url"]
        reading.faults.append(SettingFault(where, "[mail] from", message))


def _absolute(url: str, folder: Path) -> str:
    """Make the path of an SQLite file absolute, percent-encoded as in any URL."""
    parts = urlsplit(url)
    if parts.scheme != "sqlite":
        return url
    path = folder / unquote(parts.path[1:])
    return "sqlite:///" + quote(path.as_posix())


def _warnings(settings: Settings) -> tuple[str, ...]:
    found: list[str] = []
    if settings.server.workers > 1 and settings.store.url.startswith("sqlite:"):
        found.append(
            f"server.workers is {settings.server.workers} on SQLite: only one of them writes at"
            " a time, so that more than one seldom helps. PostgreSQL has no such limit."
        )
    return tuple(found)
