"""Right files become a Config; every mistake in wrong ones is told with its file, its line and what to do."""

# ruff: noqa: E501 - sentences are compared whole

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import config_dir, load
from bot.domain.facts import Tier
from bot.domain.labels import Label
from bot.errors import ConfigError
from tests.plumbing.config_files import (
    HANDLERS,
    LABELS,
    SITE,
    DriSettings,
    NewsletterSettings,
    Rhythm,
    complaint,
    loaded,
    written,
)


def test_right_files_become_a_config(tmp_path: Path) -> None:
    """Options that a file leaves out have the defaults of its dataclass."""
    config = loaded(tmp_path)

    assert config.directory == tmp_path
    assert config.tz == ZoneInfo("Europe/Berlin")
    assert config.settings == {"dri": DriSettings(), "newsletter": NewsletterSettings(days=3)}
    assert config.labels.team == (Label("Channel Ops"), Label("QBR"))
    assert (config.site.dry_run, config.site.gitlab.tier, config.site.adopt_from) == (True, Tier.PREMIUM, None)


def test_a_rule_without_a_link_has_the_sites(tmp_path: Path) -> None:
    config = loaded(tmp_path, site=SITE + "rules_url: https://example.com/rules\n")

    assert {rule: said.link for rule, said in config.handbook.items()} == {
        "GL-11": "https://example.com/rules",
        "GL-16": "https://example.com/due",
    }


def test_a_rule_is_read_where_it_says_else_at_its_own_place_else_at_its_familys(tmp_path: Path) -> None:
    places = "rules_url: https://example.com/rules/#top\nrules_links: {GL: '#labels', GL-12: /more/#dri, PS: https://example.org/ps}\n"
    config = loaded(tmp_path, site=SITE + places)

    assert {rule: said.link for rule, said in config.handbook.items()} == {
        "GL-11": "https://example.com/rules/#labels",
        "GL-16": "https://example.com/due",
    }
    assert [config.site.link(rule) for rule in ("GL-12", "PS-01", "NF-01")] == [
        "https://example.com/more/#dri",
        "https://example.org/ps",
        "https://example.com/rules/#top",
    ]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("G: '#labels'", "'rules_links.G': this is no family of rules (GL, PF, "),
        ("gl-12: '#labels'", "AL) and no rule id; write NF or NF-05"),
        ("GL-99: '#labels'", "the handbook has no rule of this id"),
        ("GL: labels", "'labels' is no place; write '#heading' in quotes, /page/#heading or a whole address"),
        ("GL: ", "nothing (YAML takes # for a comment) is no place; write '#heading' in quotes"),
        ("GL: 'https://'", "'https://' is no"),
    ],
)
def test_a_place_of_rules_is_of_a_family_or_a_rule_and_an_address(tmp_path: Path, line: str, what: str) -> None:
    assert what in complaint(tmp_path, site=SITE + f"rules_links: {{{line}}}\n")


def test_dates_lists_and_enums_are_read(tmp_path: Path) -> None:
    text = (
        SITE.replace("example.com\n", "example.com\n  tier: free\n  former_bots: [old-bot]\n")
        + "adopt_from: 2026-11-01\n"
    )
    site = loaded(tmp_path, site=text).site

    assert (site.gitlab.tier, site.gitlab.former_bots, site.adopt_from) == (Tier.FREE, ("old-bot",), date(2026, 11, 1))


def test_anchors_and_merges_are_allowed(tmp_path: Path) -> None:
    """What is written out wins over what `<<` takes over."""
    text = "rhythm: &usual\n  weekday: mon\n"
    assert loaded(tmp_path, newsletter=text).settings["newsletter"] == NewsletterSettings(rhythm=Rhythm("mon"))

    team = "team:\n  - &one {name: Channel Ops, color: '#000000'}\n  - {<<: *one, name: QBR}\n  - {<<: [*one], name: PHD}\n"
    labels = LABELS.replace("team:\n  - {name: Channel Ops}\n  - {name: QBR}\n", team)
    assert loaded(tmp_path, labels=labels).labels.team[1:] == (
        Label("QBR", color="#000000"),
        Label("PHD", color="#000000"),
    )


def test_the_variable_wins_over_the_file(tmp_path: Path) -> None:
    config = loaded(tmp_path, {"GITLAB_URL": "http://127.0.0.1:8929"})
    assert config.site.gitlab.url == "http://127.0.0.1:8929"


def test_a_wrong_variable_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^environment: GITLAB_URL is no web address"):
        loaded(tmp_path, {"GITLAB_URL": "gitlab"})


