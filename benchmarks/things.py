"""The specification that all contestants serve: resources with the five usual operations, and 20 rows each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from inftool.servers import Kernel, compile_spec
from inftool.servers.program import ServerProgram
from inftool.specs import load

READ = "get_thing1"
"""The tool that is called: an indexed read of one row."""
WRITE = "create_thing1"
KEY = "thing1_id"


def openapi(tools: int) -> dict[str, Any]:
    """Return an OpenAPI document of so many operations, rounded up to whole resources of five."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for number in range(1, -(-tools // 5) + 1):
        name = f"thing{number}"
        fields = {
            "name": {"type": "string", "minLength": 1, "maxLength": 40},
            "size": {"type": "integer", "minimum": 0, "maximum": 1000},
            "status": {"type": "string", "enum": ["new", "open", "closed"]},
            "tags": {"type": "array", "items": {"type": "string"}},
        }
        schemas[name.title()] = {
            "type": "object",
            "required": ["id", "name"],
            "properties": {"id": {"type": "integer"}, **fields},
        }
        schemas[f"New{name.title()}"] = {"type": "object", "required": ["name"], "properties": fields}
        one, new = _json(f"#/components/schemas/{name.title()}"), _json(f"#/components/schemas/New{name.title()}")
        many = {"schema": {"type": "array", "items": one["schema"]}}
        key = {"name": f"{name}_id", "in": "path", "required": True, "schema": {"type": "integer"}}
        paths[f"/{name}s"] = {
            "get": _operation(f"list_{name}s", f"List the {name}s.", 200, many),
            "post": _operation(f"create_{name}", f"Create a {name}.", 201, one, new),
        }
        paths[f"/{name}s/{{{name}_id}}"] = {
            "parameters": [key],
            "get": _operation(f"get_{name}", f"Get a {name} by its id.", 200, one),
            "patch": _operation(f"update_{name}", f"Update a {name}.", 200, one, new),
            "delete": _operation(f"delete_{name}", f"Delete a {name}.", 204),
        }
    info = {"title": f"Things {tools}", "version": "1"}
    return {"openapi": "3.0.3", "info": info, "paths": paths, "components": {"schemas": schemas}}


def prepare(tools: int, folder: Path) -> tuple[Path, Path, ServerProgram]:
    """Write the specification, and what the servers written by hand read of it: the tools and the rows.

    Returns:
        The specification's file, the file for the servers written by hand, and the compiled program.
    """
    spec, table = folder / f"things{tools}.json", folder / f"table{tools}.json"
    spec.write_text(json.dumps(openapi(tools)))
    program = compile_spec(load(str(spec)))
    kernel = Kernel(program)
    with kernel.open() as session:
        entity = program.operation(READ).entity  # type: ignore[union-attr]
        rows = session.rows(entity)
    table.write_text(json.dumps({"tools": kernel.tools(), "rows": rows}))
    return spec, table, program


def _json(reference: str) -> dict[str, Any]:
    return {"schema": {"$ref": reference}}


def _operation(
    name: str, summary: str, status: int, answer: dict[str, Any] | None = None, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    response: dict[str, Any] = {"description": "done"}
    if answer is not None:
        response["content"] = {"application/json": answer}
    operation: dict[str, Any] = {"operationId": name, "summary": summary, "responses": {str(status): response}}
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": body}}
    return operation
