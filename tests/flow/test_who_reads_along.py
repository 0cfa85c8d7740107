"""Who is let in somewhere, and which lists of members can be read: what the bot says, believes and does then."""

from __future__ import annotations

from pathlib import Path

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.domain.subject import Subject
from bot.sweeps.radius import Limits
from tests.flow.test_conversation import answers, tell
from tests.flow.worlds import CAM, PAT, WORKSPACE, ours
from tests.handlers.test_dri import user_id
from tests.plumbing.registry_world import PROJECT
from tests.stage import HOME, ROOT, Stage, stage
from tests.trees import Grove

KIM = "kim-example"


def let_in(on: Stage, username: str, path: str = HOME) -> None:
    on.as_("root").projects.get(path).members.create({"user_id": user_id(on, username), "access_level": 20})


def turned_out(on: Stage, username: str, path: str = HOME) -> None:
    on.as_("root").projects.get(path).members.delete(user_id(on, username))


def titled(on: Stage, title: str) -> str:
    """What the report of that title says."""
    (found,) = (one for one in on.home().issues.list(get_all=True) if one.title == title)
    return str(found.description)


def theirs(on: Stage) -> ProjectIssue:
    made = on.as_(CAM).projects.get(WORKSPACE).issues.create({"title": "Licence row", "labels": "Channel"})
    assert isinstance(made, ProjectIssue)
    return made


def test_old_issues_are_named_only_where_staff_alone_reads(tmp_path: Path) -> None:
    title = "Older issues that could use a hand"
    with stage(tmp_path, adopt_from="2027-01-01") as on:
        link = f"[`{theirs(on).references['full']}`]"
        on.sweep()
        assert link in titled(on, title)
        let_in(on, KIM)
        on.later(86_400)
        on.sweep()
        assert link not in titled(on, title)
        assert "1 that I do not name here" in titled(on, title)
        turned_out(on, KIM)
        on.later(86_400)
        on.sweep()
        assert link in titled(on, title)


def test_what_a_sweep_would_change_is_named_only_where_staff_alone_reads(scene: Stage) -> None:
    let_in(scene, KIM)
    issue = theirs(scene)
    object.__setattr__(scene.bot.sweeper, "limits", Limits(most=0))
    with pytest.raises(Exception, match="1 of 1 issues would be changed"):
        scene.bot.sweeper.issues(full=True)
    scene.drain()
    said = titled(scene, "More changes than I make by myself")
    assert "**1** of the 1 issues I saw would change" in said
    assert "1 that I do not name here" in said
    assert issue.references["full"] not in said


def test_a_bad_registry_is_quoted_only_where_staff_alone_reads(scene: Stage) -> None:
    let_in(scene, KIM)
    files = {path.name: path.read_text() for path in (ROOT / "config" / "registry").glob("*.yml")}
    files["partners.yml"] = files["partners.yml"].replace("region: emea", "region: secret", 1)
    actions = [{"action": "create", "file_path": name, "content": text} for name, text in files.items()]
    registry = scene.as_("root").projects.get(PROJECT)
    registry.commits.create({"branch": "main", "commit_message": "Zeta", "actions": actions})
    scene.sweep()
    said = titled(scene, "The registry cannot be read")
    assert "**`partners.yml:" in said
    assert "`channel-bot check --live` says what" in said
    assert "secret" not in said
    turned_out(scene, KIM)
    scene.sweep()
    assert "secret" in titled(scene, "The registry cannot be read")


def test_an_order_forged_by_somebody_who_left_is_none(shared: Stage) -> None:
    """Whoever was Maintainer at a partner's may be gone before the bot reads what they made of others' words."""
    issue = ours(shared)
    note = shared.fresh(issue).notes.create({"body": "Good morning, how was the workshop?"})
    shared.sweep()
    shared.later(3600)
    forged = shared.fresh(issue, by=PAT).notes.get(note.id)
    forged.body = "@channel-bot hands-off"
    forged.save()
    forged.awardemojis.create({"name": "thumbsup"})
    shared.fresh(issue, by=PAT).notes.create({"body": "thanks"})
    group = shared.as_("root").groups.get(WORKSPACE.rsplit("/", 1)[0])
    group.members.delete(user_id(shared, PAT))
    try:
        shared.play()
        shared.sweep()
        assert "bot::hands-off" not in shared.fresh(issue).labels
        assert "was edited" in answers(shared, issue)[-1]
    finally:
        group.members.create({"user_id": user_id(shared, PAT), "access_level": 40})


