"""A part of a configuration file becomes a shape that pydantic checks, and a schema that says what each key is for."""

from __future__ import annotations

import ast
from functools import cache
from inspect import cleandoc, getsource
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of a file: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        """With the docstring of each attribute.

        `use_attribute_docstrings` has them too, and reads the sources of all sections at each start, which takes a
        tenth of it; a schema is hardly ever asked for.
        """
        found: dict[str, Any] = handler(core_schema)
        keys = handler.resolve_ref_schema(found)["properties"]
        for name, text in attribute_docstrings(cls):
            keys[cls.model_fields[name].alias or name]["description"] = text
        return found


@cache
def attribute_docstrings(section: type) -> tuple[tuple[str, str], ...]:
    """Name and text of each that has one, read from the source; none of a class that was made without any."""
    try:
        (node,) = ast.parse(getsource(section)).body
    except OSError:
        return ()
    pairs = pairwise(node.body if isinstance(node, ast.ClassDef) else ())
    return tuple(
        (above.target.id, cleandoc(below.value.value))
        for above, below in pairs
        if isinstance(above, ast.AnnAssign) and isinstance(above.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
    )
