"""A form of the dashboard as sent, and the id in its address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from moderation.domain.errors import Malformed, NotFound, WrongType
from moderation.text import forms

ID = re.compile(r"[0-9a-z]{1,20}")


@dataclass(frozen=True, slots=True)
class Form:
    """A form as sent; a field may stand in it several times."""

    fields: Mapping[str, tuple[str, ...]]

    def first(self, name: str) -> str:
        return self.fields.get(name, ("",))[0]

    def all(self, name: str) -> tuple[str, ...]:
        return self.fields.get(name, ())

    def flat(self) -> dict[str, str]:
        """The first value of every field."""
        return {name: values[0] for name, values in self.fields.items()}


async def read_form(request: Request) -> Form:
    """Read a form of at most 50 fields. Raises WrongType, Malformed and TooLarge."""
    kind = forms.media_type(request.headers.get("content-type", ""))
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if kind not in ("", forms.FORM_TYPE) or encoding not in ("", "identity"):
        raise WrongType
    found: dict[str, tuple[str, ...]] = {}
    try:
        for name, value in forms.read_pairs(await request.body()):
            key = name.decode()
            found[key] = (*found.get(key, ()), value.decode())
    except UnicodeDecodeError:
        raise Malformed("The form is not written in UTF-8.") from None
    return Form(found)


def id_in(request: Request) -> str:
    """The id in a path. Raises NotFound for what can be none: it is not asked of the store."""
    found: str = request.path_params["id"]
    if not ID.fullmatch(found):
        raise NotFound
    return found
