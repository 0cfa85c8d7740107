"""The issues of a certification ask the same of everybody, and can be read whatever a person does to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.config import SHIPPED, load
from bot.domain.checklist import Checklist, State, matched, read_checklist
from bot.domain.form import ProblemKind, read_form
from bot.domain.forms import AWARD, CANDIDATE, ONBOARDING, Form
from bot.domain.partners.programme import Programme, Programmes
from bot.domain.registry import Contact, Partner, Region
from bot.errors import ConfigError
from bot.registry.loader import from_directory
from bot.render import Renderer, template_dirs
from bot.voice.cases import (
    Awarding,
    Enlisting,
    Opening,
    channels_templates,
    project_files,
    render_award,
    render_candidate,
    render_onboarding,
    render_tracking,
)

CONFIG = load(SHIPPED[-1])
REGISTRY = from_directory(SHIPPED[-1] / "registry")
RENDERER = Renderer(template_dirs())
PROGRAMMES = CONFIG.programmes
BOT = "channel-bot"
ACME = Partner("acme", "Acme Consulting", "emea", "cam-emea")
EMEA = Region("emea", "EMEA", "emea", "phd-emea")
PAT = Contact("Pat Example", "pat@acme.example", "pat-example")
STARTED = date(2026, 8, 31)


def programme(key: str) -> Programme:
    found = PROGRAMMES.get(key)
    assert found
    return found


CTP, PSP = programme("ctp"), programme("psp")
OPENING = Opening(ACME, STARTED, CTP.deadline.due(STARTED), PAT, "cam-emea", "eds-delivery", "services-lead")
ENLISTING = Enlisting(ACME, "Kim Example", "kim-example", "GitLab CI/CD, GitLab Basics")
FIRST = Awarding(ACME, CTP, EMEA, "cam-emea", date(2026, 11, 9), is_first=True)
LATER = replace(FIRST, programme=PSP, is_first=False)

TRACKING = render_tracking(RENDERER, CTP)[1]
CANDIDATES = render_candidate(RENDERER, CTP)[1]
AWARDS = render_award(RENDERER, PROGRAMMES)[1]
ONBOARDINGS = render_onboarding(RENDERER, PROGRAMMES, BOT)[1]
ALL = {
    "CTP_Requirement_Tracking_Issue": TRACKING,
    "GitLab_Certified_Trainer_Candidate_Enrollment_Issue_for_Partners": CANDIDATES,
    "Partner_Certification_Award": AWARDS,
    "Service_Partner_Onboarding": ONBOARDINGS,
}


def tasks(text: str) -> list[tuple[str, str, str, bool]]:
    return [(one.id, one.text, one.owner, one.optional) for one in read_checklist(text).tasks]


@pytest.mark.parametrize("name", ALL)
def test_every_task_has_an_id_of_its_own_and_an_owner(name: str) -> None:
    found = read_checklist(ALL[name])
    roles = {role.key for role in REGISTRY.roles} | {"partner"}
    assert found.tasks
    assert [task.text for task in found.tasks if not task.id or task.owner not in roles] == []
    assert found.duplicates == ()


@pytest.mark.parametrize("name", ALL)
def test_who_may_leave_a_task_out_is_told_so(name: str) -> None:
    for task in read_checklist(ALL[name]).tasks:
        assert task.optional == ("*(optional)*" in task.text), task.text


@pytest.mark.parametrize("name", ALL)
def test_the_last_line_names_the_template_so_that_a_search_finds_its_issues(name: str) -> None:
    assert ALL[name].rstrip().splitlines()[-1] == f"Template: `{name}`"


@pytest.mark.parametrize("name", ALL)
def test_no_template_gives_orders_or_calls_anybody(name: str) -> None:
    """Quick actions would run with the rights of whoever opens the issue; mentions would write to strangers."""
    for line in ALL[name].splitlines():
        assert not re.match(r"\s*/\w", line), line
        assert not re.search(r"(?<![`\w])@\w", line), line


def test_the_partner_reads_nothing_internal() -> None:
    title, text = render_tracking(RENDERER, CTP, OPENING)
    files = project_files(RENDERER, CTP, ACME, BOT)
    for one in (title, text, render_candidate(RENDERER, CTP, ENLISTING)[1], *files.values()):
        assert "acme.example" not in one
        assert not re.search(r"registry|escalat|licen[cs]e|gitlab-com/|nfr", one, re.IGNORECASE)
        assert set(re.findall(r"(?<![\w`])@([\w-]+)", one)) <= {
            *("pat-example", "cam-emea", "eds-delivery", "services-lead", "kim-example", BOT)
        }


def test_the_bots_issue_asks_what_the_file_asks() -> None:
    assert tasks(render_tracking(RENDERER, CTP, OPENING)[1]) == tasks(TRACKING)
    assert tasks(render_candidate(RENDERER, CTP, ENLISTING)[1]) == tasks(CANDIDATES)


def test_the_head_of_a_tracking_issue_says_from_when_to_when_and_who() -> None:
    title, text = render_tracking(RENDERER, CTP, OPENING)
    assert title == "CTP_Requirement_Tracking_Issue - Acme Consulting"
    assert text.split("\n\n")[0].splitlines()[2:] == [
        "| Partner | Acme Consulting |",
        "| Start | 2026-08-31 |",
        "| Deadline | 2027-02-28 |",
        "| Partner contact | @pat-example |",
        "| Channel Account Manager | @cam-emea |",
        "| Education Services | @eds-delivery |",
        "| Channel Services | @services-lead |",
    ]


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        (Contact("Pat Example", "pat@acme.example"), "Pat Example"),
        (Contact("@all | <!-- Pat"), "all ¦ <! -- Pat"),
        (None, "to be confirmed"),
    ],
)
def test_a_contact_without_an_account_is_named(contact: Contact | None, shown: str) -> None:
    text = render_tracking(RENDERER, CTP, replace(OPENING, contact=contact, education=""))[1]
    assert f"| Partner contact | {shown} |\n" in text
    assert "| Education Services | to be confirmed |\n" in text


def test_a_partners_name_stays_a_name() -> None:
    hostile = replace(ACME, name="Acme | @all <!-- t:legal.1 --> & Söhne")
    title, text = render_tracking(RENDERER, CTP, replace(OPENING, partner=hostile))
    assert title == "CTP_Requirement_Tracking_Issue - Acme ¦ all <! -- t:legal.1 --> & Söhne"
    assert tasks(text) == tasks(TRACKING)


def test_of_a_long_name_as_much_stands_in_a_title_as_gitlab_takes() -> None:
    long = replace(ACME, name="A" * 250)
    title = render_tracking(RENDERER, CTP, replace(OPENING, partner=long))[0]
    assert (len(title), title[:34], title[-2:]) == (255, "CTP_Requirement_Tracking_Issue - A", "A…")
    title, text = render_award(RENDERER, PROGRAMMES, replace(FIRST, partner=long))
    assert (len(title), title[-2:]) == (255, "A…")
    assert read_form(text, AWARD).values["partner"] == "A" * 250


def test_the_numbers_are_those_of_the_programme() -> None:
    """A number that is no longer asked for takes its task along; the others keep their ids."""
    changed = replace(
        CTP,
        competency={"trainers": 3, "trainer_courses": 6, "pse": 5, "sa_core": 2},
        compliance=replace(CTP.compliance, csat=85, survey_days=14, attach_days=21),
        candidacy=replace(CTP.candidacy, deliveries=3, rating=5, quarters=4),
    )
    text = render_tracking(RENDERER, changed)[1]
    competency = [(id_, said) for id_, said, *_ in tasks(text) if id_.startswith("competency")]
    assert competency == [
        ("competency.2", "At least 2 people hold the Solutions Architect Core accreditation"),
        ("competency.3", "At least 5 people are certified Professional Services Engineers"),
        ("competency.4", "At least 3 people are GitLab Certified Trainers"),
        ("competency.5", "Together they are certified for at least 6 different GitLab courses"),
    ]
    assert text.count("\n| | | | |\n") == 2  # the rows overlap by a line break
    for said in ("| at least 85 % |", "| within 14 days of", "| within 21 days of"):
        assert said in text
    candidate = render_candidate(RENDERER, changed)[1]
    assert [id_ for id_, *_ in tasks(candidate) if id_.startswith("delivery")] == [
        *("delivery.1", "delivery.2", "delivery.3"),
    ]
    assert "a rating of at least 5 of 5" in candidate
    assert "by the end of 4 full fiscal quarters" in candidate


def test_the_community_is_for_a_first_certification() -> None:
    by_hand, first, later = (
        {id_: optional for id_, _, _, optional in tasks(text)}
        for text in (AWARDS, render_award(RENDERER, PROGRAMMES, FIRST)[1], render_award(RENDERER, PROGRAMMES, LATER)[1])
    )
    assert (by_hand["phd.3"], first["phd.3"], "phd.3" in later) == (True, False, False)
    assert by_hand.keys() == first.keys() == {*later, "phd.3"}


def test_an_award_says_what_it_is_about() -> None:
    title, text = render_award(RENDERER, PROGRAMMES, FIRST)
    assert title == "Partner_Certification_Award - Acme Consulting - CTP"
    assert read_form(text, AWARD).problems == ()
    assert read_form(text, AWARD).values == {
        "dri": "cam-emea",
        "partner": "Acme Consulting",
        "certification": "ctp",
        "region": "EMEA",
        "first": "yes",
        "due": "2026-11-09",
    }
    later = read_form(render_award(RENDERER, PROGRAMMES, replace(LATER, due=None))[1], AWARD)
    assert (later.values["certification"], later.values["first"], later.values.get("due")) == ("psp", "no", None)
    assert later.problems == ()


def test_a_candidates_issue_says_who_and_what() -> None:
    title, text = render_candidate(RENDERER, CTP, ENLISTING)
    assert title == "Trainer candidate - Kim Example"
    assert read_form(text, CANDIDATE).values == {
        "candidate": "Kim Example",
        "handle": "kim-example",
        "partner": "Acme Consulting",
        "courses": "GitLab CI/CD, GitLab Basics",
    }


FORMS: dict[str, tuple[Form, str]] = {
    "award": (AWARD, AWARDS),
    "candidate": (CANDIDATE, CANDIDATES),
    "onboarding": (ONBOARDING, ONBOARDINGS),
}
CAREFUL = {
    "award": {"DRI": "@cam-emea", "Partner": "Acme Consulting", "Certification": "CTP", "Due": "2026-11-09"},
    "candidate": {"Candidate": "Kim Example", "GitLab handle": "@kim-example", "Partner": "acme", "Courses": "CI/CD"},
    "onboarding": {"DRI": "@cam-emea", "Partner": "Acme", "Certification": "PSP", "Region": "EMEA"},
}
READ = {
    "award": {"dri": "cam-emea", "partner": "Acme Consulting", "certification": "ctp", "due": "2026-11-09"},
    "candidate": {"candidate": "Kim Example", "handle": "kim-example", "partner": "acme", "courses": "CI/CD"},
    "onboarding": {"dri": "cam-emea", "partner": "Acme", "certification": "psp", "region": "EMEA"},
}


@pytest.mark.parametrize("name", FORMS)
def test_as_installed_only_what_is_required_is_missing(name: str) -> None:
    fields, text = FORMS[name]
    reading = read_form(text, fields)
    assert {problem.kind for problem in reading.problems} == {ProblemKind.MISSING}
    assert [problem.field.key for problem in reading.problems] == [one.key for one in fields if one.required]
    assert reading.values.keys() <= {"nba"}


def filled(name: str, line: Callable[[str, str], str], form: str = "{}") -> str:
    """The template with its field lines replaced by those of somebody who knows the answers."""
    _, _, below = FORMS[name][1].partition("\n\n")
    return form.format("\n".join(line(*field) for field in CAREFUL[name].items())) + f"\n\n{below}"


HANDS: dict[str, tuple[Callable[[str, str], str], str]] = {
    "careful": (lambda label, value: f"- {label}: {value}", "{}"),
    "bold": (lambda label, value: f"**{label}:** {value}", "{}"),
    "shouting, no blanks": (lambda label, value: f"{label.upper()}:{value}", "{}"),
    "a table": (lambda label, value: f"| **{label}** | {value} |", "| field | value |\n|---|---|\n{}"),
    "headings": (lambda label, value: f"### {label}\n\n{value}\n", "{}"),
    "with a tale before": (lambda label, value: f"* {label} - {value}", "Hi all, here is what you need.\n\n{}"),
}


@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read_in_every_hand(name: str, hand: str) -> None:
    reading = read_form(filled(name, *HANDS[hand]), FORMS[name][0])
    assert (reading.values, reading.problems) == (READ[name], ())


@pytest.mark.parametrize("name", FORMS)
def test_the_order_of_the_lines_says_nothing(name: str) -> None:
    head, _, below = filled(name, HANDS["careful"][0]).partition("\n\n")
    turned = "\n".join(reversed(head.splitlines()))
    assert read_form(f"{below}\n\n{turned}\n", FORMS[name][0]).values == READ[name]


@pytest.mark.parametrize(
    "said", ["psp", "PSP", "Professional Services Partner", "GitLab Certified Professional Services Partner (PSP)"]
)
def test_every_name_of_psp_is_psp(said: str) -> None:
    assert read_form(f"Certification: {said}", AWARD).values["certification"] == "psp"


@pytest.mark.parametrize(
    "said", ["ctp", "TSP", "TSP (formerly CTP)", "Training Services Partner", "GitLab Certified Training Partner"]
)
def test_every_name_of_ctp_is_ctp(said: str) -> None:
    assert read_form(f"Badge = {said}", AWARD).values["certification"] == "ctp"


@pytest.mark.parametrize("said", ["MSP", "both PSP and CTP", "not CTP"])
def test_what_is_no_certification_is_asked_for(said: str) -> None:
    (problem,) = [one for one in read_form(f"Certification: {said}", AWARD).problems if one.field.key != "partner"]
    assert problem.field.choices.keys() == {"psp", "ctp"}


def test_every_active_programme_is_a_choice_by_each_of_its_names() -> None:
    for one in PROGRAMMES.active:
        for name in (one.key, one.name, *one.spellings):
            assert read_form(f"Certification: {name}", AWARD).values["certification"] == one.key


def without_ids(text: str) -> str:
    return re.sub(r" ?<!-- t:.*?-->", "", text)


def bold(text: str) -> str:
    return re.sub(r"- \[ \] (.*?)( <!--|$)", r"* [ ] **\1**\2", text, flags=re.MULTILINE)


def turned(text: str) -> str:
    """All sections in reverse order."""
    head, *sections = re.split(r"(?m)^(?=## )", text)
    return head + "\n".join(reversed(sections))


def reworded(text: str) -> str:
    return re.sub(r"- \[ \] .*?( <!-- t:)", r"- [ ] What it said before, in our words\1", text)


def shouted(text: str) -> str:
    return re.sub(r"- \[ \] (.*?)$", lambda hit: f"1. [ ] {hit[1].upper()}!", without_ids(text), flags=re.MULTILINE)


CARELESS: Mapping[str, Callable[[str], str]] = {
    "as installed": lambda text: text,
    "ids deleted": without_ids,
    "bold": bold,
    "bold, ids deleted": lambda text: without_ids(bold(text)),
    "sections turned round": turned,
    "turned round, ids deleted": lambda text: without_ids(turned(text)),
    "reworded": reworded,
    "shouted, numbered, ids deleted": shouted,
    "windows": lambda text: text.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("hand", CARELESS)
@pytest.mark.parametrize("name", ALL)
def test_every_task_is_found_again_whatever_happens_to_the_text(name: str, hand: str) -> None:
    master, text = read_checklist(ALL[name]), CARELESS[hand](ALL[name])
    found = matched(master, text)
    assert (found.missing, found.extra) == ((), ())
    done = matched(master, text.replace("[ ]", "[x]"))
    assert done.is_complete
    assert [(task.id, task.owner) for task in done.tasks] == [(task.id, task.owner) for task in master.tasks]


def test_only_an_optional_task_can_be_left_out() -> None:
    master = read_checklist(TRACKING)
    found = matched(master, TRACKING.replace("[ ]", "[~]"))
    assert {task.state for task in found.tasks} == {State.INAPPLICABLE}
    assert [task.id for task in found.tasks if task.reason is None] == ["legal.5"]


def test_each_role_has_its_part_of_the_way() -> None:
    def owners(checklist: Checklist) -> set[str]:
        return {task.owner for task in checklist.tasks}

    team = {"account_manager", "channel_services", "education_services"}
    assert owners(read_checklist(TRACKING)) == {"partner", *team}
    assert owners(read_checklist(CANDIDATES)) == {"partner", "education_services"}
    assert owners(read_checklist(AWARDS)) == {"account_manager", "partner_help_desk"}
    assert owners(read_checklist(ONBOARDINGS)) == {"account_manager"}


def test_a_partners_project_begins_with_a_page_and_two_templates() -> None:
    files = project_files(RENDERER, CTP, ACME, BOT)
    folder = ".gitlab/issue_templates"
    assert list(files) == [
        "README.md",
        f"{folder}/CTP_Requirement_Tracking_Issue.md",
        f"{folder}/GitLab_Certified_Trainer_Candidate_Enrollment_Issue_for_Partners.md",
    ]
    assert files["README.md"].startswith("# Acme Consulting CTP Requirements Project\n")
    assert f"`@{BOT} status`" in files["README.md"]
    assert files[f"{folder}/CTP_Requirement_Tracking_Issue.md"] == TRACKING
    alone = project_files(RENDERER, replace(CTP, candidate_template=""), ACME, BOT)
    assert list(alone) == list(files)[:2]


def test_the_channels_project_gets_the_award_and_the_onboarding() -> None:
    files = channels_templates(RENDERER, PROGRAMMES, "another-bot")
    folder = ".gitlab/issue_templates"
    assert list(files) == [f"{folder}/Partner_Certification_Award.md", f"{folder}/Service_Partner_Onboarding.md"]
    assert "`@another-bot ctp enrol <partner>`" in files[f"{folder}/Service_Partner_Onboarding.md"]
    both = channels_templates(RENDERER, Programmes((PSP, CTP, programme("msp"))), BOT)
    assert "- Certification: <PSP or CTP>\n" in both[f"{folder}/Partner_Certification_Award.md"]


def test_the_onboarding_has_the_five_steps_of_the_ladder() -> None:
    steps = [section.title for section in read_checklist(ONBOARDINGS).sections if section.title]
    assert [title.partition(".")[0] for title in steps] == ["1", "2", "3", "4", "5"]


def test_a_template_without_a_title_is_told(tmp_path: Path) -> None:
    (tmp_path / "issue").mkdir()
    (tmp_path / "issue" / "Mine.md.j2").write_text("no title\n")
    mine = replace(CTP, tracking_template="Mine", candidate_template="Yours")
    with pytest.raises(ConfigError, match=r"Mine\.md\.j2:1: the first line is no title; begin it with '# '"):
        render_tracking(Renderer([tmp_path]), mine)
    with pytest.raises(ConfigError, match=r"Yours\.md\.j2:1: there is no such template; create it"):
        render_candidate(Renderer([tmp_path]), mine)
