"""Tool lists of our own for the tests of profiles and functions, compiled to a server and played."""

from __future__ import annotations

from typing import Any

from inftool.servers.compiler.compile import compile_spec
from inftool.servers.runtime.kernel import Kernel
from inftool.servers.runtime.session import Session
from inftool.specs.spec import ApiSpec, ToolSpec

_TYPES = {"s": "string", "i": "integer", "n": "number", "b": "boolean", "a": "array", "o": "object"}


def tool(signature: str, says: str = "", gives: dict[str, Any] | None = None) -> ToolSpec:
    """Read ``name(path:s, deep:b?)``: arguments with the first letter of their type, a question mark for optional."""
    name, _, rest = signature.rstrip(")").partition("(")
    properties: dict[str, Any] = {}
    required = []
    for part in filter(None, (part.strip() for part in rest.split(","))):
        argument, _, kind = part.partition(":")
        properties[argument] = {"type": _TYPES[kind[0]]} if kind else {}
        if not kind.endswith("?"):
            required.append(argument)
    schema = {"type": "object", "properties": properties, "required": required}
    return ToolSpec(name=name, description=says, input_schema=schema, output_schema=gives)


def tools(*signatures: str) -> list[ToolSpec]:
    return [tool(signature) for signature in signatures]


class Player:
    """A compiled server with one session."""

    def __init__(self, *specs: ToolSpec, state: object = None) -> None:
        spec = ApiSpec(name="made", title="Made", format="mcp-tools", tools=list(specs))
        self.program = compile_spec(spec, state=state)
        self.actions = {
            operation.tool: operation.action for operation in self.program.operations if operation.kind == "profile"
        }
        self.kernel = Kernel(self.program)
        self.session: Session = self.kernel.open()

    def ok(self, name: str, /, **arguments: Any) -> Any:
        """Return the answer of a call that must succeed."""
        result = self.kernel.call(self.session, name, arguments)
        assert not result.is_error, result.content
        return result.content

    def no(self, name: str, /, **arguments: Any) -> str:
        """Return the message of a call that must be refused, and must leave no trace."""
        before = self.session.diff()
        result = self.kernel.call(self.session, name, arguments)
        assert result.is_error, result.content
        assert self.session.diff() == before
        return str(result.content["error"]["message"])
