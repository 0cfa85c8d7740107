"""Facts made by hand, for rules whose past is told faster than played."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bot.domain.facts import IssueFacts, Site
from bot.domain.gitlab import Issue, Milestone, MilestoneEvent, Person
from bot.domain.labels import Label, Labels, Level, Priorities
from bot.domain.orders import Order
from bot.domain.registry import Registry, Role
from bot.domain.windows import Exact, read_title

BOT, CAM, DIRECTOR = Person(1, "channel-bot"), Person(2, "cam-emea"), Person(3, "channel-director")
HOME, PARTNERS = "gitlab-com/channel/channels", "gitlab-com/channel/partners"
LEVELS = tuple(Level(key, weight, f"Level {key}") for weight, key in enumerate(("1", "2", "3", "4", "Backlog"), 1))
LABELS = Labels(
    base=Label("Channel"),
    team=(Label("Channel Ops"), Label("Channel Services")),
    priority=Priorities("Channel Priority", LEVELS),
    dri_missing=Label("DRI::missing"),
)
SITE = Site(
    bot=BOT,
    group="gitlab-com/channel",
    home=HOME,
    projects=(HOME,),
    labels=LABELS,
    group_id=9,
    partners=PARTNERS,
    registry=Registry(roles=(Role("director", "Director", "channel-director"),)),
)


def window(title: str, number: int = 0, **more: Any) -> Milestone:
    """The group's milestone of that window, by its short title, `FY27Q4 2b`."""
    reading = read_title(f"Channel - {title}")
    assert isinstance(reading, Exact)
    span = {"start": reading.window.start, "due": reading.window.due}
    at = {"id": number or reading.window.start.toordinal(), "iid": 1, "group_id": 9}
    return Milestone(**{**at, **span, "title": f"Channel - {title}", "web_url": f"https://g/{title[-2:]}", **more})


def issue(iid: int = 42, priority: str | None = None, **more: Any) -> Issue:
    """An open issue of the team."""
    labels = {"Channel", *([f"Channel Priority:{priority}"] if priority else []), *more.pop("labels", ())}
    fields = {"project": HOME, "web_url": f"https://g/i/{iid}", "author": CAM, "labels": frozenset(labels)}
    return Issue(**{"project_id": 77, "iid": iid, "title": f"Issue {iid}", **fields, **more})


def at(text: str) -> datetime:
    """`2026-11-21` or `2026-11-21 10:30`, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def put(when: str, milestone: Milestone, action: str = "add", by: Person = CAM) -> MilestoneEvent:
    """One line of the milestone journal."""
    return MilestoneEvent(int(at(when).timestamp()), at(when), by.id, action, milestone)


def order(name: str, when: str, rest: str = "", by: Person = CAM) -> Order:
    """What somebody told the bot at that moment."""
    return Order(name, rest, f"{name} {rest}".strip(), by, at(when), at(when).date())


def facts(of: Issue, today: str = "2026-11-21", **more: Any) -> IssueFacts:
    return IssueFacts(**{"today": date.fromisoformat(today), "site": SITE, "issue": of, **more})