def test_partners_projects_cost_no_list_of_members_each(scene: Stage) -> None:
    world = scene.sandbox.world
    folder = world.group_by_path(WORKSPACE.rsplit("/", 1)[0])
    assert folder
    for _ in range(5):
        made = Grove(world).project(folder)
        scene.as_(CAM).projects.get(made.full_path).issues.create({"title": "theirs"})
    scene.play()
    scene.forget_calls()
    scene.sweep()
    home = scene.home().id
    lists = [call for call in scene.calls() if "/projects/" in call and "/members" in call]
    assert {call for call in lists if f"/projects/{home}/" not in call} == set()


def test_who_is_in_the_companys_group_gives_no_orders(scene: Stage) -> None:
    scene.as_("root").groups.get("gitlab-com").members.create({"user_id": user_id(scene, PAT), "access_level": 10})
    issue = ours(scene)
    tell(scene, issue, "@channel-bot hands-off", by=PAT)
    scene.look(issue)
    assert "bot::hands-off" not in scene.fresh(issue).labels
    assert "is for the Channels team" in answers(scene, issue)[-1]
    assert not scene.bot.apply.staff_only(scene.home().id)


def test_a_list_that_cannot_be_read_stops_no_sweep(scene: Stage) -> None:
    group = scene.sandbox.world.group_by_path("gitlab-com/channel")
    assert group
    elsewhere = scene.as_("root").projects.get(Grove(scene.sandbox.world).project(group).full_path)
    hidden = [elsewhere.issues.create({"title": title, "labels": "Channel"}) for title in ("One", "Two")]
    home, asked = scene.issue(), rf"/projects/{elsewhere.id}/members/all"
    scene.fault(method="GET", path=asked, times=100_000, kind="fail", status=403, user="channel-bot")
    scene.play()
    scene.forget_calls()
    keys = scene.bot.sweeper.issues(full=True)
    assert len([call for call in scene.calls() if call.endswith(asked)]) == 1
    assert {Subject.issue(one.project_id, one.iid).key for one in (home, *hidden)} <= keys
    scene.bot.sweeper.requested.ask("s1", full=True)
    scene.drain()
    state = scene.bot.sweeper.requested.state("s1")
    assert state
    assert state["state"] != "running"
    dead = {letter.name: letter.reason for letter in scene.bot.inbox.dead_letters()}
    assert dead.keys() == {Subject.issue(one.project_id, one.iid).key for one in hidden}
    assert all("let the bot see who is in" in reason for reason in dead.values())
    assert "Channel" in scene.fresh(home).labels


def test_without_the_teams_list_every_issue_is_left_to_the_worker(scene: Stage) -> None:
    issues = [scene.issue(), theirs(scene)]
    path = r"/groups/.*-team/members"
    scene.fault(method="GET", path=path, times=100_000, kind="fail", status=404, user="channel-bot")
    scene.play()
    keys = scene.bot.sweeper.issues(full=True)
    assert keys == {Subject.issue(one.project_id, one.iid).key for one in issues}


HELPDESK = "gitlab-com/channel/partners/services-helpdesk"
INSIDE = ("raci", "access-request", "nfr check", "phd remind")


def asked(on: Stage, where: str, *orders: str) -> str:
    """What the bot answers in that project."""
    made = on.as_(CAM).projects.get(where).issues.create({"title": "A question", "labels": "Channel"})
    tell(on, made, *(f"@channel-bot {order}" for order in orders))
    on.look(made)
    (answer,) = answers(on, made)
    return answer


def test_what_is_for_staff_is_answered_only_where_staff_alone_reads(tmp_path: Path) -> None:
    """Who asks is of the team; who reads along need not be, neither where partners work nor as a guest of Channels."""
    with stage(tmp_path) as on:
        partners = asked(on, HELPDESK, "raci msa rate cards", "where sales", "help")
        assert f"only where nobody but staff reads along. Please ask me in the Channels project, `{HOME}`." in partners
        assert "Professional Services" not in partners
        assert "I know no place to ask about" in partners
        assert "@channel-bot where <topic>" in partners
        assert [one for one in INSIDE if f"@channel-bot {one}" in partners] == []
        ours = asked(on, HOME, "raci msa rate cards", "where sales", "help")
        assert "**Rate cards**" in ours
        assert [one for one in INSIDE if f"@channel-bot {one}" not in ours] == []
        let_in(on, KIM)
        joined = asked(on, HOME, "access-request Jo Doe manager @cam-emea", "help")
        assert "Here others may, or I cannot see who does" in joined
        assert "Open the access request" not in joined
        assert [one for one in INSIDE if f"@channel-bot {one}" in joined.partition("You can tell me")[2]] == []
