import pytest

from inftool.specs.problems import Problems
from inftool.specs.references import References

DOCUMENT = {
    "a/b": {"c~d": {"e%f g": 1}},
    "list": [{"x": 1}, {"y": 2}],
    "one": {"$ref": "#/two", "description": "mine"},
    "two": {"$ref": "#/three", "title": "two"},
    "three": {"description": "theirs", "type": "string"},
    "loop": {"$ref": "#/pool"},
    "pool": {"$ref": "#/loop"},
}


@pytest.mark.parametrize(
    ("reference", "value"),
    [("#/a~1b/c~0d/e%25f%20g", 1), ("#/list/1/y", 2), ("#/three/type", "string"), ("#", DOCUMENT)],
)
def test_pointers_are_unescaped(reference: str, value: object) -> None:
    problems = Problems()
    assert References(DOCUMENT, problems).lookup(reference, "") == (True, value)
    assert problems.listed() == []


def test_a_chain_is_followed_and_nearer_keys_win() -> None:
    value, last = References(DOCUMENT, Problems()).follow({"$ref": "#/one"}, "")
    assert value == {"description": "mine", "title": "two", "type": "string"}
    assert last == "#/three"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("#/loop", "itself"),
        ("#/nowhere", "nowhere"),
        ("#/list/7", "nowhere"),
        ("#/list/²", "nowhere"),
        ("other.yaml#/x", "out of the document"),
        ("http://127.0.0.1/x.json", "out of the document"),
        ("/etc/passwd", "out of the document"),
    ],
)
def test_what_cannot_be_followed_is_left_out_and_reported(reference: str, said: str) -> None:
    problems = Problems()
    value, last = References(DOCUMENT, problems).follow({"$ref": reference, "description": "kept"}, "/here")
    assert (value, last) == ({"description": "kept"}, None)
    (problem,) = problems.listed()
    assert problem.place == "/here"
    assert said in problem.message
