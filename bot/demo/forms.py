"""An issue template as people pick it becomes the text that a careful person leaves there."""

from __future__ import annotations

import re
from collections.abc import Mapping


def filled(text: str, values: Mapping[str, str]) -> str:
    """The template with the fields of these names filled in. LookupError: it has no such field."""
    for name, value in values.items():
        line = re.compile(rf"^- {re.escape(name)}:.*$", re.MULTILINE)
        if not line.search(text):
            raise LookupError(f"the template has no field {name!r}")
        text = line.sub(lambda _, said=f"- {name}: {value}": said, text, count=1)  # type: ignore[misc]
    return text
