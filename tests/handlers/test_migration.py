"""PS-06 as a table of cases: an engineer is assigned to each migration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.domain.actions import Check, Nudge, Say
from bot.domain.checklist import read_checklist
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Person
from bot.domain.needs import HoldersOf
from bot.domain.registry import Registry, Role
from bot.domain.templated import Template, Templated
from bot.handlers.migration import Settings, decide_templated, templated_needs
from bot.render import Renderer, template_dirs
from tests.awards import words
from tests.builders import CAM, SITE, facts, issue

PSE = Person(9, "ps-lead")
GROUP = "gitlab-com/channel-team/professional-services"
SITE_OF_PS = replace(SITE, registry=Registry(roles=(Role("professional_services", "PS", "ps-lead", group=GROUP),)))


def migration(key: str = "ps_migration", *, is_home: bool = True, **fields: Any) -> IssueFacts:
    case = Templated(Template(key, "PS_Migration"), is_home=is_home)
    return facts(issue(**fields), site=SITE_OF_PS, case=case, holders={"professional_services": frozenset({PSE.id})})


@dataclass(frozen=True)
class Case:
    """A migration's issue, and whether an engineer is asked for."""

    name: str
    facts: IssueFacts
    asks: bool = False


CASES = (
    Case("an engineer is assigned", migration(assignees=(CAM, PSE))),
    Case("nobody is", migration(), asks=True),
    Case("an account manager is no engineer", migration(assignees=(CAM,)), asks=True),
    Case("a closed one", migration(state="closed")),
    Case("another template's issue", migration("phd_weekly")),
    Case("one that lies where others read along", migration(is_home=False)),
    Case("no template's issue", facts(issue())),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_migration(case: Case) -> None:
    said = [one for one in decide_templated(case.facts, Settings()) if isinstance(one, Say)]
    assert [(one.rule, one.topic) for one in said] == ([("PS-06", "no_engineer")] if case.asks else [])
    for one in said:
        assert one.nudge == Nudge(2, ("ps-lead",))
        assert f"Please assign somebody of `{GROUP}`" in words("migration", one)


def test_who_is_an_engineer_is_asked_for_migrations_alone() -> None:
    assert [*templated_needs(migration(), Settings())] == [HoldersOf("professional_services")]
    assert [*templated_needs(migration("phd_weekly"), Settings())] == []
    assert [*templated_needs(migration(state="closed"), Settings())] == []


def test_without_the_role_engineers_are_asked_for_in_general() -> None:
    (said,) = (one for one in decide_templated(replace(migration(), site=SITE), Settings()) if isinstance(one, Say))
    assert said.nudge == Nudge(2)
    assert "somebody of the engineers" in words("migration", said)


def test_who_is_assigned_is_told() -> None:
    (seen,) = decide_templated(migration(assignees=(PSE,)), Settings())
    assert isinstance(seen, Check)
    assert (seen.holds, seen.seen) == (True, "ps-lead")


def test_the_template_has_the_task_that_closes_it() -> None:
    title, text = Renderer(template_dirs()).templated("PS_Migration")
    tasks = {task.id: task for task in read_checklist(text).tasks}
    assert title.startswith("Migration to gitlab.com")
    assert "ported back" in tasks["ps_migration.ported"].text
    assert text.rstrip().endswith("Template: `PS_Migration`")
