"""XML-RPC as far as a ping needs it: read a call of plain strings, write a string or a fault."""

import re
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass, field
from html import escape
from xml.parsers import expat

from moderation.domain.errors import Malformed, TooLarge

DEPTH_LIMIT = 20  # open elements
PARAMS_LIMIT = 10

# The reserved codes of "Specification for Fault Code Interoperability".
NOT_WELL_FORMED = -32700
UNSUPPORTED_ENCODING = -32701
BAD_CHARACTER = -32702
NOT_XML_RPC = -32600
NO_SUCH_METHOD = -32601
BAD_PARAMS = -32602

DECLARATION = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([A-Za-z0-9._-]+)""")
CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
}
BARE_AMPERSAND = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)",
)
ZLIB_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class XmlRpcFault(Malformed):
    """Bytes that are no XML-RPC call, or one that is not offered; `number` is the faultCode."""

    def __init__(self, number: int, sentence: str) -> None:
        super().__init__(sentence)
        self.number = number


@dataclass(frozen=True, slots=True)
class Call:
    """A method call. A parameter of any other type than string is None: nobody here wants it."""

    method: str
    params: tuple[str | None, ...]


@dataclass(slots=True)
class Element:
    name: str
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


class TreeBuilder:
    """Collects what the parser tells, and stops it at a doctype or below the depth limit."""

    def __init__(self) -> None:
        self.open: list[Element] = []
        self.root: Element | None = None

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if len(self.open) >= DEPTH_LIMIT:
            raise XmlRpcFault(NOT_XML_RPC, "The call is nested too deep.")
        element = Element(name)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _name: str) -> None:
        self.open.pop()

    def characters(self, data: str) -> None:
        self.open[-1].pieces.append(data)

    def doctype(self, _name: str, _system: str | None, _public: str | None, _subset: bool) -> None:
        raise XmlRpcFault(NOT_WELL_FORMED, "A document type is not accepted.")


def inflate(body: bytes, encoding: str, limit: int) -> bytes:
    """Undo a Content-Encoding of ``gzip`` or ``deflate``, to `limit` bytes at the most.

    Never makes more than one byte past the limit. ``deflate`` is understood with and
    without its zlib header, as senders disagree. Raises TooLarge, or XmlRpcFault for an
    encoding that is not known and for bytes that are not what it says.
    """
    coding = encoding.strip().lower()
    if coding in ("", "identity"):
        return body
    if coding not in ZLIB_WINDOWS:
        raise XmlRpcFault(NOT_XML_RPC, "This content encoding is not accepted.")
    windows = [ZLIB_WINDOWS[coding]] + ([-15] if coding == "deflate" else [])
    for window in windows:
        stream = zlib.decompressobj(window)
        try:
            plain = stream.decompress(body, limit + 1)
        except zlib.error:
            continue
        if len(plain) > limit:
            raise TooLarge
        if stream.eof and not stream.unused_data:
            return plain
    raise XmlRpcFault(NOT_WELL_FORMED, "The compressed request is damaged.")


def decode(body: bytes) -> str:
    """Turn a document into text by its byte order mark, its first bytes or its declaration.

    Knows UTF-8, UTF-16, ISO-8859-1 and us-ascii; every other name is fault -32701, bytes
    that are not in the encoding are -32702. White space before the document is dropped:
    some senders begin with an empty line.
    """
    if body.startswith(BOM_UTF8):
        codec, body = "utf-8", body[len(BOM_UTF8) :]
    elif body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        codec = "utf-16"
    elif body.startswith(b"<\0"):
        codec = "utf-16-le"
    elif body.startswith(b"\0<"):
        codec = "utf-16-be"
    else:
        declared = DECLARATION.match(body)
        name = declared[1].decode("ascii").lower() if declared else "utf-8"
        if name not in CODECS:
            raise XmlRpcFault(UNSUPPORTED_ENCODING, "This character encoding is not accepted.")
        codec = CODECS[name]
    try:
        return body.decode(codec).lstrip(" \t\r\n")
    except UnicodeError:
        sentence = "The request holds bytes that are no characters of its encoding."
        raise XmlRpcFault(BAD_CHARACTER, sentence) from None


def read_call(body: bytes, *, mend_ampersands: bool = False) -> Call:
    """Read a ``methodCall``; raises XmlRpcFault with the code that says why not.

    With `mend_ampersands` a document that is not well formed is read once more with its
    bare ``&`` escaped: widespread senders put addresses into the call as they are. One
    with a CDATA section is not, as there a bare ``&`` is right.
    """
    text = decode(body)
    try:
        root = read_tree(text)
    except expat.ExpatError:
        mended = text
        if mend_ampersands and "<![CDATA[" not in text:
            mended = BARE_AMPERSAND.sub("&amp;", text)
        if mended == text:
            raise not_well_formed() from None
        try:
            root = read_tree(mended)
        except expat.ExpatError:
            raise not_well_formed() from None
    return read_method_call(root)


def not_well_formed() -> XmlRpcFault:
    return XmlRpcFault(NOT_WELL_FORMED, "The request is not well-formed XML.")


def read_tree(text: str) -> Element:
    """Parse a document into its root; raises ExpatError, or XmlRpcFault past the limits."""
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.Parse(text, True)  # text, not bytes: the declared encoding counts no more
    if builder.root is None:
        raise not_well_formed()
    return builder.root


def read_method_call(root: Element) -> Call:
    """Understand ``methodCall/methodName`` and ``methodCall/params/param/value``."""
    methods = [child for child in root.children if child.name == "methodName"]
    lists = [child for child in root.children if child.name == "params"]
    known = len(methods) == 1 and not methods[0].children and len(lists) <= 1
    if root.name != "methodCall" or not known:
        raise XmlRpcFault(NOT_XML_RPC, "The request is no XML-RPC method call.")
    params = lists[0].children if lists else []
    if len(params) > PARAMS_LIMIT:
        raise XmlRpcFault(BAD_PARAMS, "The call has too many parameters.")
    return Call(methods[0].text.strip(), tuple(read_param(param) for param in params))


def read_param(param: Element) -> str | None:
    """Read a string, typed or bare; None for a value of another type."""
    values = [child for child in param.children if child.name == "value"]
    if param.name != "param" or len(values) != 1:
        raise XmlRpcFault(NOT_XML_RPC, "The request is no XML-RPC method call.")
    inner = values[0].children
    if not inner:
        return values[0].text
    if len(inner) == 1 and inner[0].name == "string" and not inner[0].children:
        return inner[0].text
    return None


def write_string(text: str) -> bytes:
    """Write a successful answer of exactly one ``<string>``."""
    value = escape(text, quote=False)
    return write(f"<params><param><value><string>{value}</string></value></param></params>")


def write_fault(number: int, sentence: str) -> bytes:
    """Write a fault, ``faultCode`` first and as ``<int>``: some senders look for just that."""
    return write(
        "<fault><value><struct>"
        f"<member><name>faultCode</name><value><int>{number}</int></value></member>"
        "<member><name>faultString</name>"
        f"<value><string>{escape(sentence, quote=False)}</string></value></member>"
        "</struct></value></fault>"
    )


def write(inside: str) -> bytes:
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{declaration}<methodResponse>{inside}</methodResponse>\n".encode()
