"""Comments as orders: which lines speak to the bot, and which command they name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.gitlab import Note, Person
from bot.domain.orders import MOST, nearest, spoken, understood

BOT = "channel-bot"
NAMES = ("help", "push", "rollover apply", "hands-off", "hands-on", "dri")
SPEAKS = {
    "at the start of the comment": ("@channel-bot help", ("help",)),
    "in another case": ("@Channel-Bot help", ("help",)),
    "after a blank line": ("Thanks all.\n\n@channel-bot push", ("push",)),
    "with a comma": ("@channel-bot, push", ("push",)),
    "with a colon": ("@channel-bot: push", ("push",)),
    "in a list": ("- @channel-bot push\n1. @channel-bot why", ("push", "why")),
    "indented by two": ("  @channel-bot push", ("push",)),
    "the mention alone": ("@channel-bot", ("",)),
    "with Windows line ends": ("@channel-bot push\r\n@channel-bot why\r\n", ("push", "why")),
    "twice": ("@channel-bot push\n@channel-bot push", ("push", "push")),
}
IS_SILENT = {
    "in the middle of a line": "please ask @channel-bot help",
    "in a quote": "> @channel-bot help",
    "in a long quote": ">>>\n@channel-bot help\n>>>",
    "in a code block": "```\n@channel-bot help\n```",
    "in an indented code block": "\n    @channel-bot help",
    "in a code span": "`@channel-bot help`",
    "in hidden text": "<!--\n@channel-bot help\n-->",
    "to somebody with a longer name": "@channel-bot-owner help",
    "to somebody whose name goes on behind a dot": "@channel-bot.two help",
    "to nobody": "help",
}


def note(body: str, *, system: bool = False) -> Note:
    return Note(7, body, Person(1, "cam-emea"), system=system)


@pytest.mark.parametrize(("body", "lines"), SPEAKS.values(), ids=SPEAKS)
def test_speaks(body: str, lines: tuple[str, ...]) -> None:
    said = spoken(note(body), BOT)
    assert said is not None
    assert said.lines == lines


@pytest.mark.parametrize("body", IS_SILENT.values(), ids=IS_SILENT)
def test_is_silent(body: str) -> None:
    assert spoken(note(body), BOT) is None


def test_gitlabs_own_lines_give_no_orders() -> None:
    assert spoken(note("@channel-bot help", system=True), BOT) is None


def test_one_comment_gives_so_many_orders_at_most() -> None:
    said = spoken(note("@channel-bot push\n" * (MOST + 5)), BOT)
    assert said is not None
    assert len(said.lines) == MOST


def test_the_key_changes_with_the_text() -> None:
    one, other = spoken(note("@channel-bot help"), BOT), spoken(note("@channel-bot help!"), BOT)
    assert one is not None
    assert other is not None
    assert one.key != other.key
    assert one.key.startswith("7:")


UNDERSTOOD = {
    "push": ("push", ""),
    "Push": ("push", ""),
    "push now please": ("push", "now please"),
    "rollover  apply": ("rollover apply", ""),
    "rollover apply abc": ("rollover apply", "abc"),
    "rollover": ("", "rollover"),
    "hands off": ("hands-off", ""),
    "hands-off!": ("hands-off", ""),
    "push. Thanks": ("push", "Thanks"),
    "hands-on": ("hands-on", ""),
    "Hands On please": ("hands-on", "please"),
    "dri @cam-emea": ("dri", "@cam-emea"),
    "pusher": ("", "pusher"),
    "": ("", ""),
}


@pytest.mark.parametrize(("text", "expected"), UNDERSTOOD.items(), ids=UNDERSTOOD)
def test_understood(text: str, expected: tuple[str, str]) -> None:
    assert understood(text, NAMES) == expected


@pytest.mark.parametrize(
    ("text", "near"),
    [("pusj", "push"), ("rollover aply", "rollover apply"), ("helo me", "help"), ("xyzzy", None), ("", None)],
)
def test_nearest(text: str, near: str | None) -> None:
    assert nearest(text, NAMES) == near


@given(st.text())
def test_any_text_is_read(body: str) -> None:
    said = spoken(note(f"@channel-bot {body}"), BOT)
    assert said is None or all(isinstance(understood(line, NAMES)[0], str) for line in said.lines)
