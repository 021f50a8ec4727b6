"""Properties of every compiled program, over the bundled specifications and over made ones."""

import functools
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inftool.servers.compiler.compile import compile_spec
from inftool.servers.overrides import check_program
from inftool.servers.program import EntityOperation, ServerProgram
from inftool.specs import bundled, load
from inftool.specs.spec import ApiSpec

from ..making import INT, TEXT, bare, obj, ref, rows, spec, web


@functools.cache
def loaded(name: str) -> ApiSpec:
    return load(name)


def hold(source: ApiSpec, program: ServerProgram) -> None:
    """Assert what is true of every program."""
    check_program(program)
    assert [operation.tool for operation in program.operations] == [tool.name for tool in source.tools]
    text = program.model_dump_json(by_alias=True)
    assert '"$ref"' not in text
    assert ServerProgram.model_validate_json(text) == program
    for entity in program.entities.values():
        assert entity.singleton or entity.fields[entity.key].role == "id"
        assert entity.label
        assert entity.plural
        roles = [row_field.role for row_field in entity.fields.values()]
        assert roles.count("id") == (not entity.singleton)
        assert roles.count("parent") == (entity.parent is not None)
        for row in entity.examples:
            assert set(row) <= set(entity.fields)
        above, seen = entity.parent, {entity.name}
        while above is not None:
            assert above not in seen
            seen.add(above)
            above = program.entities[above].parent
    for operation in program.operations:
        if operation.kind == "opaque":
            assert operation.reason
            continue
        if not isinstance(operation, EntityOperation):
            continue
        assert operation.rules
        assert operation.confidence == "high" or operation.guesses
        assert set(operation.shape.fields or ()) <= set(program.entities[operation.entity].fields)
        assert len(set(operation.rules)) == len(operation.rules)


@pytest.mark.parametrize("name", bundled())
def test_bundled_specifications(name: str) -> None:
    program = compile_spec(loaded(name))
    hold(loaded(name), program)
    assert program.digest == compile_spec(loaded(name)).digest


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_selection_of_tools_in_any_order(data: st.DataObject) -> None:
    source = loaded(data.draw(st.sampled_from(bundled())))
    tools = data.draw(st.lists(st.sampled_from(source.tools), max_size=12, unique_by=lambda tool: tool.name))
    part = source.model_copy(update={"tools": tools})
    hold(part, compile_spec(part))


WORD = st.sampled_from(
    [
        "pets",
        "users",
        "orders",
        "id",
        "name",
        "status",
        "cancel",
        "search",
        "items",
        "me",
        "v1",
        "{id}",
        "{petId}",
        "{a}",
        "json",
        "settings",
        "login",
        "x",
    ]
)
SCHEMA = st.recursive(
    st.sampled_from(
        [
            {},
            TEXT,
            INT,
            {"type": "null"},
            ref("A"),
            ref("B"),
            ref("Missing"),
            {"type": ["string", "null"]},
            {"enum": [1]},
        ]
    ),
    lambda inner: st.one_of(
        inner.map(lambda s: {"type": "array", "items": s}),
        st.lists(inner, min_size=1, max_size=3).map(lambda s: {"oneOf": s}),
        st.lists(inner, min_size=1, max_size=3).map(lambda s: {"allOf": s}),
        st.dictionaries(
            st.sampled_from(["id", "name", "data", "pets", "total", "petId", "", "a.b", "é"]), inner, max_size=4
        ).map(lambda p: {"type": "object", "properties": p}),
    ),
    max_leaves=6,
)


@st.composite
def made(draw: st.DrawFn) -> ApiSpec:
    tools: list[Any] = []
    for number in range(draw(st.integers(0, 8))):
        names = st.sampled_from(["id", "name", "petId", "q", "limit", "page", "sort"])
        fields = draw(
            st.dictionaries(
                names, st.sampled_from([{}, TEXT, INT, obj(id=INT), {"type": "array", "items": TEXT}]), max_size=4
            )
        )
        if draw(st.booleans()):
            words = draw(
                st.lists(WORD, min_size=1, max_size=5, unique_by=lambda word: word if word[0] == "{" else object())
            )
            method = draw(st.sampled_from(["get", "put", "post", "delete", "patch", "head"]))
            fields = {name: schema for name, schema in fields.items() if f"{{{name}}}" not in words}
            place = "body" if method in ("put", "post", "patch") else "query"
            tools.append(
                web(method, "/" + "/".join(words), draw(st.none() | SCHEMA), name=f"t{number}", **{place: fields})
            )
        else:
            name = draw(st.text("getlispcradupox_-.", min_size=1, max_size=12)) + f"_pet_{number}"
            tools.append(bare(name, fields, output_schema=draw(st.none() | SCHEMA)))
    return spec(*tools, A=draw(SCHEMA), B=draw(SCHEMA))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(source=made())
def test_made_specifications(source: ApiSpec) -> None:
    hold(source, compile_spec(source))


def test_the_seed_is_kept_and_is_all_that_it_changes() -> None:
    one, other = compile_spec(loaded("petstore"), seed=1), compile_spec(loaded("petstore"), seed=2)
    assert (one.seed, other.seed) == (1, 2)
    assert one.digest != other.digest
    assert one.model_copy(update={"seed": 2}).digest == other.digest


def test_a_thousand_operations_compile_quickly_and_small() -> None:
    fields = {f"field_{i}": ref("Deep") if i % 5 == 0 else TEXT for i in range(30)}
    schemas = {f"Thing{n}": obj(id=INT, other_id=INT, **fields) for n in range(200)}
    tools = [
        tool
        for n in range(200)
        for tool in (
            web("get", f"/things{n}", rows(f"Thing{n}"), query={"limit": INT}),
            web("post", f"/things{n}", ref(f"Thing{n}"), body={"field_1": TEXT}),
            web("get", f"/things{n}/{{id}}", ref(f"Thing{n}")),
            web("patch", f"/things{n}/{{id}}", ref(f"Thing{n}"), body={"field_1": TEXT}),
            web("delete", f"/things{n}/{{id}}"),
        )
    ]
    source = spec(*tools, **schemas, Deep=obj(**{f"d{i}": ref("Deep") for i in range(20)}))
    started = time.process_time()
    program = compile_spec(source)
    assert time.process_time() - started < 10
    assert len(program.entities) == 200
    assert all(operation.confidence == "high" for operation in program.operations)
    assert len(json.dumps(program.model_dump(mode="json"))) < 60_000_000
