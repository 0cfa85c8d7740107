"""A loopback receiver and a small world for the tests of the sandbox's edge."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

from bot.sandbox.desk import Desk
from bot.sandbox.happenings import IssueHappened
from bot.sandbox.records import Group, Hook, Issue, Label, Member, Milestone, Note, Project, Token, User
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World

SIGNING_TOKEN = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@dataclass
class Received:
    """What a receiver got, oldest first; `status` is what it answers."""

    url: str = ""
    status: int = 200
    pause: float = 0.0
    answer: bytes = b'{"delivery":"1"}'
    before_answer: Callable[[], object] | None = None
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def receiver() -> Iterator[Received]:
    got = Received()
    gone = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.requests.append((dict(self.headers.items()), body))
            if got.pause:
                gone.wait(got.pause)
            if got.before_answer:
                got.before_answer()
            self.send_response(got.status)
            self.send_header("Content-Length", str(len(got.answer)))
            self.end_headers()
            self.wfile.write(got.answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
            pass

        def handle(self) -> None:
            with suppress(ConnectionError):
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    got.url = f"http://127.0.0.1:{server.server_port}/webhook"
    try:
        yield got
    finally:
        gone.set()
        server.shutdown()
        thread.join()
        server.server_close()


ALL_EVENTS = (
    "issues_events", "confidential_issues_events", "note_events", "confidential_note_events", "milestone_events",
    "emoji_events", "member_events", "subgroup_events", "project_events",
)  # fmt: skip


@dataclass
class Scene:
    """gitlab-com/channel/channels with one issue by cam-emea, who is a Developer."""

    world: World
    top: Group
    group: Group
    project: Project
    user: User
    label: Label
    issue: Issue

    def hook(self, url: str, owner: Group | Project | None = None, **fields: object) -> Hook:
        owner = owner or self.group
        where = {"group_id": owner.id} if isinstance(owner, Group) else {"project_id": owner.id}
        fields.setdefault("events", dict.fromkeys(ALL_EVENTS, True))
        row = Hook(self.world.next_id("hooks"), url, self.world.clock.now(), **where, **fields)  # type: ignore[arg-type]  # fields of Hook
        return self.world.add(row)

    def note(self, body: str, **fields: object) -> Note:
        now = self.world.clock.now()
        row = Note(self.world.next_id("notes"), self.issue.id, self.user.id, body, now, now, **fields)  # type: ignore[arg-type]  # fields of Note
        return self.world.add(row)

    def milestone(self, **fields: object) -> Milestone:
        number, now = self.world.next_id("milestones"), self.world.clock.now()
        return self.world.add(Milestone(number, number, f"Channel - {number}", now, now, **fields))  # type: ignore[arg-type]  # fields of Milestone

    def touch(self) -> None:
        """An update of the issue, as the services announce it."""
        with self.world.lock:
            before, self.issue.weight = self.issue.weight, (self.issue.weight or 0) + 1
            changes = {"weight": {"previous": before, "current": self.issue.weight}}
            self.world.announce(IssueHappened(self.issue, "update", changes, self.user))  # type: ignore[arg-type]  # a Change


def scene(world: World | None = None) -> Scene:
    world = world or World(url="http://gitlab.example.com")
    now = world.clock.now()
    user = world.add(User(world.next_id("users"), "cam-emea", "CAM EMEA", "cam-emea@example.com", now))
    top = world.add(Group(world.next_id("groups"), "gitlab-com", "gitlab-com", "gitlab-com", now))
    path = "gitlab-com/channel"
    group = world.add(Group(world.next_id("groups"), "Channel", "channel", path, now, parent_id=top.id))
    project = world.add(Project(world.next_id("projects"), "Channels", "channels", f"{path}/channels", group.id, now))
    world.add(Member(world.next_id("members"), user.id, 30, now, group_id=group.id))
    label = world.add(Label(world.next_id("labels"), "Channel", "#428bca", now, group_id=group.id))
    issue = world.add(Issue(world.next_id("issues"), 1, project.id, "Portal rollout", user.id, now, now))
    issue.description, issue.label_ids, issue.assignee_ids = "DRI: @cam-emea\n", [label.id], [user.id]
    return Scene(world, top, group, project, user, label, issue)


@dataclass
class Caller:
    """A user of a served sandbox, on real HTTP."""

    url: str
    token: str | None

    def __call__(
        self, method: str, path: str, json: object = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        sent = {**(headers or {}), **({"PRIVATE-TOKEN": self.token} if self.token else {})}
        return requests.request(method, self.url + path, json=json, headers=sent, timeout=10)


@dataclass
class Served:
    """A Scene under a URL with its desk; `by` gives a caller for a username, `desk_call` speaks to /sandbox."""

    scene: Scene
    desk: Desk
    url: str

    def by(self, username: str) -> Caller:
        world = self.scene.world
        user = world.user_by_name(username)
        assert user is not None
        token = Token(
            world.next_id("tokens"), user.id, "test", f"glpat-{username}-{len(world.tokens)}", world.clock.now()
        )
        return Caller(self.url, world.add(token).value)

    def desk_call(self, method: str, path: str, json: object = None) -> requests.Response:
        return Caller(f"{self.url}/sandbox", None)(method, path, json)


@contextmanager
def served() -> Iterator[Served]:
    at = scene()
    with Sandbox(at.world) as sandbox:
        yield Served(at, sandbox.desk, sandbox.url)
