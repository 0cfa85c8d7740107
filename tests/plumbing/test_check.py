"""`check` finds what is wrong in configuration and templates, and with `--live` in GitLab, and says what to do."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import requests
from click.testing import CliRunner

from bot.check.offline import FRAMES, look_at_speaker, look_offline
from bot.commands.check import command
from bot.commands.setup import command as setup
from bot.config import SHIPPED
from bot.render import Renderer, template_dirs
from bot.rules import discovered
from bot.sandbox.example import tokens_of
from bot.topics import Speaker
from tests.plumbing.scene import GROUP, Scene, scene

CONFIG = next(path for path in SHIPPED if path.is_dir())
SHIPPED_TEMPLATES = template_dirs()[-1]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        yield made


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """Templates of a team's own, which win over the shipped ones; none as yet."""
    target = tmp_path / "templates"
    (target / "issue").mkdir(parents=True)
    return target


def troubles(templates: Path, config: Path = CONFIG, verdict: str = "fail") -> list[str]:
    findings = look_offline(config, {}, Renderer([templates, SHIPPED_TEMPLATES]), discovered())
    return [finding.advice for finding in findings if finding.verdict == verdict]


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def spoilt(templates: Path, path: str, old: str, new: str) -> Path:
    """The team's own of a shipped template, which is not quite right."""
    target = templates / path
    shutil.copy(SHIPPED_TEMPLATES / path, target)
    spoil(target, old, new)
    return target


def live(stage: Scene) -> dict[str, list[str]]:
    """Verdict -> what was found, of the questions that GitLab answered."""
    result = stage.run(command, "--live", "--format", "json")
    found: dict[str, list[str]] = {"ok": [], "warn": [], "fail": []}
    for finding in json.loads(result.stdout):
        found[finding["verdict"]].append(f"{finding['what']}: {finding['advice']}")
    assert (result.exit_code == 1) == bool(found["fail"])
    return found


def test_the_shipped_configuration_and_templates_are_fine() -> None:
    result = CliRunner().invoke(command, [], env={"CHANNEL_BOT_CONFIG": str(CONFIG)})
    assert result.exit_code == 0, result.output
    assert re.search(r"^ok   words of dri: [0-9]+ topics$", result.output, re.MULTILINE)
    assert "warn dry_run: site.yml says dry_run: true" in result.output


