"""Fields of restx Models that are absolute URLs."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask_restx import fields

from app.api.occasion import Occasion
from app.api.urls import methods_of, url_writer

SELF = "self"  # RFC 4287, 4.2.7.2
METHODS = {"update": {"PUT", "PATCH"}, "delete": {"DELETE"}}  # any of which does what a relation says
URL_SCHEMA = {"type": "string", "format": "uri"}


class Link(fields.String):
    """The absolute URL of the object's own *endpoint*, which its *key* attribute completes."""

    __schema_format__ = "uri"

    def __init__(self, endpoint: str, key: str, **kwargs: Any) -> None:
        super().__init__(attribute=key, **kwargs)
        self.endpoint = endpoint
        self.key = key

    def for_document(self, occasion: Occasion) -> Callable[[str], str]:
        """Return what completes the URL, whose other parts are the same for a whole document."""
        return url_writer(self.endpoint, self.key, occasion.root)

    def format(self, value: str) -> str:
        """Return the URL of the object whose key is *value*."""
        return self.for_document(Occasion.present())(value)


class Links(fields.Raw):
    """Where the object's own *endpoint* leads on, by relation: only what the caller may use.

    Everybody may read the object (``self``); administrators may besides do what *for_administrators* names,
    if *endpoint* has a method for it.
    """

    __schema_type__ = "object"

    def __init__(
        self,
        endpoint: str,
        key: str,
        *,
        for_administrators: Sequence[str] = ("update", "delete"),
        **kwargs: Any,
    ) -> None:
        super().__init__(attribute=key, **kwargs)
        self.endpoint = endpoint
        self.key = key
        self.for_administrators = tuple(for_administrators)

    def for_document(self, occasion: Occasion) -> Callable[[str], dict[str, str]]:
        """Return what makes the links of an object of its key."""
        relations = (SELF, *self._offered()) if occasion.for_administrator else (SELF,)
        url_of = url_writer(self.endpoint, self.key, occasion.root)
        return lambda key: dict.fromkeys(relations, url_of(key))

    def _offered(self) -> Iterable[str]:
        there = methods_of(self.endpoint)
        return (name for name in self.for_administrators if METHODS.get(name, there) & there)

    def format(self, value: str) -> dict[str, str]:
        """Return the links of the object whose key is *value*."""
        return self.for_document(Occasion.present())(value)

    def schema(self) -> dict[str, Any]:
        """Return what the documents say."""
        described: dict[str, Any] = super().schema()
        properties = dict.fromkeys((SELF, *self.for_administrators), URL_SCHEMA)
        return described | {"required": [SELF], "properties": properties}


class RootLinks(fields.Raw):
    """URLs by relation, some of which, *always*, are there however many others there are."""

    __schema_type__ = "object"

    def __init__(self, *, always: Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.always = list(always)

    def schema(self) -> dict[str, Any]:
        """Return what the documents say."""
        described: dict[str, Any] = super().schema()
        properties = dict.fromkeys(self.always, URL_SCHEMA)  # many tools want to see what is required
        return described | {
            "required": self.always,
            "properties": properties,
            "additionalProperties": URL_SCHEMA,
        }
