"""How a page's bytes become text: what names the encoding, and which encodings are read at all."""

import re

# WHATWG's labels, as far as pages of blogs use them; what is not here is read as UTF-8.
_CODECS = {
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("utf-16", "utf-16le", "ucs-2", "unicode"), "utf-16-le"),
    "utf-16be": "utf-16-be",
    **dict.fromkeys(
        ("us-ascii", "ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1"), "cp1252"
    ),
    **{f"iso-8859-{n}": f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{"iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874"},
    **{
        f"{prefix}{n}": f"cp{n}" for n in (874, *range(1250, 1259)) for prefix in ("windows-", "cp")
    },
    **{"koi8-r": "koi8-r", "koi8-u": "koi8-u", "ibm866": "cp866", "macintosh": "mac-roman"},
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "windows-31j", "x-sjis"), "cp932"),
    **{"euc-jp": "euc-jp", "iso-2022-jp": "iso2022-jp", "big5": "big5hkscs"},
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk"), "gb18030"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean"), "cp949"),
}
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"))
_PRESCAN = 4096  # bytes; browsers look at 1,024
_COMMENT = re.compile(rb"<!--.*?-->", re.S)
_META = re.compile(
    rb"<(?:meta\s[^>]{0,300}?charset|\?xml\s[^>]{0,100}?encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})",
    re.I,
)


def decode(body: bytes, named: str, *, look_inside: bool = True) -> str:
    """Decode a page; never raises, what cannot be read becomes U+FFFD.

    A byte-order mark is believed before all (as browsers do), then the header (`named`),
    then `<meta>` where `look_inside`, else it is UTF-8.
    """
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    codec = _CODECS.get(named, "")
    if not codec and look_inside:
        codec = _declared(body[:_PRESCAN])
    return body.decode(codec or "utf-8", "replace")


def _declared(head: bytes) -> str:
    match = _META.search(_COMMENT.sub(b"", head))
    label = match.group(1).decode("ascii", "replace").lower() if match else ""
    codec = _CODECS.get(label, "")
    # Who can read the declaration as ASCII is not reading UTF-16.
    return "utf-8" if codec.startswith("utf-16") else codec
