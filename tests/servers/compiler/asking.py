"""Entities and actions in a line, and what a plan does in a line, for the tests of the reading of actions."""

from typing import Any

from inftool.servers.compiler.actions import read_action
from inftool.servers.compiler.plans import ActionAsk, ActionPlan
from inftool.servers.program import Effect, Entity, EntityField, Operand

TEXT, INT, NUMBER, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"}
MOMENT = {"type": "string", "format": "date-time"}


def enum(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def entity(label: str, **fields: Any) -> Entity:
    held = {"id": EntityField(schema_=TEXT, role="id")}
    held |= {n: f if isinstance(f, EntityField) else EntityField(schema_=f) for n, f in fields.items()}
    name = label.title().replace(" ", "")
    return Entity(name=name, label=label, plural=label + "s", key="id", fields=held)


def ask(words: str, of: Entity, **more: Any) -> ActionAsk:
    return ActionAsk(tuple(words.split()), of, more.pop("arguments", {}), **more)


def plan(words: str, of: Entity, **more: Any) -> ActionPlan | None:
    return read_action(ask(words, of, **more))


def effects(words: str, of: Entity, **more: Any) -> dict[str, Any]:
    """Field → what it is set to: a value, ``now``, None where it is cleared, ``$argument``."""
    found = plan(words, of, **more)
    return {said(e): value(e.by) if e.do != "clear" else None for e in found.effects} if found else {}


def said(effect: Effect) -> str:
    sign = {"add": "+", "subtract": "-", "append": "&", "remove": "~"}.get(effect.do, "")
    row = "" if effect.row == "row" else effect.row + "."
    return f"{sign}{row}{effect.field or effect.field_from}"


def value(operand: Operand) -> Any:
    if operand.argument is not None:
        return f"${operand.argument}"
    return "now" if operand.clock else operand.field if operand.field is not None else operand.value


def checks(words: str, of: Entity, **more: Any) -> list[tuple[str, str, Any]]:
    found = plan(words, of, **more)
    assert found is not None
    return [(c.argument or c.field, c.test, value(c.than)) for c in found.checks]
