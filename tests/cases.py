"""One table of cases proves a handler three ways.

It decides as written; its plan applies through the real client to the sandbox, templates included; and after that it
wishes for nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gitlab.v4.objects import ProjectIssue

from bot.domain.actions import Say
from bot.domain.plan import Plan
from bot.domain.telling import told
from tests.stage import HOME, Stage

TODAY = "2026-11-21"
Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """What people did to an issue, and what the handler wishes because of it, in the words of `told`.

    `given` prepares the world and may return more fields to open the issue with; `then` are later edits, who and what.
    `after` are the issue's fields once the bot has looked; `says` are fragments of its comment. `project` is where the
    issue lives.
    """

    name: str
    issue: Fields = field(default_factory=dict)
    then: tuple[tuple[str, Fields], ...] = ()
    given: Callable[[Stage], Fields] | None = None
    wishes: tuple[str, ...] = ()
    after: Fields = field(default_factory=dict)
    says: tuple[str, ...] = ()
    today: str = TODAY
    project: str = HOME


def named(cases: tuple[Case, ...]) -> dict[str, Any]:
    """The arguments of `pytest.mark.parametrize` for a table."""
    return {"argnames": "case", "argvalues": cases, "ids": [case.name for case in cases]}


def prove(stage: Stage, handler: str, case: Case) -> None:
    """All three proofs of one case."""
    stage.play(only=handler, day=date.fromisoformat(case.today))
    more = case.given(stage) if case.given else {}
    issue = opened(stage, case.project, {**case.issue, **more})
    for who, change in case.then:
        stage.edit(issue, by=who, **change)
    assert wished(_plan(stage, issue)) == case.wishes
    stage.look(issue)
    _check_outcome(stage, issue, case)
    stage.forget_calls()
    stage.look(issue)
    assert stage.calls(writes=True) == []
    assert [one for one in _plan(stage, issue).wishes if not isinstance(one.action, Say)] == []


def opened(stage: Stage, project: str, fields: Fields, by: str = "cam-emea") -> ProjectIssue:
    """An issue in any project, as a person opens it."""
    return stage.as_(by).projects.get(project).issues.create({"title": "Refresh the EMEA partner deck", **fields})


def wished(plan: Plan) -> tuple[str, ...]:
    assert plan.failures == ()
    return tuple(told(wish.action) for wish in plan.wishes)


def _plan(stage: Stage, issue: ProjectIssue) -> Plan:
    return stage.bot.rules.decide(stage.bot.snapshot.issue(issue.project_id, issue.iid))


def _check_outcome(stage: Stage, issue: ProjectIssue, case: Case) -> None:
    fresh = stage.fresh(issue)
    seen = {name: _plain(getattr(fresh, name)) for name in case.after}
    assert seen == dict(case.after)
    comments = stage.comments(issue)
    assert len(comments) == (1 if case.says else 0)
    for fragment in case.says:
        assert fragment in comments[0]


def _plain(value: Any) -> Any:
    """Labels as a set, people and milestones by name."""
    match value:
        case [{"username": _}, *_]:
            return [person["username"] for person in value]
        case list():
            return set(value)
        case {"title": title}:
            return title
        case _:
            return value
