from inftool.servers import Kernel, compile_spec

from ..making import FLAG, TEXT, obj, ref, rows, spec, web

KEYS = {"ids": TEXT}
SHELF = spec(
    web("get", "/recipes", rows("Recipe"), name="recipes"),
    web("get", "/recipes/{id}", ref("Recipe"), name="recipe"),
    web("get", "/me/recipes", rows("Recipe"), name="mine"),
    web("put", "/me/recipes", query=KEYS, required=("ids",), name="keep"),
    web("delete", "/me/recipes", query=KEYS, required=("ids",), name="forget"),
    web("get", "/me/recipes/contains", {"type": "array", "items": FLAG}, query=KEYS, required=("ids",), name="kept"),
    Recipe=obj(id=TEXT, title=TEXT, minutes={"type": "integer"}),
)


def test_what_is_put_into_a_set_is_in_it_and_taking_it_out_does_not_end_it() -> None:
    kernel = Kernel(compile_spec(SHELF))
    with kernel.open() as session:
        first, second = (row["id"] for row in kernel.call(session, "recipes").content[:2])
        kernel.call(session, "keep", {"ids": f"{first},{second}"})
        assert kernel.call(session, "kept", {"ids": f"{first},{second},none"}).content == [True, True, False]
        kernel.call(session, "forget", {"ids": first})
        assert kernel.call(session, "kept", {"ids": f"{first},{second}"}).content == [False, True]
        assert kernel.call(session, "kept", {"ids": second}).content == [True]
        assert not kernel.call(session, "recipe", {"id": first}).is_error
        assert first not in [row.get("id") for row in kernel.call(session, "mine").content]


def test_the_set_is_an_entity_of_its_own() -> None:
    program = compile_spec(SHELF)
    assert {"Recipe", "MyRecipe"} <= set(program.entities)
    assert program.operation("kept").kind == "aggregate"
    assert "E7" in program.operation("kept").rules
