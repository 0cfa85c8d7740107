"""CJ-01, CJ-02 and CJ-04 as tables of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actions import Check, OpenIssue, ProposeChanges
from bot.domain.checklist import read_checklist
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.gitlab import Note, Person
from bot.domain.journey import StageKey
from bot.domain.needs import NoteHistory, ProposedFor
from bot.domain.partners.changes import Advanced, Proposal
from bot.domain.partners.folder import Tree
from bot.domain.registry import Agreements, Partner, Status
from bot.domain.subject import Subject
from bot.handlers import journey
from bot.handlers.journey import Settings, decide_partner, decide_templated, templated_needs
from bot.sandbox.example import REGISTRY
from tests.builders import BOT, CAM, SITE, at, facts, issue
from tests.cases import named, opened, planned, wished
from tests.flow.award_stories import registry
from tests.stage import HOME, Stage, stage
from tests.teamissues import ACME, TeamCase, begun, blank, certified, filled, prove_team, shipped

STAGES = shipped().stages
STAND, WALK, RUN, SPRINT = (f"Partner Journey::{name}" for name in ("Stand", "Walk", "Run", "Sprint"))
ITEMS = {stage.key: tuple(stage.items) for stage in STAGES}


def through(*stages: StageKey, but: tuple[str, ...] = (), also: tuple[str, ...] = ()) -> str:
    """The issue in which these stages are complete."""
    done = [item for stage in stages for item in ITEMS[stage] if item not in but]
    return filled("journey", {"Partner": "Acme Consulting"}, (*done, *also))


def without(item: str, text: str) -> str:
    return "\n".join(line for line in text.splitlines() if f"t:journey.{item}" not in line)


def ticked(done: bool, by: Person = CAM, task: str = "certified") -> Note:
    state = "completed" if done else "incomplete"
    words = next(one.text for one in read_checklist(blank("journey")).tasks if one.id == f"journey.{task}")
    body = f"marked the checklist item **{words} t:journey.{task} optional** as {state}"
    return Note(1, body, by, at("2026-11-20 10:00"), system=True)


def walking(of: Partner = ACME, *notes: Note, description: str = "", **more: Any) -> IssueFacts:
    """An issue whose partner is in the second stage and has its label."""
    text = description or through(StageKey.STAND)
    return begun("journey", text, of, labels={WALK}, notes=notes, read=frozenset({NoteHistory()}), **more)


ADVANCED, FINISHED = "say `advanced` (CJ-01)", "say `finished` (CJ-01)"
TICK = "tick the task `journey.certified`"
CASES = (
    TeamCase("an ordinary issue is none of its business", facts(issue())),
    TeamCase("a closed one is left alone", begun("journey", through(), state="closed")),
    TeamCase("a new one begins to stand", begun("journey", through()), (f"add label `{STAND}`",)),
    TeamCase("which it says only once", begun("journey", through(), labels={STAND})),
    TeamCase(
        "when the first stage is complete it walks",
        begun("journey", through(StageKey.STAND), labels={STAND}),
        (f"remove label `{STAND}`", f"add label `{WALK}`", ADVANCED),
        ("Onboarding (Stand) is complete", "Next is Enabling (Walk): The partner works with our account teams"),
    ),
    TeamCase(
        "one item that is open holds the stage",
        begun("journey", through(StageKey.STAND, StageKey.WALK, but=("nfr",)), labels={STAND}),
    ),
    TeamCase(
        "stages may be skipped when all before are complete",
        begun("journey", through(StageKey.STAND, StageKey.WALK)),
        (f"add label `{RUN}`", ADVANCED),
    ),
    TeamCase(
        "somebody took a tick away again",
        begun("journey", through(StageKey.STAND, but=("pitch",)), labels={WALK}),
        (f"add label `{STAND}`", f"remove label `{WALK}`"),
    ),
    TeamCase(
        "at the end the last stage stays",
        begun("journey", through(*StageKey), labels={SPRINT}),
        (FINISHED,),
        ("all stages up to Strategic (Sprint) are complete",),
    ),
    TeamCase(
        "what does not apply counts as done where it may",
        begun(
            "journey", through(*StageKey).replace("[x] It is certified as", "[~] It is certified as"), labels={SPRINT}
        ),
        (FINISHED,),
    ),
    TeamCase("a certification ticks its item", walking(certified("psp")), (TICK, ADVANCED)),
    TeamCase(
        "what somebody marked as not wished is not ticked",
        walking(
            certified("psp"), description=through(StageKey.STAND).replace("[ ] It is certified", "[~] It is certified")
        ),
        (ADVANCED,),
    ),
    TeamCase("another one ticks none", walking(certified("xyz")), (ADVANCED,)),
    TeamCase(
        "what somebody unticked stays as it is",
        walking(certified("psp"), ticked(True, BOT), ticked(False)),
        (ADVANCED,),
    ),
    TeamCase(
        "the tick that is missing brings the next stage at once",
        walking(certified("CTP"), description=through(StageKey.STAND, StageKey.WALK, but=("certified",))),
        (TICK, f"remove label `{WALK}`", f"add label `{RUN}`", ADVANCED),
    ),
    TeamCase(
        "an item that does not stand there is not asked",
        begun("journey", without("nfr", through(StageKey.STAND, but=("nfr",)))),
        (f"add label `{WALK}`", ADVANCED),
    ),
    TeamCase("nothing is judged where no item stands", begun("journey", "- Partner: Acme Consulting")),
    TeamCase("without stages nothing is judged", begun("journey", through()), settings={"stages": ()}),
)


@pytest.mark.parametrize(**named(CASES))  # type: ignore[arg-type]  # any case has a name
def test_journey(case: TeamCase) -> None:
    prove_team(journey, case)


def settings(**more: object) -> Settings:
    return replace(Settings(stages=STAGES), **more)  # type: ignore[arg-type]  # whatever a test wants


def recorded(stage: str, *done: StageKey, partner: Partner = ACME, **more: Any) -> IssueFacts:
    """An issue in which these stages are complete, of a partner whose stage a registry in GitLab has."""
    known = begun("journey", through(*done), replace(partner, stage=stage), **more)
    registry = replace(known.site.registry, commit="4f1c2d")
    return replace(known, site=replace(known.site, registry=registry))


FIRST, SECOND = StageKey.STAND, StageKey.WALK


@pytest.mark.parametrize(
    ("known", "proposes"),
    [
        (recorded("onboarding", FIRST), "enabling"),
        (recorded("", FIRST), "enabling"),
        (recorded("Onboarding", FIRST, SECOND), "partner_leading"),
        (recorded("onboarding", *StageKey), "strategic"),
        (recorded("onboarding"), None),
        (recorded(""), None),
        (recorded("enabling", FIRST), None),
        (recorded("strategic", FIRST), None),
        (recorded("on hold", FIRST), None),
        (recorded("onboarding", FIRST, is_home=False), None),
        (recorded("onboarding", FIRST, state="closed"), None),
        (replace(recorded("onboarding", FIRST), proposed={"acme": {"advanced enabling": "open !3"}}), None),
        (replace(recorded("onboarding", FIRST), proposed={"acme": {"advanced enabling": "closed !3"}}), None),
        (replace(recorded("", *StageKey), proposed={"acme": {"advanced enabling": "closed !3"}}), "strategic"),
        (begun("journey", through(FIRST), replace(ACME, stage="onboarding")), None),
    ],
)
def test_a_later_stage_than_the_registrys_is_proposed_there(known: IssueFacts, proposes: str | None) -> None:
    """Never an earlier one, nor one over a word of people's own, nor where the registry is no project."""
    found = [one for one in decide_templated(known, settings()) if isinstance(one, ProposeChanges)]
    wanted = [ProposeChanges("acme", (Proposal("acme", Advanced(proposes)),))] if proposes else []
    assert found == wanted


