"""The kernel on a program written by hand: every kind of operation, every way to fail, and what must always hold."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inftool.servers.opening import open_program
from inftool.servers.program import EntityOperation, RowOperation
from inftool.servers.runtime.kernel import Kernel, ProgramError, UnknownTool
from inftool.servers.runtime.results import ToolResult
from inftool.servers.runtime.session import Session
from inftool.servers.runtime.values import value_for
from inftool.specs import bundled

from ..clinic import clinic

KERNEL = Kernel(clinic())
TOOLS = [operation.tool for operation in KERNEL.program.operations]


@pytest.fixture
def session() -> Iterator[Session]:
    with KERNEL.open() as opened:
        yield opened


def call(session: Session, tool: str, **arguments: Any) -> ToolResult:
    """Call a tool of the clinic."""
    return KERNEL.call(session, tool, arguments)


def message(result: ToolResult) -> str:
    """Return the message of a failed call, in either form of body."""
    assert result.is_error
    return str(result.content.get("message") or result.content["error"]["message"])


def test_create_then_read_returns_what_was_sent_and_what_the_server_sets(session: Session) -> None:
    made = call(session, "create_pet", name="Rex", price=3, tags=["a"])
    assert made.status == 201
    assert made.content == {
        "id": 11,
        "name": "Rex",
        "status": "available",
        "price": 3,
        "tags": ["a"],
        "created_at": "2026-07-01T09:00:01Z",
        "updated_at": "2026-07-01T09:00:01Z",
    }
    assert call(session, "get_pet", pet_id=11).content == made.content
    assert call(session, "get_pet", pet_id=11.0).content == made.content
    assert call(session, "get_pet_by_name", name="Rex").content == made.content
    assert call(session, "list_pets", q="rex").content["data"] == [made.content]


def test_lists_filter_sort_and_page(session: Session) -> None:
    rows = session.rows("Pet")
    everything = call(session, "list_pets").content
    assert [row["id"] for row in everything["data"]] == [row["id"] for row in rows]
    assert everything["object"] == "list"
    assert everything["meta"] == {"total": 6, "page": 1}
    pages = [call(session, "list_pets", limit=4, page=page).content for page in (1, 2, 3)]
    assert [len(page["data"]) for page in pages] == [4, 2, 0]
    assert [page["has_more"] for page in pages] == [True, False, False]
    assert pages[0]["data"] + pages[1]["data"] == everything["data"]
    sold = call(session, "list_pets", status="sold").content["data"]
    assert sold == [row for row in rows if row["status"] == "sold"]
    either = call(session, "list_pets", statuses="sold, pending").content["data"]
    assert either == [row for row in rows if row["status"] != "available"]
    cheap = call(session, "list_pets", max_price=150, sort="price").content["data"]
    assert [row["price"] for row in cheap] == sorted(row["price"] for row in rows if row["price"] <= 150)
    for arguments in ({"sort": "-price"}, {"sort": "price", "order": "desc"}, {"sort": "price:desc"}):
        falling = [row["price"] for row in call(session, "list_pets", **arguments).content["data"]]
        assert falling == sorted(falling, reverse=True)
    day = rows[0]["created_at"][:10]
    since = call(session, "list_pets", since=day).content["data"]
    assert since == [row for row in rows if row["created_at"][:10] >= day]
    tag = rows[0]["tags"][0]
    assert rows[0] in call(session, "list_pets", tag=tag).content["data"]
    assert call(session, "list_pets", q="no such words").content["data"] == []


def test_cursors_walk_the_whole_list(session: Session) -> None:
    for number in range(5):
        call(session, "create_clinic", code=f"c{number}")
        call(session, "add_visit", pet_id=1, reason=f"r{number}", clinic=f"c{number}")
    seen, after = [], None
    while True:
        arguments = {"after": str(after)} if after is not None else {}
        page = call(session, "list_visits", pet_id=1, **arguments).content
        if not page:
            break
        assert len(page) <= 2
        seen += page
        after = page[-1]["id"]
    assert seen == session.rows("Visit", "/1")
    assert "cursor" in message(call(session, "list_visits", pet_id=1, after="nonsense"))


def test_children_live_under_their_parent(session: Session) -> None:
    call(session, "create_clinic", code="c1")
    made = call(session, "add_visit", pet_id=10, reason="ill", clinic="c1")
    assert made.content == {"id": made.content["id"], "ok": True}
    number = made.content["id"]
    assert call(session, "get_visit", pet_id=10, visit_id=number).content["reason"] == "ill"
    assert call(session, "get_visit", pet_id=1, visit_id=number).status == 404
    assert call(session, "add_visit", pet_id=77, reason="ill", clinic="c1").status == 404
    owner = session.rows("Pet")[0]["owner_id"]
    of_owner = call(session, "list_owner_pets", owner_id=owner).content
    assert of_owner == [row for row in session.rows("Pet") if row["owner_id"] == owner]
    assert call(session, "list_owner_pets", owner_id="nobody").status == 404


def test_update_merges_and_replace_replaces(session: Session) -> None:
    before = call(session, "get_pet", pet_id=10).content
    changed = call(session, "update_pet", pet_id=10, price=None, details={"a": {"x": 1}, "b": 2}).content
    assert "price" not in changed
    assert changed["updated_at"] > before["updated_at"]
    assert {k: v for k, v in changed.items() if k not in ("details", "updated_at")} == {
        k: v for k, v in before.items() if k not in ("details", "updated_at", "price")
    }
    merged = call(session, "update_pet", pet_id=10, details={"a": {"x": None, "y": 3}}).content
    assert merged["details"] == {"a": {"y": 3}, "b": 2}
    replaced = call(session, "replace_pet", pet_id=10, name="Max").content
    assert replaced == {
        "id": 10,
        "name": "Max",
        "status": "available",
        "created_at": before["created_at"],
        "updated_at": replaced["updated_at"],
    }


def test_deleted_is_gone_for_ever_with_what_is_nested_below(session: Session) -> None:
    done = call(session, "delete_pet", pet_id=10)
    assert (done.status, done.content, done.text) == (204, None, '{"status":204}')
    for tool in ("get_pet", "delete_pet", "update_pet", "list_visits"):
        gone = call(session, tool, pet_id=10)
        assert gone.status == 404
        assert message(gone) == "pet_id: there is no pet '10'"
    assert {change.kind for change in session.diff()} == {"delete"}
    assert {change.entity for change in session.diff()} == {"Pet", "Visit"}
    assert call(session, "create_pet", name="Rex").content["id"] == 11


def test_errors_have_the_declared_status_and_body(session: Session) -> None:
    missing = call(session, "get_pet", pet_id=99)
    assert missing.content == {"code": 404, "message": "pet_id: there is no pet '99'"}
    assert call(session, "create_pet").status == 422
    assert call(session, "list_pets", status="lost").status == 400
    assert call(session, "create_clinic", code="c1").is_error is False
    assert call(session, "create_clinic", code="c1").status == 409
    unknown = call(session, "add_visit", pet_id=10, reason="ill", clinic="nowhere")
    assert unknown.status == 400
    assert message(unknown) == "clinic: there is no clinic 'nowhere'"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, 'arguments: "name" is a required property'),
        ({"name": "x", "price": -1}, "price: -1 is less than the minimum of 0"),
        ({"name": "x", "tags": ["a", 3]}, 'tags[1]: 3 is not of type "string"'),
        ({"name": "x", "price": math.nan}, "price: a finite number was expected"),
        ({"name": "x", "price": 10**400}, "price: the integer does not fit in 64 bits"),
        ({"name": "a\ud800"}, "name: the text holds a lone surrogate"),
        ({"name": "x", "details": {"\udc00": 1}}, "lone surrogate"),
        ({"name": b"x"}, "name: bytes is not a JSON value"),
        ({"name": "x" * 2_000_000}, "name: the text is longer than"),
        ({"name": "x" * 600_000, "species": "y" * 600_000}, "species: the text is longer than"),
        ({"name": "x", "tags": ["t"] * 50_000}, "more than 20000 values"),
        ({"name": "x", "details": {1: 2}}, "details: every key of an object must be a string"),
        (["x"], "arguments: a JSON object was expected"),
    ],
)
def test_a_bad_argument_gets_one_short_line(session: Session, arguments: Any, expected: str) -> None:
    result = KERNEL.call(session, "create_pet", arguments)
    assert result.is_error
    assert expected in message(result)
    assert "\n" not in message(result)
    assert len(message(result)) < 400
    assert session.diff() == []
    json.loads(result.text)


def test_deep_arguments_are_refused(session: Session) -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"a": deep}
    result = call(session, "create_pet", name="x", details=deep)
    assert "nested deeper" in message(result)
    while deep:
        deep = deep["a"]


def test_opaque_answers_depend_on_the_arguments_alone(session: Session) -> None:
    first = call(session, "estimate_cost", pet_id=3, currency="EUR")
    assert first.content["currency"] == "EUR"
    assert first.content["cost"] >= 1
    call(session, "delete_pet", pet_id=3)
    assert call(session, "estimate_cost", currency="EUR", pet_id=3) == first
    assert call(session, "estimate_cost", pet_id=4, currency="EUR") != first


def test_tools_carry_hints_by_kind() -> None:
    hints = {tool["name"]: tool["annotations"] for tool in KERNEL.tools()}
    assert hints["get_pet"]["readOnlyHint"] is True
    assert hints["create_pet"]["destructiveHint"] is False
    assert hints["delete_pet"]["destructiveHint"] is True
    assert hints["estimate_cost"] == {"openWorldHint": False}


def test_what_cannot_run_is_said_at_once(session: Session) -> None:
    with pytest.raises(UnknownTool, match="no tool 'nope'"):
        call(session, "nope")
    program = clinic()
    del program.entities["Owner"]
    with pytest.raises(ProgramError, match="list_owner_pets: 'Owner' is not an entity"):
        Kernel(program)


def test_a_schema_that_is_not_one_still_gives_a_tool() -> None:
    program = clinic()
    schema = {"type": "object", "properties": {"pet_id": {"type": "integer", "exclusiveMinimum": True, "pattern": "("}}}
    program.operation("get_pet").input_schema = schema
    kernel = Kernel(program)
    with kernel.open() as opened:
        assert kernel.call(opened, "get_pet", {"pet_id": 10}).status == 200
        assert kernel.call(opened, "get_pet", {"pet_id": "x"}).status == 400


# --- what must hold for every program


@pytest.mark.parametrize("name", bundled())
def test_every_bundled_program_answers_any_valid_call(name: str) -> None:
    kernel = Kernel(open_program(name))
    with kernel.open() as session:
        for operation in kernel.program.operations:
            for number in range(2):
                arguments = value_for(operation.input_schema, seed_key=(number, operation.tool))
                if isinstance(operation, EntityOperation):
                    arguments |= existing_keys(session, kernel, operation, number)
                before = session.snapshot()
                result = kernel.call(session, operation.tool, arguments)
                json.loads(result.text)
                if result.is_error:
                    assert 400 <= result.status < 500
                    assert session.snapshot() == before
                else:
                    assert result.status == operation.success_status
        changes = session.diff()
        session.reset()
        assert session.diff() == []
        assert all(change.before != change.after for change in changes)


def existing_keys(session: Session, kernel: Kernel, operation: EntityOperation, number: int) -> dict[str, Any]:
    """Return arguments that name rows which exist."""
    found: dict[str, Any] = {}
    for argument, entity in operation.parents.items():
        if rows := session.rows(entity):
            found[argument] = rows[number % len(rows)][kernel.program.entities[entity].key]
    if isinstance(operation, RowOperation) and (rows := session.rows(operation.entity)):
        found[operation.key] = rows[number % len(rows)].get(operation.key_field)
    return found


# --- what must hold for every sequence of calls

ids = st.one_of(st.sampled_from([1, 2, 10, 11, 12, 99]), st.integers(), st.text(max_size=3))
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)
loose = st.fixed_dictionaries(
    {},
    optional={
        "pet_id": ids, "visit_id": ids, "owner_id": st.sampled_from(["x", ""]), "reason": st.just("ill"),
        "name": st.sampled_from(["Rex", "Max", ""]), "status": st.sampled_from(["available", "sold", "odd"]),
        "clinic": st.sampled_from(["c1", "c2"]), "code": st.sampled_from(["c1", "c2", ""]), "page": ids,
        **dict.fromkeys(("price", "details", "tags", "city", "limit", "after", "q", "sort", "since"), json_values),
    },
)  # fmt: skip
calls = st.lists(st.tuples(st.sampled_from(TOOLS), loose), max_size=12)


def replay(session: Session, steps: list[tuple[str, dict[str, Any]]]) -> str:
    """Play calls and return everything that can be seen of them."""
    answers = [KERNEL.call(session, tool, arguments) for tool, arguments in steps]
    seen = [(answer.is_error, answer.status, answer.text) for answer in answers]
    return repr((seen, session.diff(), session.snapshot()))


@settings(max_examples=120, deadline=None)
@given(steps=calls)
def test_any_calls_are_repeatable_and_failures_leave_no_trace(steps: list[tuple[str, dict[str, Any]]]) -> None:
    with KERNEL.open() as one, KERNEL.open() as two:
        fresh = one.snapshot()
        for tool, arguments in steps:
            before = one.snapshot()
            result = KERNEL.call(one, tool, arguments)
            json.loads(result.text)
            if result.is_error or KERNEL.program.operation(tool).kind not in ("create", "update", "replace", "delete"):
                assert one.snapshot() == before
        played = replay(two, steps)
        one.reset()
        assert one.snapshot() == fresh
        assert replay(one, steps) == played


@settings(max_examples=40, deadline=None)
@given(first=calls, second=calls)
def test_a_fork_is_isolated_and_goes_on_from_the_same_state(
    first: list[tuple[str, dict[str, Any]]], second: list[tuple[str, dict[str, Any]]]
) -> None:
    with KERNEL.open() as session:
        replay(session, first)
        before = session.snapshot()
        with session.fork() as fork:
            forked = replay(fork, second)
        assert session.snapshot() == before
        assert replay(session, second) == forked


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(min_size=1, max_size=40),
    price=st.floats(min_value=0, max_value=1e12),
    tags=st.lists(st.text(max_size=10), max_size=3),
    details=st.dictionaries(st.text(max_size=5), st.integers(-(2**53), 2**53), max_size=3),
)
def test_create_read_delete_hold_for_any_content(name: str, price: float, tags: list[str], details: Any) -> None:
    with KERNEL.open() as session:
        sent = {"name": name, "price": price, "tags": tags, "details": details}
        made = KERNEL.call(session, "create_pet", sent)
        assert made.status == 201
        number = made.content["id"]
        read = call(session, "get_pet", pet_id=number).content
        assert {field: read[field] for field in sent} == sent
        assert read in call(session, "list_pets", limit=50).content["data"]
        call(session, "delete_pet", pet_id=number)
        assert call(session, "get_pet", pet_id=number).status == 404
        assert session.diff() == []


def test_a_session_that_is_full_refuses_the_call_and_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inftool.servers.runtime.session.MAX_PAGES", 300)
    with KERNEL.open() as small:
        filled = []
        for _ in range(200):
            before = small.snapshot()
            made = call(small, "create_pet", name="Rex", details={"note": "x" * 20_000})
            if made.is_error:
                break
            filled.append(made.content["id"])
        assert (made.status, made.content["error"]["code"]) == (507, "storage_full")
        assert 10 < len(filled) < 100
        assert small.snapshot() == before
        grown = call(small, "update_pet", pet_id=filled[0], details={"note": "x" * 900_000})
        assert grown.status == 507
        assert small.snapshot() == before
        assert call(small, "get_pet", pet_id=filled[0]).content["details"] == {"note": "x" * 20_000}
        for key in filled[:5]:
            assert not call(small, "delete_pet", pet_id=key).is_error
        assert not call(small, "create_pet", name="Rex", details={"note": "x" * 20_000}).is_error
        small.reset()
        assert small.diff() == []
