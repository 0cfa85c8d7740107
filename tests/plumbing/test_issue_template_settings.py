"""What issue_templates.yml may say beside the other files, told by its place."""

from __future__ import annotations

import pytest

from bot.config import SHIPPED, load
from bot.settings.issue_templates import IssueTemplate, template_troubles
from bot.settings.yamlfile import Place

KNOWN = ("NF-02", "PH-02")
TROUBLES = (
    ({"rule": "NF-99"}, "rule", "handbook.yml has no rule 'NF-99'; name one that it has"),
    ({"project": "nowhere"}, "project", "nowhere"),
    ({"known_partner": True}, "known_partner", "the bot reads no partner out of this template's issues"),
    ({"stale_after": 5}, "stale_after", "'needs_info' is missing beside it"),
)


def troubles(**more: object) -> list[tuple[Place, str]]:
    made = {"mine": IssueTemplate.model_validate({"name": "Mine", **more})}
    return list(template_troubles(made, {"channels": "group/channels"}, KNOWN))


@pytest.mark.parametrize(("more", "key", "said"), TROUBLES)
def test_what_is_wrong_is_told_by_its_place(more: dict[str, object], key: str, said: str) -> None:
    ((place, text),) = troubles(**more)
    assert place == ("mine", key)
    assert said in text


def test_a_rule_that_the_handbook_has_is_fine_and_none_is_too() -> None:
    assert troubles(rule="PH-02") == troubles() == []


def test_each_shipped_template_names_its_rule() -> None:
    shipped = next(one for one in SHIPPED if one.is_dir())
    found = load(shipped, {})
    assert [one.key for one in found.templates.every if one.rule not in found.handbook] == []
