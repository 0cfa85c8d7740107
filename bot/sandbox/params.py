"""Query, form and JSON body of a request turn into typed parameters, or into GitLab's refusal of one that is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar

from flask import Request

from bot.sandbox.refusals import bad_parameter

Word = TypeVar("Word", bound=str)
TRUE, FALSE = frozenset({"true", "t", "1", "on", "yes"}), frozenset({"false", "f", "0", "off", "no"})
INTEGER = re.compile(r"[+-]?\d+")


class Params:
    """Unknown names are ignored. A name with [] and one without are the same; the last one given counts."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = dict(values)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def raw(self, name: str) -> object:
        return self._values.get(name)

    def text(self, name: str) -> str | None:
        value = self._values.get(name)
        if value is None:
            return None
        if isinstance(value, list | dict):
            raise bad_parameter(f"{name} is invalid")
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise bad_parameter(f"{name} is missing")
        return value

    def integer(self, name: str, least: int | None = None) -> int | None:
        """An empty text is no number, as nothing is."""
        value = self.text(name)
        if value is None or not value.strip():
            return None
        if not INTEGER.fullmatch(value.strip()):
            raise bad_parameter(f"{name} is invalid")
        number = int(value)
        if least is not None and number < least:
            raise bad_parameter(f"{name} does not have a valid value")
        return number

    def boolean(self, name: str) -> bool | None:
        value = self.text(name)
        if value is None or not value:
            return None
        if value.lower() in TRUE:
            return True
        if value.lower() in FALSE:
            return False
        raise bad_parameter(f"{name} is invalid")

    def choice(self, name: str, words: Sequence[Word]) -> Word | None:
        value = self.text(name)
        if value is None:
            return None
        for word in words:
            if word == value:
                return word
        raise bad_parameter(f"{name} does not have a valid value")

    def day(self, name: str) -> date | None:
        """A date; what is none counts as nothing, as in GitLab (background knowledge)."""
        value = self.text(name)
        try:
            return date.fromisoformat(value[:10]) if value else None
        except ValueError:
            return None

    def moment(self, name: str) -> datetime | None:
        value = self.text(name)
        if not value:
            return None
        try:
            # A plus in a query that was not encoded arrives as a space.
            found = datetime.fromisoformat(value.strip().replace(" ", "+" if value.count(":") > 2 else "T"))
        except ValueError:
            raise bad_parameter(f"{name} is invalid") from None
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def words(self, name: str) -> list[str] | None:
        """A list, or one text with commas; blanks around names and empty names go."""
        value = self._values.get(name)
        if value is None:
            return [] if name in self._values else None
        many = value if isinstance(value, list) else [value]
        parts = [part.strip() for item in many for part in str(item).split(",")]
        return [part for part in parts if part]

    def numbers(self, name: str) -> list[int] | None:
        words = self.words(name)
        if words is None:
            return None
        if not all(INTEGER.fullmatch(word) for word in words):
            raise bad_parameter(f"{name} is invalid")
        return [int(word) for word in words]

    def objects(self, name: str) -> list[dict[str, object]]:
        value = self._values.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise bad_parameter(f"{name} is invalid")
        return [dict(item) for item in value]

    def need_one_of(self, *names: str) -> None:
        if not any(name in self._values for name in names):
            raise bad_parameter(f"{', '.join(names)} are missing, at least one parameter must be provided")


def params_of(request: Request) -> Params:
    """Body wins over query. A body that is no JSON object although it says so is refused."""
    values: dict[str, object] = {}
    for source in (request.args, request.form):
        for name, many in source.lists():
            values[name.removesuffix("[]")] = list(many) if name.endswith("[]") else many[-1]
    if request.mimetype == "application/json" and (data := request.get_data()):
        values |= _json_object(data)
    return Params(values)


def _json_object(data: bytes) -> dict[str, object]:
    try:
        body = json.loads(data)
    except ValueError:
        raise bad_parameter("message body does not match declared format") from None
    if not isinstance(body, dict):
        raise bad_parameter("message body does not match declared format")
    return {str(name).removesuffix("[]"): value for name, value in body.items()}
