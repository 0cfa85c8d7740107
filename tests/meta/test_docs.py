"""What the pages say about commands, variables, endpoints, units and each other is so, and what there is, they say."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import yaml

from bot import __version__
from bot.cli import cli
from bot.delivery import Secrets
from bot.domain.orders import SMALL_TALK
from bot.environ import WHERE_FROM
from bot.inbox import Inbox
from bot.receiver import create_app
from bot.rules import discovered
from bot.store.database import Database
from tests.meta.places import ROOT, files, shown

CONFIGURATION = ROOT / "config/README.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), CONFIGURATION])
UNITS = sorted(path for path in (ROOT / "docs/deploy").iterdir() if path.suffix != ".md")
PIPELINE = ROOT / ".gitlab-ci.yml"
OPERATING = (ROOT / "docs/operating.md").read_text("utf-8")
CALL = re.compile(r"(?<!@)\bchannel-bot (?P<command>[a-z]+)\b(?P<rest>[^`\n#;|&)]*)")
LINK = re.compile(r"\]\((?P<target>[^)#\s]+)(?:#[^)]*)?\)")
TARGET = re.compile(r"(?:`|^|&& )make (?P<target>[a-z]+)", re.MULTILINE)
VARIABLE = re.compile(r"^\| `(?P<name>[A-Z_]+)` \|", re.MULTILINE)


def command(name: str) -> click.Command | None:
    return cli.get_command(click.Context(cli), name)


def commands() -> list[str]:
    return cli.list_commands(click.Context(cli))


def options(name: str, rest: str) -> set[str]:
    """The options that the called command has; `inbox retry` is a command of `inbox`."""
    found = command(name)
    words = rest.split()
    if isinstance(found, click.Group) and words and words[0] in found.commands:
        found = found.commands[words[0]]
    assert found is not None
    return {"--help"} | {option for parameter in found.params for option in parameter.opts}


def test_the_readme_lists_every_command_once() -> None:
    listed = re.findall(r"^\| `channel-bot ([a-z]+)` \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == commands()


@pytest.mark.parametrize("page", [*PAGES, *UNITS, PIPELINE], ids=shown)
def test_the_commands_a_page_calls_exist_with_their_options(page: Path) -> None:
    for call in CALL.finditer(page.read_text("utf-8")):
        assert command(call["command"]) is not None, f"{shown(page)}: there is no `{call[0]}`"
        unknown = set(re.findall(r"--[a-z][a-z-]*", call["rest"])) - options(call["command"], call["rest"])
        assert not unknown, f"{shown(page)}: `{call[0]}` knows no {', '.join(unknown)}"


def test_the_pipeline_calls_commands_and_targets_that_exist() -> None:
    jobs = yaml.safe_load(PIPELINE.read_text("utf-8"))
    lines = [line for job in jobs.values() if isinstance(job, dict) for line in job.get("script", [])]
    made = [line.removeprefix("make ") for line in lines if line.startswith("make ")]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert made == ["check", "wheel"]
    assert all(f"\n{target}:" in makefile for target in made)
    assert len(CALL.findall("\n".join(lines))) == 3


def test_every_option_of_setup_check_and_sweep_is_told_somewhere() -> None:
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    for name in ("setup", "check", "sweep", "serve"):
        untold = [option for option in options(name, "") if option not in text]
        assert untold in ([], ["--bind"]), f"no page tells of {name}'s {', '.join(untold)}"


def test_the_variables_of_the_bot_are_those_of_the_page() -> None:
    assert VARIABLE.findall(OPERATING) == list(WHERE_FROM), (
        "keep the table in docs/operating.md in the order of WHERE_FROM"
    )


def test_the_example_of_the_environment_sets_only_what_is_read() -> None:
    names = re.findall(r"^([A-Z_]+)=", (ROOT / "docs/deploy/channel-bot.env").read_text("utf-8"), re.MULTILINE)
    assert set(names) <= set(WHERE_FROM)


def test_everything_people_may_say_is_told() -> None:
    """And so is who may say it: the table lists each command of `config/commands.yml`, and each handler's."""
    told = re.findall(r"^\| `([^`]+)` \|", (ROOT / "docs/talking.md").read_text("utf-8"), re.MULTILINE)
    commands = [*SMALL_TALK, *(one for handler in discovered() for one in handler.commands)]
    assert sorted(told) == sorted(one.usage for one in commands)
    listed = yaml.safe_load((ROOT / "config/commands.yml").read_text("utf-8"))
    assert sorted(listed) == sorted(one.name for one in commands)


def test_every_endpoint_is_told() -> None:
    app = create_app(Inbox(Database("sqlite://")), Secrets.of("a secret", None))
    paths = {rule.rule.partition("/<")[0] for rule in app.url_map.iter_rules() if rule.endpoint != "static"}
    assert not {path for path in paths if f"{path}" not in OPERATING}


def test_every_unit_is_told_and_there() -> None:
    told = set(re.findall(r"`(channel-bot[a-z@-]*\.(?:socket|service|timer|env))`", OPERATING))
    assert told == {unit.name for unit in UNITS}


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_links_and_make_targets_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    dead = [link["target"] for link in LINK.finditer(text) if _is_dead(page, link["target"])]
    assert not dead, f"{shown(page)} links to {', '.join(dead)}, which is not there"
    makefile = (ROOT / "Makefile").read_text("utf-8")
    unknown = [
        hit["target"] for hit in TARGET.finditer(text) if not re.search(rf"^{hit['target']}:", makefile, re.MULTILINE)
    ]
    assert not unknown, f"{shown(page)} calls make {', '.join(unknown)}, which Makefile does not know"


def _is_dead(page: Path, target: str) -> bool:
    return "://" not in target and not (page.parent / target).exists()


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_files_that_a_page_names_exist(page: Path) -> None:
    """Paths of this project in backticks; a guide to a new rule may name the files it makes."""
    named = re.findall(r"`((?:bot|tests|config|templates|docs)/[\w./-]+)`", page.read_text("utf-8"))
    made = re.findall(r"\*\*`([^`]+)`\*\*", page.read_text("utf-8"))
    written = {path for path in named if path not in made and "performance" not in path and "/x." not in path}
    missing = [path for path in written if not (ROOT / path).exists()]
    assert not missing, f"{shown(page)} names {', '.join(missing)}, which is not there"


def test_the_page_about_the_configuration_lists_what_is_no_rules() -> None:
    listed = re.findall(r"^\| `([^`]+)` \|", CONFIGURATION.read_text("utf-8"), re.MULTILINE)
    rules = {f"{handler.name}.yml" for handler in discovered()}
    there = {f"{path.name}/" if path.is_dir() else path.name for path in CONFIGURATION.parent.iterdir()}
    assert sorted(listed) == sorted({*(there - rules - {CONFIGURATION.name}), "<rule>.yml"})


def test_the_readme_leads_to_every_page() -> None:
    linked = set(LINK.findall((ROOT / "README.md").read_text("utf-8")))
    pages = {shown(page) for page in PAGES if page.parent in (ROOT / "docs", ROOT)} - {"README.md"}
    assert pages - linked == set()


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_changelog_has_this_version_and_room_for_the_next() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "\n## Unreleased\n" in text
    section = text.partition(f"\n## {__version__}")[2].partition("\n## ")[0]
    assert "\n- " in section, f"CHANGELOG.md does not say what {__version__} brings"


def test_there_are_pages_to_look_at() -> None:
    assert {"README.md", "CHANGELOG.md", "CONTRIBUTING.md"} <= {page.name for page in PAGES}
    assert list(files(".py"))
