"""`check` names the file and line of a template in which people or rules would not find what they look for."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.check.offline import look_offline
from bot.check.templates import given, look_at_issue_templates
from bot.config import SHIPPED, Config, load
from bot.domain.answers import Field
from bot.domain.recurrence.rule import Recurrence
from bot.domain.templated import Template, Templates
from bot.render import Renderer, template_dirs
from bot.rules import discovered

GOOD = """# A request - {{ partner }}
- Partner: {{ partner }}
- Words: {{ words }}

{% for item in items %}
- [ ] It is seen <!-- t:request.{{ item.key }}.1 -->
{% endfor %}
- [ ] It is sent <!-- t:request.sent -->

Template: `Our_Request`
"""
OURS = Template("request", "Our_Request", close_requires=("request.sent",), form=(Field("words", "Words"),))


@pytest.fixture(scope="module")
def shipped() -> Config:
    return load(SHIPPED[-1])


def found(shipped: Config, directory: Path, text: str, template: Template = OURS) -> list[str]:
    """What is wrong with a template of that text, its path shortened."""
    file = directory / "issue" / "Our_Request.md.j2"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    config = replace(shipped, templates=Templates((template,)))
    looked = look_at_issue_templates(config, Renderer([directory, *template_dirs()]))
    return [one.advice.replace(str(file), "FILE") for one in looked if one.verdict == "fail"]


def test_the_shipped_ones_are_as_they_should_be(shipped: Config) -> None:
    looked = list(look_at_issue_templates(shipped, Renderer(template_dirs())))
    assert [one.advice for one in looked if one.verdict != "ok"] == []
    assert [one.what for one in looked] == [f"template {one.name}" for one in shipped.templates.every]


def test_a_good_one_is_good(shipped: Config, tmp_path: Path) -> None:
    assert found(shipped, tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "Template: `Our_Request`\n",
            "Template: `Your_Request`\n",
            "FILE:10: the template does not end with its name; add the line Template: `Our_Request`",
        ),
        (
            "Template: `Our_Request`\n",
            "",
            "FILE:8: the template does not end with its name; add the line Template: `Our_Request`",
        ),
        (
            "t:request.sent",
            "t:sent",
            "FILE:8: the task id 'sent' does not begin with 'request'; write t:request...",
        ),
        (
            "t:request.{{ item.key }}.1",
            "t:{{ item.key }}.1",
            "FILE:6: the task id 'x.1' does not begin with 'request'; write t:request...",
        ),
        (
            "- Partner: {{ partner }}",
            "- [ ] Twice <!-- t:request.sent -->",
            "FILE:8: the task id 'request.sent' is there twice; give each task its own",
        ),
        ("{{ words }}", "{{ wrods }}", "FILE:3: unknown name 'wrods', did you mean 'words'?"),
        (
            "in items %}",
            "in quuxes %}",
            "FILE:5: unknown name 'quuxes', ask for it in the form, or take a name that the bot gives",
        ),
        ("# A request - {{ partner }}\n", "", "FILE:1: the first line is no title; begin it with '# '"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(shipped: Config, tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in GOOD
    assert says in found(shipped, tmp_path, GOOD.replace(old, new, 1))


def test_a_task_that_is_required_has_to_be_there(shipped: Config, tmp_path: Path) -> None:
    (said,) = found(shipped, tmp_path, GOOD, replace(OURS, close_requires=("request.sent", "request.no")))
    file = re.escape(str(shipped.directory / "issue_templates.yml"))
    assert re.fullmatch(
        rf"{file}:\d+: Our_Request.md.j2 has no task 'request.no'; take the id of one that it has", said
    )


def test_a_day_that_the_recurrence_names_is_known(shipped: Config, tmp_path: Path) -> None:
    text = GOOD.replace("{{ words }}", "{{ paid_on }}")
    assert len(found(shipped, tmp_path, text)) == 1
    named = next(one for one in shipped.recurrences if one.named)
    recurrence: Recurrence = replace(named, template="request", named={"paid_on": next(iter(named.named.values()))})
    assert found(replace(shipped, recurrences=(recurrence,)), tmp_path, text) == []


def test_what_the_bot_gives_is_read_from_its_source() -> None:
    assert {"partner", "period", "dri", "due", "items"} <= given()


def test_a_template_that_is_gone_fails_the_whole_check(shipped: Config, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    looked = look_offline(SHIPPED[-1], {}, Renderer([tmp_path / "templates"]), discovered())
    failed = [one.advice for one in looked if one.verdict == "fail"]
    assert [one for one in failed if "NFR_License_Request.md.j2" in one]
