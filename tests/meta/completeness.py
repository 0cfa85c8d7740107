"""A checkout of the project becomes the list of what its handlers lack: which handler, which file, what to do."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

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


def gaps(root: Path) -> list[str]:
    """One sentence for each thing that is missing or left over; empty when all is there."""
    handlers = sorted(path for path in (root / "bot/handlers").glob("*.py") if path.stem != "__init__")
    found = [gap for handler in handlers for gap in _of_handler(root, handler)]
    return found + list(_left_over(root, {handler.stem for handler in handlers}))


def _of_handler(root: Path, handler: Path) -> Iterator[str]:
    name, source = handler.stem, handler.read_text("utf-8")
    tree = ast.parse(source)
    troubles = (
        *_policy(tree),
        *_ids(root, tree),
        *_settings(tree),
        *_files(root, name, says=any(read(handler, source))),
        *_table(root, name),
        *_pages(root, name),
    )
    yield from (f"handler {name}: {trouble}" for trouble in troubles)


def _policy(tree: ast.Module) -> Iterator[str]:
    policy = (ast.get_docstring(tree) or "").split("\n\n")[0].replace("\n", " ")
    # Dots inside code and names end no sentence.
    if not policy.endswith(".") or re.search(r"[.!?] [A-Z]", re.sub(r"`[^`]*`", "", policy)):
        yield "begin its module with a docstring whose first paragraph is the policy, one sentence"


def _ids(root: Path, tree: ast.Module) -> Iterator[str]:
    value = next(
        (node.value for node in tree.body if _assigns(node, "HANDBOOK") and isinstance(node, ast.Assign)), None
    )
    ids = ast.literal_eval(value) if value else ()
    if not isinstance(ids, tuple) or not ids:
        yield 'name the processes it carries, like HANDBOOK = ("GL-02",)'
        return
    known = yaml.safe_load((root / "config/handbook.yml").read_text("utf-8"))
    yield from (f"add {one} and what it says to config/handbook.yml" for one in ids if one not in known)


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
    tables = [node.value for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.Assign)]
    if not any(_is_case(row) for table in tables if isinstance(table, ast.Tuple) for row in table.elts):
        yield f"write its table into tests/handlers/test_{name}.py, as CASES = (Case(...), ...)"


def _is_case(row: ast.expr) -> bool:
    return isinstance(row, ast.Call) and ast.unparse(row.func).endswith("Case")


def _pages(root: Path, name: str) -> Iterator[str]:
    if f"\n## {name}\n" not in (root / "docs/handlers.md").read_text("utf-8"):
        yield "run `make docs`, since docs/handlers.md does not know it"
    if f"{name}.yml" not in json.loads((root / "config/schema.json").read_text("utf-8"))["properties"]:
        yield "run `make docs`, since config/schema.json does not know it"


def _left_over(root: Path, names: set[str]) -> Iterator[str]:
    """Files that belong to no handler any more."""
    for path in sorted((root / "templates/issue").glob("*.note.md.j2")):
        if path.name.removesuffix(".note.md.j2") not in names | OTHER_SPEAKERS:
            yield f"delete templates/issue/{path.name}, since there is no handler of this name"
    for path in sorted((root / "tests/handlers").glob("test_*.py")):
        if path.stem.removeprefix("test_") not in names:
            yield f"delete tests/handlers/{path.name}, since there is no handler of this name"
    for line in (root / "docs/handlers.md").read_text("utf-8").splitlines():
        if line.startswith("## ") and line.removeprefix("## ") not in names:
            yield f"run `make docs`, since docs/handlers.md still knows {line.removeprefix('## ')}"
