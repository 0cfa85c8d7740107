"""The forms of communications: which fields each template asks for, and what else people call them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from bot.domain.form import Field, Kind
from bot.domain.forms import Form

NOTICE, EFFECTIVE, CUSTOMERS = "notice", "effective", "customers"
OPEN_RATE, CLICK_RATE = "open_rate", "click_rate"
SEND_DATE = "send_date"

KINDS: Final = MappingProxyType(
    {
        "pricing": ("Price", "Prices", "Price change"),
        "product": ("Product change",),
        "program": ("Programme", "Program change"),
        "tiering": ("Tier", "Tiers", "Tier change"),
        "terms": ("Terms and conditions", "Contract terms"),
        "eoa": ("End of availability", "End of life", "EOL"),
        "other": ("Something else", "Event", "Survey"),
    }
)
"""What a change is about."""

ANNOUNCEMENT: Final[Form] = (
    Field("type", "Type", ("Change type", "Type of change", "Kind"), Kind.CHOICE, KINDS),
    Field("summary", "Summary", ("What changes", "Announcement")),
    Field("audience", "Audience", ("Audience track and region", "Track", "Partners"), required=False),
    Field(
        "managers", "Account managers", ("CAMs", "CAM list", "Account managers to inform", "Channel Account Managers")
    ),
    Field(NOTICE, "Partner notice date", ("Notice date", "Partner notice", "Partners are told on"), Kind.DATE),
    Field(
        EFFECTIVE,
        "Effective date",
        ("Effective", "Takes effect on", "In effect from"),
        Kind.DATE,
        spared_by=("type", "other"),
    ),
    Field(
        CUSTOMERS,
        "Customer announcement date",
        ("Customer announcement", "Customers are told on"),
        Kind.DATE,
        required=False,
    ),
    Field("urgency", "Reason of urgency", ("Urgency", "Why it is urgent", "Reason for urgency"), required=False),
    Field("legal", "Legal review", ("Needs legal review",), Kind.YES_NO, required=False),
    Field("vehicles", "Vehicles", ("Vehicle", "Communication vehicles"), required=False),
    Field("dri", "DRI", ("Requestor", "Contact"), Kind.HANDLE, required=False),
    Field("links", "Links", ("Link", "More information", "Resources"), required=False),
)
"""Channel Partner Communication Request."""

RATES: Final[Form] = (
    Field(OPEN_RATE, "Open rate", ("Email open rate", "Average open rate"), Kind.NUMBER, required=False),
    Field(CLICK_RATE, "Click rate", ("Email click rate", "Click-through rate", "CTR"), Kind.NUMBER, required=False),
)
"""What is written down once a newsletter is out; people may say it in a comment too."""

NEWSLETTER: Final[Form] = (
    Field(SEND_DATE, "Send date", ("Sent on", "Planned send date", "Send on"), Kind.DATE, required=False),
)
"""Partner_Flash; its rates are read on their own, since comments may say them too."""

ENGAGEMENT: Final[Form] = (
    Field("initiative", "Initiative", ("Project", "Project name", "Name")),
    Field("dri", "DRI", ("Project owner", "Owner"), Kind.HANDLE, required=False),
)
"""Channel_Program_Engagement."""
