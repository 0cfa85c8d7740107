"""A new member of the Partner Help Desk who asks for it gets their access request, filled in and ready to send.

The bot has no rights where such requests are taken: it writes the link, and the comment that a person copies there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from bot.domain.actions import Answer
from bot.domain.facts import IssueFacts
from bot.domain.orders import Command, Order
from bot.domain.speech import clean, code

HANDBOOK = ("AR-01", "AR-02")
USAGE: Final = "access-request <first> <last> manager @handle"
COMMANDS = (
    Command(
        "access-request", USAGE, "the link to your access request for the licence system, filled in", internal=True
    ),
)
ASKED = re.compile(r"(?P<name>.+?)[\s,;]+manager:?\s+@?(?P<manager>[a-z0-9_][a-z0-9_.-]*?)[.,;!]?", re.IGNORECASE)
LONGEST_NAME: Final = 300
"""Characters of the name as it stands in a link, where one outside of ASCII is up to twelve."""
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Settings:
    """The `project` (full path) that takes access requests, and what one for the `system` carries there.

    `mention` is the group that is told; `approvals` are the labels that the manager sets.
    """

    enabled: bool = True
    project: str = "gitlab-com/team-member-epics/access-requests"
    system: str = "dev.gitlab.org"
    labels: tuple[str, ...] = ("IT::to do", "AR-Priority::3")
    mention: str = "gitlab-com/business-technology/team-member-enablement"
    approvals: tuple[str, ...] = ("AR-Approval Manager Approved", "ReadyForProvisioning")


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer]:
    hit = ASKED.fullmatch(order.rest)
    name = clean(hit["name"]).replace("`", "'") if hit else ""
    if hit is None or len(name.split()) < 2 or hit["manager"].casefold() == ALL:
        yield Answer("usage", {"order": code(f"@{facts.site.bot.username} {USAGE}")}, done=False)
        return
    if len(quote(name, safe="")) > LONGEST_NAME:
        yield Answer("too_long", done=False)
        return
    base, _, _ = facts.issue.web_url.partition(f"/{facts.issue.project}/")
    values = {
        "name": name,
        "manager": hit["manager"],
        "assignees": " ".join(dict.fromkeys((f"@{hit['manager']}", f"@{order.by.username}"))),
        "system": settings.system,
        "form": f"{base}/{settings.project}/-/issues/new",
        "labels": " ".join(f'~"{label}"' for label in settings.labels),
        "mention": settings.mention,
        "approvals": " and ".join(settings.approvals),
    }
    yield Answer("request", values)
