"""A compiled server in a line, for the tests that call it."""

from typing import Any

from inftool.servers.compiler.compile import compile_spec
from inftool.servers.program import Operation
from inftool.servers.runtime.kernel import Kernel
from inftool.specs.spec import ToolSpec

from ..making import spec


class Served:
    """A made specification with its server in one session; tools are called by ``"post /pets"`` or by name."""

    def __init__(self, *tools: ToolSpec, **schemas: dict[str, Any]) -> None:
        self.program = compile_spec(spec(*tools, **schemas))
        self._kernel = Kernel(self.program)
        self._session = self._kernel.open()
        self._tools = {f"{tool.http.method} {tool.http.path}": tool.name for tool in tools if tool.http is not None}

    def operation(self, tool: str) -> Operation:
        name = self._tools.get(tool, tool)
        return next(operation for operation in self.program.operations if operation.tool == name)

    def kind(self, tool: str) -> tuple[str, str, str]:
        """Kind, entity and confidence of an operation."""
        found = self.operation(tool)
        return found.kind, getattr(found, "entity", ""), found.confidence

    def __call__(self, tool: str, **arguments: Any) -> Any:
        """The content of a call that must succeed."""
        result = self._kernel.call(self._session, self._tools.get(tool, tool), arguments)
        assert not result.is_error, result.text
        return result.content

    def status(self, tool: str, **arguments: Any) -> int:
        return self._kernel.call(self._session, self._tools.get(tool, tool), arguments).status

    def rows(self, entity: str) -> list[dict[str, Any]]:
        """The rows of an entity as they are kept."""
        return [dict(row) for row in self._session.rows(entity)]

    def changes(self) -> list[tuple[str, str]]:
        """Entity and kind of every change since the start."""
        return [(change.entity, change.kind) for change in self._session.diff()]
