"""`check` fills the templates of certifications, and knows the roles that close and open their issues."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.check.certifications import look_at_roles, look_at_templates
from bot.check.findings import Finding
from bot.check.offline import look_offline
from bot.config import SHIPPED, Config, load
from bot.registry.loader import from_directory
from bot.render import Renderer, template_dirs
from bot.rules import discovered

DIRECTORY = SHIPPED[-1]
REGISTRY = from_directory(DIRECTORY / "registry")


def configured(directory: Path, old: str = "", new: str = "") -> Config:
    """The shipped configuration with one change in certifications.yml."""
    target = shutil.copytree(DIRECTORY, directory / "config")
    path = target / "certifications.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return load(target)


def failures(found: list[Finding]) -> list[str]:
    return [one.advice for one in found if one.verdict == "fail"]


def test_the_shipped_templates_can_be_filled_and_the_shipped_roles_exist(tmp_path: Path) -> None:
    config = configured(tmp_path)
    found = list(look_at_templates(config, Renderer(template_dirs())))
    assert [(one.verdict, one.what) for one in found] == [
        ("ok", "templates of award and onboarding"),
        ("ok", "templates of ctp"),
    ]
    assert list(look_at_roles(config, REGISTRY)) == []


def test_a_template_that_is_not_there_fails(tmp_path: Path) -> None:
    config = configured(tmp_path, "tracking_template: CTP_Requirement", "tracking_template: Our_Requirement")
    (said,) = failures(list(look_at_templates(config, Renderer(template_dirs()))))
    assert said.endswith("Our_Requirement_Tracking_Issue.md.j2:1: there is no such template; create it")


def test_a_spoilt_template_fails_in_the_whole_check(tmp_path: Path) -> None:
    name, shipped = "project/ctp/README.md.j2", template_dirs()[-1]
    path = tmp_path / "templates" / name
    path.parent.mkdir(parents=True)
    path.write_text((shipped / name).read_text("utf-8").replace("{{ bot }}", "{{ bott }}"), encoding="utf-8")
    found = list(look_offline(DIRECTORY, {}, Renderer([tmp_path / "templates", shipped]), discovered()))
    assert [said for said in failures(found) if "README" in said] == [
        f"{path}:7: unknown name 'bott', did you mean 'bot'?",
    ]


def test_with_a_broken_configuration_there_is_nothing_to_fill(tmp_path: Path) -> None:
    target = shutil.copytree(DIRECTORY, tmp_path / "config")
    (target / "certifications.yml").write_text("psp: {}\n")
    found = list(look_offline(target, {}, Renderer(template_dirs()), discovered()))
    assert f"{target}/certifications.yml:1: missing key 'name' in 'psp'; add it" in failures(found)
    assert not [one for one in found if one.what.startswith("templates of")]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("closes: education_services", "closes: educators", "the role 'educators' of 'closes' in certifications.yml"),
        ("opened_by: bot   ", "opened_by: cams  ", "the role 'cams' of 'opened_by' in certifications.yml"),
    ],
)
def test_a_role_that_the_registry_does_not_know_fails(tmp_path: Path, old: str, new: str, said: str) -> None:
    (advice,) = failures(list(look_at_roles(configured(tmp_path, old, new), REGISTRY)))
    assert advice == f"{said} is none of the registry's"


def test_a_programme_that_is_not_active_is_not_looked_at(tmp_path: Path) -> None:
    config = configured(tmp_path, "  active: true\n  entry: [training", "  active: false\n  entry: [training")
    found = list(look_at_templates(config, Renderer(template_dirs())))
    assert [one.what for one in found] == ["templates of award and onboarding"]
    assert list(look_at_roles(config, REGISTRY)) == []
