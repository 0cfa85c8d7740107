"""`check` knows the roles and labels that issue_templates.yml names, and says where one stands that nobody has."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.check.naming import look_at_named_labels, look_at_named_roles
from bot.check.offline import look_offline
from bot.config import SHIPPED, load
from bot.registry.loader import from_directory
from bot.render import Renderer, template_dirs
from bot.rules import discovered

DIRECTORY = SHIPPED[-1]
REGISTRY = from_directory(DIRECTORY / "registry")


def spoilt(directory: Path, old: str, new: str) -> Path:
    """A copy of the shipped configuration; the first `old` of one file reads `new`."""
    target = shutil.copytree(DIRECTORY, directory / "config")
    path = target / "issue_templates.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return target


def found(target: Path) -> list[tuple[str, str]]:
    """Verdicts and what is said, with the line but without the folder."""
    config = load(target)
    looked = [*look_at_named_roles(config, REGISTRY), *look_at_named_labels(config)]
    return [(one.verdict, one.advice.removeprefix(f"{target}/")) for one in looked]


def line_of(target: Path, text: str) -> int:
    lines = (target / "issue_templates.yml").read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_the_shipped_names_are_known() -> None:
    assert found(DIRECTORY) == []


@pytest.mark.parametrize(
    ("old", "new", "verdict", "says"),
    [
        ("assign: help_desk", "assign: helpdesk", "fail", "unknown role 'helpdesk', did you mean 'help_desk'?"),
        ("assign: author", "assign: the_author", "fail", "unknown role 'the_author', did you mean 'author'?"),
        ("lead: partner_help_desk", "lead: phd", "fail", "unknown role 'phd'; there is account_manager, "),
        ("lead: partner_help_desk", "lead: help_desk", "fail", "unknown role 'help_desk', did you mean 'partner_help"),
        (
            "needs_info: Announcement::needs-info",
            "needs_info: Announcment::needs-info",
            "fail",
            "unknown label of labels.yml 'Announcment::needs-info', did you mean 'Announcement::needs-info'?",
        ),
        (
            "labels: [Partner Help Desk]",
            "labels: [Partner Helpdesk]",
            "warn",
            "unknown label of labels.yml 'Partner Helpdesk', did you mean 'Partner Help Desk'?",
        ),
    ],
)
def test_an_unknown_name_is_told_with_its_line(tmp_path: Path, old: str, new: str, verdict: str, says: str) -> None:
    target = spoilt(tmp_path, old, new)
    ((said, advice),) = found(target)
    assert said == verdict
    assert advice.startswith(f"issue_templates.yml:{line_of(target, new)}: {says}")


@pytest.mark.parametrize("project", ["gitlab-com/channel/bot-registry", '""'])
def test_a_role_that_only_the_registrys_project_may_have_is_a_doubt(tmp_path: Path, project: str) -> None:
    """Without one the files beside site.yml are the registry, and what they lack is wrong."""
    target = spoilt(tmp_path, "lead: partner_help_desk", "lead: phd")
    path = target / "site.yml"
    path.write_text(path.read_text("utf-8").replace("project: gitlab-com/channel/bot-registry", f"project: {project}"))
    looked = [one for one in look_offline(target, {}, Renderer(template_dirs()), discovered()) if "'phd'" in one.advice]
    assert [one.verdict for one in looked] == ["fail" if project == '""' else "warn"]


@pytest.mark.parametrize(
    ("old", "new", "verdicts"),
    [
        ("assign: help_desk", "assign: helpdesk", ["fail"]),
        ("assign: author", "assign: autor", ["fail"]),
        ("assign: help_desk", "assign: sales_manager", ["warn"]),
        ("lead: partner_help_desk", "lead: helpdesk", ["warn"]),
    ],
)
def test_a_misspelt_word_is_wrong_whatever_roles_the_registrys_project_has(
    tmp_path: Path, old: str, new: str, verdicts: list[str]
) -> None:
    config = load(spoilt(tmp_path, old, new))
    looked = [*look_at_named_roles(config, REGISTRY, "warn")]
    assert [one.verdict for one in looked] == verdicts
    assert all(("--live" in one.advice) == (one.verdict == "warn") for one in looked)


def test_labels_are_looked_at_in_the_whole_check(tmp_path: Path) -> None:
    target = spoilt(tmp_path, "needs_info: Announcement::needs-info", "needs_info: Announcement::need-info")
    looked = look_offline(target, {}, Renderer(template_dirs()), discovered())
    assert [one.verdict for one in looked if "'Announcement::need-info'" in one.advice] == ["fail"]
