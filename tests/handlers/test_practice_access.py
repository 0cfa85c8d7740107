"""PS-01, PS-03, PS-04 and PS-07 as a table of practice groups, with the shipped kinds of partners."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from bot.config import SHIPPED, load
from bot.domain.actions import Check, Say
from bot.domain.concern import concerns
from bot.domain.facts import PracticeFacts
from bot.domain.gitlab import Member, Person
from bot.domain.places import MergeRules
from bot.domain.practice import Place
from bot.domain.registry import Contact, Contacts, Partner, Registry
from bot.handlers.practice_access import Settings, decide_practice
from bot.rules import Rules, discovered
from tests.awards import words
from tests.builders import CAM, SITE
from tests.partnerfacts import TODAY

GROUP = "gitlab-com/practice"
AREA, PROJECT = f"{GROUP}/migration", f"{GROUP}/migration/congregate"
PSE = Person(9, "ps-lead")
AUG, PAT, SOLO, ODD, EVE = (
    Person(at, name) for at, name in enumerate(("aug-example", "pat-example", "solo", "odd", "eve"), 20)
)
REGISTRY = Registry(
    partners=(
        Partner("aug", "Augmenters", "emea", "cam-emea", ps_kind="staff_aug", people=("Aug-Example",)),
        Partner(
            "acme",
            "Acme Consulting",
            "emea",
            "cam-emea",
            ps_kind="project_based",
            contacts=Contacts(Contact("Pat Example", gitlab="pat-example"), admin=Contact("Ada Example")),
        ),
        Partner("solo", "Solo", "emea", "cam-emea", ps_kind="direct", people=("solo",)),
        Partner("odd", "Odd", "emea", "cam-emea", ps_kind="", people=("odd",)),
    )
)
RULES = MergeRules(PROJECT, "main", True, 40, 40, 1, True)


@cache
def shipped() -> Settings:
    settings = load(SHIPPED[-1]).settings["practice_access"]
    assert isinstance(settings, Settings)
    return settings


def practice(
    *,
    group: tuple[tuple[Person, int], ...] = (),
    area: tuple[tuple[Person, int], ...] = (),
    project: tuple[tuple[Person, int], ...] = ((PSE, 40),),
    above: tuple[Person, ...] = (),
    rules: MergeRules | None = RULES,
) -> PracticeFacts:
    """One group below, one project in it; staff is the account manager and an engineer."""

    def own(people: tuple[tuple[Person, int], ...]) -> tuple[Member, ...]:
        return tuple(Member(person, level) for person, level in people)

    places = (
        Place(GROUP, own(group)),
        Place(AREA, own(area)),
        Place(PROJECT, own(project), is_project=True, merging=rules),
    )
    site = replace(SITE, practice=GROUP, registry=REGISTRY)
    return PracticeFacts(TODAY, site, places, tuple(Member(one, 30) for one in above), frozenset({CAM.id, PSE.id}))


@dataclass(frozen=True)
class Case:
    """A practice group, and what is said of it: rule, topic and a fragment of the sentence each."""

    name: str
    facts: PracticeFacts
    says: tuple[tuple[str, str, str], ...] = ()


def merged(name: str, *says: tuple[str, str, str], **rules: Any) -> Case:
    return Case(name, practice(rules=replace(RULES, **rules)), says)


CASES = (
    Case("engineers are at home", practice(group=((CAM, 50),), area=((PSE, 40),))),
    Case("staff augmentation works in the whole group", practice(group=((AUG, 30),))),
    Case("and may be in a place below besides", practice(group=((AUG, 20),), project=((AUG, 30),))),
    Case(
        "but not in a project alone",
        practice(project=((AUG, 30),)),
        (("PS-03", "too_low", f"`@aug-example` of `Augmenters` (staff augmentation) is in `{PROJECT}`"),),
    ),
    Case(
        "nor in a group below alone",
        practice(area=((AUG, 30),)),
        (("PS-03", "too_low", f"is in `{AREA}`. Such partners work in all of `{GROUP}`"),),
    ),
    Case("project-based partners work in projects", practice(project=((PAT, 30),))),
    Case(
        "not in the group",
        practice(group=((PAT, 30),), project=((PAT, 30),)),
        (("PS-03", "too_high", f"`@pat-example` of `Acme Consulting` (project-based) is in `{GROUP}`. Such partners"),),
    ),
    Case(
        "nor in one below",
        practice(area=((PAT, 10),)),
        (("PS-03", "too_high", f"is in `{AREA}`"),),
    ),
    Case(
        "direct partners are not let in",
        practice(project=((SOLO, 10),)),
        (("PS-01", "not_allowed", f"`@solo` of `Solo` (direct) is in `{PROJECT}`. Such partners are not let in"),),
    ),
    Case(
        "a partner of no kind",
        practice(area=((ODD, 30),)),
        (("PS-01", "no_kind", f"`@odd` works for `Odd` and is in `{AREA}`, but the registry does not say"),),
    ),
    Case(
        "a partner's person who merges",
        practice(group=((AUG, 40),), project=((AUG, 50),)),
        (("PS-04", "too_strong", f"`@aug-example` of `Augmenters` is Maintainer or more of `{GROUP}`, `{PROJECT}`"),),
    ),
    Case(
        "somebody nobody knows",
        practice(area=((EVE, 30),), project=((EVE, 40),)),
        (("PS-01", "stranger", f"**`@eve` is in `{AREA}`, `{PROJECT}`**"),),
    ),
    Case(
        "a partner's person from above, though all there are ours otherwise",
        practice(above=(PAT, EVE)),
        (("PS-03", "from_above", f"**`@pat-example` reaches everything in `{GROUP}`**"),),
    ),
    Case(
        "of a partner without a kind, too",
        practice(above=(ODD,)),
        (("PS-03", "from_above", "`@odd`"), ("PS-01", "no_kind", "`@odd` works for `Odd`, but the registry")),
    ),
    merged(
        "an unprotected default branch",
        ("PS-04", "unprotected", f"is not protected in `{PROJECT}`"),
        protected=False,
        merge_level=None,
        push_level=None,
    ),
    merged("one into which Developers merge", ("PS-04", "loose", f"`{PROJECT}`"), merge_level=30),
    merged("one into which they push past reviews", ("PS-04", "loose", f"`{PROJECT}`"), push_level=30),
    merged("one into which nobody pushes, is fine", push_level=0),
    merged("and one into which no role merges", merge_level=None, push_level=None),
    merged("merges without a review", ("PS-04", "unreviewed", "ask for 1 or more, by others"), approvals_required=0),
    merged("a plan without approval rules asks for none", approvals_required=None),
    Case(
        "rules that the bot is not shown", practice(rules=None), (("PS-04", "unseen", f"who may merge in `{PROJECT}`"),)
    ),
    Case("a group without projects", replace(practice(), places=(Place(GROUP),))),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_practice_access(case: Case) -> None:
    said = [one for one in decide_practice(case.facts, shipped()) if isinstance(one, Say)]
    assert all(one.internal for one in said)
    points, blocks = [one for one in said if not one.block], [one for one in said if one.block]
    assert [(one.rule, one.topic) for one in points] == [(rule, topic) for rule, topic, _ in case.says]
    texts = [words("practice_access", one) for one in points]
    assert [part for (_, _, part), text in zip(case.says, texts, strict=True) if part not in text] == [], texts
    assert len(blocks) == bool(points)


def test_with_what_is_wrong_stands_what_each_kind_may_use() -> None:
    *_, table = decide_practice(practice(rules=None), shipped())
    assert isinstance(table, Say)
    text = words("practice_access", table)
    assert "| staff augmentation | group | Slack, the handbook's project, GDrive | yes | all issues |\n" in text
    assert "| direct | none | partner portal | no | nothing |\n" in text
    assert "The handbook leaves open how project-based partners get to the journal" in text


def test_whom_the_registry_knows_as_a_partners_is_no_staff() -> None:
    facts = replace(practice(above=(PAT,)), staff=frozenset({PAT.id, PSE.id}))
    assert "from_above" in {one.topic for one in decide_practice(facts, shipped()) if isinstance(one, Say)}


def test_what_was_looked_at_is_told() -> None:
    seen = {
        one.claim: one for one in decide_practice(practice(group=((PAT, 40),)), shipped()) if isinstance(one, Check)
    }
    assert seen["nobody but staff and partners' people is let in"].seen == "pat-example"
    assert not seen["that is as far as project-based is let in"].holds
    assert not seen["partners' people merge nothing themselves"].holds
    assert seen["the default branches are protected"].holds


def test_the_rules_ask_about_it_where_there_is_such_a_group() -> None:
    rules = Rules({"practice_access": shipped()}, [one for one in discovered() if one.name == "practice_access"])
    facts = practice(area=((EVE, 30),))
    assert rules.decide(facts).subject.key == "practice:"
    assert len(rules.decide(facts).points) == 2
    nowhere = replace(facts, site=replace(facts.site, practice=""))
    assert not concerns(nowhere).holds
    assert rules.decide(nowhere).points == ()
