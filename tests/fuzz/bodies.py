"""Bodies and addresses nobody should send: what is well said, spoilt by chance or by design."""

import json
from dataclasses import dataclass
from random import Random
from urllib.parse import quote_from_bytes, urlencode

ARTICLE = "https://blog.example/2026/fuzz/"
SOURCE = "https://source.example/post"
FORM, JSON, XML = "application/x-www-form-urlencoded", "application/json", "text/xml"
CALL = (
    "<?xml version='1.0'?><methodCall><methodName>pingback.ping</methodName><params>"
    f"<param><value><string>{SOURCE}</string></value></param>"
    f"<param><value><string>{ARTICLE}</string></value></param></params></methodCall>"
)
REPLY = {"article": ARTICLE, "author": "Mei", "email": "mei@readers.example", "comment": "Words."}


@dataclass(frozen=True, slots=True)
class Door:
    """One address, and a request that is well said there; `methods` are those it knows."""

    path: str
    kind: str = ""
    body: str = ""
    method: str = "GET"


_Q = urlencode({"article": ARTICLE})
DOORS = (
    Door("/comments", FORM, urlencode(REPLY), "POST"),
    Door("/comments", JSON, json.dumps(REPLY), "POST"),
    Door("/preview", JSON, '{"comment": "Some *words*."}', "POST"),
    Door("/pingback", XML, CALL, "POST"),
    Door("/xmlrpc.php", XML, CALL, "POST"),
    Door(f"/trackback?{_Q}", FORM, urlencode({"url": SOURCE, "title": "T"}), "POST"),
    Door("/webmention", FORM, urlencode({"source": SOURCE, "target": ARTICLE}), "POST"),
    Door("/counts.json", JSON, json.dumps([ARTICLE]), "POST"),
    Door("/c/no-token/edit", FORM, "comment=x", "POST"),
    Door("/act/no-token", FORM, "", "POST"),
    Door("/dashboard/login", FORM, "username=a&password=b&csrf_token=c", "POST"),
    Door("/dashboard/comments/m1/approve", FORM, "csrf_token=c&version=1", "POST"),
    Door("/api/v1/comments/m1/approve", JSON, '{"version": 1}', "POST"),
    Door("/api/v1/decisions", JSON, '{"action": "approve", "query": "status=held"}', "POST"),
    Door(f"/thread.html?{_Q}"),
    Door(f"/thread?{_Q}&parent=m1"),
    Door(f"/thread.json?{_Q}&page=1"),
    Door(f"/thread.atom?{_Q}"),
    Door(f"/counts.json?{_Q}"),
    Door(f"/form-token?{_Q}"),
    Door(f"/anchor?{_Q}&anchor=comment-m1"),
    Door(f"/discovery?{_Q}"),
    Door("/site.json?site=blog&since=1"),
    Door("/comments/m1"),
    Door("/pings/no-token"),
    Door("/dashboard?status=held"),
    Door("/api/v1/comments?status=held&limit=5&order=oldest"),
    Door("/metrics"),
)

NUMBERS = ("1e999", "-0", "9" * 5000, "1" + "0" * 400, "NaN", "-Infinity", "0x1", "1.5")
STRINGS = (
    '"\\ud800"',
    '"\\u0000"',
    '"\\u202e\\u2066"',
    '"' + "\\u0301" * 3000 + '"',
    '"' + "x" * 60_000 + '"',
    '"' + "*[" * 4000 + '"',
    '"' + "> " * 4000 + '"',
    '"http://[::1"',
    '"https://blog.example/%ff%00"',
    '"https://blog.example:99999/"',
    '"https://xn--\\u00e4.blog.example/"',
    '"javascript:alert(1)"',
    '""',
)
TREES = ("[" * 60_000, '{"a":' * 10_000, "[[[]]]", "null", "true", "[]", "{}", '{"a":1,"a":2}', "")
XMLS = (
    "<!DOCTYPE a [<!ENTITY b 'c'>]><methodCall>&b;</methodCall>",
    "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><methodCall/>",
    "<methodCall>" + "<a>" * 9000,
    "<methodCall " + " ".join(f"a{n}='1'" for n in range(3000)) + "/>",
    CALL.replace("pingback.ping", "system.multicall"),
    CALL.replace("pingback.ping", "\N{SNOWMAN}"),
    CALL.replace("string>", "int>"),
    CALL.replace("<string>", "<array><data>"),
    CALL.replace("'1.0'", "'1.0' encoding='utf-7'"),
    CALL.replace("'1.0'", "'1.0' encoding='ebcdic-xx'"),
    CALL.replace("'1.0'", "'1.0' encoding='utf-16'"),
    CALL.replace("</param>", "</param><param/>"),
    CALL.replace(SOURCE, "&#0;&#xffff;&#x110000;"),
    CALL.replace(SOURCE, "]]>"),
    "",
)
KINDS = (
    FORM,
    JSON,
    XML,
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-7",
    "application/x-www-form-urlencoded; charset=\xff",
    "application/x-www-form-urlencoded; charset=shift_jis",
    "text/html;;;=",
    "/",
    "",
)
ENCODINGS = ("utf-16", "utf-8-sig", "latin-1", "utf-7", "cp1252", "shift_jis")


