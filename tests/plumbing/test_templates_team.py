"""Each of the team's issue templates can be read again, whatever a careful or a careless person does to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import pytest
import yaml
from pydantic import TypeAdapter

from bot.config import SHIPPED
from bot.domain.answers import Field, Kind, spelt
from bot.domain.checklist import matched, read_checklist
from bot.domain.form import ProblemKind, read_form
from bot.domain.formlines import fields_said
from bot.domain.teamforms import FORMS
from bot.domain.templated import Template, Templates
from bot.render import Renderer, template_dirs
from bot.settings.issue_templates import IssueTemplates, templates

RENDERER = Renderer(template_dirs())
LINE = re.compile(r"(?P<bullet>[-*+] )(?P<label>[^:\n]+):(?P<rest>.*)")
HEADING = re.compile(r"#+ (?P<label>.+?)(?: <!--.*)?")
TASK = re.compile(r"[ \t]*[-*+] \[[ x]\] ")
SAMPLES = {
    Kind.TEXT: "Words about it",
    Kind.DATE: "2026-12-01",
    Kind.HANDLE: "@cam-emea",
    Kind.NUMBER: "7",
    Kind.COUNT: "7",
    Kind.YES_NO: "yes",
}


@cache
def team() -> Templates:
    """Those of issue_templates.yml, read alone, so that no other file can stand in the way."""
    content = yaml.safe_load((SHIPPED[-1] / "issue_templates.yml").read_text("utf-8"))
    return templates(TypeAdapter(IssueTemplates).validate_python(content))


@cache
def installed(name: str) -> str:
    """What somebody picks in GitLab."""
    return RENDERER.templated(name)[1]


def named(each: Callable[[Template], bool]) -> list[str]:
    return [one.key for one in team().every if each(one)]


def get(key: str) -> Template:
    found = team().get(key)
    assert found
    return found


KEYS = named(lambda _: True)
ASKING = named(lambda one: bool(one.form))
DOING = named(lambda one: bool(read_checklist(installed(one.name)).tasks))


def sample(field: Field) -> str:
    return next(iter(field.choices)) if field.kind is Kind.CHOICE else SAMPLES[field.kind]


def read_as(field: Field) -> str:
    return "cam-emea" if field.kind is Kind.HANDLE else sample(field)


def places(template: Template) -> Mapping[str, Field]:
    """By every name that it goes by, each field."""
    return {spelt(name): one for one in template.form for name in (one.label, *one.aliases)}


def filled(template: Template) -> str:
    """The template with every answer where its place is."""
    return "\n".join(_filled(installed(template.name).splitlines(), places(template)))


def _filled(lines: list[str], fields: Mapping[str, Field]) -> Iterator[str]:
    for line in lines:
        hit, heading = LINE.fullmatch(line), HEADING.fullmatch(line)
        label = spelt(re.sub(r"\(.*?\)", "", hit["label"])) if hit else ""
        if hit and label in fields:
            yield f"{hit['bullet']}{hit['label']}: {sample(fields[label])}"
        elif heading and spelt(heading["label"]) in fields:
            yield from (line, "", sample(fields[spelt(heading["label"])]), "")
        else:
            yield line


@pytest.mark.parametrize("key", KEYS)
def test_it_is_known_as_it_is_installed(key: str) -> None:
    text = installed(get(key).name)
    assert team().of(text) == get(key)
    assert text.splitlines()[-1] == f"Template: `{get(key).name}`"


@pytest.mark.parametrize("key", KEYS)
def test_it_gives_no_orders_and_calls_nobody(key: str) -> None:
    """Quick actions would run with the rights of whoever opens the issue; mentions would write to strangers."""
    for line in installed(get(key).name).splitlines():
        assert not re.match(r"\s*/\w", line), f"{key}: {line}"
        assert not re.search(r"(?<![`\w])@(?!handle)\w", line), f"{key}: {line}"


@pytest.mark.parametrize("key", DOING)
def test_every_task_has_an_id_of_its_own_and_none_is_done(key: str) -> None:
    found = read_checklist(installed(get(key).name))
    assert [task.text for task in found.tasks if not task.id.startswith(f"{key}.")] == [], key
    assert found.duplicates == (), key
    assert [task.id for task in found.tasks if task.reason is None] == [], key


@pytest.mark.parametrize("key", ASKING)
def test_as_installed_all_that_is_required_is_missing(key: str) -> None:
    template = get(key)
    reading = read_form(installed(template.name), template.form)
    problems = [(one.field.key, one.kind) for one in reading.problems]
    assert problems == [(one.key, ProblemKind.MISSING) for one in template.form if one.required], key


@pytest.mark.parametrize("key", ASKING)
def test_there_is_a_place_for_every_answer(key: str) -> None:
    template = get(key)
    there = fields_said(installed(template.name), template.form)
    assert [one.label for one in template.form if one.required and one.key not in there] == [], key


def bare(text: str) -> str:
    """Without what only the source shows."""
    return re.sub(r"[ \t]*<!--.*?-->", "", text, flags=re.DOTALL)


def halved(text: str) -> str:
    """Without the id of every second task."""
    parts = re.split(r"( <!-- t:[^>]*-->)", text)
    return "".join(part for at, part in enumerate(parts) if at % 4 != 1)


def emphasised(text: str) -> str:
    return _each_line(text, lambda hit: f"**{hit['label']}** : {hit['rest'].strip()}")


def shouted(text: str) -> str:
    return _each_line(text, lambda hit: f"{hit['label'].upper()}:{hit['rest'].strip()}")


def tabled(text: str) -> str:
    return _each_line(text, lambda hit: f"| {hit['label']} | {hit['rest'].strip()} |")


def curled(text: str) -> str:
    return _each_line(text, lambda hit: f"- {hit['label']}: “{hit['rest'].strip()}”" if hit["rest"].strip() else hit[0])


def unsigned(text: str) -> str:
    return re.sub(r"\n+Template: `.*`$", "", text)


def _each_line(text: str, write: Callable[[re.Match[str]], str]) -> str:
    """The field lines written otherwise."""
    lines = [(line, None if TASK.match(line) else LINE.fullmatch(line)) for line in text.splitlines()]
    return "\n".join(write(hit) if hit else line for line, hit in lines)


HANDS: Mapping[str, Callable[[str], str]] = {
    "careful": lambda text: text,
    "no comments": bare,
    "half of the ids": halved,
    "in bold": emphasised,
    "shouting": shouted,
    "a table": tabled,
    "smart quotes": curled,
    "windows": lambda text: text.replace("\n", "\r\n"),
    "a tale above and below": lambda text: f"Hi all,\n\nplease have a look.\n\n{text}\n\nThank you!\n",
    "the name in bold": lambda text: re.sub(r"Template: `(.*)`$", r"**Template:** \1", text),
    "escaped by the editor": lambda text: re.sub(r"`(.*)`$", lambda hit: hit[1].replace("_", r"\_"), text),
    "all of it": lambda text: halved(emphasised(text)).replace("\n", "\r\n"),
}
UNSIGNED: Mapping[str, Callable[[str], str]] = {
    "unsigned": unsigned,
    "unsigned, half of the ids": lambda text: halved(unsigned(text)),
    "unsigned, a table": lambda text: tabled(unsigned(text)),
}
EVERY = {**HANDS, **UNSIGNED}


@pytest.mark.parametrize("hand", EVERY)
@pytest.mark.parametrize("key", ASKING)
def test_a_form_is_read_in_every_hand(key: str, hand: str) -> None:
    template = get(key)
    text = EVERY[hand](filled(template))
    reading = read_form(text, template.form)
    wanted = {one.key: read_as(one) for one in template.form if one.key in reading.values or one.required}
    assert (dict(reading.values), reading.problems) == (wanted, ()), f"{key}, {hand}"


@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize("key", KEYS)
def test_it_is_known_in_every_hand(key: str, hand: str) -> None:
    assert team().of(HANDS[hand](filled(get(key)))) == get(key), f"{key}, {hand}"


@pytest.mark.parametrize("hand", UNSIGNED)
@pytest.mark.parametrize("key", DOING)
def test_without_its_name_it_is_known_by_its_tasks(key: str, hand: str) -> None:
    text = UNSIGNED[hand](filled(get(key)))
    if "<!-- t:" in text:
        assert team().of(text) == get(key), f"{key}, {hand}"


@pytest.mark.parametrize("hand", ["careful", "no comments", "half of the ids", "windows", "all of it"])
@pytest.mark.parametrize("key", DOING)
def test_every_task_is_found_again(key: str, hand: str) -> None:
    master = read_checklist(installed(get(key).name))
    text = HANDS[hand](filled(get(key)))
    found = matched(master, text.replace("[ ]", "[x]"))
    assert (found.missing, found.extra) == ((), ()), f"{key}, {hand}"
    assert found.is_complete


@pytest.mark.parametrize("key", KEYS)
def test_an_issue_about_a_template_is_none_of_it(key: str) -> None:
    name, of = get(key).name, team().of
    assert of(f"The template {name} lacks a field, and nobody likes it.") is None
    assert of(f"Template: `{name}`\n\nIt has too many questions.") is None
    assert of(f"> Template: `{name}`\n\nWho wrote this?") is None
    assert of(f"```\n- [ ] x <!-- t:{key}.x -->\nTemplate: `{name}`\n```") is None
    assert of("- [ ] Look it through", f"{name} needs a new look") is None


@pytest.mark.parametrize("key", named(lambda one: len(one.form) > 2))
def test_one_of_its_words_makes_no_form(key: str) -> None:
    template = get(key)
    about = f"Template: `{template.name}`\n\n{template.form[0].label}: nobody knows what to write there."
    assert team().of(about) is None
    assert team().of(about.partition("\n")[2], f"{template.name} is unclear") is None


def test_every_form_has_a_template() -> None:
    assert FORMS.keys() <= set(KEYS)
