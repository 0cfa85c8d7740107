"""REST: the history of a hook's deliveries, sending one again, and sending a test."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Blueprint, Response

from bot.sandbox import repository, support
from bot.sandbox.happenings import IssueHappened, MilestoneHappened, NoteHappened, PushHappened
from bot.sandbox.hook_http import Answer, Delivery
from bot.sandbox.hook_targets import TRIGGERS, News, news
from bot.sandbox.hooks import Deliverer, current_cause
from bot.sandbox.payloads import to_bytes
from bot.sandbox.permissions import MAINTAINER, OWNER, demand
from bot.sandbox.present import stamp
from bot.sandbox.records import Group, Hook, HookLog, Issue, Project, User
from bot.sandbox.refusals import ApiError, bad_parameter, not_found
from bot.sandbox.support import answer, caller, here, page_of, params
from bot.sandbox.world import World

LARGEST_PAGE = 20
KNOWN_TRIGGERS = {*TRIGGERS, "push_events", "tag_push_events", "merge_requests_events", "job_events", "pipeline_events",
                  "wiki_page_events", "releases_events", "deployment_events", "feature_flag_events",
                  "resource_access_token_events", "vulnerability_events"}  # fmt: skip
STATUSES = {"successful": range(200, 400), "client_failure": range(400, 500), "server_failure": range(500, 600)}
Owner = Group | Project
Finder = Callable[[str], Owner]


@dataclass(frozen=True)
class Events:
    """The routes of hooks on one kind of owner; `find` reads the owner's id or path."""

    deliverer: Deliverer
    find: Finder

    def listed(self, name: str, number: int) -> Response:
        _, hook = _found(self.find, name, number)
        size = params().integer("per_page")
        if size is not None and size > LARGEST_PAGE:
            raise bad_parameter("per_page does not have a valid value")
        rows = [row for row in here().hook_logs.values() if row.hook_id == hook.id and _matches(row)]
        return page_of(rows[::-1], _present)

    def resend(self, name: str, number: int, log: int) -> Response:
        """Whatever the receiver answers is a success of the resend; only no answer at all is refused."""
        owner, hook = _found(self.find, name, number)
        row = here().hook_logs.get(log)
        if row is None or row.hook_id != hook.id:
            raise not_found()
        if row.url != hook.url:
            raise ApiError(422, {"message": "The hook URL has changed. Please try again using the new URL"})
        self._pace("resend", owner)
        uuid, body = row.request_headers["X-Gitlab-Event-UUID"], row.request_body.encode()
        result = self._send(hook, Delivery(hook.id, row.trigger, body, uuid, row.idempotency_key))
        if result.status is None:
            raise ApiError(422, {"message": result.error})
        return answer({"response_status": result.status}, 201)

    def test(self, name: str, number: int, trigger: str) -> Response:
        owner, hook = _found(self.find, name, number)
        if trigger not in KNOWN_TRIGGERS:
            raise bad_parameter("trigger does not have a valid value")
        self._pace("test", owner)
        body = to_bytes(_sample(here(), owner, trigger).body, self.deliverer.settings.time_form)
        result = self._send(hook, Delivery(hook.id, TRIGGERS[trigger], body, current_cause().event_uuid(hook.id)))
        if not result.good:
            raise ApiError(422, {"message": result.error or f"Hook responded with status {result.status_text}"})
        return answer({"message": "201 Created"}, 201)

    def _pace(self, what: str, owner: Owner) -> None:
        if not self.deliverer.by_hand.take(f"{what} {caller().id} {owner.full_path}"):
            text = "This endpoint has been requested too many times. Try again later."
            raise ApiError(429, {"message": {"error": text}})

    def _send(self, hook: Hook, delivery: Delivery) -> Answer:
        with _unlocked(here()):
            result, _ = self.deliverer.send(hook, delivery)
        return result


def blueprint_for(deliverer: Deliverer) -> Blueprint:
    blueprint = Blueprint("hook_events", __name__, url_prefix="/api/v4")
    finders: tuple[tuple[str, Finder], ...] = (("projects", support.project), ("groups", support.group))
    for kind, find in finders:
        base, routes = f"/{kind}/<ref:name>/hooks/<int:number>", Events(deliverer, find)
        blueprint.add_url_rule(f"{base}/events", f"{kind} events", routes.listed)
        blueprint.add_url_rule(f"{base}/events/<int:log>/resend", f"{kind} resend", routes.resend, methods=["POST"])
        blueprint.add_url_rule(f"{base}/test/<trigger>", f"{kind} test", routes.test, methods=["POST"])
    return blueprint


