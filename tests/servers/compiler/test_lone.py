"""Operations on a word that no parameter follows (rules Q6, Q7, E3, A9, P2)."""

from ..making import INT, TEXT, obj, ref, rows, web
from .serving import Served

LAMP = obj(("id",), id=TEXT, name=TEXT, state={"type": "string", "enum": ["on", "off"]})
LIST, ITEM = web("get", "/lamps", rows("Lamp")), web("get", "/lamps/{id}", ref("Lamp"))


def test_a_word_under_an_item_that_answers_the_item_is_done_to_it() -> None:
    zorch = web("post", "/lamps/{id}/zorch", ref("Lamp"), body={"strength": INT})
    served = Served(LIST, ITEM, zorch, Lamp=LAMP)
    assert served.kind("post /lamps/{id}/zorch") == ("action", "Lamp", "low")
    key = served("get /lamps")[0]["id"]
    assert served("post /lamps/{id}/zorch", id=key, strength=3)["id"] == key
    assert list(served.program.entities) == ["Lamp"]


def test_a_word_under_an_item_that_answers_rows_of_its_own_makes_one() -> None:
    note = web("post", "/lamps/{id}/notes", ref("Note"), body={"text": TEXT})
    served = Served(LIST, ITEM, note, Lamp=LAMP, Note=obj(id=TEXT, text=TEXT))
    assert served.kind("post /lamps/{id}/notes")[:2] == ("create", "Note")


def test_counts_and_searches() -> None:
    served = Served(
        LIST, ITEM, web("get", "/lamps/count", obj(count=INT)),
        web("post", "/lamps/search", rows("Lamp"), body={"name": TEXT}), Lamp=LAMP,
    )  # fmt: skip
    assert served("get /lamps/count")["count"] == len(served("get /lamps"))
    name = served("get /lamps")[0]["name"]
    assert {row["name"] for row in served("post /lamps/search", name=name)} == {name}


def test_only_what_asks_is_computed() -> None:
    served = Served(
        LIST, ITEM,
        web("post", "/convert", obj(result=TEXT), body={"amount": INT}),
        web("post", "/cache/clear", obj(ok=TEXT)),
        web("put", "/emergency-stop", obj(ok=TEXT), body={"reason": TEXT}),
        Lamp=LAMP,
    )  # fmt: skip
    assert served.kind("post /convert")[0] == "compute"
    assert served.kind("post /cache/clear")[0] == "record"
    served("post /cache/clear")
    assert served.changes() == [("action log", "insert")]
    assert "A9" in served.operation("post /cache/clear").rules
