"""A partner's journey, seen from the partner: its issue is opened once, and one opened by hand is that issue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.handlers import journey
from tests.stage import Stage, stage


def journeys(stage: Stage) -> list[tuple[str, str]]:
    """Partner and author of each journey."""
    issues = stage.home().issues.list(get_all=True, state="all", labels="Partner Journey::Stand")
    return sorted((issue.title, issue.author["username"]) for issue in issues)


def lasting(stage: Stage) -> None:
    """Partners count as new for as long as the example's have been partners."""
    settings = {**stage.config.settings, "journey": replace(_settings(stage), open_within=4000)}
    stage.config = replace(stage.config, settings=settings)
    stage.bot = stage.new_bot()


def _settings(stage: Stage) -> journey.Settings:
    found = stage.config.settings["journey"]
    assert isinstance(found, journey.Settings)
    return found


def test_a_journey_that_somebody_opened_by_hand_is_the_partners(tmp_path: Path) -> None:
    with stage(tmp_path) as made:
        lasting(made)
        template = made.bot.apply.wording.renderer.templated("Partner_Capabilities_Journey", partner="Bolt Services")[1]
        made.issue(by="cam-amer", title="Journey of Bolt", description=template)
        made.sweep()
        made.sweep()
        assert journeys(made) == [
            ("Journey of Bolt", "cam-amer"),
            ("Partner capabilities journey - Acme Consulting", "channel-bot"),
        ]
