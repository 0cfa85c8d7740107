"""What is remembered of people, for how long, and how often GitLab is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Barrier, Thread

import pytest

from bot import accounts as module
from bot.accounts import Accounts
from bot.domain.facts import Account
from bot.domain.gitlab import Person
from bot.errors import TryLater

CAM = Person(1, "cam-emea")
PHD = Person(2, "PhD-APAC")


@dataclass
class People:
    """A directory that knows a few people and counts what it is asked."""

    inside: list[Person] = field(default_factory=lambda: [CAM])
    outside: list[Person] = field(default_factory=list)
    groups: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    busy: bool = False

    def members(self, project_id: int) -> tuple[Person, ...]:
        self.asked.append(f"members {project_id}")
        if self.busy:
            raise TryLater("busy", 7)
        return tuple(self.inside)

    def user(self, username: str) -> Person | None:
        self.asked.append(f"user {username}")
        return next((one for one in self.outside if one.username.casefold() == username.casefold()), None)

    def is_group(self, handle: str) -> bool:
        self.asked.append(f"group {handle}")
        return handle in self.groups


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def seconds() -> list[float]:
    """The time, to be moved by the test."""
    return [1000.0]


@pytest.fixture
def accounts(people: People, seconds: list[float]) -> Accounts:
    return Accounts(people, clock=lambda: seconds[0])


def test_members_are_known_in_any_case_from_one_list(people: People, accounts: Accounts) -> None:
    people.inside = [CAM, PHD]
    assert accounts.account(7, "phd-apac") == Account("phd-apac", PHD, member=True)
    assert accounts.account(7, "@CAM-EMEA") == Account("CAM-EMEA", CAM, member=True)
    assert people.asked == ["members 7"]


def test_each_project_has_its_own_list(people: People, accounts: Accounts) -> None:
    accounts.account(7, "cam-emea")
    accounts.account(8, "cam-emea")
    assert people.asked == ["members 7", "members 8"]


def test_an_account_that_is_no_member(people: People, accounts: Accounts) -> None:
    people.outside = [PHD]
    assert accounts.account(7, "phd-apac") == Account("phd-apac", PHD)
    assert accounts.account(7, "PHD-apac") == Account("PHD-apac", PHD)
    assert people.asked == ["members 7", "user phd-apac"]


def test_a_group(people: People, accounts: Accounts) -> None:
    people.groups = {"partners/emea"}
    assert accounts.account(7, "@partners/emea") == Account("partners/emea", is_group=True)
    assert people.asked == ["members 7", "user partners/emea", "group partners/emea"]


@pytest.mark.parametrize("handle", ["all", "@all", "ALL", "", "@"])
def test_everybody_is_nobody_to_ask_about(people: People, accounts: Accounts, handle: str) -> None:
    assert accounts.account(7, handle) == Account(handle.removeprefix("@"))
    assert people.asked == []


AGES: list[tuple[str, float, list[str]]] = [
    ("at once nothing is asked", 0, []),
    ("14 s later nothing is asked", 14, []),
    ("15 s later the list is read again", 15, ["members 7"]),
    ("59 s later the list is read again", 59, ["members 7"]),
    ("60 s later nobody is believed no more", 60, ["members 7", "user pat-example", "group pat-example"]),
]


@pytest.mark.parametrize(("age", "asked"), [row[1:] for row in AGES], ids=[row[0] for row in AGES])
def test_how_long_nobody_is_believed(
    people: People, accounts: Accounts, seconds: list[float], age: float, asked: list[str]
) -> None:
    assert accounts.account(7, "pat-example") == Account("pat-example")
    people.asked.clear()
    seconds[0] += age
    assert accounts.account(7, "pat-example") == Account("pat-example")
    assert people.asked == asked


def test_a_new_member_is_seen_after_a_quarter_of_a_minute(
    people: People, accounts: Accounts, seconds: list[float]
) -> None:
    accounts.account(7, "phd-apac")
    people.inside = [CAM, PHD]
    seconds[0] += 15
    assert accounts.account(7, "phd-apac") == Account("phd-apac", PHD, member=True)


@pytest.mark.parametrize(("age", "still"), [(299, True), (300, False)])
def test_how_long_a_member_is_believed(
    people: People, accounts: Accounts, seconds: list[float], age: float, still: bool
) -> None:
    accounts.account(7, "cam-emea")
    people.inside = []
    seconds[0] += age
    assert accounts.account(7, "cam-emea").member is still


@pytest.mark.parametrize(("age", "asked"), [(299, ["members 7"]), (300, ["members 7", "user phd-apac"])])
def test_how_long_an_account_is_believed(
    people: People, accounts: Accounts, seconds: list[float], age: float, asked: list[str]
) -> None:
    people.outside = [PHD]
    accounts.account(7, "phd-apac")
    people.asked.clear()
    seconds[0] += age
    accounts.account(7, "phd-apac")
    assert people.asked == asked


def test_trouble_is_not_remembered(people: People, accounts: Accounts) -> None:
    people.busy = True
    with pytest.raises(TryLater):
        accounts.account(7, "cam-emea")
    people.busy = False
    assert accounts.account(7, "cam-emea").member


def test_the_memory_is_bounded(people: People, accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not used for longest goes first."""
    monkeypatch.setattr(module, "MOST", 2)
    for project in (1, 2, 1, 3):
        accounts.account(project, "cam-emea")
    people.asked.clear()
    accounts.account(1, "cam-emea")
    accounts.account(2, "cam-emea")
    assert people.asked == ["members 2"]


def test_threads_may_share_it(people: People, accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    people.outside = [Person(number, f"pat-{number}") for number in range(10)]
    together, wrong = Barrier(8), list[str]()

    def ask(shift: int) -> None:
        together.wait()
        for number in range(400):
            name = f"pat-{(number * shift) % 10}"
            person = accounts.account(number % 5, name).person
            if person is None or person.username != name:
                wrong.append(name)

    threads = [Thread(target=ask, args=(shift,)) for shift in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []


@pytest.mark.parametrize(("age", "asked"), [(299, ["members 7"]), (300, ["members 7", "user emea", "group emea"])])
def test_how_long_a_group_is_believed(
    people: People, accounts: Accounts, seconds: list[float], age: float, asked: list[str]
) -> None:
    people.groups = {"emea"}
    accounts.account(7, "emea")
    people.asked.clear()
    seconds[0] += age
    assert accounts.account(7, "emea").is_group
    assert people.asked == asked


def test_what_is_forgotten_is_asked_anew(accounts: Accounts, people: People) -> None:
    """Of a member and of somebody else, in any case of letters, and at once; others stay known."""
    people.outside = [PHD, Person(3, "pat-example")]
    for handle in ("cam-emea", "phd-apac", "pat-example"):
        accounts.account(1, handle)
    people.inside = [replace(CAM, state="blocked")]
    people.outside = [replace(PHD, state="blocked")]
    accounts.forget(1, ["@CAM-emea", "Phd-Apac"])
    found = [accounts.account(1, handle).person for handle in ("cam-emea", "phd-apac", "pat-example")]
    assert [one and one.state for one in found] == ["blocked", "blocked", "active"]
