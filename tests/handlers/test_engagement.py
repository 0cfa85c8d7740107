"""CO-09 and CO-10 as a table of cases: six teams sign off on an initiative, and three go on with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.domain.actions import Nudge, OpenIssue
from bot.domain.facts import Account, Guard, Tier
from bot.domain.gitlab import Note, Person
from bot.domain.needs import AccountOf, HoldersOf, IssuesOf, NoteHistory, OpenedFor, StateHistory
from bot.domain.places import StateEvent
from bot.domain.registry import Registry, Role
from bot.handlers import engagement as handler
from tests.builders import BOT, CAM, at, issue
from tests.communicating import RENDERER, ROLES, TEAM, does, engagement, note, points, words

ALL = tuple(role.key for role in ROLES)
THREE = ("channel_marketing", "partner_enablement", "partner_communications")
OPEN = tuple(f"open the issue `engagement 77/42 {key}` from `engagement_followup`" for key in THREE)
ASSIGN = {role.key: f"assign `@{role.lead}`" for role in ROLES}
LEADS = {role.key: role.lead for role in ROLES}
FEWER = Registry(roles=(*tuple(role for role in ROLES if role.key != "channel_sa"), Role("channel_sa", "SA", "")))


TASKS = {
    line.partition("t:engagement.")[2].partition(" ")[0]: line.removeprefix("- [ ] ")
    for line in RENDERER.templated("Channel_Program_Engagement")[1].split("\n")
    if "t:engagement." in line
}


def ticked(role: str, by: int, when: str = "2026-11-23") -> Note:
    """GitLab's own line about it."""
    person = CAM if by == CAM.id else Person(by, ROLES[by - 20].lead)
    return note(when, f"marked the task **{TASKS[role]}** as completed", person, system=True)


def closed(when: str) -> StateEvent:
    return StateEvent(1, at(when), CAM.id, "closed")


BY_CAM = (ticked("channel_ops", CAM.id),)


@dataclass(frozen=True)
class Case:
    """`signed` are the teams that did; the topics in their order."""

    name: str
    signed: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)
    does: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


