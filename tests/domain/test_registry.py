"""The registry answers by key, label and name, whatever the case people wrote it in."""

from __future__ import annotations

import pytest

from bot.domain.registry import Colleague, Partner, Region, Registry, Role

CAM = Colleague("CAM-Emea", "CAM EMEA", "emea", ("account_manager",))
OPS = Role("channel_ops", "Channel Operations", "ops-lead", "Channel Ops", "gitlab-com/channel-team/channel-ops")
UNLABELLED = Role("education_services", "Education Services", "eds-delivery")
DIRECTOR = Role("director", "Director", "channel-director")
EMEA = Region("emea", "EMEA", "emea", "phd-emea")
ACME = Partner("acme", "Acme Consulting", "emea", "cam-emea", aliases=("ACME GmbH",))
REGISTRY = Registry((CAM,), (OPS, UNLABELLED, DIRECTOR), (EMEA,), (ACME,), "1a2b3c")


@pytest.mark.parametrize("handle", ["cam-emea", "CAM-EMEA", "@cam-emea"])
def test_handles_are_known_in_any_case_with_or_without_the_at(handle: str) -> None:
    assert REGISTRY.knows(handle)
    assert REGISTRY.colleague(handle) == CAM


def test_a_stranger_is_not_known() -> None:
    assert not REGISTRY.knows("cam-emea2")
    assert REGISTRY.colleague("pat-example") is None


def test_a_team_label_has_a_lead_and_other_labels_have_none() -> None:
    assert REGISTRY.lead_of("Channel Ops") == "ops-lead"
    assert REGISTRY.lead_of("channel ops") is None
    assert REGISTRY.lead_of("") is None


def test_a_role_is_found_by_its_key() -> None:
    assert REGISTRY.role("channel_ops") == OPS
    assert REGISTRY.role("ops") is None
    assert REGISTRY.holder("education_services") == "eds-delivery"
    assert REGISTRY.holder("ops") == ""


def test_the_director_is_the_lead_of_that_role() -> None:
    assert REGISTRY.director == "channel-director"
    assert Registry().director == ""


def test_a_region_is_found_by_its_key() -> None:
    assert REGISTRY.region("emea") == EMEA
    assert REGISTRY.region("EMEA") is None


@pytest.mark.parametrize("name", ["acme", "Acme Consulting", " acme gmbh ", "ACME"])
def test_a_partner_is_found_by_whatever_it_is_called(name: str) -> None:
    assert REGISTRY.partner_called(name) == ACME


def test_nobody_else_is_that_partner() -> None:
    assert REGISTRY.partner_called("Acme Consult") is None
    assert REGISTRY.partner("acme") == ACME
    assert REGISTRY.partner("Acme Consulting") is None
