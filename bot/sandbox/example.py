"""An address becomes the world in which the demo plays: the Channels group, its people, partners' folders."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bot.domain.fiscal import Quarter
from bot.sandbox.clock import Clock
from bot.sandbox.commits import seed
from bot.sandbox.permissions import DEVELOPER, MAINTAINER, OWNER, PLANNER, REPORTER
from bot.sandbox.planning_records import Epic
from bot.sandbox.records import Group, Member, Project, Token, User
from bot.sandbox.world import Tier, World

ROOT = "root"
OWNER_SUFFIX = "-owner"  # the second service account, whose token only provisions
PARTNER = "pat-example"
PARTNER_REPORTER = "kim-example"
CANDIDATE = "quinn-example"  # has an account, and is a member nowhere yet
TEAM = {
    "cam-emea": "CAM EMEA",
    "cam-amer": "CAM AMER",
    "cam-apac": "CAM APAC",
    "phd-emea": "Partner Help Desk EMEA",
    "phd-amer": "Partner Help Desk AMER",
    "phd-apac": "Partner Help Desk APAC",
    "programs-lead": "Channel Programs Lead",
    "services-lead": "Channel Services Lead",
    "ops-lead": "Channel Operations Lead",
    "eds-delivery": "Education Services Delivery",
    "channel-director": "Channel Director",
    "program-manager": "Channel Program Manager",
    "comms-lead": "Partner Communications Lead",
    "marketing-lead": "Channel Marketing Lead",
    "enablement-lead": "Partner Enablement Lead",
    "sa-lead": "Channel Solutions Architects Lead",
    "alliances-lead": "Alliances Lead",
    "ps-lead": "Professional Services Lead",
}
ROLES = {
    "account-managers": ("Account managers", ("cam-emea", "cam-amer", "cam-apac")),
    "channel-services": ("Channel Services", ("services-lead",)),
    "education-services": ("Education Services", ("eds-delivery",)),
    "partner-help-desk": ("Partner Help Desk", ("phd-emea", "phd-amer", "phd-apac")),
    "channel-programs": ("Channel Programs", ("programs-lead", "program-manager")),
    "channel-ops": ("Channel Operations", ("ops-lead",)),
    "directors": ("Directors", ("channel-director",)),
    "partner-communications": ("Partner Communications", ("comms-lead",)),
    "channel-marketing": ("Channel Marketing", ("marketing-lead",)),
    "partner-enablement": ("Partner Enablement", ("enablement-lead",)),
    "channel-sa": ("Channel Solutions Architects", ("sa-lead",)),
    "alliances": ("Alliances", ("alliances-lead",)),
    "professional-services": ("Professional Services", ("ps-lead",)),
}
"""Path below the team's group -> its name, and who has that role."""
GROUPS = {"channel": "gitlab-com/channel", "partners": "gitlab-com/channel/partners", "team": "gitlab-com/channel-team"}
PROJECTS = {
    "channels": "gitlab-com/channel/channels",
    "newsletter": "gitlab-com/channel/partner-communication",
    "alliances": "gitlab-com/channel/alliances",
    "helpdesk": "gitlab-com/channel/partners/services-helpdesk",
}
PROJECT_NAMES = {
    "channels": "Channels",
    "newsletter": "Partner Communication",
    "alliances": "Alliances",
    "helpdesk": "Services Helpdesk",
}
PRACTICE = "gitlab-com/channel/practice"
PRACTICE_PROJECTS = {"migration-services": "Migration Services", "readiness-assessment": "Readiness Assessment"}
"""Below the practice group, where what partners reuse is developed: path -> name."""
REGISTRY = "gitlab-com/channel/bot-registry"  # what the bot knows of partners and people, for staff only
TEMPLATES = "gitlab-com/channel/templates"
REGIONS = {"americas": "Americas", "emea": "EMEA", "apac": "APAC", "public-sector": "Public Sector"}
"""Folder below the partners' group -> its name."""
PARTNER_GROUP = "gitlab-com/channel/partners/emea/acme"
PARTNER_PROJECT = f"{PARTNER_GROUP}/collaboration/workspace"

# Full path -> name, visibility, what it is for; parents first.
TREE = (
    ("gitlab-com", "GitLab.com", "public", "The company"),
    (GROUPS["channel"], "Channel", "private", "Labels, milestones and projects of the partner team"),
    (GROUPS["partners"], "Partners", "private", "One group for each partner, by region"),
    (GROUPS["team"], "Channel team", "internal", "Who may tell the bot what to do"),
    *((f"{GROUPS['team']}/{path}", name, "internal", "Who has this role") for path, (name, _) in ROLES.items()),
    *((f"{GROUPS['partners']}/{path}", name, "private", "") for path, name in REGIONS.items()),
    (TEMPLATES, "Templates", "private", "Projects to begin others with"),
    (PRACTICE, "Global practice development", "private", "What professional services and partners build on"),
    (PARTNER_GROUP, "Acme Consulting", "private", ""),
    (f"{PARTNER_GROUP}/collaboration", "Collaboration", "private", "Shared with the partner"),
    (f"{PARTNER_GROUP}/internal", "Internal", "private", "Not for the partner's eyes"),
)
OBJECTIVES = ("Partners open more business with us", "Every partner knows what to sell next")
README = "# {name}\n\nThe bot keeps labels, weights, assignees and milestones of the issues here in order.\n"
AS_OF = re.compile(r"^as_of: (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})", re.MULTILINE)
DAY = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
NO_FILES: Mapping[str, str] = {}


