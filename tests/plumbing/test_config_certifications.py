"""certifications.yml becomes the programmes, and what is wrong in it is told with its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.config import SHIPPED, load
from bot.domain.partners.programme import (
    Candidacy,
    Compliance,
    Deadline,
    DeadlineRule,
    Programme,
    Programmes,
    Review,
)
from bot.errors import ConfigError
from tests.plumbing.config_files import complaint, loaded

DIRECTORY = SHIPPED[-1]
RIGHT = """\
psp:
  name: Professional Services
ctp:
  name: Training
  entry: [training_addendum]
  competency: {trainers: 2}
  deadline:
    rule: months_from_issue
    months: 6
  remind_days: [30, 7]
  project_name: "{partner} Project"
  tracking_template: Tracking
  closes: education_services
"""


def test_the_shipped_programmes_are_the_handbooks() -> None:
    assert load(DIRECTORY).programmes == Programmes(
        (
            Programme(
                "psp",
                "GitLab Certified Professional Services Partner",
                spellings=("Professional Services Partner",),
                entry=("services_addendum",),
                competency={"sales_core": 2, "sa_core": 1, "pse": 3},
            ),
            Programme(
                "ctp",
                "GitLab Certified Training Partner",
                spellings=("Certified Training Partner", "TSP", "Training Services Partner"),
                entry=("training_addendum", "invited", "program_team_approval"),
                competency={"sales_core": 2, "sa_core": 1, "trainers": 2, "trainer_courses": 4},
                deadline=Deadline(DeadlineRule.FROM_ISSUE, 6),
                remind_days=(60, 30, 14, 7, 0),
                project_name="{partner} CTP Requirements Project",
                tracking_template="CTP_Requirement_Tracking_Issue",
                candidate_template="GitLab_Certified_Trainer_Candidate_Enrollment_Issue_for_Partners",
                closes="education_services",
                opened_by="bot",
                compliance=Compliance(csat=80, survey_days=30, attach_days=30),
                candidacy=Candidacy(deliveries=2, rating=4, quarters=2),
                review=Review(evidence_days=30, grace_quarters=1),
            ),
            Programme("msp", "GitLab Managed Services Partner", active=False),
        )
    )


def test_everything_but_the_name_has_a_default(tmp_path: Path) -> None:
    found = loaded(tmp_path, certifications="psp: {name: Professional Services}\n").programmes
    assert found == Programmes((Programme("psp", "Professional Services"),))


def test_every_setting_arrives(tmp_path: Path) -> None:
    """None of them is what it would be by default."""
    text = """\
ctp:
  name: Training
  spellings: [TSP]
  active: false
  entry: [mpa, invited]
  competency: {trainers: 3, pse: 0}
  deadline: {rule: months_after_fiscal_quarter_end, months: 9}
  remind_days: [7, 0, 90, 7]
  project_name: "{partner} Project"
  tracking_template: Tracking
  candidate_template: Candidate
  closes: channel_services
  opened_by: account_manager
  compliance: {csat: 81, survey_days: 31, attach_days: 32}
  candidacy: {deliveries: 3, rating: 5, quarters: 4}
  review: {evidence_days: 31, grace_quarters: 2}
