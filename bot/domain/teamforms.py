"""The forms of the team's own issue templates: which fields each asks for, and what else people call them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.forms import Form

FORMS: Final[Mapping[str, Form]] = MappingProxyType({})
"""By the key of the template; one that asks for nothing is not in it."""
