"""A checkout of the project becomes the list of what its handlers lack: which handler, which file, what to do."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.settings.yamlfile import parse
from bot.topics import read

OTHER_SPEAKERS = {"status", "rules", "answer", "reminder", "registry", "conversation"}
OTHER_SPEAKERS |= {
    "adoption",
    "blast_radius",
    "digest_withheld",
    "rights",
    "partner_radius",
    "recurring_radius",
    "partner_unknown",
    "partner_record",
    "award_letter",
}
"""Note templates that are no handler's."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What is written about all handlers together."""

    handbook: Collection[str]
    """The ids that config/handbook.yml has."""
    described: Collection[str]
    """The lines of docs/handlers.md."""
    schema: Collection[str]
    """The files that config/schema.json knows."""


def gaps(root: Path) -> list[str]:
    """One sentence for each thing that is missing or left over; empty when all is there."""
    handlers = sorted(path for path in (root / "bot/handlers").glob("*.py") if path.stem != "__init__")
    pages = _pages(root)
    found = [gap for handler in handlers for gap in _of_handler(root, pages, handler)]
    return found + list(_left_over(root, pages, {handler.stem for handler in handlers}))


def _pages(root: Path) -> Pages:
    handbook = root / "config/handbook.yml"
    known = parse(handbook, handbook.read_text("utf-8")).data
    assert isinstance(known, dict)
    schema = json.loads((root / "config/schema.json").read_text("utf-8"))["properties"]
    return Pages(known, (root / "docs/handlers.md").read_text("utf-8").splitlines(), schema)


@lru_cache(maxsize=1024)
def _parsed(source: str) -> ast.Module:
    """Kept, since of the many checkouts that are asked about most files are the same."""
    return ast.parse(source)


def _of_handler(root: Path, pages: Pages, handler: Path) -> Iterator[str]:
    name, source = handler.stem, handler.read_text("utf-8")
    tree = _parsed(source)
    troubles = (
        *_policy(tree),
        *_ids(pages, tree),
        *_settings(tree),
        *_files(root, name, says=any(read(handler, source))),
        *_table(root, name),
        *_described(pages, name),
    )
    yield from (f"handler {name}: {trouble}" for trouble in troubles)


def _policy(tree: ast.Module) -> Iterator[str]:
    policy = (ast.get_docstring(tree) or "").split("\n\n")[0].replace("\n", " ")
    # Dots inside code and names end no sentence.
    if not policy.endswith(".") or re.search(r"[.!?] [A-Z]", re.sub(r"`[^`]*`", "", policy)):
        yield "begin its module with a docstring whose first paragraph is the policy, one sentence"


def _ids(pages: Pages, tree: ast.Module) -> Iterator[str]:
    value = next(
        (node.value for node in tree.body if _assigns(node, "HANDBOOK") and isinstance(node, ast.Assign)), None
    )
    ids = ast.literal_eval(value) if value else ()
    if not isinstance(ids, tuple) or not ids:
        yield 'name the processes it carries, like HANDBOOK = ("GL-02",)'
        return
    yield from (f"add {one} and what it says to config/handbook.yml" for one in ids if one not in pages.handbook)


def _assigns(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [name]


def _settings(tree: ast.Module) -> Iterator[str]:
    found = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Settings"]
    frozen = bool(found) and any("frozen=True" in ast.unparse(one) for one in found[0].decorator_list)
    fields = [node for node in found[0].body if isinstance(node, ast.AnnAssign)] if found else []
    if not frozen or "enabled" not in [ast.unparse(field.target) for field in fields]:
        yield "give it a frozen dataclass Settings with the field `enabled: bool = True`"
    if found and not ast.get_docstring(found[0]):
        yield "say in the docstring of Settings what each of them does"
    yield from (f"give the setting {ast.unparse(one.target)} a default" for one in fields if one.value is None)


def _files(root: Path, name: str, *, says: bool) -> Iterator[str]:
    if not (root / f"config/{name}.yml").is_file():
        yield f"create config/{name}.yml with 'enabled: true'"
    template = f"templates/issue/{name}.note.md.j2"
    exists = (root / template).is_file()
    if says and not exists:
        yield f"create {template} with words for each topic it says"
    if exists and not says:
        yield f"delete {template}, since it says nothing"


def _table(root: Path, name: str) -> Iterator[str]:
    path = root / f"tests/handlers/test_{name}.py"
    if not path.is_file():
        yield f"create tests/handlers/test_{name}.py with a table of cases"
        return
    tables = [node.value for node in _parsed(path.read_text("utf-8")).body if isinstance(node, ast.Assign)]
    if not any(_is_case(row) for table in tables if isinstance(table, ast.Tuple) for row in table.elts):
        yield f"write its table into tests/handlers/test_{name}.py, as CASES = (Case(...), ...)"


def _is_case(row: ast.expr) -> bool:
    return isinstance(row, ast.Call) and ast.unparse(row.func).endswith("Case")


def _described(pages: Pages, name: str) -> Iterator[str]:
    if f"## {name}" not in pages.described:
        yield "run `make docs`, since docs/handlers.md does not know it"
    if f"{name}.yml" not in pages.schema:
        yield "run `make docs`, since config/schema.json does not know it"


def _left_over(root: Path, pages: Pages, names: set[str]) -> Iterator[str]:
    """Files that belong to no handler any more."""
    for path in sorted((root / "templates/issue").glob("*.note.md.j2")):
        if path.name.removesuffix(".note.md.j2") not in names | OTHER_SPEAKERS:
            yield f"delete templates/issue/{path.name}, since there is no handler of this name"
    for path in sorted((root / "tests/handlers").glob("test_*.py")):
        if path.stem.removeprefix("test_") not in names:
            yield f"delete tests/handlers/{path.name}, since there is no handler of this name"
    for line in pages.described:
        if line.startswith("## ") and line.removeprefix("## ") not in names:
            yield f"run `make docs`, since docs/handlers.md still knows {line.removeprefix('## ')}"
