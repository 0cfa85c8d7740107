"""The forms of the Help Desk's templates: which fields each asks for, and what else people call them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.form import Field
from bot.domain.forms import PARTNER, Form

ALSO: Final = Field("also", "Also review", ("Also", "Further partners", "Other partners to review"), required=False)
CUSTOMER: Final = Field("customer", "Customer", ("Customer name", "End customer"))

FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "phd_open": (ALSO,),
        "open_review": (PARTNER,),
        "case_study": (PARTNER, CUSTOMER),
    }
)
"""By the key of the template."""
