"""The compile report, in data and in words."""

from inftool.servers.comparison import compare
from inftool.servers.compiler.compile import compile_spec
from inftool.servers.fixtures.placing import with_state
from inftool.servers.overrides import apply_overrides
from inftool.servers.program import ServerProgram
from inftool.servers.report import WIDTH, Report, report
from inftool.specs.spec import Problem

from .clinic import clinic
from .making import INT, TEXT, obj, ref, rows, spec, web


def dispatching() -> ServerProgram:
    """The clinic with one tool for all of a visit, and one that only records its calls."""
    program = clinic()
    cases = {
        name: program.operation(name).model_dump(mode="json", by_alias=True)
        for name in ("add_visit", "list_visits", "get_visit")
    }
    dispatch = {
        "kind": "dispatch", "tool": "visits", "argument": "action", "cases": cases, "rules": ["B1"],
        "input_schema": {"type": "object", "properties": {"action": TEXT, "pet_id": INT, "visit_id": INT,
                                                          "reason": TEXT, "clinic": TEXT}},
    }  # fmt: skip
    action = {
        "kind": "action", "tool": "groom_pet", "entity": "Pet", "key": "pet_id", "key_field": "id", "rules": ["A9"],
        "confidence": "low", "guesses": ["No field of the pet tells of it. " * 4], "shape": {"kind": "row"},
        "input_schema": {"type": "object", "properties": {"pet_id": INT}},
    }  # fmt: skip
    data = program.model_dump(mode="json", by_alias=True)
    return ServerProgram.model_validate({**data, "operations": [*data["operations"], dispatch, action]})


def test_report() -> None:
    program = compile_spec(
        spec(
            web("get", "/pets", rows("Pet"), query={"colour": TEXT}, name="list_pets"),
            web("get", "/pets/{id}", ref("Pet"), name="get_pet"),
            Pet=obj(id=INT, name=TEXT),
        )
    )
    found = report(program)
    assert found.by_kind == {"read": 1, "list": 1}
    assert found.by_confidence == {"high": 2}
    assert [(e.name, e.key, e.operations) for e in found.entities] == [("Pet", "id", 2)]
    assert Report.model_validate_json(found.model_dump_json()) == found
    text = found.to_text()
    assert "2 operations (100% understood): 1 read, 1 list. Confidence: 2 high." in text
    assert "colour" in text
    assert "R1" in text


def test_fallbacks_are_marked_and_counted_and_what_is_opaque_says_why() -> None:
    found = report(dispatching())
    assert [row.tool for row in found.operations if row.fallback] == ["groom_pet"]
    assert found.fallbacks == 1
    assert "Fallbacks: 1." in found.summary()
    total = sum(found.by_kind.values())
    assert found.understood == (total - 2) / total
    assert found.by_kind_and_confidence["action"] == {"low": 1}
    [line] = [line for line in found.to_text().splitlines() if line.startswith("groom_pet")]
    assert line.endswith("low     A9 fallback")


def test_the_cases_of_a_dispatch_stand_below_their_tool_and_are_counted_in_its_place() -> None:
    found = report(dispatching())
    assert "dispatch" not in found.by_kind
    row = next(row for row in found.operations if row.tool == "visits")
    assert [(case.tool, case.kind) for case in row.cases] == [
        ("add_visit", "create"), ("list_visits", "list"), ("get_visit", "read"),
    ]  # fmt: skip
    lines = found.to_text().splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("visits "))
    assert "by action" in lines[place]
    assert lines[place + 1].startswith("  add_visit")


def test_the_overrides_are_shown_before_and_after() -> None:
    before = clinic()
    change = {"kind": "read", "entity": "Pet", "key": "pet_id", "key_field": "id"}
    overrides = {
        "operations": {"estimate_cost": change, "list_pets": {"paging": {"default_limit": 3}}},
        "entities": {"Owner": {"label": "keeper"}},
        "drop": ["delete_pet"],
    }
    after = apply_overrides(before, overrides)
    found = report(after, compare(before, after))
    texts = [change.to_text() for change in found.changes]
    assert "operations.estimate_cost.kind: opaque → read" in texts
    assert "operations.estimate_cost.entity: Pet (new)" in texts
    assert any(text.startswith("operations.list_pets.paging.default_limit:") for text in texts)
    assert "entities.Owner.label: owner → keeper" in texts
    assert "operations.delete_pet: dropped" in texts
    assert "Changed by the overrides:" in found.to_text()
    assert compare(before, before) == []


def test_the_state_is_part_of_the_report() -> None:
    program, placement = with_state(clinic(), {"pets": [{"id": 3, "name": "Rex"}], "weather": "dry"})
    found = report(program, placement=placement)
    assert [entity.given for entity in found.entities if entity.name == "Pet"] == [1]
    assert "/weather (a value) is not placed" in found.to_text()


def test_the_text_is_readable_in_a_hundred_columns() -> None:
    program = dispatching()
    long = program.operations[0].model_copy(update={"tool": "a_tool_with_a_name_that_is_" + "very_" * 7 + "long"})
    problems = [Problem(place="/paths/~1pets", message="words " * 40)] * 30
    program = program.model_copy(update={"operations": [long, *program.operations], "problems": problems})
    text = report(program).to_text()
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "and 10 more problems" in text


def test_an_empty_program_can_be_reported() -> None:
    found = report(compile_spec(spec()))
    assert found.understood == 0.0
    assert "0 operations" in found.to_text()
