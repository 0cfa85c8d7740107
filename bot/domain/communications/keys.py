"""The templates of communications, by the keys that issue_templates.yml and recurrences.yml give them."""

from __future__ import annotations

from typing import Final

ANNOUNCEMENT: Final = "announcement"
ENGAGEMENT: Final = "engagement"
FOLLOW_UP: Final = "engagement_followup"
NEWSLETTER: Final = "partner_flash"
WEBCAST: Final = "webcast"
