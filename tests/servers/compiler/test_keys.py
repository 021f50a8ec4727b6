"""Keys that stand inside an object of the row (rule I6)."""

from inftool.servers.checking import check_properties
from inftool.servers.compiler.compile import compile_spec
from inftool.servers.runtime.kernel import Kernel

from ..making import INT, TEXT, obj, ref, rows, spec, web
from .serving import Served

META = obj(("name",), name=TEXT, labels={"type": "object", "additionalProperties": TEXT}, uid=TEXT)
PROBE = obj(kind=TEXT, metadata=META, size=INT)
TOOLS = (
    web("get", "/probes", obj(items=rows("Probe"))),
    web("post", "/probes", ref("Probe"), body={"kind": TEXT, "metadata": META, "size": INT}, required=("metadata",)),
    web("get", "/probes/{name}", ref("Probe")),
    web("put", "/probes/{name}", ref("Probe"), body={"metadata": META, "size": INT}, required=("metadata",)),
    web("delete", "/probes/{name}", status=204),
)


def test_a_row_is_named_by_the_name_in_its_metadata() -> None:
    served = Served(*TOOLS, Probe=PROBE)
    made = served("post /probes", metadata={"name": "deep", "labels": {"a": "b"}}, size=3)
    assert made["metadata"]["name"] == "deep"
    assert "name" not in made
    assert served("get /probes/{name}", name="deep") == made
    assert served.status("post /probes", metadata={"name": "deep"}) in (400, 409)
    changed = served("put /probes/{name}", name="deep", metadata={"name": "other"}, size=4)
    assert (changed["metadata"]["name"], changed["size"]) == ("deep", 4)
    for row in served("get /probes")["items"]:
        assert served("get /probes/{name}", name=row["metadata"]["name"]) == row
    served("delete /probes/{name}", name="deep")
    assert served.status("get /probes/{name}", name="deep") == 404
    assert served.program.entities["Probe"].ids.place == "metadata.name"
    assert served.kind("get /probes/{name}")[2] == "high"


def test_another_place_may_name_a_row_that_has_a_key() -> None:
    page = obj(("id",), id=TEXT, type=TEXT, attributes=obj(slug=TEXT, title=TEXT))
    served = Served(
        web("get", "/pages", rows("Page")), web("get", "/pages/{slug}", ref("Page")),
        web("delete", "/pages/{id}", status=204), Page=page,
    )  # fmt: skip
    row = served("get /pages")[0]
    assert served("get /pages/{slug}", slug=row["attributes"]["slug"]) == row
    served("delete /pages/{id}", id=row["id"])
    assert served.status("get /pages/{slug}", slug=row["attributes"]["slug"]) == 404


def test_rows_that_are_given_have_their_key_in_both_places() -> None:
    state = {"probes": [{"kind": "P", "metadata": {"name": "one"}}, {"kind": "P", "metadata": {"name": "two"}}]}
    kernel = Kernel(compile_spec(spec(*TOOLS, Probe=PROBE), state=state))
    session = kernel.open()
    found = kernel.call(session, "get__probes_name", {"name": "two"})
    assert found.content["metadata"]["name"] == "two"
    assert not kernel.call(session, "delete__probes_name", {"name": "one"}).is_error


def test_a_field_of_the_row_itself_comes_first() -> None:
    lamp = obj(name=TEXT, metadata=obj(name=TEXT))
    served = Served(web("get", "/lamps/{name}", lamp), web("put", "/lamps/{name}", lamp, body={"name": TEXT}))
    assert served.program.entities["Lamp"].ids.place == ""


def test_what_must_hold_holds() -> None:
    assert not check_properties(compile_spec(spec(*TOOLS, Probe=PROBE)))
