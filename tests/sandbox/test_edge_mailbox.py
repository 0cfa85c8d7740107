"""Who is mentioned or assigned gets a to-do item and a mail, who takes part gets mails; all if they may read it."""

from collections.abc import Iterator

import pytest

from bot.sandbox.records import Group, Member, Todo, User
from tests.sandbox.edge_parts import Caller, Served, served


@pytest.fixture
def on() -> Iterator[Served]:
    with served() as running:
        world = running.scene.world
        for username in ("channel-bot", "phd-apac"):
            user = world.add(
                User(world.next_id("users"), username, username, f"{username}@example.com", world.clock.now())
            )
            level = 15 if username == "channel-bot" else 30
            where = running.scene.group.id
            world.add(Member(world.next_id("members"), user.id, level, world.clock.now(), group_id=where))
        stranger = User(world.next_id("users"), "pat-example", "Pat", "pat@example.com", world.clock.now())
        world.add(stranger)
        yield running


@pytest.fixture
def bot(on: Served) -> Caller:
    return on.by("channel-bot")


def notes(on: Served) -> str:
    return f"/api/v4/projects/{on.scene.project.id}/issues/1/notes"


def reached(on: Served) -> list[tuple[str, str]]:
    users = on.scene.world.users
    return [(users[todo.user_id].username, todo.action) for todo in on.scene.world.todos.values()]


def mailed(on: Served) -> list[str]:
    return [mail["user"] for mail in on.desk_call("GET", "/mails").json()]


def test_a_mention_reaches_its_reader_by_todo_and_mail(on: Served, bot: Caller) -> None:
    on.desk_call("PUT", "/clock", {"now": "2027-02-01T10:00:00Z", "frozen": True})
    bot("POST", notes(on), {"body": "@phd-apac the award is late, see @cam-emea"})
    assert reached(on) == [("phd-apac", "directly_addressed"), ("cam-emea", "mentioned")]
    assert on.desk_call("GET", "/mails").json()[0] == {
        "id": 1, "via": "gitlab", "to": "phd-apac@example.com", "user": "phd-apac",
        "subject": "Re: Channels | Portal rollout (#1)",
        "body": "channel-bot commented:\n\n@phd-apac the award is late, see @cam-emea",
        "at": "2027-02-01T10:00:00.000Z",
    }  # fmt: skip
    assert on.desk_call("DELETE", "/mails").status_code == 204
    assert mailed(on) == []


def test_strangers_and_quotes_and_code_are_not_reached(on: Served, bot: Caller) -> None:
    bot("POST", notes(on), {"body": "@pat-example look\n\n> @all\n\n`@gitlab-com/channel`\n"})
    assert reached(on) == []


def test_an_edited_note_is_for_those_newly_named_and_mails_nobody(on: Served, bot: Caller) -> None:
    note = bot("POST", notes(on), {"body": "All set, @phd-apac"}).json()
    on.desk_call("DELETE", "/mails")
    bot("PUT", f"{notes(on)}/{note['id']}", {"body": "@cam-emea please, @phd-apac"})
    assert (reached(on), mailed(on)) == ([("phd-apac", "mentioned"), ("cam-emea", "directly_addressed")], [])
    bot("PUT", f"{notes(on)}/{note['id']}", {"body": "@cam-emea please, @all"})
    bot("PUT", f"{notes(on)}/{note['id']}", {"body": "@cam-emea kindly, @all"})
    assert sorted(user for user, _ in reached(on)) == ["cam-emea", "channel-bot", "phd-apac"]
    assert mailed(on) == []


def test_a_new_comment_is_mailed_to_those_who_take_part(on: Served, bot: Caller) -> None:
    on.by("phd-apac")("POST", notes(on), {"body": "I have a question"})
    assert mailed(on) == ["cam-emea"], "the author and assignee"
    bot("POST", notes(on), {"body": "An answer"})
    assert sorted(mailed(on)) == ["cam-emea", "cam-emea", "phd-apac"]
    assert reached(on) == []


def test_a_quoted_name_is_no_mention(on: Served, bot: Caller) -> None:
    bot("POST", notes(on), {"body": "> @phd-apac said so\n\n```\n@phd-apac\n```"})
    assert (reached(on), mailed(on)) == ([], ["cam-emea"])


@pytest.mark.parametrize("how", ["react", "close"])
def test_who_reacts_or_closes_has_seen_what_was_asked(on: Served, bot: Caller, how: str) -> None:
    note = bot("POST", notes(on), {"body": "@phd-apac please"}).json()
    phd, issue = on.by("phd-apac"), notes(on).removesuffix("/notes")
    if how == "react":
        phd("POST", f"{notes(on)}/{note['id']}/award_emoji", {"name": "eyes"})
    else:
        phd("PUT", issue, {"state_event": "close"})
    assert phd("GET", "/api/v4/todos").json() == []


