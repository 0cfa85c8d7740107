"""GitLab.com's numbers bind whom they bind, in GitLab's words."""

import pytest

from bot.sandbox.limits import Limits
from tests.sandbox.edge_parts import scene

NOTES = "/api/v4/projects/gitlab-com%2Fchannel%2Fchannels/issues/1/notes"


class Ticking:
    """A clock that stands until it is moved, in seconds."""

    def __init__(self) -> None:
        self.at = 30.0

    def __call__(self) -> float:
        return self.at


def spend(limits: Limits, method: str, path: str) -> int:
    """How many requests pass before the first refusal."""
    passed = 0
    while limits.take("channel-bot", method, path) is None:
        passed += 1
    return passed


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def limits(clock: Ticking) -> Limits:
    return Limits(users={"channel-bot"}, now=clock, stamp=lambda: 1_800_000_000.0)


@pytest.mark.parametrize(
    ("method", "path", "number"),
    [
        ("POST", NOTES, 60),
        ("POST", "/api/v4/projects/22/issues?x=1", 200),
        ("GET", "/api/v4/projects/22", 400),
        ("GET", "/api/v4/groups/gitlab-com%2Fchannel?with_projects=false", 400),
        ("GET", "/api/v4/groups", 50),
        ("GET", "/api/v4/groups/41/projects", 600),
        ("GET", "/api/v4/projects", 2000),
        ("GET", "/api/v4/users/7", 300),
        ("GET", "/api/v4/projects/22/members/all", 200),
        ("GET", "/api/v4/projects/22/repository/files/docs%2FREADME.md?ref=main", 500),
        ("GET", "/api/v4/projects/22/search?scope=issues", 100),
        ("PUT", "/api/v4/projects/22/issues/1", 2000),
        ("GET", NOTES, 2000),
    ],
)
def test_gitlab_com_allows_so_many(limits: Limits, method: str, path: str, number: int) -> None:
    assert spend(limits, method, path) == number


def test_a_refusal_says_when_to_come_back(limits: Limits, clock: Ticking) -> None:
    spend(limits, "POST", NOTES)
    clock.at = 50.5
    refusal = limits.take("channel-bot", "POST", NOTES)
    assert refusal is not None
    assert refusal.headers == {
        "Retry-After": "10", "RateLimit-Limit": "60", "RateLimit-Name": "notes_create", "RateLimit-Observed": "62",
        "RateLimit-Remaining": "0", "RateLimit-Reset": "1800000010",
        "RateLimit-ResetTime": "Fri, 15 Jan 2027 08:00:10 GMT",
    }  # fmt: skip
    assert (refusal.status, refusal.content_type, "requested too many times" in refusal.body) == (
        429, "application/json", True,
    )  # fmt: skip
    clock.at = 60.0
    assert limits.take("channel-bot", "POST", NOTES) is None


@pytest.mark.parametrize(("path", "headers"), [("/api/v4/projects/22", False), ("/api/v4/projects/22/issues/1", True)])
def test_projects_groups_and_users_refuse_without_a_word(limits: Limits, path: str, headers: bool) -> None:
    spend(limits, "GET", path)
    refusal = limits.take("channel-bot", "GET", path)
    assert refusal is not None
    assert (refusal.body, refusal.content_type, bool(refusal.headers)) == ("Retry later\n", "text/plain", headers)


def test_files_are_counted_by_path(limits: Limits) -> None:
    assert spend(limits, "GET", "/api/v4/projects/22/repository/files/a") == 500
    assert spend(limits, "GET", "/api/v4/projects/22/repository/files/b") == 500


def test_others_are_free_until_everybody_is_bound(limits: Limits) -> None:
    assert all(limits.take(user, "POST", NOTES) is None for user in ("cam-emea", None) for _ in range(70))
    limits.users = None
    assert [limits.take(None, "POST", NOTES) is None for _ in range(61)][-2:] == [True, False]


def test_the_world_names_whom_the_limits_bind() -> None:
    from bot.sandbox.desk import Desk

    world = scene().world
    world.limited_users = {"channel-bot"}
    assert Desk(world).limits.users == {"channel-bot"}
