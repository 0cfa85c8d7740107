"""The partner agreement's notice of changes, as it is configured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NOTICE: Final = "notice"
"""The handler whose settings hold it."""


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """`days` calendar days of notice of changes of the kinds `bound`; whatever else partners are told needs none.

    Of changes of the kinds `customers_after`, customers hear no earlier either.
    """

    days: int = 30
    bound: tuple[str, ...] = ("pricing", "product", "program", "tiering", "terms", "eoa")
    customers_after: tuple[str, ...] = ("pricing", "tiering", "terms", "eoa")
