from typing import Any

from inftool.servers import Kernel, compile_spec
from inftool.servers.compiler.drafts import is_credential
from inftool.servers.program import RowOperation
from inftool.specs.spec import ToolSpec

from ..making import INT, TEXT, obj, ref, rows, spec, web

SECRET = {"type": "string", "description": "Authentication token with the right scope."}
PIER = obj(id=TEXT, name=TEXT, depth=INT)


def pier(method: str, verb: str, output: dict[str, Any] | None = None, **arguments: dict[str, Any]) -> ToolSpec:
    return web(method, f"/piers.{verb}", output=output, query={"token": SECRET, **arguments}, name=f"piers_{verb}")


MARINA = spec(
    pier("get", "list", rows("Pier")),
    pier("get", "info", ref("Pier"), berth=TEXT),
    pier("post", "rename", ref("Pier"), berth=TEXT, name=TEXT),
    pier("post", "setDepth", ref("Pier"), berth=TEXT, depth=INT),
    pier("post", "flood", ref("Pier"), berth=TEXT),
    Pier=PIER,
)


def test_the_argument_that_a_family_shares_names_its_row() -> None:
    program = compile_spec(MARINA)
    for tool in ("piers_info", "piers_rename", "piers_setDepth", "piers_flood"):
        operation = program.operation(tool)
        assert isinstance(operation, RowOperation)
        assert (operation.key, operation.entity) == ("berth", "Pier")
        assert "E8" in operation.rules


def test_a_setter_changes_the_field_that_its_name_speaks_of() -> None:
    kernel = Kernel(compile_spec(MARINA))
    with kernel.open() as session:
        key = kernel.call(session, "piers_list", {"token": "x"}).content[0]["id"]
        before = kernel.call(session, "piers_info", {"token": "x", "berth": key}).content
        assert not kernel.call(session, "piers_setDepth", {"token": "x", "berth": key, "depth": 77}).is_error
        after = kernel.call(session, "piers_info", {"token": "x", "berth": key}).content
        assert after == {**before, "depth": 77}
        assert kernel.call(session, "piers_info", {"token": "x", "berth": "nowhere"}).is_error


def test_a_family_without_a_read_is_none() -> None:
    lonely = spec(*[pier("post", name, berth=TEXT) for name in ("rename", "flood", "drain")], Pier=PIER)
    assert all(operation.rules[:1] != ["E8"] for operation in compile_spec(lonely).operations)


def test_credentials_are_no_fields() -> None:
    assert is_credential("token", SECRET)
    assert is_credential("api_key", TEXT)
    assert not is_credential("token", {"type": "string", "description": "The device's push token."})
    assert "token" not in compile_spec(MARINA).entities["Pier"].fields
