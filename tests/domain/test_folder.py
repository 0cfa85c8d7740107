"""A partner's folder, and whom it concerns what happens in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.gitlab import Member, Person
from bot.domain.partners.folder import Group, concerned, homes
from bot.domain.places import Seat
from bot.domain.registry import Region, Registry
from tests.builders import PARTNERS
from tests.partnerfacts import ACME, MADE, PAT, PATH, folder, peopled

BOLT = replace(ACME, id="bolt", name="Bölt & Söhne", region="unknown")
REGISTRY = Registry(partners=(ACME, BOLT), regions=(Region("emea", "EMEA", "emea", "phd-emea", "phd-amer"),))


def test_a_partner_is_at_home_by_its_id_or_its_name() -> None:
    assert homes(PARTNERS, REGISTRY, ACME) == (PATH, f"{PARTNERS}/emea/acme-consulting")


def test_a_name_that_no_path_can_be_made_of() -> None:
    assert homes(PARTNERS, REGISTRY, replace(ACME, name="!!!")) == (PATH,)


def test_a_region_that_the_registry_lacks_is_taken_by_its_key() -> None:
    assert homes(PARTNERS, REGISTRY, BOLT)[0] == f"{PARTNERS}/unknown/bolt"


@pytest.mark.parametrize(
    ("path", "whom"),
    [
        (PATH, ["acme"]),
        (PATH.upper(), ["acme"]),
        (f"{PATH}/collaboration/workspace", ["acme"]),
        (f"{PARTNERS}/emea/acme-consulting/internal", ["acme"]),
        (f"{PARTNERS}/emea", ["acme"]),
        (PARTNERS, ["acme", "bolt"]),
        (f"{PARTNERS}/emea/acme-two", []),
        ("gitlab-com/other", []),
    ],
)
def test_what_happens_inside_or_above_concerns_a_partner(path: str, whom: list[str]) -> None:
    assert [*concerned(path, PARTNERS, REGISTRY)] == whom


def test_the_highest_level_counts() -> None:
    one = Group(folder(PATH), members=(Member(PAT, 10), Member(PAT, 40)))
    assert (one.level_of(PAT.id), one.level_of(Person(99, "nobody").id)) == (40, 0)


def test_addresses_are_compared_without_case() -> None:
    one = Group(folder(PATH), invited=(Seat(None, "pat@acme.example", 40, None),))
    assert one.has_invited("Pat@ACME.example")
    assert not one.has_invited("kim@acme.example")


def test_the_groups_that_are_there() -> None:
    assert [one.folder.path for one in replace(MADE, internal=None).groups] == [PATH, f"{PATH}/collaboration"]
    assert peopled(PATH).guests == ()
