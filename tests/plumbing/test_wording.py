"""What a point says in several lines stays one item of a list, and the rule's link follows its first line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.domain.actions import Say
from bot.domain.plan import Plan, Wish
from bot.domain.reminding import Reminder
from bot.domain.subject import Subject
from bot.render import Renderer, template_dirs
from bot.sandbox.markdown import to_html
from bot.voice.wording import Wording

POINTS = (("sample", Say("CO-09", "waiting")), ("sample", Say("CO-09", "other")))
SENTENCE = (
    "{% if topic == 'waiting' %}\n**Sign-offs:** these are open:\n- one\n- two\n{% else %}\nPlain.\n{% endif %}\n"
)


@pytest.fixture
def wording(tmp_path: Path) -> Wording:
    (tmp_path / "issue").mkdir()
    (tmp_path / "issue" / "sample.note.md.j2").write_text(SENTENCE)
    return Wording(Renderer([tmp_path, *template_dirs()]), {}, "https://rules.example.com")


def of_status(wording: Wording) -> str:
    wishes = tuple(Wish(handler, say) for handler, say in POINTS)
    return wording.status(Plan(Subject("site"), wishes), (), date(2026, 11, 23), "a-bot")


def of_reminder(wording: Wording) -> str:
    return wording.reminder(Reminder(("phd-emea",), POINTS))


@pytest.mark.parametrize("text", [of_status, of_reminder])
def test_a_list_within_a_point_is_nested_and_the_link_stands_before_it(
    wording: Wording, text: Callable[[Wording], str]
) -> None:
    said = text(wording)
    link = "([CO-09](https://rules.example.com))"
    assert f"- **Sign-offs:** these are open: {link}\n  - one\n  - two\n" in said
    assert f"- Plain. {link}\n" in said
    page = str(to_html(said))
    assert page.count("<ul>") == 2
    assert "<li>two</li>\n</ul>\n</li>" in page.replace("<p>", "").replace("</p>", "")


def test_an_item_alone_is_nested_too(wording: Wording) -> None:
    assert wording.item(*POINTS[0]) == "**Sign-offs:** these are open:\n  - one\n  - two"
