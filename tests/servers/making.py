"""Small specifications for the tests of the compiler, built by hand."""

from typing import Any

from inftool.specs.spec import ApiSpec, HttpBinding, Parameter, ToolSpec

TEXT, INT, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}


def obj(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/schemas/{name}"}


def rows(name: str) -> dict[str, Any]:
    return {"type": "array", "items": ref(name)}


def web(
    method: str,
    path: str,
    output: dict[str, Any] | None = None,
    body: dict[str, Any] | None = None,
    query: dict[str, Any] | None = None,
    required: tuple[str, ...] = (),
    name: str = "",
    status: int = 200,
) -> ToolSpec:
    """An HTTP tool; path parameters are strings and required."""
    params = [part.split("}")[0] for part in path.split("{")[1:]]
    places = dict.fromkeys(params, ("path", TEXT))
    places |= {q: ("query", schema) for q, schema in (query or {}).items()}
    places |= {b: ("body", schema) for b, schema in (body or {}).items()}
    return ToolSpec(
        name=name or f"{method}_{path}".replace("/", "_").replace("{", "").replace("}", "").replace(".", "_")[:64],
        input_schema=obj((*params, *required), **{argument: schema for argument, (_, schema) in places.items()}),
        output_schema=output,
        success_status=status,
        http=HttpBinding(
            method=method,  # type: ignore[arg-type]
            path=path,
            parameters={a: Parameter(location=place, name=a) for a, (place, _) in places.items()},  # type: ignore[arg-type]
        ),
    )


def bare(
    name: str, required: dict[str, Any] | None = None, optional: dict[str, Any] | None = None, **more: Any
) -> ToolSpec:
    """A tool without HTTP."""
    properties = {**(required or {}), **(optional or {})}
    return ToolSpec(name=name, input_schema=obj(tuple(required or ()), **properties), **more)


def spec(*tools: ToolSpec, **schemas: dict[str, Any]) -> ApiSpec:
    return ApiSpec(name="made", title="Made", format="openapi-3.1", tools=list(tools), schemas=schemas)