def test_every_line_of_a_wrong_configuration_is_a_finding(tmp_path: Path, templates: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(CONFIG, config)
    (config / "dri.yml").unlink()
    handbook = config / "handbook.yml"
    handbook.write_text(re.sub(r"GL-05:\n.*\n", "", handbook.read_text()))
    spoil(config / "labels.yml", "name: QBR", "name: Channel Ops")
    first, second, third = sorted(troubles(templates, config))
    assert "dri.yml:1: there is no such file" in first
    assert "missing rule 'GL-05', which handler priority carries" in second
    assert "two labels share the name 'Channel Ops'" in third
    result = CliRunner().invoke(command, [], env={"CHANNEL_BOT_CONFIG": str(config)})
    assert result.exit_code == 1
    assert result.output.count("fail configuration: ") == 3


def test_a_handler_that_is_switched_off_is_a_warning(tmp_path: Path, templates: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(CONFIG, config)
    spoil(config / "due.yml", "enabled: true", "enabled: false")
    assert "switched off: due" in troubles(templates, config, "warn")


def test_a_topic_without_words_is_found(templates: Path) -> None:
    spoilt(templates, "issue/dri.note.md.j2", 'topic == "outsider"', 'topic == "outsiders"')
    (trouble,) = troubles(templates)
    assert "there are no words for the topic 'outsider'; add a branch for it" in trouble
    assert any("has words for 'outsiders', which nobody says" in word for word in troubles(templates, verdict="warn"))


def test_a_topic_without_words_is_found_behind_words_for_every_topic(templates: Path) -> None:
    path = spoilt(templates, "issue/due.note.md.j2", 'topic == "undated"', 'topic == "dateless"')
    path.write_text(path.read_text() + "\nAsk the bot's operator.\n")
    (trouble,) = troubles(templates)
    assert "there are no words for the topic 'undated'" in trouble


def test_words_for_a_value_that_the_handler_does_not_give_are_found(templates: Path) -> None:
    spoilt(templates, "issue/dri.note.md.j2", "{{ assignees }}", "{{ assignee }}")
    (trouble,) = troubles(templates)
    assert "'one_assignee'" in trouble
    assert "unknown name 'assignee', did you mean 'assignees'?" in trouble


def test_words_that_need_no_branch_are_fine_for_the_only_topic(templates: Path) -> None:
    (templates / "issue/priority.note.md.j2").write_text("Choose {{ lowest }} to {{ highest }}, not {{ weight }}.\n")
    assert troubles(templates) == []


def test_a_saying_that_cannot_be_read_from_the_source_is_found(templates: Path, tmp_path: Path) -> None:
    source = tmp_path / "mumbling.py"
    source.write_text('def decide(facts, settings):\n    yield Say("GL-01", facts.topic)\n')
    mumbling = ModuleType("mumbling")
    mumbling.__file__ = str(source)
    (finding,) = look_at_speaker(Speaker("mumbling", mumbling), Renderer([templates]))
    assert finding.verdict == "fail"
    assert "mumbling.py:2: what is said here has a topic that cannot be read from the source" in finding.advice


def test_a_missing_template_is_found(tmp_path: Path) -> None:
    templates = shutil.copytree(SHIPPED_TEMPLATES, tmp_path / "templates")
    (templates / "issue/due.note.md.j2").unlink()
    findings = look_offline(CONFIG, {}, Renderer([templates]), discovered())
    found = [finding.advice for finding in findings if finding.verdict == "fail"]
    assert len(found) == len(topics_of("due"))
    assert all("due.note.md.j2:1: there is no such template; create it" in trouble for trouble in found)


def topics_of(handler: str) -> set[str]:
    found = next(one for one in discovered() if one.name == handler)
    return {point.topic for point in Speaker(handler, found.module).points()}


def test_a_broken_template_is_the_only_finding(templates: Path) -> None:
    spoilt(templates, "issue/dri.note.md.j2", "{% endif %}", "{% endfi %}")
    (trouble,) = troubles(templates)
    assert "dri.note.md.j2:" in trouble


def test_frames_that_cannot_be_filled_are_found(templates: Path) -> None:
    for path in FRAMES:
        (templates / path).write_text("{{ nobody_gives_this }}")
    found = troubles(templates)
    assert len(found) == len(FRAMES)
    assert all("nobody_gives_this" in one for one in found)
    assert all(any(path in one for one in found) for path in FRAMES)


def test_a_bare_group_fails_and_a_group_that_was_set_up_is_fine(stage: Scene) -> None:
    bare = live(stage)
    assert any("missing: Channel, Channel Ops" in line and "setup --apply" in line for line in bare["fail"])
    assert f"webhook of group {GROUP}: missing; run `channel-bot setup --apply`" in bare["fail"]
    assert any("no issue yet to tell by" in line for line in bare["warn"])
    stage.prepare(setup, "--apply")
    stage.api("POST", "/projects/gitlab-com%2Fchannel%2Fchannels/issues", title="Something with a weight")
    before = len(stage.requests())
    settled = live(stage)
    assert settled["fail"] == settled["warn"] == []
    assert {method for method, _ in stage.requests()[before:]} == {"GET"}


def test_without_the_owners_token_the_webhook_is_not_judged(stage: Scene) -> None:
    stage.environ["GITLAB_OWNER_TOKEN"] = None
    assert any("set GITLAB_OWNER_TOKEN" in line for line in live(stage)["warn"])


def test_a_webhook_that_gitlab_switched_off_fails(stage: Scene) -> None:
    stage.prepare(setup, "--apply")
    for hook in stage.sandbox.world.hooks.values():
        hook.disabled_forever = True
    assert f"webhook of group {GROUP}: disabled; run `channel-bot setup --apply`" in live(stage)["fail"]


def test_gitlab_is_not_asked_with_a_configuration_that_is_wrong(stage: Scene) -> None:
    (stage.config / "due.yml").unlink()
    found = live(stage)
    assert found["warn"] == ["GitLab: not asked, since what failed above has to be mended first"]
    assert len(found["fail"]) == 1
    assert stage.requests() == []


def test_a_wrong_token_ends_it_with_one_sentence(stage: Scene) -> None:
    stage.environ["GITLAB_TOKEN"] = "glpat-wrong"
    (line,) = live(stage)["fail"]
    assert "GITLAB_TOKEN" in line
    assert "glpat-wrong" not in line


def test_a_token_that_may_only_read_fails(stage: Scene) -> None:
    for token in stage.sandbox.world.tokens.values():
        if token.value == stage.environ["GITLAB_TOKEN"]:
            token.scopes = ["read_api"]
    assert (
        "scopes of GITLAB_TOKEN: it has read_api and cannot write; make one with the scope api" in live(stage)["fail"]
    )


def test_a_token_whose_scopes_gitlab_does_not_tell_is_a_warning(stage: Scene) -> None:
    fault = {"kind": "fail", "status": 404, "path": "/personal_access_tokens/self"}
    requests.post(f"{stage.sandbox.url}/sandbox/faults", json=fault, timeout=10).raise_for_status()
    assert any("GitLab does not tell" in line for line in live(stage)["warn"])


def test_trouble_with_one_question_leaves_the_others(stage: Scene) -> None:
    stage.prepare(setup, "--apply")
    fault = {"kind": "fail", "status": 403, "path": "/groups/[^/]+/labels"}
    requests.post(f"{stage.sandbox.url}/sandbox/faults", json=fault, timeout=10).raise_for_status()
    found = live(stage)
    assert any(line.startswith("GitLab: GitLab answered 403") for line in found["fail"])
    assert any(line.startswith("webhook of") for line in found["ok"])


def test_a_group_that_is_not_there_and_a_role_that_is_too_small_fail(stage: Scene) -> None:
    bot = stage.sandbox.world.user_by_name("channel-bot")
    assert bot is not None
    for member in stage.sandbox.world.members:
        if member.user_id == bot.id:
            member.access_level = 10
    stage.sandbox.world.access_changed()
    stage.configure("site.yml", "team: gitlab-com/channel-team", "team: gitlab-com/nobody")
    failures = live(stage)["fail"]
    assert any(line.startswith("group gitlab-com/nobody: not there, or hidden") for line in failures)
    assert "group gitlab-com/channel: the bot's role there is Guest: give it Planner or more" in failures


def test_a_plan_that_does_not_fit_the_weights_fails(tmp_path: Path) -> None:
    with scene(tmp_path, "free") as stage:
        stage.configure("site.yml", "tier: free", "tier: premium")
        stage.api("POST", "/projects/gitlab-com%2Fchannel%2Fchannels/issues", title="Something without a weight")
        assert "plan premium: issues here have no weight: set tier in site.yml to free" in live(stage)["fail"]


def test_weights_that_the_plan_should_not_have_fail(stage: Scene) -> None:
    stage.configure("site.yml", "tier: premium", "tier: free")
    stage.api("POST", "/projects/gitlab-com%2Fchannel%2Fchannels/issues", title="Something with a weight")
    assert "plan free: issues here have a weight: set tier in site.yml to premium or ultimate" in live(stage)["fail"]


def test_an_old_gitlab_is_a_warning(stage: Scene) -> None:
    stage.sandbox.world.version = "18.1.4"
    assert any("before 18.2" in line for line in live(stage)["warn"])
    stage.sandbox.world.version = "18.9.0-ee"
    stage.environ["WEBHOOK_SECRET"] = None
    assert any("before 19.0" in line for line in live(stage)["warn"])


def test_a_token_of_somebody_who_is_no_member_fails(stage: Scene) -> None:
    stage.environ["GITLAB_TOKEN"] = tokens_of(stage.sandbox.world)["root"]
    failures = live(stage)["fail"]
    assert "group gitlab-com/channel: the bot's role there is none: give it Planner or more" in failures
