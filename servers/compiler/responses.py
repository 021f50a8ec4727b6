"""How each operation answers: row, rows, a figure or nothing, in the declared envelope (rules Q1, C1, D1, E6)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from inftool.servers.compiler.drafts import Draft
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.shapes import Located, locate_blank, locate_figure
from inftool.servers.compiler.words import normal
from inftool.servers.program import Entity, Shape
from inftool.specs.spec import JsonSchema

_LISTING = ("list", "search")
_SCALARS = frozenset(("string", "integer", "number"))


class Responses:
    """Tells the shape of each operation's response.

    Args:
        schemas: named schemas that theirs may refer to.
        shown: names of the entities whose rows some operation reads or lists, so that what a row is does not depend
            on what a write answers.
    """

    def __init__(self, schemas: Schemas, shown: Collection[str]) -> None:
        self._schemas = schemas
        self._shown = frozenset(shown)

    def shape(self, draft: Draft, entity: Entity) -> Shape:
        """Return the shape of a draft's response; what is assumed is recorded in the draft."""
        tool = draft.tool
        if tool.http is not None and tool.http.method == "head":
            return Shape(kind="empty")
        if draft.kind == "aggregate":
            path = [] if draft.function == "group" else locate_figure(tool.output_schema, self._schemas) or []
            return Shape(kind="value", path=path)
        if draft.plain:
            return self._plain(draft, entity)
        if draft.kind in _LISTING:
            return (
                self._trimmed(draft.located, draft, entity) if draft.located is not None else self._blank(draft, entity)
            )
        if draft.kind.startswith("bulk_") or draft.kind in ("link", "unlink"):
            return self._aside(draft, entity)
        if draft.kind == "delete":
            return self._deleted(draft, entity)
        if draft.located is not None:
            return self._trimmed(draft.located, draft, entity)
        return self._unlocated(draft)

    def _unlocated(self, draft: Draft) -> Shape:
        tool = draft.tool
        if tool.output_schema is None:
            declared = tool.http is not None and tool.success_status in (204, 205)
            return Shape(kind="empty") if declared else Shape(kind="row")
        kinds = self._schemas.types(tool.output_schema)
        if draft.kind == "create" and kinds and kinds <= _SCALARS:
            return Shape(kind="key")
        return Shape(kind="row") if kinds <= {"object"} else Shape(kind="empty")

    def _plain(self, draft: Draft, entity: Entity) -> Shape:
        """The response of rows that are plain values: their one field, or their keys (rule Q1)."""
        field = "value" if "value" in entity.fields and draft.kind not in _LISTING else entity.key
        if draft.kind not in _LISTING:
            return Shape(kind="value", fields=[field]) if draft.tool.output_schema is not None else Shape(kind="empty")
        properties = self._schemas.resolve(draft.tool.output_schema or {}).get("properties") or {}
        found = locate_blank(draft.tool.output_schema, self._schemas, entity.label.split())
        return Shape(kind="values", path=[found[0]] if found else list(properties)[:1], fields=[field])

    def _blank(self, draft: Draft, entity: Entity) -> Shape:
        """The response of a list that declares nothing of its rows: an array, or an object around one (rule E6)."""
        if draft.forgotten or "object" not in self._schemas.types(draft.tool.output_schema or {}):
            return Shape(kind="rows")
        properties = self._schemas.resolve(draft.tool.output_schema or {}).get("properties") or {}
        arrays = [n for n, part in properties.items() if self._schemas.types(part) == {"array"}]
        found = locate_blank(draft.tool.output_schema, self._schemas, entity.label.split())
        if found is not None and found[1]:
            return Shape(kind="values", path=[found[0]], fields=[entity.key])
        if arrays:
            return Shape(kind="rows", path=[found[0]] if found else arrays[:1])
        return Shape(kind="rows", path=["data"], counters={"has_more": "has_more", "next_cursor": "next_cursor"})

    def _aside(self, draft: Draft, entity: Entity) -> Shape:
        """The response of a write to several rows or links: the rows, or nothing of them."""
        if draft.located is None or draft.tool.output_schema is None:
            return Shape(kind="empty")
        return self._trimmed(draft.located, draft, entity)

    def _deleted(self, draft: Draft, entity: Entity) -> Shape:
        """The response of a delete: nothing, or what the row has of it (rule D1)."""
        if draft.tool.output_schema is None:
            return Shape(kind="empty")
        if draft.located is None:
            return Shape(kind="row" if self._schemas.types(draft.tool.output_schema) == {"object"} else "empty")
        return self._trimmed(draft.located, draft, entity)

    def _trimmed(self, located: Located, draft: Draft, entity: Entity) -> Shape:
        """Keep the fields that rows have; a response that shows few of them is of another thing, and is said to be.

        A response that has the key under another name, and hardly more, is the key alone (rule C1).
        """
        shown = self._schemas.resolve(located.schema).get("properties") or {}
        kept = [
            name
            for name in located.fields
            if name in entity.fields and self._agree(shown.get(name), entity.fields[name].schema_)
        ]
        if draft.kind == "create" and not kept:
            named = {normal(entity.key), "id", normal(entity.label) + "id"}
            for name in located.fields:
                if normal(name) in named and name != entity.key:
                    return Shape(kind="key", path=[*located.path, name])
        if draft.kind not in ("delete", "action") and len(kept) * 2 < len(located.fields):
            asked = draft.kind in ("read", *_LISTING)
            told = entity.key in kept if asked else entity.name in self._shown
            draft.lower(
                "high" if told else "low" if asked and not kept else "medium",
                f"Its response is not the {entity.label} but something else; only shared fields are shown.",
            )
        return located.shape().model_copy(update={"fields": kept})

    def _agree(self, declared: object, held: JsonSchema) -> bool:
        """Whether a response may show a field as it is held: two responses may give one name to different types."""
        one, other = self._schemas.types(declared), self._schemas.types(held)
        if one and other and not one & other and not (one | other) <= {"integer", "number"}:
            return False
        options, others = self._options(declared), self._options(held)
        return not options or not others or any(option in others for option in options)

    def _options(self, schema: object) -> list[Any]:
        """Return the values that a schema enumerates, null aside; none where any may be."""
        found = self._schemas.resolve(schema).get("enum") if isinstance(schema, dict) else None
        return [option for option in found if option is not None] if isinstance(found, list) else []
