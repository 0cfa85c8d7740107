"""One company is one spelling, however people write it; two companies stay two."""

from __future__ import annotations

import pytest

from bot.domain.partners.partnernames import folded


@pytest.mark.parametrize(
    "name",
    [
        "Acme Consulting",
        "ACME-Consulting",
        "acme consulting, Inc.",
        "Acme Consulting G.m.b.H.",
        "Acme Consulting & Co. KG",
    ],
)
def test_case_punctuation_and_legal_form_make_no_other_company(name: str) -> None:
    assert folded(name) == "acmeconsulting"


@pytest.mark.parametrize("name", ["Müller", "Mueller", "MULLER GmbH", "Mu\u0308ller"])
def test_umlauts_may_be_written_out_or_left_out(name: str) -> None:
    assert folded(name) == "muller"


def test_a_legal_form_alone_is_a_name() -> None:
    assert folded("Co. SA") == "co"
    assert folded("Straße AG") == "strasse"


def test_signs_alone_are_no_name() -> None:
    assert folded(" --- ") == ""


def test_other_names_stay_other_names() -> None:
    assert folded("Acme") != folded("Acme Consulting")
    assert folded("株式会社アクメ") == "株式会社アクメ"
