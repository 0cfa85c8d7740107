"""The forms of the Alliances: who wants to become a technology partner, what comes in, what cloud credits are for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.form import Field, Kind
from bot.domain.forms import Form

TECHNOLOGY, REQUEST, CREDIT = "technology_partner", "alliance_request", "mdf_credit"
ROLE: Final = "alliances"
"""The role of those who look after alliances; its lead hears first."""
LEAD: Final = Field("lead", "Lead", ("Who leads", "Taken by"), Kind.HANDLE, required=False)
FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        TECHNOLOGY: (
            Field("company", "Company", ("Partner", "Partner name", "Company name"), required=False),
            Field("integration", "Technical integration", ("Integration", "The technical integration")),
            Field("benefits", "End user benefits", ("Benefits", "Benefits for users", "User benefits")),
            Field("relationship", "Business relationship", ("Relationship", "Ideal business relationship")),
        ),
        REQUEST: (
            Field("request", "Request", ("What they ask for", "Summary")),
            Field("company", "Company", ("Partner", "Partner name", "Company name"), required=False),
            LEAD,
        ),
        CREDIT: (
            Field("topic", "Campaign topic", ("Topic", "Campaign")),
            Field("timeline", "Timeline", ("Campaign timeline", "Time line")),
            Field("budget", "Budget", ("Campaign budget",)),
            Field("targets", "Marketing targets", ("Targets", "Marketing target")),
            Field("approval", "Spend approved by", ("Budget spend approval", "Spend approval", "Approved by")),
            Field("credit", "Credit acknowledged by", ("Future credit acknowledgement", "Credit acknowledgement")),
        ),
    }
)
"""By the key of the template."""
