"""Each rule about licences plays a small story, and what it brings about is there with it and not without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.subject import Subject
from bot.rules import discovered
from tests.flow.test_story_c4_nfr import form
from tests.stage import Stage, stage

DAY = date(2027, 3, 10)
"""Less than 60 days before the licence ends that a partner has."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("licences")) as made:
        yield made


def asked(on: Stage, times: int = 1, ticked: str = "") -> str:
    """What the bot says when somebody asks for a licence."""
    text = form().replace(f"- [ ] {ticked}", f"- [x] {ticked}") if ticked else form()
    issues = [on.issue(title="A license", description=text) for _ in range(times)]
    on.look(issues[-1])
    return "\n".join(on.comments(issues[-1]))


def ending(on: Stage) -> str:
    """The titles of the issues that a look at the partner leaves."""
    on.bot.inbox.mark([Subject.partner("acme")], "a test", now=True)
    on.drain()
    return "\n".join(one.title for one in on.home().issues.list(get_all=True))


STORIES: Mapping[tuple[str, str], Callable[[Stage], str]] = {
    ("nfr_renewals", "NFR license renewal - Acme Consulting - self-managed"): ending,
    ("nfr_verdict", "**Verdict: grant**"): asked,
    ("nfr_licence", "10 Ultimate NFR Licenses for Partner: Acme Consulting"): asked,
    ("nfr_duplicates", "asks for the same kind of license"): lambda on: asked(on, 2),
    ("nfr_done", "The license that you asked for was sent."): lambda on: asked(on, ticked="The license is made"),
}
"""By the handler and what it brings about, in words that people see."""


@pytest.mark.parametrize(("handler", "words"), STORIES, ids=[handler for handler, _ in STORIES])
def test_it_is_there_with_the_rule_and_not_without(world: Stage, handler: str, words: str) -> None:
    whole, story = world.config, STORIES[handler, words]
    off = replace(whole.settings[handler], enabled=False)  # type: ignore[type-var]  # all are dataclasses
    world.config = replace(whole, settings={**whole.settings, handler: off})
    world.play(day=DAY)
    assert words not in story(world)
    world.config = whole
    world.play(day=DAY)
    assert words in story(world)


def test_each_rule_about_licences_has_a_story() -> None:
    assert {one.name for one in discovered() if one.name.startswith("nfr_")} == {handler for handler, _ in STORIES}