def test_everybody_in_the_project_is_reached_by_all(on: Served, bot: Caller) -> None:
    bot("POST", notes(on), {"body": "@all please read, above all @cam-emea"})
    assert sorted(user for user, _ in reached(on)) == ["cam-emea", "channel-bot", "phd-apac"]
    assert sorted(mailed(on)) == ["cam-emea", "phd-apac"], "one mail each, and none for who writes"


def test_a_group_is_reached_as_far_as_its_members_may_read(on: Served, bot: Caller) -> None:
    world, now = on.scene.world, on.scene.world.clock.now()
    group = world.add(Group(world.next_id("groups"), "Desk", "desk", "help-desk", now, visibility="internal"))
    for user in world.users.values():
        if user.username in ("phd-apac", "pat-example"):
            world.add(Member(world.next_id("members"), user.id, 30, now, group_id=group.id))
    bot("POST", notes(on), {"body": "cc @help-desk"})
    assert reached(on) == [("phd-apac", "mentioned")]


def test_an_internal_note_reaches_insiders_only(on: Served, bot: Caller) -> None:
    world = on.scene.world
    guest = world.add(User(world.next_id("users"), "guest-one", "Guest", "guest@example.com", world.clock.now()))
    world.add(Member(world.next_id("members"), guest.id, 10, world.clock.now(), group_id=on.scene.group.id))
    bot("POST", notes(on), {"body": "@guest-one @phd-apac", "internal": True})
    assert reached(on) == [("phd-apac", "mentioned")]


def test_descriptions_reach_whom_they_newly_name(on: Served, bot: Caller) -> None:
    issue = notes(on).removesuffix("/notes")
    bot("PUT", issue, {"description": "DRI: @cam-emea and @phd-apac"})
    bot("PUT", issue, {"description": "DRI: @cam-emea and @phd-apac, cc @all"})
    assert [user for user, _ in reached(on)].count("phd-apac") == 1
    made = bot("POST", issue.removesuffix("/1"), {"title": "New", "description": "@all\n\n@phd-apac"}).json()
    ours = [todo for todo in on.scene.world.todos.values() if todo.issue_id == made["id"]]
    assert sorted(on.scene.world.users[todo.user_id].username for todo in ours) == [
        "cam-emea",
        "channel-bot",
        "phd-apac",
    ]


def test_an_assignee_is_told(on: Served, bot: Caller) -> None:
    user = on.scene.world.user_by_name("phd-apac")
    assert user is not None
    bot("PUT", notes(on).removesuffix("/notes"), {"assignee_ids": [user.id]})
    assert reached(on) == [("phd-apac", "assigned")]
    assert on.desk_call("GET", "/mails").json()[0]["body"] == "Issue was assigned to you by channel-bot."


def test_todos_are_listed_and_done(on: Served, bot: Caller) -> None:
    bot("POST", notes(on), {"body": "@phd-apac one"})
    bot("POST", notes(on), {"body": "@phd-apac two"})
    phd = on.by("phd-apac")
    second, first = phd("GET", f"/api/v4/todos?action=directly_addressed&project_id={on.scene.project.id}").json()
    assert (first["body"], first["target"]["iid"], first["author"]["username"]) == ("@phd-apac one", 1, "channel-bot")
    assert second["target_url"].endswith(f"#note_{list(on.scene.world.notes)[-1]}")
    assert phd("POST", f"/api/v4/todos/{first['id']}/mark_as_done").json()["state"] == "done"
    assert [todo["id"] for todo in phd("GET", "/api/v4/todos").json()] == [second["id"]]
    assert [todo["id"] for todo in phd("GET", "/api/v4/todos?state=done").json()] == [first["id"]]
    assert bot("POST", f"/api/v4/todos/{second['id']}/mark_as_done").status_code == 404
    assert phd("POST", "/api/v4/todos/mark_as_done").status_code == 204
    assert phd("GET", "/api/v4/todos").json() == []
    assert Caller(on.url, None)("GET", "/api/v4/todos").status_code == 401


def test_who_comments_has_seen_what_was_asked(on: Served, bot: Caller) -> None:
    bot("POST", notes(on), {"body": "@phd-apac please"})
    on.by("phd-apac")("POST", notes(on), {"body": "done"})
    [todo] = on.scene.world.todos.values()
    assert isinstance(todo, Todo)
    assert todo.state == "done"


def test_a_todo_of_an_issue_that_is_gone_is_not_shown(on: Served, bot: Caller) -> None:
    bot("POST", notes(on), {"body": "@phd-apac please"})
    on.scene.world.remove(on.scene.issue)
    assert on.by("phd-apac")("GET", "/api/v4/todos").json() == []
