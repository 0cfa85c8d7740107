"""Templates name the team's mailboxes and no others; where one does, `check` says on which line."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.check.addresses import look_at_addresses
from bot.check.findings import Finding
from bot.config import Config, load

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def shipped() -> Config:
    return load(ROOT / "config")


def found(config: Config, tmp_path: Path, text: str, name: str = "email/a/body.txt.j2") -> list[str]:
    """What is said of a template with that text on its second line, without the path."""
    path = tmp_path / "templates" / name
    path.parent.mkdir(parents=True)
    path.write_text(f"Hello,\n{text}\n", encoding="utf-8")
    said = look_at_addresses(config, [tmp_path / "templates"])
    return [one.advice.replace(f"{path}:", "") for one in said if one.verdict == "fail"]


STRANGE = "is no address of the team's; use one of partnersupport@gitlab.com, partners@gitlab.com"


def test_the_shipped_templates_name_no_stranger(shipped: Config) -> None:
    (finding,) = look_at_addresses(shipped, [ROOT / "templates"])
    assert finding.verdict == "ok"


@pytest.mark.parametrize("name", ["email/a/body.txt.j2", "issue/a.note.md.j2", "issue/A.md", "merge_request/A.md"])
def test_an_address_elsewhere_is_found_with_its_line(shipped: Config, tmp_path: Path, name: str) -> None:
    text = "write to [us](mailto:partnersupport@gmail.com)"
    assert found(shipped, tmp_path, text, name) == [f"2: 'partnersupport@gmail.com' {STRANGE}"]


def test_a_mailbox_of_our_own_domain_that_is_none_is_found(shipped: Config, tmp_path: Path) -> None:
    assert found(shipped, tmp_path, "partnerssupport@gitlab.com") == [f"2: 'partnerssupport@gitlab.com' {STRANGE}"]


@pytest.mark.parametrize("hidden", ["x%40gmail.com", "x@gm\u00adail.com", "x@ｇmail.com"])
def test_a_hidden_address_is_found(shipped: Config, tmp_path: Path, hidden: str) -> None:
    assert found(shipped, tmp_path, hidden) == [f"2: 'x@gmail.com' {STRANGE}"]


@pytest.mark.parametrize(
    "text",
    [
        "PartnerSupport@gitlab.com",
        "partners@gitlab.com",
        "pat@acme.example",
        "name@example.com",
        "@cam-emea",
        "{{ cam }}",
    ],
)
def test_mailboxes_and_what_reaches_nobody_are_fine(shipped: Config, tmp_path: Path, text: str) -> None:
    assert found(shipped, tmp_path, text) == []


def test_without_named_mailboxes_the_domain_decides(shipped: Config, tmp_path: Path) -> None:
    mail = shipped.site.mail.model_copy(update={"mailboxes": ()})
    config = replace(shipped, site=shipped.site.model_copy(update={"mail": mail}))
    assert found(config, tmp_path, "anybody@gitlab.com or partnersupport@gmail.com") == [
        "2: 'partnersupport@gmail.com' is no address of the team's; use one of gitlab.com"
    ]


def test_where_nothing_is_allowed_that_is_said(shipped: Config, tmp_path: Path) -> None:
    mail = shipped.site.mail.model_copy(update={"mailboxes": (), "internal_domains": ()})
    config = replace(shipped, site=shipped.site.model_copy(update={"mail": mail}), directory=tmp_path)
    assert found(config, tmp_path, "a@gitlab.com") == [
        "2: 'a@gitlab.com' is no address of the team's; use one of mail.mailboxes in site.yml, which names none"
    ]


def test_the_places_to_ask_are_looked_at_too(shipped: Config, tmp_path: Path) -> None:
    directory = shutil.copytree(ROOT / "config", tmp_path / "config")
    where = directory / "where.yml"
    where.write_text(where.read_text("utf-8").replace("partnersupport@gitlab.com", "partnersupport@gmail.com"))
    (finding,) = look_at_addresses(replace(shipped, directory=directory), [ROOT / "templates"])
    number = where.read_text("utf-8").partition("@gmail.com")[0].count("\n") + 1
    assert finding == Finding("fail", "address", f"{where}:{number}: 'partnersupport@gmail.com' {STRANGE}")


def test_the_template_that_is_used_is_the_one_that_is_read(shipped: Config, tmp_path: Path) -> None:
    """The team's own wins over the shipped one of the same path."""
    shutil.copytree(ROOT / "templates", tmp_path / "shipped")
    name = "email/award_psp/body.txt.j2"
    (tmp_path / "shipped" / name).write_text("partnersupport@gmail.com")
    own = tmp_path / "own" / name
    own.parent.mkdir(parents=True)
    own.write_text("Hello")
    assert [one.verdict for one in look_at_addresses(shipped, [tmp_path / "own", tmp_path / "shipped"])] == ["ok"]
