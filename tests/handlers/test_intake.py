"""NF-02 as tables of cases: the labels, the assignee and the due date of an issue from one of the team's templates."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import Nudge
from bot.domain.facts import Account
from bot.domain.needs import AccountOf
from bot.handlers import intake
from bot.handlers.intake import Settings, templated_needs
from bot.sandbox.example import PARTNER_PROJECT
from tests.builders import BOT, CAM, at, facts, issue
from tests.cases import Case as Played
from tests.cases import named, opened, prove
from tests.stage import Stage
from tests.templatedfacts import BACKUP, PHD, TemplatedCase, decided, does, prove_decision, says, templated, text

LABELS = frozenset({"Channel", "Partner Help Desk"})
DONE: dict[str, Any] = {"labels": LABELS, "assignees": (PHD,), "due_date": date(2026, 11, 25)}
BLOCKED = Account("phd-emea", replace(PHD, state="blocked"), member=True)
ME = {"channel-bot": Account("channel-bot", BOT, member=True)}
REQUEST = "- Partner: Acme Consulting\n\n- [ ] Sent <!-- t:nfr_request.sent -->\n\nTemplate: `NFR_License_Request`"
EVERYBODY = {"phd-emea": Account("phd-emea", PHD, member=True), "phd-amer": Account("phd-amer", BACKUP, member=True)}


CASES = (
    TemplatedCase(
        "a new one gets everything",
        templated(),
        ("add label `Partner Help Desk`", "assign `@phd-emea`", "set due date 2026-11-25"),
    ),
    TemplatedCase("what has everything needs nothing", templated(**DONE)),
    TemplatedCase("a closed one needs nothing", templated(state="closed")),
    TemplatedCase("an ordinary issue is none of its business", facts(issue())),
    TemplatedCase("whoever is assigned stays", templated(**{**DONE, "assignees": (CAM,)})),
    TemplatedCase("a day that was chosen stays", templated(**{**DONE, "due_date": date(2026, 12, 24)})),
    TemplatedCase(
        "the days count from the day it was opened, over a weekend",
        templated(**{**DONE, "due_date": None, "created_at": at("2026-11-20 10:00")}),
        ("set due date 2026-11-24",),
    ),
    TemplatedCase("a template without days sets none", templated(**{**DONE, "due_date": None}, template={"due": None})),
    TemplatedCase(
        "a template that assigns nobody assigns nobody", templated(**{**DONE, "assignees": ()}, template={"assign": ""})
    ),
    TemplatedCase(
        "a label of the same scope says how far it is by now",
        templated(**{**DONE, "labels": LABELS | {"NFR::sent"}}, template={"labels": ("NFR::new", "Partner Help Desk")}),
    ),
    TemplatedCase(
        "when the region's specialist is not there, the backup takes it",
        templated(**{**DONE, "assignees": ()}, accounts={**EVERYBODY, "phd-emea": BLOCKED}),
        ("assign `@phd-amer`",),
    ),
    TemplatedCase(
        "when nobody is there, somebody is told",
        templated(**{**DONE, "assignees": ()}, accounts={}),
        (),
        ("I found nobody whom I could assign here (I looked for `@phd-emea`, `@phd-amer`)",),
    ),
    TemplatedCase(
        "without a partner the lead of the desk takes it",
        templated(text({"Seats": "5"}), **{**DONE, "assignees": ()}),
        ("assign `@desk-lead`",),
    ),
    TemplatedCase(
        "its author may be the one to take it",
        templated(**{**DONE, "assignees": ()}, template={"assign": "author"}),
        ("assign `@cam-emea`",),
    ),
    TemplatedCase(
        "so may the partner's account manager",
        templated(**{**DONE, "assignees": ()}, template={"assign": "account_manager"}),
        ("assign `@cam-emea`",),
    ),
    TemplatedCase(
        "where there is nobody to look for, it does not say for whom",
        templated(text({"Seats": "5"}), **{**DONE, "assignees": ()}, template={"assign": "account_manager"}),
        (),
        ("I found nobody whom I could assign here. Please assign whoever takes it.",),
    ),
    TemplatedCase(
        "where its template does not belong it only says where it does",
        templated(is_home=False, template={"project": "alliances"}),
        (),
        (
            "issues from the template `License_Request` belong in `gitlab-com/alliances`",
            "since others may read along here",
            "your account manager or the Partner Help Desk can do it for you",
        ),
    ),
    TemplatedCase("and not once it is closed", templated(is_home=False, state="closed")),
)


@pytest.mark.parametrize(**named(CASES))  # type: ignore[arg-type]  # a table of its own
def test_intake(case: TemplatedCase) -> None:
    prove_decision(intake, case)


def test_of_the_people_only_those_are_asked_for_who_may_be_assigned() -> None:
    wanted = [AccountOf("phd-emea"), AccountOf("phd-amer")]
    assert list(templated_needs(templated(), Settings())) == wanted
    for settled in (templated(**DONE), templated(state="closed"), templated(is_home=False), facts(issue())):
        assert list(templated_needs(settled, Settings())) == []


def test_who_is_told_that_nobody_is_there_is_the_lead_else_the_director() -> None:
    without = {**DONE, "assignees": (), "accounts": {}}
    (said,) = says(decided(intake, templated(**without)))
    assert said.nudge == Nudge(2, who=("desk-lead",))
    (said,) = says(decided(intake, templated(**without, template={"lead": ""}), remind_after=3))
    assert said.nudge == Nudge(3, who=("the-director",))


def test_what_the_bot_opened_for_itself_troubles_nobody() -> None:
    """An issue that its author should take, and the bot is its author: who it is for is the family's affair."""
    mine = templated(**{**DONE, "assignees": (), "author": BOT}, template={"assign": "author"}, accounts=EVERYBODY | ME)
    assert [*does(decided(intake, mine)), *says(decided(intake, mine))] == []


PLAYED = (
    Played(
        "a request gets its labels, the region's specialist and two business days",
        issue={"description": REQUEST},
        wishes=(
            "add label `Channel`",
            "add label `Partner Help Desk`",
            "assign `@phd-emea`",
            "set due date 2026-11-24",
        ),
        after={"labels": {"Channel", "Partner Help Desk"}, "assignees": ["phd-emea"]},
        today="2026-11-20",
    ),
)


@pytest.mark.parametrize(**named(PLAYED))
def test_it_is_so_in_gitlab(shared: Stage, case: Played) -> None:
    prove(shared, "intake", case)


def test_where_partners_read_along_a_request_is_told_where_it_belongs_and_nothing_of_it(shared: Stage) -> None:
    """With all handlers at work, nothing of it is checked, labelled, assigned or repeated there."""
    shared.play(day=date(2026, 11, 24))
    told = REQUEST.replace("\n\n", "\n- Seats: 99\n- License kind: SaaS\n\n", 1)
    request = opened(shared, PARTNER_PROJECT, {"title": "Licenses", "description": told}, by="pat-example")
    shared.look(request)
    fresh = shared.fresh(request)
    assert (fresh.labels, fresh.assignees, fresh.due_date) == ([], [], None)
    (said,) = shared.comments(request)
    assert "issues from the template `NFR_License_Request` belong in `gitlab-com/channel/channels`" in said
    assert not re.search(r"99|Acme|SaaS|verdict|seats", said.partition("<!--")[0], re.IGNORECASE)
    assert said.count("\n- ") == 1
