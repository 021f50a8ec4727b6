"""What callers send in another form than the field that keeps it (rules C1, F2)."""

import pytest

from ..making import FLAG, INT, TEXT, obj, ref, web
from .serving import Served

MAKER = obj(("id",), id=TEXT, name=TEXT)


@pytest.mark.parametrize(
    ("sent", "value", "kept"),
    [
        (TEXT, "mk_1", {"id": "mk_1"}),
        ({"oneOf": [TEXT, obj(name=TEXT)]}, {"name": "Acme"}, {"name": "Acme"}),
        (obj(name=obj(first=TEXT), id=TEXT), {"name": {"first": "A"}, "id": "mk_2"}, {"id": "mk_2"}),
    ],
)
def test_what_stands_for_an_object(sent: dict[str, object], value: object, kept: dict[str, str]) -> None:
    served = Served(
        web("get", "/lamps/{id}", ref("Lamp")),
        web("post", "/lamps", ref("Lamp"), body={"maker": sent}, required=("maker",)),
        Lamp=obj(("id",), id=TEXT, maker=MAKER),
    )
    assert served.kind("post /lamps")[2] == "high"
    made = served("post /lamps", maker=value)
    shown = served("get /lamps/{id}", id=made["id"])["maker"]
    assert {name: shown[name] for name in kept} == kept


def test_numbers_and_texts() -> None:
    served = Served(
        web("get", "/lamps/{id}", ref("Lamp")),
        web("post", "/lamps", ref("Lamp"), body={"code": INT, "watt": TEXT, "tags": TEXT}),
        Lamp=obj(("id",), id=TEXT, code=TEXT, watt=INT, tags={"type": "array", "items": TEXT}),
    )
    made = served("post /lamps", code=7, watt="12", tags="new")
    assert (made["code"], made["tags"]) == ("7", ["new"])


def test_what_has_no_such_form_is_not_kept_and_said_to_be() -> None:
    served = Served(
        web("get", "/lamps/{id}", ref("Lamp")),
        web("post", "/lamps", ref("Lamp"), body={"on": obj(since=TEXT)}, required=("on",)),
        Lamp=obj(("id",), id=TEXT, on=FLAG),
    )
    create = served.operation("post /lamps")
    assert (create.confidence, create.values) == ("medium", {})  # type: ignore[union-attr]
    assert create.guesses == ["The argument 'on' is not stored: its form is not that of the field."]
