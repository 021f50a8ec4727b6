"""Reads that leave a mark on the row: a message that is opened counts as read from then on (rule A2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from inftool.servers.compiler.words import normal
from inftool.servers.program import Effect, Entity, Operand, Operation, ReadOperation
from inftool.specs.spec import ToolSpec

_MARKS = re.compile(r"(?<!to )(?<!not )(?<!n't )\bmark(?:s|ed|ing)?\b[^.]{0,30}\b(read|seen|viewed|opened)\b")


def read_marks(operations: Iterable[Operation], entities: Mapping[str, Entity], tools: Sequence[ToolSpec]) -> None:
    """Give reads of one row the mark that their description speaks of, where the row has a boolean for it.

    Operations are changed in place.
    """
    by_name = {tool.name: tool for tool in tools}
    for operation in operations:
        tool = by_name.get(operation.tool)
        if tool is None or tool.http is not None or not isinstance(operation, ReadOperation) or operation.effects:
            continue
        said = _MARKS.search(tool.description.lower())
        fields = entities[operation.entity].fields
        flags = {normal(name): name for name, field in fields.items() if field.schema_.get("type") == "boolean"}
        word = said.group(1) if said is not None else ""
        for name, value in ((word, True), (f"is{word}", True), (f"un{word}", False), (f"isun{word}", False)):
            if word and operation.key and name in flags:
                operation.effects.append(Effect(field=flags[name], by=Operand(value=value)))
                operation.rules.append("A2")
                break
