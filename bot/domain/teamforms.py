"""The forms of the team's own issue templates: which fields each asks for, and what else people call them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.domain import alliances, funds, journey
from bot.domain.communications import forms as communications
from bot.domain.communications import keys
from bot.domain.forms import Form
from bot.domain.helpdesk.forms import FORMS as HELP_DESK
from bot.domain.licensing import request as licensing

FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        **licensing.FORMS,
        **HELP_DESK,
        **alliances.FORMS,
        funds.REQUEST: funds.FORM,
        journey.JOURNEY: journey.FORM,
        keys.ANNOUNCEMENT: communications.ANNOUNCEMENT,
        keys.ENGAGEMENT: communications.ENGAGEMENT,
        keys.NEWSLETTER: communications.NEWSLETTER,
    }
)
"""By the key of the template; one that asks for nothing is not in it."""
