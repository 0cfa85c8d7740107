"""`setup` keeps exactly one webhook that reports to the bot, whoever changed what about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.commands.setup import command
from bot.domain.facts import Tier
from bot.environ import Environment
from bot.errors import AskAPerson
from bot.rest.translate import Hook as SeenHook
from bot.sandbox.records import Hook
from bot.setup.hooks import has_group_hooks, survey_hook
from bot.setup.steps import ChangeHook, CreateHook, Home, Kept, Step, WakeHook, lines
from tests.plumbing.scene import GROUP, SIGNING_TOKEN, Scene, scene

REGISTRY = "gitlab-com/channel/bot-registry"
GROUP_API = f"/groups/{GROUP.replace('/', '%2F')}"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        made.prepare(command, "--apply")
        yield made


def hook_of(stage: Scene) -> Hook:
    """The group's; the registry's project has another one."""
    (hook,) = (hook for hook in stage.sandbox.world.hooks.values() if hook.group_id)
    return hook


def hook_of_registry(stage: Scene) -> Hook:
    project = stage.sandbox.world.project_by_path(REGISTRY)
    assert project
    (hook,) = (hook for hook in stage.sandbox.world.hooks.values() if hook.project_id == project.id)
    return hook


def hook_lines(stage: Scene, *arguments: str) -> list[tuple[str, str]]:
    steps: list[dict[str, Any]] = stage.plan(command, *arguments)["steps"]
    return [(step["sign"], step["then"]) for step in steps if step["area"] == "webhook"]


def test_what_somebody_switched_off_is_switched_on(stage: Scene) -> None:
    hook = hook_of(stage)
    hook.events |= {"note_events": False, "push_events": True}
    hook.token = None
    hook.custom_webhook_template = '{"kind": "{{object_kind}}"}'
    emptied = "custom_webhook_template emptied, since it hides what the bot reads"
    told = f"note_events on, push_events off, token written, {emptied}"
    assert hook_lines(stage, "--apply") == [("~", told)]
    assert hook.token == stage.environ["WEBHOOK_SECRET"]
    assert not hook.custom_webhook_template
    assert hook_lines(stage) == []


def test_an_event_that_somebody_added_stays(stage: Scene) -> None:
    hook_of(stage).events["pipeline_events"] = True
    assert hook_lines(stage) == []


def test_secrets_are_written_anew_only_when_asked_and_the_newest_signing_token_wins(stage: Scene) -> None:
    newer = "whsec_" + "B" * 43 + "="
    stage.environ["WEBHOOK_SECRET"] = "another-secret"
    stage.environ["WEBHOOK_SIGNING_TOKEN"] = f"{SIGNING_TOKEN} {newer}"
    assert hook_lines(stage) == []
    assert hook_lines(stage, "--apply", "--rotate-secrets") == [("~", "token written, signing_token written")] * 2
    assert (hook_of(stage).token, hook_of(stage).signing_token) == ("another-secret", newer)


def test_a_signing_token_that_the_bot_does_not_know_is_pointed_out(stage: Scene) -> None:
    stage.environ["WEBHOOK_SIGNING_TOKEN"] = None
    for sign, told in hook_lines(stage):
        assert sign == "!"
        assert "set WEBHOOK_SIGNING_TOKEN" in told


def test_a_second_webhook_for_the_same_address_is_pointed_out(stage: Scene) -> None:
    stage.api("POST", f"{GROUP_API}/hooks", url=hook_of(stage).url)
    ((sign, told),) = hook_lines(stage)
    assert sign == "!"
    assert "reports to the same address" in told


@pytest.mark.parametrize("forever", [True, False])
def test_a_webhook_that_gitlab_switched_off_is_woken_by_a_test_delivery(tmp_path: Path, *, forever: bool) -> None:
    with scene(tmp_path) as stage:
        stage.api("POST", "/projects/gitlab-com%2Fchannel%2Fchannels/issues", title="Something to test with")
        stage.prepare(command, "--apply")
        hook = hook_of(stage)
        hook.disabled_forever = forever
        hook.disabled_until = None if forever else stage.sandbox.world.clock.now() + timedelta(hours=1)
        assert hook_lines(stage, "--apply") == [("~", "switched on by a test delivery")]
        assert not hook.disabled_forever
        assert hook_lines(stage) == []


def test_without_the_owners_token_a_person_is_told_what_to_do(stage: Scene) -> None:
    stage.environ["GITLAB_OWNER_TOKEN"] = None
    stage.sandbox.world.hooks.clear()
    ((sign, told),) = hook_lines(stage, "--apply")
    assert sign == "!"
    words = ("GITLAB_OWNER_TOKEN", "Settings > Webhooks", "WEBHOOK_SECRET", "confidential_note", "subgroup")
    for word in (*words, f"push events of {REGISTRY}"):
        assert word in told


@pytest.mark.parametrize(
    ("missing", "says"),
    [(("BOT_URL",), "set BOT_URL"), (("WEBHOOK_SECRET", "WEBHOOK_SIGNING_TOKEN"), "set WEBHOOK_SECRET or")],
)
def test_without_an_address_or_a_secret_there_is_no_webhook(stage: Scene, missing: tuple[str, ...], says: str) -> None:
    stage.environ |= dict.fromkeys(missing)
    ((sign, told),) = hook_lines(stage, "--apply")
    assert sign == "!"
    assert told.startswith(says)


def test_on_the_free_plan_each_project_has_a_webhook_of_its_own(tmp_path: Path) -> None:
    with scene(tmp_path, "free") as stage:
        stage.run(command, "--apply")
        world = stage.sandbox.world
        assert {hook.project_id for hook in world.hooks.values()} == set(world.projects)
        assert not any("member_events" in hook.events for hook in world.hooks.values())
        assert hook_lines(stage) == []
        registry = hook_of_registry(stage)
        assert [hook for hook in world.hooks.values() if hook.events["push_events"]] == [registry]
        hook = next(hook for hook in world.hooks.values() if hook != registry)
        hook.events["issues_events"] = False
        assert hook_lines(stage, "--apply") == [("~", "issues_events on")]
        hook.disabled_forever = True
        assert hook_lines(stage) == [("~", "switched on by a test delivery")]
        stage.api("POST", "/projects/gitlab-com%2Fchannel%2Fchannels/issues", title="Something to test with")
        stage.bot.status = 500
        failed = stage.run(command, "--apply")
        assert isinstance(failed.exception, AskAPerson)
        assert "stays switched off, since its test delivery failed: start the bot" in str(failed.exception)


def test_the_registry_has_a_webhook_for_pushes_and_nothing_else(stage: Scene) -> None:
    assert [event for event, on in hook_of_registry(stage).events.items() if on] == ["push_events"]
    hook_of_registry(stage).events["push_events"] = False
    assert hook_lines(stage, "--apply") == [("~", "push_events on")]
    assert hook_lines(stage) == []


def test_a_registry_beside_the_configuration_has_no_webhook(tmp_path: Path) -> None:
    with scene(tmp_path) as stage:
        stage.configure("site.yml", f"project: {REGISTRY}", "project:")
        stage.run(command, "--apply")
        assert [hook.project_id for hook in stage.sandbox.world.hooks.values()] == [None]
        stage.environ["GITLAB_OWNER_TOKEN"] = None
        assert "push" not in hook_lines(stage)[0][1]


def test_a_registry_that_is_not_there_is_pointed_out(stage: Scene) -> None:
    stage.configure("site.yml", REGISTRY, f"{REGISTRY}-of-old")
    ((sign, told),) = hook_lines(stage, "--apply")
    assert sign == "!"
    assert "correct the project's path in site.yml" in told


def test_a_plan_without_group_webhooks_is_told_where_the_configuration_has_it_wrong(tmp_path: Path) -> None:
    with scene(tmp_path, "free") as stage:
        stage.configure("site.yml", "tier: free", "tier: premium")
        (sign, told), registry = hook_lines(stage, "--apply")
        assert sign == "!"
        assert "set gitlab.tier to free" in told
        assert registry[0] == "+"
        assert stage.plan(command)["kept"]["label"] == len(stage.sandbox.world.labels)


ENVIRONMENT = Environment(bot_url="https://bot.example.com", webhook_secret="s")
HOME = Home("project", "group/project")
URL = "https://bot.example.com/webhook"
EVENTS = frozenset(
    f"{kind}_events"
    for kind in (
        "issues",
        "confidential_issues",
        "note",
        "confidential_note",
        "milestone",
        "emoji",
        "resource_access_token",
    )
)
GOOD = SeenHook(7, URL, EVENTS, has_token=True)
CREATED = {**dict.fromkeys(EVENTS, True), "push_events": False, "enable_ssl_verification": True, "token": "s"}
CASES: list[tuple[str, list[SeenHook], list[Step]]] = [
    ("none yet", [], [CreateHook(HOME, URL, CREATED)]),
    ("somebody else's", [SeenHook(1, "https://ci.example.com", EVENTS)], [CreateHook(HOME, URL, CREATED)]),
    ("as it should be", [GOOD], [Kept("webhook", "project group/project")]),
    (
        "an old GitLab that does not say whether there is a token",
        [SeenHook(7, URL, EVENTS)],
        [Kept("webhook", "project group/project")],
    ),
    (
        "TLS not verified",
        [SeenHook(7, URL, EVENTS, verifies_tls=False, has_token=True)],
        [
            ChangeHook(
                HOME,
                SeenHook(7, URL, EVENTS, verifies_tls=False, has_token=True),
                {"enable_ssl_verification": True},
                ("enable_ssl_verification on",),
            )
        ],
    ),
    (
        "asleep",
        [SeenHook(7, URL, EVENTS, alert_status="disabled", has_token=True)],
        [WakeHook(HOME, SeenHook(7, URL, EVENTS, alert_status="disabled", has_token=True))],
    ),
]


@pytest.mark.parametrize(("hooks", "steps"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_one_place(hooks: list[SeenHook], steps: list[Step]) -> None:
    assert list(survey_hook(HOME, hooks, ENVIRONMENT, {**dict.fromkeys(EVENTS, True), "push_events": False})) == steps


def test_a_sleeping_webhook_is_shown_with_its_state() -> None:
    ((line),) = lines(WakeHook(HOME, SeenHook(7, URL, EVENTS, alert_status="disabled")))
    assert (line.sign, line.now) == ("~", "disabled")


def test_ultimate_has_group_webhooks_too() -> None:
    assert [tier for tier in Tier if has_group_hooks(tier)] == [Tier.PREMIUM, Tier.ULTIMATE]
