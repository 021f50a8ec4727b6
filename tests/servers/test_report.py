from inftool.servers.compiler.compile import compile_spec
from inftool.servers.report import Report, report

from .making import INT, TEXT, obj, ref, rows, spec, web


def test_report() -> None:
    program = compile_spec(
        spec(
            web("get", "/pets", rows("Pet"), query={"colour": TEXT}, name="list_pets"),
            web("get", "/pets/{id}", ref("Pet"), name="get_pet"),
            web("post", "/pets/{id}/cancel", name="cancel_pet"),
            Pet=obj(id=INT, name=TEXT),
        )
    )
    found = report(program)
    assert found.by_kind == {"read": 1, "list": 1, "opaque": 1}
    assert found.by_confidence == {"high": 2}
    assert found.understood == 2 / 3
    assert found.operations[2].entity is None
    assert found.operations[2].notes == ["Action verbs are not compiled yet."]
    assert [(e.name, e.key, e.operations) for e in found.entities] == [("Pet", "id", 2)]
    assert Report.model_validate_json(found.model_dump_json()) == found
    text = found.to_text()
    assert "3 operations (67% understood): 1 read, 1 list, 1 opaque. Confidence: 2 high." in text
    assert "colour" in text
    assert "R1" in text


def test_an_empty_program_can_be_reported() -> None:
    assert report(compile_spec(spec())).understood == 0.0
