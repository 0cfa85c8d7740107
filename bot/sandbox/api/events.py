"""REST: the journals of an issue: who set which label, weight, milestone and state, and when."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response

from bot.sandbox import present
from bot.sandbox.indexes import Event
from bot.sandbox.records import LabelEvent, MilestoneEvent, StateEvent, WeightEvent
from bot.sandbox.refusals import not_found
from bot.sandbox.support import answer, here, issue, page_of
from bot.sandbox.world import World

routes = Blueprint("events", __name__)
KINDS: dict[str, type[Event]] = {
    "resource_label_events": LabelEvent,
    "resource_weight_events": WeightEvent,
    "resource_milestone_events": MilestoneEvent,
    "resource_state_events": StateEvent,
}
KIND = f"any({', '.join(KINDS)})"


@routes.get(f"/projects/<ref:name>/issues/<int:iid>/<{KIND}:kind>")
def listed(name: str, iid: int, kind: str) -> Response:
    """Oldest first."""
    return page_of(_events(name, iid, kind), _presenter(here()))


@routes.get(f"/projects/<ref:name>/issues/<int:iid>/<{KIND}:kind>/<int:number>")
def read(name: str, iid: int, kind: str, number: int) -> Response:
    for event in _events(name, iid, kind):
        if event.id == number:
            return answer(_presenter(here())(event))
    raise not_found()


def _events(name: str, iid: int, kind: str) -> list[Event]:
    at = issue(name, iid)
    if kind == "resource_weight_events" and here().tier != "premium":
        raise not_found()
    return here().index.events[KINDS[kind], at.id]


def _presenter(world: World) -> Callable[[Event], present.Json]:
    return lambda event: _shown(world, event)


def _shown(world: World, event: Event) -> present.Json:
    shown: present.Json = {
        "id": event.id,
        "user": present.user(world, world.users[event.user_id]),
        "created_at": present.stamp(event.created_at),
        "resource_type": "Issue",
        "resource_id": event.issue_id,
    }
    match event:
        case LabelEvent():
            return shown | {"label": _label(world, event.label_id), "action": event.action}
        case WeightEvent():
            return shown | {"issue_id": event.issue_id, "weight": event.weight}
        case MilestoneEvent():
            milestone = world.milestones.get(event.milestone_id or 0)
            row = present.milestone(world, milestone) if milestone else None
            return shown | {"milestone": row, "action": event.action, "state": event.state}
        case StateEvent():
            return shown | {"state": event.state, "source_commit": None, "source_merge_request_id": None}


def _label(world: World, number: int | None) -> present.Json | None:
    """None once the label was deleted."""
    row = world.labels.get(number or 0)
    return {"id": row.id, "name": row.name, "color": row.color, "description": row.description} if row else None