def test_what_was_proposed_is_asked_only_when_a_stage_is_news() -> None:
    assert [*templated_needs(recorded("onboarding", FIRST), settings())] == [ProposedFor("acme")]
    assert [*templated_needs(recorded("enabling", FIRST), settings())] == []
    text = through(FIRST, SECOND, but=("certified",))
    brings = replace(recorded("enabling", partner=certified("ctp")), issue=walking(description=text).issue)
    assert [*templated_needs(brings, settings())] == [NoteHistory(), ProposedFor("acme")]


def test_stages_without_a_word_of_the_registrys_are_not_proposed() -> None:
    silent = settings(stages=tuple(replace(one, registry="") for one in STAGES))
    every = [*decide_templated(recorded("", FIRST), silent)]
    assert [one for one in every if isinstance(one, ProposeChanges)] == []


def test_a_task_that_is_gone_is_not_ticked() -> None:
    text = without("certified", through(StageKey.STAND))
    assert [*templated_needs(walking(certified("psp"), description=text), settings())] == []


def test_comments_are_read_only_where_something_may_be_ticked() -> None:
    assert [*templated_needs(walking(certified("psp")), settings())] == [NoteHistory()]
    assert [*templated_needs(walking(), settings())] == []
    nameless = begun("journey", through().replace("Partner: Acme Consulting", "Partner:"))
    assert [*templated_needs(nameless, settings())] == []


