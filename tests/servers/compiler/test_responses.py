"""What an operation answers, and how sure a write is whose answer is another thing than the row (rules C1, D1, E6)."""

from ..making import TEXT, obj, ref, rows, web
from .serving import Served

LAMP = obj(("id",), id=TEXT, name=TEXT)
TASK = obj(taskId=TEXT, queued=TEXT, state=TEXT)


def test_a_create_that_answers_a_task_is_sure_where_a_read_shows_the_row() -> None:
    create = web("post", "/lamps", ref("Task"), body={"name": TEXT}, required=("name",))
    shown = Served(web("get", "/lamps", rows("Lamp")), create, web("get", "/lamps/{id}", ref("Lamp")), Lamp=LAMP,
                   Task=TASK)  # fmt: skip
    assert shown.kind("post /lamps") == ("create", "Lamp", "high")
    before = len(shown("get /lamps"))
    shown("post /lamps", name="Desk")
    assert [row["name"] for row in shown("get /lamps")[before:]] == ["Desk"]


def test_an_answer_that_is_the_key_alone() -> None:
    served = Served(web("post", "/lamps", TEXT, body={"name": TEXT}), web("get", "/lamps/{id}", ref("Lamp")), Lamp=LAMP)
    assert served("get /lamps/{id}", id=served("post /lamps", name="Desk"))["name"] == "Desk"


def test_a_list_of_another_thing_is_a_guess() -> None:
    other = {"type": "array", "items": obj(colour=TEXT, size=TEXT, weight=TEXT)}
    served = Served(web("get", "/lamps", other), web("get", "/lamps/{id}", ref("Lamp")), Lamp=LAMP)
    assert served.kind("get /lamps")[2] == "low"
