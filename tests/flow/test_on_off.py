"""Every rule that a handler carries plays a small story with the handler and without it, and people see the difference.

Which handler carries which rule is read from the handlers, so neither a rule that does nothing nor a handler without a
story passes. Here are the stories of hygiene; those of other families are beside this file, as its `test_on_off_...`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.rules import discovered
from tests.flow import (
    test_on_off_communications,
    test_on_off_helpdesk,
    test_on_off_licences,
    test_on_off_lookup,
    test_on_off_partners,
    test_on_off_templates,
)
from tests.flow.certifying import test_on_off_certifying as certifying
from tests.flow.hygiene_stories import DAY, STORIES, complete
from tests.flow.on_off import switch
from tests.stage import HOME, Stage, stage

SIBLINGS = (
    test_on_off_communications,
    test_on_off_helpdesk,
    test_on_off_licences,
    test_on_off_lookup,
    test_on_off_partners,
    test_on_off_templates,
)
CARRIED = frozenset((handler.name, rule) for handler in discovered() for rule in handler.handbook)
SEEN = frozenset(one for module in SIBLINGS for one in module.SEEN)
CERTIFYING = frozenset(one for one in CARRIED if one[0] in certifying.STORIES)
"""Those of certifications have a story for each handler."""
MARKS = re.compile(r"<!-- channel-bot:.*?-->|http://127\.0\.0\.1:\d+")
End = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """What people see of the group at the end, without ids, times and marks."""

    issues: Mapping[tuple[str, str], End]
    milestones: list[tuple[str, str, str | None, str | None]]


def ended(on: Stage) -> Seen:
    group = on.group()
    listed = group.issues.list(get_all=True, scope="all")
    issues = {(one.references["full"].partition("#")[0], one.title): _issue(on, one) for one in listed}
    every = group.milestones.list(get_all=True)
    return Seen(issues, sorted((one.title, one.state, one.start_date, one.due_date) for one in every))


def _issue(on: Stage, issue: Any) -> End:
    whole = on.as_("ops-lead").projects.get(issue.project_id, lazy=True).issues.get(issue.iid)
    notes = whole.notes.list(get_all=True, sort="asc", activity_filter="only_comments")
    fields = ("state", "labels", "weight", "milestone", "due_date")
    return {
        **{name: getattr(whole, name) for name in fields if name not in ("labels", "milestone")},
        "labels": sorted(whole.labels),
        "milestone": whole.milestone and whole.milestone["title"],
        "assignees": sorted(person["username"] for person in whole.assignees),
        "description": MARKS.sub("", whole.description or ""),
        "comments": [MARKS.sub("", note.body) for note in notes],
    }


def played(folder: Path, handler: str, rule: str, *, enabled: bool) -> Seen:
    """The end of the rule's story."""
    with stage(folder / str(enabled)) as on:
        switch(on, {handler}, enabled=enabled)
        on.play(day=DAY)
        STORIES[handler, rule](on)
        on.sweep()
        return ended(on)


def test_every_rule_of_every_handler_has_a_story_and_no_story_is_left_over() -> None:
    assert {*STORIES, *SEEN, *CERTIFYING} == CARRIED
    assert {*certifying.STORIES} <= {handler for handler, _ in CARRIED}


def test_of_a_certification_s_handler_with_several_rules_each_is_seen() -> None:
    several = {one.name for one in discovered() if one.name in certifying.STORIES and len(one.handbook) > 1}
    assert {one for one in CERTIFYING if one[0] in several} == {*certifying.SEEN, *certifying.UNSAID}


def test_no_rule_has_two_stories() -> None:
    assert len(CARRIED) == len(STORIES) + sum(len(module.SEEN) for module in SIBLINGS) + len(CERTIFYING)


@pytest.mark.parametrize(("handler", "rule"), STORIES)
def test_with_the_handler_the_story_ends_otherwise_than_without(tmp_path: Path, handler: str, rule: str) -> None:
    ends = [played(tmp_path, handler, rule, enabled=enabled) for enabled in (True, False)]
    assert ends[0] != ends[1]


def test_an_issue_that_lacks_nothing_ends_as_it_began(tmp_path: Path) -> None:
    """What the stories change is all that makes them differ."""
    with stage(tmp_path) as on:
        on.play(day=DAY)
        complete(on)
        before = {key: one for key, one in ended(on).issues.items() if key[0] == HOME}
        on.sweep()
        after = ended(on).issues
        assert {key: after[key] for key in before} == before
        assert before[(HOME, "Refresh the EMEA partner deck")]["comments"] == []