def test_the_journey_has_the_handbooks_stages_and_numbers_of_items() -> None:
    assert [(stage.key.value, len(stage.items)) for stage in STAGES] == [
        ("stand", 8),
        ("walk", 9),
        ("run", 8),
        ("sprint", 6),
    ]
    tasks = [task.id for task in read_checklist(blank("journey")).tasks]
    assert tasks == [task for stage in STAGES for task in stage.tasks]


def test_an_item_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="there twice"):
        Settings(stages=(*STAGES, replace(STAGES[0], key=StageKey.RUN)))


def known(partner: Partner, today: str, *there: str) -> PartnerFacts:
    keys = {key: issue() for key in there}
    return PartnerFacts(date.fromisoformat(today), SITE, partner, Tree("p/acme"), opened=keys)


NEW = replace(ACME, authorized_on=date(2026, 11, 10))


@pytest.mark.parametrize(
    ("partner", "today", "there", "opens"),
    [
        (NEW, "2026-11-10", (), True),
        (NEW, "2026-12-09", (), True),
        (NEW, "2026-12-10", (), False),
        (NEW, "2026-11-10", ("journey acme",), False),
        (replace(NEW, status=Status.PENDING), "2026-11-10", (), False),
        (ACME, "2026-11-10", (), False),
        (replace(ACME, agreements=Agreements(mpa=date(2026, 11, 9))), "2026-11-10", (), True),
    ],
)
def test_a_partner_that_joined_lately_gets_its_issue(
    partner: Partner, today: str, there: tuple[str, ...], opens: bool
) -> None:
    found = [one for one in decide_partner(known(partner, today, *there), settings()) if not isinstance(one, Check)]
    values = {"partner": "Acme Consulting", "manager": "@cam-emea"}
    assert found == ([OpenIssue("journey acme", "journey", values, assign=("cam-emea",))] if opens else [])


def test_it_advances_in_gitlab_and_a_second_look_wishes_nothing(shared: Stage) -> None:
    shared.play(only="journey", day=date(2026, 11, 24))
    one = opened(shared, HOME, {"title": "Journey of Acme", "description": through(StageKey.STAND)})
    shared.look(one)
    assert WALK in shared.fresh(one).labels
    assert "Onboarding (Stand) is complete" in shared.comments(one)[0]
    shared.edit(one, description=through(StageKey.STAND, StageKey.WALK))
    shared.look(one)
    fresh = shared.fresh(one)
    assert {label for label in fresh.labels if label.startswith("Partner Journey")} == {RUN}
    assert wished(planned(shared, fresh)) == (ADVANCED,)


def test_a_stage_becomes_one_merge_request_that_follows_the_journey(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        registry(on, "stage: enabling", "stage: onboarding")
        on.play(only="journey", day=date(2026, 11, 24))
        on.bot.inbox.mark([Subject("registry", "")], "a test", now=True)
        on.drain()
        one = opened(on, HOME, {"title": "Journey of Acme", "description": through(FIRST)})
        for text, word in ((through(FIRST), "enabling"), (through(FIRST, SECOND), "partner_leading")):
            on.edit(one, description=text)
            on.look(one)
            on.forget_calls()
            on.look(one)
            assert on.calls(writes=True) == []
            project = on.as_("ops-lead").projects.get(REGISTRY)
            (request,) = project.mergerequests.list(get_all=True, state="opened")
            assert (request.title, request.source_branch) == (
                "Record the journey stage of Acme Consulting",
                "channel-bot/stages-acme-1",
            )
            assert f"- `Acme Consulting`: `stage: {word}`" in request.description
            file = project.files.get("partners.yml", ref=request.source_branch).decode().decode()
            assert file.count(f"stage: {word}  ") == 1


def test_the_issue_of_a_new_partner_is_opened_once_and_begins_to_stand(tmp_path: Path) -> None:
    """The example's partner was authorized a week before."""
    with stage(tmp_path) as on:
        on.play(only="journey", day=date(2026, 3, 9))
        for _ in range(2):
            on.bot.inbox.mark([Subject.partner("acme")], "a test", now=True)
            on.drain()
        (one,) = on.home().issues.list(search="capabilities journey", get_all=True)
        on.look(one)
        fresh = on.fresh(one)
    assert fresh.title == "Partner capabilities journey - Acme Consulting"
    assert [person["username"] for person in fresh.assignees] == ["cam-emea"]
    assert "- Account manager: @cam-emea\n\nThe four stages" in fresh.description
    assert "- [ ] It got its NFR license" in fresh.description
    assert STAND in fresh.labels
