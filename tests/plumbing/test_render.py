"""Templates become words; a template that is missing or wrong is named with its line."""

# ruff: noqa: E501 - sentences are compared whole

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.render import Renderer, template_dirs

NOTE = """\
{% if topic == "missing" %}
The intro names no DRI, {{ author }}.
{% elif topic == "unknown" %}
There is no account {{ handle | code }}.
{% endif %}
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    files = {
        "issue/dri.note.md.j2": NOTE,
        "issue/report.issue.md.j2": "# Milestones of {{ group }}\n\n{% for point in points %}\n- {{ point }}\n{% endfor %}\n",
        "issue/untitled.issue.md.j2": "Milestones\n",
        "email/hello/body.txt.j2": "Hello {{ name }}\n",
        "email/hello/body.html.j2": "<p>{{ name }}</p>\n",
    }
    for path, text in files.items():
        written(tmp_path, path, text)
    return tmp_path


def written(directory: Path, path: str, text: str) -> None:
    (directory / path).parent.mkdir(parents=True, exist_ok=True)
    (directory / path).write_text(text)


@pytest.fixture
def renderer(directory: Path) -> Renderer:
    return Renderer([directory], {"code": lambda text: f"`{text}`"})


def complaint(directory: Path, text: str, **values: str) -> str:
    written(directory, "issue/wrong.note.md.j2", text)
    with pytest.raises(ConfigError) as raised:
        Renderer([directory]).note("wrong", "missing", values)
    return str(raised.value).replace(f"{directory}/", "")


def test_a_note_says_its_topic(renderer: Renderer) -> None:
    """Values pass through as given."""
    assert renderer.note("dri", "missing", {"author": "*Pat* <&>"}) == "The intro names no DRI, *Pat* <&>."
    assert renderer.note("dri", "unknown", {"handle": "pat"}) == "There is no account `pat`."


def test_an_issue_has_a_title_and_a_description(renderer: Renderer) -> None:
    assert renderer.issue("report", group="acme", points=["one", "two"]) == ("Milestones of acme", "- one\n- two")


def test_a_title_is_no_longer_than_gitlab_takes(renderer: Renderer) -> None:
    assert renderer.issue("report", group="a" * 242, points=[])[0] == f"Milestones of {'a' * 240}…"
    assert renderer.issue("report", group="a" * 241, points=[])[0] == f"Milestones of {'a' * 241}"


def test_only_html_is_escaped(renderer: Renderer) -> None:
    assert renderer.text("email/hello/body.txt.j2", name="<Pat>") == "Hello <Pat>\n"
    assert renderer.text("email/hello/body.html.j2", name="<Pat>") == "<p>&lt;Pat&gt;</p>\n"


def test_a_template_tells_which_names_it_asks_for(renderer: Renderer) -> None:
    assert renderer.placeholders("issue/dri.note.md.j2") == {"topic", "author", "handle"}
    with pytest.raises(ConfigError, match="there is no such template; create it"):
        renderer.placeholders("issue/gone.note.md.j2")


def test_an_earlier_directory_wins(directory: Path, tmp_path: Path) -> None:
    written(tmp_path / "own", "email/hello/body.txt.j2", "Dear {{ name }}")
    renderer = Renderer([tmp_path / "own", directory])

    assert renderer.text("email/hello/body.txt.j2", name="Pat") == "Dear Pat"
    assert renderer.text("email/hello/body.html.j2", name="Pat") == "<p>Pat</p>\n"


WRONG = {
    "a near name": ("x\n\n{{ handel }}", "3: unknown name 'handel', did you mean 'handle'?"),
    "a far name": ("{{ zzz }}", "1: 'zzz' is undefined; the names here are handle, topic"),
    "an attribute": (
        "\n{{ handle.nothing }}",
        "2: 'str object' has no attribute 'nothing'; the names here are handle, topic",
    ),
    "a function of jinja": ("{{ range(3) }}", "1: 'range' is undefined; the names here are handle, topic"),
    "no template": ("x\n{% if %}", "2: this is no template: Expected an expression, got 'end of statement block'"),
    "an unknown filter": ("{{ handle | shout }}", "1: this is no template: No filter named 'shout'."),
    "nonsense": (
        "\n\n{{ handle + 1 }}",
        '3: the template cannot be filled: can only concatenate str (not "int") to str',
    ),
    "an include of nothing": (
        "\n{% include 'issue/gone.md.j2' %}",
        "2: the template cannot be filled: 'issue/gone.md.j2' not found",
    ),
    "no words": (
        "{% if topic == 'x' %}x{% endif %}",
        "1: there are no words for the topic 'missing'; add a branch for it",
    ),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_template_is_told_with_its_line(directory: Path, text: str, said: str) -> None:
    assert complaint(directory, text, handle="pat").startswith(f"issue/wrong.note.md.j2:{said}")


def test_a_wrong_line_in_an_included_template_is_told(directory: Path) -> None:
    written(directory, "issue/inner.md.j2", "\n{{ handel }}")
    assert complaint(directory, "\n\n\n{% include 'issue/inner.md.j2' %}").startswith(
        "issue/inner.md.j2:2: 'handel' is undefined"
    )


def test_a_template_that_is_not_utf_8_is_told(directory: Path) -> None:
    (directory / "issue" / "latin.note.md.j2").write_bytes(b"\xe4")
    with pytest.raises(ConfigError, match=r"issue/latin\.note\.md\.j2:1: this is no template: .*utf-8"):
        Renderer([directory]).note("latin", "missing", {})


def test_a_missing_template_is_told(renderer: Renderer, directory: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        renderer.note("gone", "missing", {})
    assert str(raised.value) == f"{directory}/issue/gone.note.md.j2:1: there is no such template; create it"


def test_an_issue_without_a_title_is_told(renderer: Renderer) -> None:
    with pytest.raises(ConfigError, match=r"untitled\.issue\.md\.j2:1: the first line is no title; begin it with '# '"):
        renderer.issue("untitled")


def test_all_unreadable_templates_are_told_at_once(directory: Path) -> None:
    written(directory, "issue/a.note.md.j2", "{% if %}")
    written(directory, "email/b/subject.txt.j2", "\n{{ x | shout }}")

    said = [line.replace(f"{directory}/", "") for line in Renderer([directory], {"code": str}).problems()]
    assert [line.split(" ")[0] for line in said] == ["email/b/subject.txt.j2:2:", "issue/a.note.md.j2:1:"]


def test_templates_are_here_and_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `templates` directory of another program is not ours."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "templates").mkdir()
    (shipped,) = template_dirs()
    (tmp_path / "templates" / "issue").mkdir()

    assert (shipped / "issue" / "Channel_Issue.md").is_file()
    assert template_dirs() == (Path("templates"), shipped)
