"""The form of a request for market development funds (MDF), and the tasks by which it is agreed."""

from __future__ import annotations

from typing import Final

from bot.domain.form import Field
from bot.domain.forms import PARTNER, Form

REQUEST = "mdf_request"
REVIEWED, SUBMITTED = f"{REQUEST}.reviewed", f"{REQUEST}.submitted"
"""The ids of the tasks: the account manager went through the plans, and the request is in the portal."""
FORM: Final[Form] = (
    PARTNER,
    Field("activity", "Activity", ("Plan", "Marketing activity", "Campaign")),
    Field("amount", "Amount", ("Budget", "Requested amount", "Funds")),
)
"""MDF_Request."""
