"""Tools and state documents of any form: never a traceback, and a program that the kernel takes."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inftool.servers import Kernel
from inftool.servers.compiler.compile import compile_spec
from inftool.servers.compiler.words import word_list
from inftool.specs.spec import ToolSpec

from ...making import spec

VERBS = st.sampled_from(
    word_list("create get list update delete cancel start set add login logout transfer book count lock")
)
NOUNS = st.sampled_from(word_list("order orders user watch_list account door_status settings log history _ 1x"))
NAMES = st.sampled_from(
    word_list("id order_id user_id name status amount value query tags from_account password items _ 9")
)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", ["string", "null"]])
SCHEMAS = st.fixed_dictionaries(
    {},
    optional={"type": TYPES, "enum": st.just(["on", 1, None]), "description": st.just("between 0 and 50; must be new")},
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 99) | st.floats(-1, 9) | st.sampled_from(["open", "U1", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | NOUNS, inner, max_size=4),
    max_leaves=8,
)
OBJECTS = st.dictionaries(NAMES, SCHEMAS, max_size=4).map(lambda parts: {"type": "object", "properties": parts})


@st.composite
def tools(draw: st.DrawFn) -> list[ToolSpec]:
    names = draw(st.lists(st.tuples(VERBS, NOUNS).map("_".join), min_size=1, max_size=6, unique=True))
    found = []
    for name in names:
        schema = draw(OBJECTS)
        found.append(
            ToolSpec(
                name=name,
                description=draw(
                    st.sampled_from(["", "Cancels a pending order and refunds it.", "Returns 'a' and 'b'."])
                ),
                input_schema={**schema, "required": sorted(schema["properties"])[: draw(st.integers(0, 3))]},
                output_schema=draw(st.none() | OBJECTS),
            )
        )
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tools(), st.none() | st.dictionaries(NAMES | NOUNS, VALUES, max_size=5), st.data())
def test_anything_compiles_and_answers(made: list[ToolSpec], state: Any, data: st.DataObject) -> None:
    program = compile_spec(spec(*made), state=state)
    assert [operation.tool for operation in program.operations] == [tool.name for tool in made]
    kernel = Kernel(program)
    session = kernel.open()
    for tool in made:
        kernel.call(session, tool.name, {name: data.draw(VALUES) for name in tool.input_schema["properties"]})
