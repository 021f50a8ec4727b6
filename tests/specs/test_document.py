import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool.specs.document import MAX_BYTES, MAX_DEPTH, parse, read_text, tidy
from inftool.specs.error import SpecError

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON_VALUES, max_size=4))
def test_json_survives(document: dict[str, object]) -> None:
    clean = json.loads(json.dumps(document))
    assert parse(json.dumps(document), "x.json") == clean


def test_yaml_has_no_surprises() -> None:
    text = """
    200: ok
    on: no
    day: 2024-01-31
    time: 12:30:45
    zip: 01234
    octal: 0o17
    version: 1.10
    whole: -3
    exponent: 1e3
    hex: 0x1F
    nothing: ~
    flag: true
    quoted: "true"
    """
    assert parse(text, "x.yaml") == {
        "200": "ok", "on": "no", "day": "2024-01-31", "time": "12:30:45", "zip": "01234", "octal": "0o17",
        "version": 1.1, "whole": -3, "exponent": 1000.0, "hex": "0x1F", "nothing": None, "flag": True, "quoted": "true",
    }  # fmt: skip


def test_yaml_duplicates_anchors_and_merge_keys() -> None:
    text = "base: &b {a: 1, b: 2}\nuse:\n  b: 3\n  <<: *b\ntwice: 1\ntwice: 2\nlist: [*b, *b]\n"
    document = parse(text, "x.yaml")
    assert document["use"] == {"a": 1, "b": 3}
    assert document["twice"] == 2
    assert document["list"] == [{"a": 1, "b": 2}] * 2


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("a: [1, 2\nb: 3\n", "x.yaml", ["x.yaml", "line 2", "YAML"]),
        ('{"a": 1,\n "b" 2}', "x.json", ["x.json", "line 2, column 6", "JSON"]),
        ("a: *nowhere\n", "x.yaml", ["line 1, column 4", "nowhere"]),
        ("? {a: 1}\n: 2\n", "x.yaml", ["key"]),
        ("  \n", "x.yaml", ["empty"]),
        ("a: &a [*a]\n", "x.yaml", ["itself"]),
        ("[" * 100_000, "x.json", ["deep"]),
        ("a: " + "[" * 200 + "]" * 200, "x.yaml", ["line 1", "deeper"]),
        ('{"a":' * 80 + "1" + "}" * 80, "x.json", ["deeper"]),
        ('{"n": ' + "9" * 5000 + "}", "x.json", ["JSON"]),
        ("a: \x00", "x.yaml", ["YAML"]),
    ],
)
def test_broken_documents_are_named_by_place(text: str, name: str, said: list[str]) -> None:
    with pytest.raises(SpecError) as caught:
        parse(text, name)
    assert all(word in str(caught.value) for word in said), str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_alias_bomb_is_refused_and_a_modest_use_of_aliases_is_not() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(SpecError, match="aliases"):
        parse("\n".join(rows), "bomb.yaml")
    assert len(parse("\n".join(rows[:4]), "modest.yaml")["a3"]) == 10


def test_depth_counts_through_aliases() -> None:
    rows = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, MAX_DEPTH + 5)]
    with pytest.raises(SpecError, match="deeper"):
        parse("\n".join(rows), "deep.yaml")


def test_documents_parsed_elsewhere_are_tidied() -> None:
    given_ = {200: (1, 2), "day": date(2024, 1, 31), None: float("nan"), "odd": {1}, "half": "\ud800"}
    assert tidy(given_, "x") == {"200": [1, 2], "day": "2024-01-31", "None": None, "odd": "{1}", "half": "?"}


def test_files_that_are_no_text_or_too_large(tmp_path: Path) -> None:
    binary = tmp_path / "image.json"
    binary.write_bytes(b"{\n\xff\x00")
    with pytest.raises(SpecError, match=r"line 2.*UTF-8"):
        read_text(binary)
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(SpecError, match="too large"):
        read_text(large)
    for encoding in ("utf-8-sig", "utf-16"):
        (tmp_path / "ok.json").write_text('{"a": "é"}', encoding=encoding)
        assert parse(read_text(tmp_path / "ok.json"), "ok.json") == {"a": "é"}
