"""Files made to do harm: each is refused or read within its bounds, and never with a traceback."""

import copy
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inftool.specs import ApiSpec, SpecError, load, load_document
from inftool.specs.brevity import size_of
from inftool.specs.bundle import CATALOG
from inftool.specs.document import parse

MEGABYTE = 1024 * 1024
MEASURED = """
import resource, sys
from inftool.specs import SpecError, load
load("petstore"), load("swapi")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    load(sys.argv[1])
    print("read")
except SpecError as error:
    print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def measured(path: Path) -> tuple[str, int]:
    """Return what loading the file says, and the megabytes it took, in a process of its own."""
    run = subprocess.run([sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    said, taken = run.stdout.rsplit("\n", 2)[:2]
    return said, int(taken)


@pytest.mark.parametrize(
    ("name", "start", "filler", "said"),
    [
        ("huge.json", '{"openapi": "3.0.0", "x": "', "a", "100 MB is too large"),
        ("huge.graphql", "type Query { a: Int }\n", "# words\n", "100 MB is too large"),
    ],
)
def test_a_file_of_100_megabytes_is_refused_before_it_is_read(
    tmp_path: Path, name: str, start: str, filler: str, said: str
) -> None:
    path = tmp_path / name
    with path.open("w", encoding="utf-8") as file:
        file.write(start)
        chunk = filler * (MEGABYTE // len(filler))
        for _ in range(100):
            file.write(chunk)
    answer, taken = measured(path)
    assert said in answer
    assert taken < 10


def doubled(first: str, line: str, count: int) -> str:
    """Return YAML lines, each of which uses the one before it."""
    return first + "".join(line.format(this=n, last=n - 1) for n in range(1, count))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lists.json", "[" + "[]," * 9_000_000 + "[]]"),
        ("aliases.yaml", doubled("a0: &a0 [x, x]\n", f"a{{this}}: &a{{this}} [{', '.join(['*a{last}'] * 50)}]\n", 20)),
        ("doubled.yaml", doubled("s0: &s0 {a: 1}\n", "s{this}: &s{this} {{a: *s{last}, b: *s{last}}}\n", 40)),
        ("tokens.graphql", "type Query { " + "a " * 3_000_000),
        ("braces.yaml", "{" * 3_000_000),
        ("quotes.yaml", "a: '" + "''" * 3_000_000),
    ],
    ids=lambda value: value if len(value) < 20 else "",
)
def test_bombs_stay_within_their_bounds(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    answer, taken = measured(path)
    assert answer.startswith(f"{path}: ")
    assert "\n" not in answer
    assert taken < 700


def thousand_operations() -> dict[str, Any]:
    """Return a document of 1,000 operations on 200 entities that refer to each other."""
    schemas, paths = {}, {}
    for n in range(200):
        fields: dict[str, Any] = {f"field{k}": {"type": "string", "description": "What it is. " * 9} for k in range(20)}
        fields |= {f"other{k}": {"$ref": f"#/components/schemas/Thing{(n * 7 + k) % 200}"} for k in range(4)}
        schemas[f"Thing{n}"] = {"type": "object", "properties": {"id": {"type": "integer"}, **fields}}
        here = {"$ref": f"#/components/schemas/Thing{n}"}
        item = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
        paths[f"/things{n}"] = {"get": answering({"type": "array", "items": here}), "post": sending(here)}
        paths[f"/things{n}/{{id}}"] = {
            "parameters": [item], "get": answering(here), "put": sending(here), "delete": answering({}),
        }  # fmt: skip
    return {"openapi": "3.0.0", "paths": paths, "components": {"schemas": schemas}}


def test_a_thousand_operations_load_fast_and_lean(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_text(json.dumps(thousand_operations()), encoding="utf-8")
    start = time.process_time()
    spec = load(path)
    assert time.process_time() - start < 8, "it takes 2 s on an idle machine"
    assert len(spec.tools) == 1000
    assert sum(map(size_of, spec.tools)) <= 2048 * 1000
    answer, taken = measured(path)
    assert answer == "read"
    assert taken < 120


def answering(schema: Any) -> dict[str, Any]:
    return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}


def sending(schema: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}, **answering(schema)}


def document(schemas: dict[str, Any], schema: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "paths": {"/a": {"post": sending(schema)}}, "components": {"schemas": schemas}}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def chain(length: int) -> dict[str, Any]:
    return {f"S{n}": ref(f"S{n + 1}") for n in range(length)} | {f"S{length}": {"type": "object"}}


def fan(levels: int, width: int) -> dict[str, Any]:
    """Return schemas that mean width to the power of levels of them, written out."""
    named: dict[str, Any] = {f"S{levels}": {"type": "string"}}
    for n in range(levels):
        named[f"S{n}"] = {"type": "object", "properties": {f"p{k}": ref(f"S{n + 1}") for k in range(width)}}
    return named


@pytest.mark.parametrize(
    ("schemas", "schema"),
    [
        ({"S0": ref("S0")}, ref("S0")),
        ({"S0": ref("S1"), "S1": ref("S0")}, ref("S0")),
        ({"S0": {"allOf": [ref("S1")]}, "S1": {"allOf": [ref("S0")]}}, ref("S0")),
        ({"S0": {"anyOf": [ref("S0"), ref("S0")]}}, ref("S0")),
        ({"S0": {"properties": {"a": {"items": ref("S0")}}}}, ref("S0")),
        ({"S0": {"$ref": "#/components/schemas/S0/properties/a"}}, ref("S0")),
        ({"S0": {"$ref": "#"}, "S1": {"$ref": "#/paths"}}, ref("S0")),
        (chain(500), ref("S0")),
        (fan(12, 30), ref("S0")),
        ({name: {"allOf": [one]} for name, one in fan(12, 12).items()}, ref("S0")),
        ({"S0": {"oneOf": [{"properties": {f"p{n}": ref("S0")}} for n in range(100)]}}, ref("S0")),
        ({"S0": {"enum": list(range(100_000))}}, ref("S0")),
        ({"S0": {"properties": {f"p{n}": {"enum": [str(k) for k in range(200)]} for n in range(200)}}}, ref("S0")),
        ({f"S{n}": {"pattern": "(a+)+" * n} for n in range(40)}, {"pattern": "((a{1,999}){1,999}){1,999}"}),
        ({"S" * 5000: {"type": "object"}}, ref("S" * 5000)),
        ({"\u202e\u0000\ud83d": {"type": "object"}, "": {"type": "string"}, "a/b~c": ref("")}, ref("a~1b~0c")),
        ({"S0": {"minimum": 10**400, "maximum": 1e308 * 10, "maxLength": 1e300, "multipleOf": 1e-320}}, ref("S0")),
        ({"S0": {"default": 10**9000, "const": float("nan"), "examples": [float("inf")]}}, ref("S0")),
    ],
)  # fmt: skip
def test_hostile_schemas_are_read_within_their_bounds(schemas: dict[str, Any], schema: Any) -> None:
    start = time.process_time()
    spec = load_document(document(schemas, schema), "hostile")
    assert time.process_time() - start < 5
    sound(spec)


def sound(spec: ApiSpec) -> None:
    """Check what every specification promises."""
    names = [tool.name for tool in spec.tools]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and 0 < len(name) <= 64 for name in names)
    for tool in spec.tools:
        jsonschema_rs.validator_for(tool.input_schema)
        assert tool.input_schema["type"] == "object"
        jsonschema_rs.validator_for({"schemas": spec.schemas, **(tool.output_schema or {})})
    assert json.loads(spec.model_dump_json())["tools"]


def test_names_that_are_no_identifiers_and_ids_given_twice() -> None:
    operation = {"operationId": "get", **answering({})}
    odd = ["../../etc/passwd", "a\0b", "\u202egnp", "𝓰𝓮𝓽", "", " ", "x" * 500, "get", "GET", "drop table;--", "é"]
    paths = {f"/{n}": {"get": {**operation, "operationId": name}} for n, name in enumerate([*odd, *odd])}
    parameters = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in odd if name]
    paths["/p"] = {"get": {**operation, "parameters": parameters}}
    spec = load_document({"openapi": "3.0.0", "paths": paths}, "x")
    sound(spec)
    assert len(spec.tools) == len(paths)
    assert all(name.isascii() for name in spec.tools[-1].input_schema["properties"])


READ = {
    path.name: parse(path.read_text(encoding="utf-8"), path.name)
    for path in sorted(CATALOG.iterdir())
    if path.suffix in (".json", ".yaml", ".yml") and path.stat().st_size < 120_000
}
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=True)
    | st.text(max_size=5)
    | st.sampled_from(["#", "#/", "$ref", "../x.json", "http://127.0.0.1:1/", "object", "{id}", ":id", "{{x}}", "(["]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=3) | st.sampled_from(["$ref", "type", "item", "name"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(st.data())
def test_any_value_in_any_place_gives_a_specification_or_an_error(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(READ)))
    changed = copy.deepcopy(READ[name])
    for _ in range(data.draw(st.integers(1, 6))):
        holder: Any = changed
        for _ in range(data.draw(st.integers(0, 12))):
            inner = [
                item
                for item in (holder.values() if isinstance(holder, dict) else holder)
                if item and isinstance(item, (dict, list))
            ]
            if not inner:
                break
            holder = data.draw(st.sampled_from(inner))
        if holder:
            key = data.draw(st.sampled_from(list(holder) if isinstance(holder, dict) else range(len(holder))))
            holder[key] = data.draw(ANYTHING)
    try:
        sound(load_document(changed, name))
    except SpecError as error:
        said = str(error)
    else:
        said = "read"
    assert "\n" not in said


SCHEMA_TEXT = (CATALOG / "swapi.graphql").read_text(encoding="utf-8")[-6000:]
WORDS = [*SCHEMA_TEXT.split()[:300], *"{}()![]:=|", "input", "@x", "extend", "union", "{a: 1}", '"""']


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=60), st.integers(0, len(SCHEMA_TEXT)), st.text(max_size=5))
def test_any_graphql_gives_a_specification_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], place: int, odd: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.graphql"
    text = (
        "type Query { a(b: Missing, c: Query): Film } "
        + SCHEMA_TEXT[:place]
        + odd
        + " ".join(words)
        + SCHEMA_TEXT[place:]
    )
    path.write_text(text, encoding="utf-8", errors="replace")
    try:
        sound(load(path))
    except SpecError as error:
        said = str(error)
    else:
        said = "read"
    assert "\n" not in said