def test_a_variable_does_not_hide_a_broken_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="'gitlab' must be a mapping"):
        loaded(tmp_path, {"GITLAB_URL": "http://127.0.0.1"}, site=SITE.replace("gitlab:\n  url:", "gitlab:"))


WRONG_NEWSLETTER = {
    "unknown key": ("enabled: true\n\n\ndayz: 3\n", "4: unknown key 'dayz', did you mean 'days'?"),
    "unknown key far from any": ("zzz: 3\n", "1: unknown key 'zzz'; there is days, enabled, rhythm"),
    "unknown inner key": (
        "days: 3\nrhythm:\n  weekda: mon\n",
        "3: unknown key 'weekda', did you mean 'weekday'?",
    ),
    "a word for a number": ("days: three\n", "1: 'days' must be a whole number, not 'three'"),
    "true for a number": ("days: true\n", "1: 'days' must be a whole number, not true"),
    "a fraction": ("days: 1.5\n", "1: 'days' must be a whole number, not 1.5"),
    "a number for true": ("enabled: 1\n", "1: 'enabled' must be true or false, not 1"),
    "a word for true": ("enabled: 'yes'\n", "1: 'enabled' must be true or false, not 'yes'"),
    "a number for text": ("rhythm: {weekday: 4}\n", "1: 'rhythm.weekday' must be text, not 4; put it in quotes"),
    "nothing for a number": ("days:\n", "1: 'days' must be a whole number, not empty"),
    "a long text": (f"days: {'x' * 50}\n", f"1: 'days' must be a whole number, not '{'x' * 40}'..."),
    "a list for a mapping": ("- days\n", "1: the file must be a mapping (lines like 'key: value'), not a list"),
    "a word for a mapping": ("days\n", "1: the file must be a mapping (lines like 'key: value'), not 'days'"),
    "the dataclass refuses a value": ("enabled: true\ndays: -1\n", "2: 'days' cannot be negative"),
    "the dataclass refuses the file": ("days: 2\nrhythm: {weekday: mon}\n", "1: the file: two days have no rhythm"),
    "a key written twice": (
        "days: 1\nenabled: true\ndays: 2\n",
        "3: key 'days' was already written in line 1; keep one of them",
    ),
    "a tab": ("rhythm:\n\n\tweekday: mon\n", "3: a YAML file is indented with spaces; line 3 has a tab"),
    "empty": ("", "1: the file is empty; fill it with 'enabled: true', and every other setting has its default"),
    "only comments": (
        "# x\n",
        "1: the file is empty; fill it with 'enabled: true', and every other setting has its default",
    ),
    "not UTF-8": (b"days: 3\n# \xe4\n", "2: this is not UTF-8 text (byte 0xe4); save the file as UTF-8"),
    "a control character": (b"days: 3\n\x01\n", "2: there is a character that no text file has; remove it"),
    "an unknown tag": (
        "days: !!python/name:os 3\n",
        "1: the tag 'tag:yaml.org,2002:python/name:os' means nothing here; remove it",
    ),
    "bytes": ("days: !!binary eA==\n", "1: the tag 'tag:yaml.org,2002:binary' means nothing here; remove it"),
    "a key that is a list": (
        "[a]: 3\n",
        "1: a key has to be a single word or text; put it in quotes if it has brackets",
    ),
    "an anchor in itself": ("rhythm: &a\n  weekday: *a\n", "1: an anchor contains itself here; write the value out"),
    "a merged list item": ("rhythm:\n  <<: [3]\n", "2: '<<' takes over a mapping; name an anchor that is one"),
}