def example_world(
    url: str,
    bot_username: str = "channel-bot",
    tier: Tier = "premium",
    clock: Clock | None = None,
    *,
    registry: Mapping[str, str] = NO_FILES,
) -> World:
    """Tokens are new in each world; `tokens_of` lists them. It begins at the time of `clock`, or now.

    `registry`: file name -> text, what the registry's project holds besides its README.
    """
    world = World(tier, url, clock)
    seeder = _Seeder(world)
    for path, name, visibility, about in TREE:
        seeder.group(path, name, visibility, about)
    root = seeder.user(ROOT, "Administrator", admin=True)
    bot = seeder.user(bot_username, "Channels bot")
    owner = seeder.user(f"{bot_username}{OWNER_SUFFIX}", "Channels bot (owner)")
    seeder.join(bot, GROUPS["channel"], PLANNER)
    seeder.join(owner, GROUPS["channel"], OWNER)
    team = seeder.team()
    partner = seeder.user(PARTNER, "Pat Example")
    seeder.join(partner, f"{PARTNER_GROUP}/collaboration", MAINTAINER)
    seeder.join(seeder.user(PARTNER_REPORTER, "Kim Example"), f"{PARTNER_GROUP}/collaboration", REPORTER)
    seeder.user(CANDIDATE, "Quinn Example")
    for key, path in PROJECTS.items():
        seeder.project(path, PROJECT_NAMES[key], root)
    seeder.project(PARTNER_PROJECT, "Workspace", partner)
    for path, name in PRACTICE_PROJECTS.items():
        seeder.trust(team["ps-lead"], seeder.project(f"{PRACTICE}/{path}", name, root), MAINTAINER)
    seeder.objectives(team["channel-director"])
    registered = seeder.project(REGISTRY, "Bot registry", root, registry)
    seeder.trust(bot, registered, DEVELOPER)
    seeder.trust(team["ops-lead"], registered, MAINTAINER)
    world.limited_users = {bot.username, owner.username}
    return world


def files_in(folder: Path) -> dict[str, str]:
    """The YAML files of a folder for `registry`; none where there is no folder."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yml"))}


def dated(registry: Mapping[str, str], day: date) -> dict[str, str]:
    """The registry's files as they would read on that day: all that is in them is as long ago as it was on `as_of`."""
    found = next(filter(None, map(AS_OF.search, registry.values())), None)
    since = day - date.fromisoformat(found["day"]) if found else timedelta()
    moved = lambda hit: (date.fromisoformat(hit[0]) + since).isoformat()  # noqa: E731 - no name says more
    return {name: DAY.sub(moved, text) for name, text in registry.items()}


def tokens_of(world: World) -> dict[str, str]:
    """Username -> a token that works; people without one are left out."""
    live = (token for token in world.tokens.values() if not token.revoked)
    return {world.users[token.user_id].username: token.value for token in live}


@dataclass(frozen=True)
class _Seeder:
    """Puts rows into an empty world, as an administrator did before anyone was looking: no news, no journal."""

    world: World

    def user(self, username: str, name: str, *, admin: bool = False) -> User:
        world, now = self.world, self.world.clock.now()
        row = User(world.next_id("users"), username, name, f"{username}@example.com", now, admin=admin)
        world.add(row)
        world.add(Token(world.next_id("tokens"), row.id, "demo", f"glpat-{secrets.token_urlsafe(15)}", now))
        return row

    def group(self, path: str, name: str, visibility: str, about: str) -> Group:
        world, (parent, _, last) = self.world, path.rpartition("/")
        above = world.group_by_path(parent)
        row = Group(world.next_id("groups"), name, last, path, world.clock.now(), above.id if above else None)
        row.visibility, row.description = visibility, about
        row.subgroup_creation_level = "owner" if path == PARTNER_GROUP else row.subgroup_creation_level
        return world.add(row)

    def join(self, user: User, path: str, level: int) -> None:
        world = self.world
        world.add(Member(world.next_id("members"), user.id, level, world.clock.now(), group_id=self._group(path).id))

    def team(self) -> dict[str, User]:
        """Everybody in the team, each also in the group of the own role."""
        people = {username: self.user(username, name) for username, name in TEAM.items()}
        for user in people.values():
            self.join(user, GROUPS["channel"], DEVELOPER)
            self.join(user, GROUPS["team"], DEVELOPER)
        for path, (_, names) in ROLES.items():
            for username in names:
                self.join(people[username], f"{GROUPS['team']}/{path}", DEVELOPER)
        return people

    def trust(self, user: User, project: Project, level: int) -> None:
        world = self.world
        world.add(Member(world.next_id("members"), user.id, level, world.clock.now(), project_id=project.id))

    def project(self, path: str, name: str, creator: User, files: Mapping[str, str] = NO_FILES) -> Project:
        world, now, (parent, _, last) = self.world, self.world.clock.now(), path.rpartition("/")
        row = Project(world.next_id("projects"), name, last, path, self._group(parent).id, now)
        row.creator_id, row.updated_at = creator.id, now
        world.add(row)
        seed(world, creator, row, {"README.md": README.format(name=name), **files})
        return row

    def objectives(self, director: User) -> None:
        """The epics of this fiscal quarter, where the plan has epics."""
        world, now = self.world, self.world.clock.now()
        for text in OBJECTIVES if world.tier == "premium" else ():
            quarter = Quarter.of(now.date())
            title, number = f"{quarter.name} OKR: {text}", world.next_id("epics")
            home = self._group(GROUPS["channel"]).id
            epic = Epic(number, world.next_id(f"epic iid {home}"), home, title, director.id, now, now)
            epic.start_date, epic.due_date = quarter.start, quarter.end
            world.add(epic)

    def _group(self, path: str) -> Group:
        group = self.world.group_by_path(path)
        if group is None:
            raise LookupError(f"{path} is not in the tree above")
        return group
