"""One table of cases proves a handler three ways.

It decides as written; its plan applies through the real client to the sandbox, templates included; and after that it
wishes for nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from gitlab.v4.objects import ProjectIssue

from bot.domain.actions import Say
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Person
from bot.domain.orders import Order, understood
from bot.domain.plan import Plan
from bot.domain.putting import changes
from bot.domain.telling import told
from bot.render import Renderer, template_dirs
from tests.stage import HOME, Stage

TODAY = "2026-11-21"
Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """What people did to an issue, and what the handler wishes because of it, in the words of `told`.

    `given` prepares the world and may return more fields to open the issue with; `then` are later edits, who and what.
    `after` are the issue's fields once the bot has looked; `says` are fragments of its comment, and `reminds` whether
    a reminder comes with it at once. `project` is where the issue lives.
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
    reminds: bool = False


@dataclass(frozen=True)
class OrderCase:
    """What a person tells the bot about an issue, and what the handler wishes because of it, the answer included.

    `order` is what stands behind the mention. `after` are the issue's fields once it is obeyed; `says` are fragments
    of the answer, and all else is as in `Case`.
    """

    name: str
    order: str
    issue: Fields = field(default_factory=dict)
    given: Callable[[Stage], Fields] | None = None
    wishes: tuple[str, ...] = ()
    after: Fields = field(default_factory=dict)
    says: tuple[str, ...] = ()
    today: str = TODAY
    by: str = "cam-emea"


def named(cases: tuple[Case | OrderCase, ...]) -> dict[str, Any]:
    """The arguments of `pytest.mark.parametrize` for a table."""
    return {"argnames": "case", "argvalues": cases, "ids": [case.name for case in cases]}


def prove(stage: Stage, handler: str, case: Case) -> None:
    """All three proofs of one case."""
    stage.play(only=handler, day=date.fromisoformat(case.today))
    more = case.given(stage) if case.given else {}
    issue = opened(stage, case.project, {**case.issue, **more})
    for who, change in case.then:
        stage.edit(issue, by=who, **change)
    assert wished(planned(stage, issue)) == case.wishes
    stage.look(issue)
    _check_outcome(stage, issue, case)
    stage.forget_calls()
    stage.look(issue)
    assert stage.calls(writes=True) == []
    assert [one for one in planned(stage, issue).wishes if not isinstance(one.action, Say)] == []


def opened(stage: Stage, project: str, fields: Fields, by: str = "cam-emea") -> ProjectIssue:
    """An issue in any project, as a person opens it."""
    return stage.as_(by).projects.get(project).issues.create({"title": "Refresh the EMEA partner deck", **fields})


def prove_order(stage: Stage, handler: str, case: OrderCase) -> None:
    """It is obeyed as written, its changes apply, it is answered once, and obeying it again changes nothing."""
    stage.play(only=handler, day=date.fromisoformat(case.today))
    more = case.given(stage) if case.given else {}
    issue = opened(stage, HOME, {**case.issue, **more})
    facts, plan = obeyed(stage, issue, case.order, by=case.by)
    assert wished(plan) == case.wishes
    ((speaker, answer),) = plan.answers
    said = Renderer(template_dirs()).note(speaker, answer.topic, answer.values)
    assert [fragment for fragment in case.says if fragment not in said] == []
    if plan.fields:
        stage.bot.gateway.update_issue(issue.project_id, issue.iid, changes(facts, plan.fields))
    fresh = stage.fresh(issue)
    assert {name: _plain(getattr(fresh, name)) for name in case.after} == dict(case.after)
    _, again = obeyed(stage, issue, case.order, by=case.by)
    assert [told(wish.action) for wish in again.wishes] == [told(action) for _, action in plan.answers]


def obeyed(stage: Stage, issue: ProjectIssue, text: str, by: str = "cam-emea") -> tuple[IssueFacts, Plan]:
    """The plan that carries out one order, given today, and the facts it was made from."""
    bot = stage.bot
    facts = bot.snapshot.issue(issue.project_id, issue.iid)
    name, rest = understood(text, [command.name for _, command in bot.rules.commands])
    order = Order(name, rest, text, Person(0, by), datetime.combine(facts.today, time(12), UTC), facts.today)
    facts = bot.snapshot.read(facts, bot.rules.order_needs(facts, order))
    return facts, bot.rules.obey(facts, order)


def wished(plan: Plan) -> tuple[str, ...]:
    assert plan.failures == ()
    return tuple(told(wish.action) for wish in plan.wishes)


def planned(stage: Stage, issue: ProjectIssue) -> Plan:
    """What the rules wish about the issue, as it is now."""
    return stage.bot.rules.decide(stage.bot.snapshot.issue(issue.project_id, issue.iid))


def _check_outcome(stage: Stage, issue: ProjectIssue, case: Case) -> None:
    fresh = stage.fresh(issue)
    seen = {name: _plain(getattr(fresh, name)) for name in case.after}
    assert seen == dict(case.after)
    comments = stage.comments(issue)
    assert len(comments) == bool(case.says) + case.reminds
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
