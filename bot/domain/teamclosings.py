"""An issue from a template becomes whether it may be closed with its last tasks open, as its family has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.asking import templated
from bot.domain.facts import IssueFacts
from bot.domain.licensing.request import REQUESTS
from bot.domain.licensing.standing import is_declined

CLOSINGS: Final[Mapping[str, Callable[[IssueFacts], bool]]] = MappingProxyType(dict.fromkeys(REQUESTS, is_declined))
"""By the key of the template; an issue from any other is closed when its tasks are done."""


def comes_to_nothing(facts: IssueFacts) -> bool:
    """Whether nothing is left to be done, although the tasks are open."""
    case = templated(facts)
    tells = CLOSINGS.get(case.template.key) if case else None
    return tells is not None and tells(facts)
