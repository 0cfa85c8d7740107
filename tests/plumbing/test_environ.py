"""Variables are read in one place, checked, and never show what is secret."""

from __future__ import annotations

from base64 import b64encode

import pytest

from bot.environ import WHERE_FROM, Environment
from bot.errors import ConfigError

TOKEN = "whsec_" + b64encode(bytes(range(32))).decode()
SECRETS = (
    "GITLAB_TOKEN",
    "GITLAB_OWNER_TOKEN",
    "MARK_KEY",
    "WEBHOOK_SECRET",
    "BOT_TOKEN",
    "DATABASE_URL",
    "SMTP_URL",
)


def test_without_variables_there_is_a_local_database() -> None:
    environment = Environment.read({})
    assert environment == Environment()
    assert environment.database_url == "sqlite:///var/channel-bot.db"


def test_variables_are_read_without_blanks_around_them() -> None:
    read = Environment.read({"GITLAB_URL": "https://gitlab.example.com", "GITLAB_TOKEN": "secret\n", "OTHER": "x"})
    assert read == Environment(gitlab_url="https://gitlab.example.com", gitlab_token="secret")


def test_repr_hides_every_secret() -> None:
    values = dict.fromkeys(SECRETS, "do-not-show") | {"WEBHOOK_SIGNING_TOKEN": TOKEN}
    environment = Environment.read(values | {"SMTP_URL": "smtps://do-not-show:do-not-show@mail.example"})
    assert "do-not-show" not in repr(environment)
    assert "whsec_" not in repr(environment)


def test_several_signing_tokens_are_fine() -> None:
    assert Environment.read({"WEBHOOK_SIGNING_TOKEN": f"{TOKEN} {TOKEN}"}).webhook_signing_token == f"{TOKEN} {TOKEN}"


UNUSABLE = {
    "no prefix": ("WEBHOOK_SIGNING_TOKEN", "abcdefgh", "token 1 does not begin with whsec_"),
    "no base64": ("WEBHOOK_SIGNING_TOKEN", f"{TOKEN} whsec_$$$", "token 2 is not base64 after whsec_"),
    "too short": ("WEBHOOK_SIGNING_TOKEN", "whsec_eHh4", "token 1 holds 3 bytes instead of 32"),
    "a broken token": ("GITLAB_TOKEN", "glpat x", "has a space, a line break or a letter that no header can carry"),
    "no address": ("GITLAB_URL", "my-gitlab.internal", "is no web address"),
    "a wrong port": ("BOT_URL", "http://bot:99999", "is no web address"),
    "an address with a password": ("BOT_URL", "https://me:hunter2@bot", "carries a user name or password"),
}


@pytest.mark.parametrize(("name", "value", "said"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_an_unusable_variable_is_told_without_its_value(name: str, value: str, said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        Environment.read({name: value})
    assert f"environment: {name} " in str(raised.value)
    assert said in str(raised.value)
    assert value not in str(raised.value)


def test_all_unusable_variables_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as raised:
        Environment.read({"GITLAB_URL": "x", "BOT_URL": "y"})
    assert len(str(raised.value).splitlines()) == 2


def test_what_a_command_requires_is_told_how_to_get() -> None:
    assert Environment(gitlab_token="secret").require("GITLAB_TOKEN") == "secret"
    for name in set(WHERE_FROM) - {"DATABASE_URL"}:
        with pytest.raises(ConfigError, match=f"environment: {name} is not set; set it to "):
            Environment().require(name)