CASES = (
    Case("nobody did: all six are assigned and asked", does=tuple(ASSIGN.values()), topics=("waiting",)),
    Case(
        "one is left",
        ALL[:-1],
        does=(ASSIGN["partner_communications"],),
        topics=("waiting",),
        says=("- Partner Communications: `@comms-lead`",),
    ),
    Case("who has no account is asked all the same", ALL[1:], {"accounts": {}}, topics=("waiting",)),
    Case(
        "a role without a lead is asked for",
        tuple(key for key in ALL if key != "channel_sa"),
        {"site": {"registry": FEWER}},
        topics=("nobody",),
        says=("nobody for `channel_sa`",),
    ),
    Case("where one may be assigned, all are asked", (), {"site": {"tier": Tier.FREE}}, topics=("waiting",)),
    Case("all six: three follow-ups", ALL, does=OPEN),
    Case(
        "closed meanwhile: all the same", ALL, {"state": "closed", "state_events": (closed("2026-11-20"),)}, does=OPEN
    ),
    Case("30 days ago too", ALL, {"state": "closed", "state_events": (closed("2026-10-25 12:00"),)}, does=OPEN),
    Case("closed long ago: it opens nothing", ALL, {"state": "closed", "state_events": (closed("2026-10-24 12:00"),)}),
    Case("nor when nobody knows", ALL, {"state": "closed"}),
    Case("moved, it lives on elsewhere", ALL, {"moved_to_id": 9}),
    Case(
        "each by its lead", ALL, {"notes": tuple(ticked(role.key, 20 + at) for at, role in enumerate(ROLES))}, does=OPEN
    ),
    Case(
        "or by somebody of the role", ALL, {"notes": BY_CAM, "holders": {"channel_ops": frozenset({CAM.id})}}, does=OPEN
    ),
    Case(
        "what somebody else ticked is to be confirmed",
        ALL,
        {"notes": BY_CAM},
        does=(ASSIGN["channel_ops"],),
        topics=("unconfirmed",),
        says=("- Channel Operations: `@ops-lead` (ticked by `@cam-emea`)", "untick your line and tick it again"),
    ),
    Case("once confirmed it counts", ALL, {"notes": (*BY_CAM, ticked("channel_ops", 22, "2026-11-24"))}, does=OPEN),
    Case(
        "closed with one in doubt it opens nothing",
        ALL,
        {"notes": BY_CAM, "state": "closed", "state_events": (closed("2026-11-20"),)},
    ),
    Case(
        "where outsiders may edit, a tick that nobody knows is in doubt",
        ALL,
        {
            "guard": Guard(frozenset({BOT.id}), is_up=True),
            "notes": tuple(ticked(role.key, 20 + at) for at, role in enumerate(ROLES[:-1])),
        },
        does=(ASSIGN["partner_communications"],),
        topics=("unconfirmed",),
        says=("- Partner Communications: `@comms-lead`",),
    ),
    Case(
        "what was opened is not opened again",
        ALL,
        {"opened": {f"engagement 77/42 {THREE[0]}": issue(50)}},
        does=OPEN[1:],
    ),
    Case("closed without them it was given up", ALL[1:], {"state": "closed"}),
    Case("elsewhere nobody signs off", ALL, {"is_home": False}),
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_engagement(case: Case) -> None:
    facts = engagement(*case.signed, **case.more)
    assert does(handler, facts) == case.does
    assert tuple(points(handler, facts)) == case.topics
    said = words(handler, facts)
    assert [fragment for fragment in case.says if fragment not in said] == []


def test_who_is_assigned_already_is_not_assigned_again() -> None:
    fresh = engagement()
    account = fresh.accounts["comms-lead"]
    assert isinstance(account, Account)
    assert account.person is not None
    there = replace(fresh, issue=replace(fresh.issue, assignees=(account.person,)))
    assert ASSIGN["partner_communications"] not in does(handler, there)


def test_the_leads_hear_again() -> None:
    nudge = points(handler, engagement(*ALL[2:]))["waiting"].nudge
    assert nudge is not None
    assert (nudge.after, nudge.who) == (3, ("program-manager", "sa-lead"))


def test_whose_sign_off_is_in_doubt_hears_of_that_and_no_other_team_does() -> None:
    said = points(handler, engagement(*ALL[2:], notes=BY_CAM))
    nudges = {topic: one.nudge for topic, one in said.items()}
    assert nudges == {
        "waiting": Nudge(3, who=("program-manager", "sa-lead")),
        "unconfirmed": Nudge(3, who=("ops-lead",)),
    }


def test_a_follow_up_is_for_its_team_and_leads_back() -> None:
    """With the team's label, its lead as DRI, and the initiative's name made inert."""
    facts = engagement(*ALL)
    opening = next(one for one in handler.decide_templated(facts, handler.Settings()) if isinstance(one, OpenIssue))
    assert (opening.assign, opening.labels, opening.after) == (("marketing-lead",), ("Channel Marketing",), facts.issue)
    title, text = RENDERER.templated("Channel_Engagement_Follow_Up", **opening.values)
    assert title == "Channel engagement follow-up - Channel Marketing: A new partner tier"
    assert "- DRI: @marketing-lead" in text
    assert "- Approved in: gitlab-com/channel/channels#42" in text


def test_a_team_without_a_lead_gets_its_issue_too() -> None:
    registry = Registry(roles=tuple(replace(role, lead="") for role in ROLES))
    facts = engagement(*ALL, site={"registry": registry})
    openings = [one for one in handler.decide_templated(facts, handler.Settings()) if isinstance(one, OpenIssue)]
    assert [one.assign for one in openings] == [(), (), ()]


def test_only_what_is_asked_next_is_read() -> None:
    settings, needs = handler.Settings(), handler.templated_needs
    people = [need for role in ROLES for need in (HoldersOf(role.key), AccountOf(role.lead))]
    assert [*needs(engagement(*ALL), settings)] == [
        *(NoteHistory(), *people),
        *(IssuesOf("engagement"), OpenedFor("engagement 77/42 ")),
    ]
    done = engagement(*ALL)
    came_back = replace(done, issue=replace(done.issue, first_iid=7))
    assert OpenedFor("engagement 77/7 ") in [*needs(came_back, settings)]
    assert [*needs(engagement(*ALL[:-1]), settings)] == [NoteHistory(), *people]
    assert [*needs(engagement(*ALL, state="closed"), settings)] == [StateHistory()]
    nobodys = engagement(site={"registry": Registry(roles=tuple(replace(role, lead="") for role in ROLES))})
    assert [*needs(nobodys, settings)] == [NoteHistory(), *people[::2]]
    assert [*needs(engagement(is_home=False), settings)] == []


def test_every_sign_off_has_its_line_in_the_template() -> None:
    _, text = RENDERER.templated("Channel_Program_Engagement")
    assert [key for key in handler.Settings().sign_offs if f"<!-- t:engagement.{key} -->" not in text] == []
    assert {*LEADS} == {*handler.Settings().sign_offs}
    assert TEAM.registry.role("channel_sa") is not None