def spoil(chance: Random, door: Door) -> bytes:
    """A body for a door: hostile by design, another encoding's, or a good one after accidents."""
    way = chance.randrange(4)
    if way == 0 and door.kind == JSON:
        return _json(chance, door).encode()
    if way == 0 and door.kind == XML:
        return chance.choice(XMLS).encode()
    if way == 0:
        return _form(chance, door)
    if way == 1:
        return door.body.encode(chance.choice(ENCODINGS), "replace")
    return _accidents(chance, door.body.encode())


def _json(chance: Random, door: Door) -> str:
    if chance.random() < 0.4:
        return chance.choice(TREES)
    good = json.loads(door.body)
    value = chance.choice((*NUMBERS, *STRINGS, *TREES[2:7]))
    if isinstance(good, list):
        return f"[{value}, {value}]"
    name = chance.choice([*good, "parent", "text", "remember", "subscribe"])
    members = {key: json.dumps(given) for key, given in good.items()} | {name: value}
    return "{" + ", ".join(f"{json.dumps(key)}: {given}" for key, given in members.items()) + "}"


def _form(chance: Random, door: Door) -> bytes:
    """The fields of a form with one of them replaced, repeated or left out."""
    pairs = [part.partition("=") for part in door.body.split("&")]
    at = chance.randrange(len(pairs))
    value = chance.choice(("%ff%fe", "%00", "%", "%zz", "+" * 70, "", "a" * 12_000, "%ed%a0%80"))
    raw = quote_from_bytes(chance.randbytes(20))
    pairs[at] = (pairs[at][0], "=", chance.choice((value, raw)))
    if chance.random() < 0.3:
        pairs += [pairs[at]] * chance.choice((1, 60, 3000))
    return "&".join("".join(pair) for pair in pairs).encode()


def _accidents(chance: Random, data: bytes) -> bytes:
    """Some bytes changed, lost, doubled or put in."""
    spoilt = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(spoilt) + 1)
        way = chance.randrange(4)
        if way == 0:
            spoilt[at:at] = chance.randbytes(chance.randrange(1, 9))
        elif way == 1:
            del spoilt[at : at + chance.randrange(1, 20)]
        elif way == 2:
            spoilt[at:at] = spoilt[max(0, at - 30) : at]
        else:
            spoilt[at : at + 1] = bytes([chance.randrange(256)])
    return bytes(spoilt)


def address(chance: Random, door: Door) -> str:
    """The address of a door, now and then with something in it that is no good."""
    if chance.random() < 0.6:
        return door.path
    tails = (
        "%00",
        "%ff",
        "%",
        "%2e%2e/",
        "//x",
        "/../../etc/passwd",
        "?" + "a=b&" * 500,
        "?article=" + "%ff" * 30,
        "?article=https://blog.example/" + "x" * 5000,
        "?article=https://blog.example/%2500%E2%80%AE",
        "?article=http://[&article=:&page=99999999999999999999&parent=%00&comment=%ff",
        "?site=%00&since=-1&limit=1e9&cursor=%ff&order=x&status=x&version=1",
        "&article=&since=9999999999999999999999&page=0&limit=-5&cursor=AAAA&until=0000",
        "\xff\xfe",
        "#fragment",
        ";a=b",
    )
    return door.path + chance.choice(tails)