"""
    assert loaded(tmp_path, certifications=text).programmes.get("ctp") == Programme(
        key="ctp",
        name="Training",
        active=False,
        spellings=("TSP",),
        entry=("mpa", "invited"),
        competency={"trainers": 3},
        deadline=Deadline(DeadlineRule.AFTER_QUARTER, 9),
        remind_days=(90, 7, 0),
        project_name="{partner} Project",
        tracking_template="Tracking",
        candidate_template="Candidate",
        closes="channel_services",
        opened_by="account_manager",
        compliance=Compliance(81, 31, 32),
        candidacy=Candidacy(3, 5, 4),
        review=Review(31, 2),
    )


WRONG = {
    "no key": ("psp:", "PSP:", "1: 'PSP': 'PSP' is no key; write 2 to 20 small letters, digits and _, like ctp"),
    "no name": ("  name: Professional Services", "  active: true", "1: missing key 'name' in 'psp'; add it"),
    "an empty name": ("name: Training", "name: ' '", "4: 'ctp.name': the name is one line of text"),
    "a typing mistake": ("deadline:", "deadlin:", "7: unknown key 'deadlin', did you mean 'deadline'?"),
    "an unknown requirement": (
        "[training_addendum]",
        "[training_adendum]",
        "5: 'ctp.entry[0]': unknown requirement 'training_adendum', did you mean 'training_addendum'?",
    ),
    "an unknown number": (
        "{trainers: 2}",
        "{trainer: 2}",
        "6: unknown key 'trainer', did you mean 'trainers'?",
    ),
    "fewer than none": ("trainers: 2", "trainers: -1", "6: 'ctp.competency.trainers' must be greater than or"),
    "text for a number": ("trainers: 2", "trainers: two", "6: 'ctp.competency.trainers' must be a whole number"),
    "an unknown rule": (
        "months_from_issue",
        "months",
        "8: 'ctp.deadline.rule' must be one of 'months_from_issue' or 'months_after_fiscal_quarter_end', not 'months'",
    ),
    "no month at all": ("months: 6", "months: 0", "9: 'ctp.deadline.months' must be greater than or equal to 1, not 0"),
    "a reminder too late": ("[30, 7]", "[30, -1]", "10: 'ctp.remind_days[1]' must be greater than or equal to 0"),
    "a project for nobody": (
        '"{partner} Project"',
        '"Project"',
        "11: 'ctp.project_name': 'Project' is no name for every partner's project; write it with {partner} in it, once",
    ),
    "a partner twice": ('"{partner} Project"', '"{partner} {partner}"', "11: 'ctp.project_name': '{partner} "),
    "a path for a template": (
        "tracking_template: Tracking",
        "tracking_template: ../Tracking",
        "12: 'ctp.tracking_template': '../Tracking' is no template; write the name of its file without .md",
    ),
    "nobody closes": (
        "  closes: education_services\n",
        "",
        "12: 'ctp.tracking_template' needs 'closes' beside it; add it, or leave both out",
    ),
    "one name for two": ("name: Training", "name: professional services", "4: 'professional services' is a name"),
    "one spelling for two": ("  entry: [training_addendum]", "  spellings: [PSP]", "5: 'PSP' is a name of psp already"),
    "no project": (
        '  project_name: "{partner} Project"\n',
        "",
        "11: 'ctp.tracking_template' needs 'project_name' beside it; add it, or leave both out",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_told_with_its_line(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert right in RIGHT
    assert complaint(tmp_path, certifications=RIGHT.replace(right, wrong, 1)).startswith(f"certifications.yml:{said}")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    directory = shutil.copytree(DIRECTORY, tmp_path / "config")
    (directory / "certifications.yml").unlink()
    with pytest.raises(ConfigError, match=r"certifications\.yml:1: there is no such file; create it"):
        load(directory)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "{says: x, kind: template, by: Mine}",
            "'GL-01.kind' template needs 'by', what carries the rule, and 'reason'",
        ),
        ("{says: x, kind: config, reason: y}", "'GL-01.kind' config needs 'by', what carries the rule, and 'reason'"),
        ("{says: x, by: Mine, reason: y}", "'GL-01': kind is missing beside 'by' and 'reason'"),
        ("{says: x, kind: handler, by: Mine}", "'GL-01.kind' is missing beside 'by' and 'reason'"),
        ("{says: x, kind: import}", "'GL-01.kind' must be one of 'handler', 'template', 'config' or 'out-of-reach'"),
    ],
)
def test_a_rule_without_a_handler_says_what_carries_it_and_why(tmp_path: Path, rule: str, said: str) -> None:
    text = f"GL-11: {{says: x}}\nGL-16: {{says: x}}\nGL-01: {rule}\n"
    assert complaint(tmp_path, handbook=text).startswith(f"handbook.yml:3: {said}")
