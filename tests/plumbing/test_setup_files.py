"""`setup` installs the team's issue template and never overwrites a person's work unasked."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.app import build
from bot.commands._common import configured
from bot.commands.setup import command
from bot.config import SHIPPED, load
from bot.errors import AskAPerson
from bot.setup import Hands, grant
from bot.setup.files import shipped
from bot.setup.steps import WriteFile
from bot.store.database import Database
from tests.plumbing.scene import Scene, scene

PATH = ".gitlab/issue_templates/Channel_Issue.md"
API = "/projects/gitlab-com%2Fchannel%2Fchannels/repository"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        yield made


def file_lines(stage: Scene, *arguments: str, name: str = PATH) -> list[dict[str, Any]]:
    steps = stage.plan(command, *arguments)["steps"]
    return [step for step in steps if step["area"] == "file" and step["name"] == name]


def commit(stage: Scene, action: str, text: str) -> None:
    actions = [{"action": action, "file_path": PATH, "content": text}]
    stage.api("POST", f"{API}/commits", branch="main", commit_message="Ours", actions=actions)


def text_of(stage: Scene) -> str:
    return str(stage.api("GET", f"{API}/files/{PATH.replace('/', '%2F')}?ref=main")["content"])


def test_the_template_arrives_in_one_commit_that_says_what_it_wrote(stage: Scene) -> None:
    assert [(line["sign"], line["name"]) for line in file_lines(stage, "--apply")] == [("+", PATH)]
    commits = [row.message for row in stage.sandbox.world.commits.values() if "Channel_Issue" in row.message]
    (message,) = commits
    assert message.startswith("Install the Channels issue template Channel_Issue\n\nChannel-Bot-Content: ")
    assert file_lines(stage) == []


def test_an_older_version_of_the_bots_own_follows_the_shipped_one(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = shipped()[PATH]
    monkeypatch.setattr("bot.setup.files.shipped", lambda: {PATH: "an older\ntemplate\n"})
    file_lines(stage, "--apply")
    monkeypatch.setattr("bot.setup.files.shipped", lambda: {PATH: new})
    (line,) = file_lines(stage, "--apply")
    assert line["sign"] == "~"
    assert line["now"].endswith("lines come, 2 go")
    assert file_lines(stage) == []


def test_a_template_that_the_bot_has_no_more_is_named(stage: Scene) -> None:
    """Whatever a person wrote there is none of its business."""
    folder = PATH.rpartition("/")[0]
    for name, message in (("Retired", "Install it\n\nChannel-Bot-Content: 0"), ("Theirs", "Ours")):
        actions = [{"action": "create", "file_path": f"{folder}/{name}.md", "content": name}]
        stage.api("POST", f"{API}/commits", branch="main", commit_message=message, actions=actions)
    assert file_lines(stage, name=f"{folder}/Theirs.md") == []
    (line,) = file_lines(stage, name=f"{folder}/Retired.md")
    assert line["sign"] == "!"
    assert "remove it from the project" in line["then"]


def test_what_a_person_changed_stays_until_somebody_says_overwrite(stage: Scene) -> None:
    file_lines(stage, "--apply")
    before = text_of(stage)
    commit(stage, "update", shipped()[PATH] + "A line of ours.\n")
    changed = text_of(stage)
    (line,) = file_lines(stage, "--apply")
    assert line["sign"] == "!"
    assert line["then"] == "a person changed it (0 lines come, 1 go): it stays, unless you add --overwrite"
    assert text_of(stage) == changed
    (line,) = file_lines(stage, "--apply", "--overwrite")
    assert line["sign"] == "~"
    assert text_of(stage) == before


def test_a_template_whose_commit_is_gone_is_a_persons(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    file_lines(stage, "--apply")
    fault = {"kind": "fail", "status": 404, "times": None, "path": "/repository/commits/"}
    requests.post(f"{stage.sandbox.url}/sandbox/faults", json=fault, timeout=10).raise_for_status()
    monkeypatch.setattr("bot.setup.files.shipped", lambda: {PATH: "a newer template\n"})
    assert [line["sign"] for line in file_lines(stage)] == ["!"]


def test_a_template_that_was_there_before_the_bot_is_a_persons(stage: Scene) -> None:
    commit(stage, "create", "Our own template.\n")
    (line,) = file_lines(stage, "--apply")
    assert line["sign"] == "!"


def test_without_the_owners_token_a_person_is_told_where_to_put_it(stage: Scene) -> None:
    stage.environ["GITLAB_OWNER_TOKEN"] = None
    (line,) = file_lines(stage, "--apply")
    assert line["sign"] == "!"
    assert line["then"].endswith(f"commit the shipped Channel_Issue.md to gitlab-com/channel/channels as {PATH}")
    assert not any(method == "POST" and "commits" in path for method, path in stage.requests())


def test_a_repository_that_is_hidden_from_the_bot_is_a_persons_business(stage: Scene) -> None:
    stage.environ["GITLAB_OWNER_TOKEN"] = None
    stage.prepare(command, "--apply")
    fault = {"kind": "fail", "status": 403, "path": "/repository/files/", "times": 5}
    requests.post(f"{stage.sandbox.url}/sandbox/faults", json=fault, timeout=10).raise_for_status()
    (line,) = file_lines(stage)
    assert line["sign"] == "!"


AWARD = ".gitlab/issue_templates/Partner_Certification_Award.md"


def test_a_template_is_filled_with_what_the_configuration_says(stage: Scene) -> None:
    assert [line["sign"] for line in file_lines(stage, "--apply", name=AWARD)] == ["+"]
    assert file_lines(stage, name=AWARD) == []
    stage.configure("certifications.yml", "ctp:\n", "tsp:\n")
    (line,) = file_lines(stage, "--apply", name=AWARD)
    assert (line["sign"], line["now"]) == ("~", "1 lines come, 1 go")
    content = stage.api("GET", f"{API}/files/{AWARD.replace('/', '%2F')}?ref=main")["content"]
    assert "- Certification: <PSP or TSP>" in b64decode(content).decode()


def test_without_the_owners_token_nobody_is_sent_looking_for_a_text_that_is_made(stage: Scene) -> None:
    stage.environ["GITLAB_OWNER_TOKEN"] = None
    (line,) = file_lines(stage, name=AWARD)
    assert line["then"].startswith(
        "set GITLAB_OWNER_TOKEN and run this again; the template Partner_Certification_Award"
    )


def test_nothing_is_granted_with_a_token_that_is_not_there(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stage.environ.items():
        monkeypatch.setenv(name, value or "")
    config, environment = configured()
    hands = Hands(build(config, environment, Database("sqlite://")), None, environment)
    with pytest.raises(AskAPerson, match="GITLAB_OWNER_TOKEN is not set"):
        grant(WriteFile("gitlab-com/channel/channels", "main", PATH, "text"), hands)


WEEKLY = ".gitlab/issue_templates/PHD_Weekly_Review.md"
NEWSLETTER = "gitlab-com/channel/partner-communication"
FLASH = f"{NEWSLETTER}: .gitlab/issue_templates/Partner_Flash.md"


def test_each_of_the_teams_templates_arrives_in_the_project_that_it_is_for(stage: Scene) -> None:
    signs = {line["name"]: line["sign"] for line in stage.plan(command, "--apply")["steps"] if line["area"] == "file"}
    assert {WEEKLY: "+", FLASH: "+"}.items() <= signs.items()
    path = "files/.gitlab%2Fissue_templates%2FPartner_Flash.md?ref=main"
    content = stage.api("GET", f"/projects/{NEWSLETTER.replace('/', '%2F')}/repository/{path}")["content"]
    text = b64decode(content).decode()
    assert not text.startswith("# ")
    assert text.endswith("Template: `Partner_Flash`\n")
    assert file_lines(stage, name=FLASH) == file_lines(stage, name=WEEKLY) == []


def test_all_that_is_shipped_is_installed_and_kept(tmp_path: Path) -> None:
    every = [one.key for one in load(SHIPPED[-1]).templates.every]
    with scene(tmp_path, templates=every) as made:
        made.prepare(command, "--apply")
        plan = made.plan(command)
        assert [step for step in plan["steps"] if step["area"] == "file"] == []
        assert plan["kept"]["file"] >= 3 + len(every)


def test_a_project_that_is_not_there_is_a_persons_business(stage: Scene) -> None:
    stage.configure(
        "site.yml", "newsletter: gitlab-com/channel/partner-communication", "newsletter: gitlab-com/nowhere"
    )
    stage.prepare(command, "--apply")
    (line,) = file_lines(stage, name="gitlab-com/nowhere: .gitlab/issue_templates/Partner_Flash.md")
    assert line["sign"] == "!"
    assert line["then"].startswith("there is no project gitlab-com/nowhere that the token may see; make it, or give")
    assert file_lines(stage, name=WEEKLY) == []


def test_what_is_made_from_the_bots_own_is_no_file_to_copy(stage: Scene) -> None:
    stage.environ["GITLAB_OWNER_TOKEN"] = None
    (line,) = file_lines(stage, name=FLASH)
    assert line["then"].endswith(f"the template Partner_Flash is made from the bot's own, for {NEWSLETTER}")