@pytest.mark.parametrize(("text", "said"), WRONG_NEWSLETTER.values(), ids=WRONG_NEWSLETTER.keys())
def test_a_mistake_in_a_handlers_file(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert complaint(tmp_path, newsletter=text) == f"newsletter.yml:{said}"


@pytest.mark.parametrize("text", ["days: [1\n", "a: b: c\n", "days: 'x\n", "---\na: 1\n---\nb: 2\n", "days: *none\n"])
def test_broken_yaml_names_a_line(tmp_path: Path, text: str) -> None:
    said = complaint(tmp_path, newsletter=text)

    assert said.startswith("newsletter.yml:")
    assert "this is not YAML (" in said
    assert said.endswith("); look at this line and the one above it")


WRONG_SITE = {
    "a missing key": ("timezone: Europe/Berlin\n", "", "1: missing key 'timezone'; add it"),
    "a missing inner key": ("  team: acme/team\n", "", "4: missing key 'team' in 'groups'; add it"),
    "no project of the team": (
        "  channels:",
        "  newsletter:",
        "8: 'projects': missing key 'channels'; add it with the full path of the Channels project",
    ),
    "no time zone": (
        "Europe/Berlin",
        "Mars/Base",
        "1: 'timezone': 'Mars/Base' is no time zone; write a name like America/Denver or UTC",
    ),
    "a time zone that is a path": (
        "Europe/Berlin",
        "../x",
        "1: 'timezone': '../x' is no time zone; write a name like America/Denver or UTC",
    ),
    "no address": (
        "https://gitlab.example.com",
        "gitlab",
        "3: 'gitlab.url': 'gitlab' is no web address; write it like https://gitlab.example.com",
    ),
    "no full path": (
        "acme/team",
        "/acme/team",
        "7: 'groups.team': '/acme/team' is no full path; copy it from GitLab's address bar, like gitlab-com/channel",
    ),
    "an unknown tier": (
        "groups:",
        "  tier: gold\ngroups:",
        "4: 'gitlab.tier' must be one of 'free', 'premium' or 'ultimate', not 'gold'",
    ),
    "no date": (
        "projects:",
        "adopt_from: soon\nprojects:",
        "8: 'adopt_from' must be a date like 2026-01-31, not 'soon'",
    ),
    "a date that never comes": (
        "projects:",
        "adopt_from: 2026-02-30\nprojects:",
        "8: 'adopt_from' must be a date like 2026-01-31, not '2026-02-30'",
    ),
    "a time of day": (
        "projects:",
        "adopt_from: 2026-02-03 10:00:00\nprojects:",
        "8: 'adopt_from' must be a date like 2026-01-31, not '2026-02-03T10:00:00'",
    ),
    "too few": (
        "projects:",
        "notes_per_minute: 0\nprojects:",
        "8: 'notes_per_minute' must be greater than or equal to 1, not 0",
    ),
}


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG_SITE.values(), ids=WRONG_SITE.keys())
def test_a_mistake_in_the_sites_file(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert complaint(tmp_path, site=SITE.replace(right, wrong)) == f"site.yml:{said}"


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    said = complaint(tmp_path, site=SITE + "x: 1\ny: 2\n", dri="enabled: 3\n", newsletter="a: 1\na: 1\n").splitlines()

    assert [line.split(":")[:2] for line in said] == [
        ["dri.yml", "1"],
        ["newsletter.yml", "2"],
        ["site.yml", "10"],
        ["site.yml", "11"],
    ]


def test_a_handler_without_a_file_is_told(tmp_path: Path) -> None:
    (written(tmp_path) / "dri.yml").unlink()

    with pytest.raises(ConfigError) as raised:
        load(tmp_path, {}, HANDLERS)
    there = "there is no such file; create it with 'enabled: true', and every other setting has its default"
    assert str(raised.value) == f"{tmp_path}/dri.yml:1: {there}"


def test_a_missing_file_of_the_site_names_its_keys(tmp_path: Path) -> None:
    for name in ("site", "handbook"):
        (written(tmp_path) / f"{name}.yml").unlink()
        with pytest.raises(ConfigError) as raised:
            load(tmp_path, {}, HANDLERS)
        keys = " with the keys timezone, gitlab, groups, projects" if name == "site" else ""
        assert str(raised.value) == f"{tmp_path}/{name}.yml:1: there is no such file; create it{keys}"


def test_a_file_of_no_handler_is_told(tmp_path: Path) -> None:
    """Files that are no YAML, hidden files and directories are nobody's business."""
    for name in ("notes.txt", ".newsletter.yml.swp", ".old.yml"):
        (tmp_path / name).write_text("x")

    said = complaint(tmp_path, newsleter="days: 1\n")
    assert (
        said == "newsleter.yml:1: no handler of this name: unknown file 'newsleter.yml', did you mean 'newsletter.yml'?"
    )


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "dri.yml").unlink()
    (tmp_path / "dri.yml").mkdir()

    with pytest.raises(ConfigError, match=r"dri\.yml:1: the file cannot be read: Is a directory; check that"):
        load(tmp_path, {}, HANDLERS)


def test_a_missing_directory_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="/nowhere:1: there is no such directory; set CHANNEL_BOT_CONFIG"):
        load(tmp_path / "nowhere", {}, HANDLERS)


def test_the_directory_is_told_or_here_or_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `config` directory of another program is not ours."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    shipped = config_dir()
    (tmp_path / "config" / "site.yml").touch()

    assert (shipped / "site.yml").is_file()
    assert config_dir({}) == Path("config")
    assert config_dir({"CHANNEL_BOT_CONFIG": "/etc/channel-bot"}) == Path("/etc/channel-bot")