def _found(find: Finder, name: str, number: int) -> tuple[Owner, Hook]:
    """Maintainers for a project, Owners for a group, as for the hooks themselves."""
    owner, user = find(name), caller()
    if isinstance(owner, Group) and here().tier != "premium":
        raise not_found()
    demand(here(), user, owner, OWNER if isinstance(owner, Group) else MAINTAINER)
    hook = here().hooks.get(number)
    if hook is None or (hook.group_id if isinstance(owner, Group) else hook.project_id) != owner.id:
        raise not_found()
    return owner, hook


@contextmanager
def _unlocked(world: World) -> Iterator[None]:
    """A receiver that asks the sandbox something before it answers must not wait for the lock of this request."""
    world.lock.release()
    try:
        yield
    finally:
        world.lock.acquire()


def _matches(row: HookLog) -> bool:
    wanted = params().text("status")
    if wanted is None:
        return True
    if wanted in STATUSES:
        return row.response_status.isdecimal() and int(row.response_status) in STATUSES[wanted]
    if not wanted.isdecimal():
        raise bad_parameter("status is invalid")
    return row.response_status == wanted


def _present(row: HookLog) -> dict[str, object]:
    hidden = {"X-Gitlab-Token": "[REDACTED]"} if "X-Gitlab-Token" in row.request_headers else {}
    return {
        "id": row.id,
        "url": row.url,
        "trigger": row.trigger,
        "request_headers": row.request_headers | hidden,
        "request_data": json.loads(row.request_body),
        "response_headers": row.response_headers,
        "response_body": row.response_body,
        "execution_duration": row.execution_duration,
        "response_status": row.response_status,
        "created_at": stamp(row.created_at),
        "idempotency_key": row.idempotency_key,
    }


# Samples, made of what the project has


def _sample(world: World, owner: Owner, trigger: str) -> News:
    """Raises 422 where there is nothing to make a sample of, and for triggers that GitLab cannot test either."""
    user = caller()
    match trigger:
        case "issues_events" | "confidential_issues_events":
            return _issue_sample(world, owner, user)
        case "note_events" | "confidential_note_events":
            return _note_sample(world, owner, user)
        case "milestone_events":
            return _milestone_sample(world, owner)
        case "push_events":
            return _push_sample(world, owner, user)
    raise ApiError(422, {"message": f"Testing not available for this hook: {trigger}"})


def _push_sample(world: World, owner: Owner, user: User) -> News:
    """The latest three commits of a default branch, as one push."""
    projects = [owner] if isinstance(owner, Project) else list(world.projects_below(owner))
    for project in projects:
        if (head := repository.head(world, project, project.default_branch)) is not None:
            rows = repository.history(world, project, head)[:3]
            sample = PushHappened(project, project.default_branch, rows[-1].sha, head.sha, tuple(rows[::-1]), user)
            return _or_refused(news(world, sample), "commits")
    return _or_refused(None, "commits")


def _issues(world: World, owner: Owner) -> list[Issue]:
    projects = [owner] if isinstance(owner, Project) else list(world.projects_below(owner))
    return [issue for project in projects for issue in world.index.issues[project.id].values()]


def _issue_sample(world: World, owner: Owner, user: User) -> News:
    rows = _issues(world, owner)
    told = news(world, IssueHappened(rows[-1], "update", {}, user)) if rows else None
    return _or_refused(told, "issues")


def _note_sample(world: World, owner: Owner, user: User) -> News:
    notes = [
        (note, issue) for issue in _issues(world, owner) for note in world.index.notes[issue.id] if not note.system
    ]
    told = news(world, NoteHappened(*notes[-1], "create", user)) if notes else None
    return _or_refused(told, "notes")


def _milestone_sample(world: World, owner: Owner) -> News:
    key = ("group" if isinstance(owner, Group) else "project", owner.id)
    rows = world.index.milestones[key]
    return _or_refused(news(world, MilestoneHappened(rows[-1], "create")) if rows else None, "milestones")


def _or_refused(told: News | None, what: str) -> News:
    if told is None:
        raise ApiError(422, {"message": f"Ensure the project has {what}."})
    return told
