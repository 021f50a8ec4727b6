import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool.specs.names import operation_name, safe_name, snake_case, unique_name, words_of


@given(st.text())
def test_names_are_safe(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", safe_name(text))
    assert re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", operation_name("get", text))
    assert re.fullmatch(r"[a-z0-9]+(?:_[a-z0-9]+)*", snake_case(text))


@given(st.lists(st.text(min_size=60, max_size=70), max_size=8))
def test_names_stay_apart(texts: list[str]) -> None:
    names: list[str] = []
    for text in texts:
        names.append(unique_name(safe_name(text), names))
    assert len(set(names)) == len(names)
    assert all(len(name) <= 64 for name in names)


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("get", "/v1/products", "get_v1_products"),
        ("delete", "/pets/{petId}", "delete_pets_by_petId"),
        ("get", "/users.json", "get_users"),
        ("get", "/users/{id}.{format}", "get_users_by_id"),
        ("get", "/", "get"),
        ("post", "/#X-Amz-Target=Dynamo.Put", "post_X_Amz_Target_Dynamo_Put"),
        ("get", "/a/{b}-{c}", "get_a_by_b_by_c"),
    ],
)
def test_operations_without_id(method: str, path: str, name: str) -> None:
    assert operation_name(method, path) == name


def test_words_of_a_name() -> None:
    assert words_of("getUserByName") == "Get user by name"
    assert words_of("list-all_HTTPServers.v2") == "List all http servers v2"


def test_snake_case() -> None:
    assert [snake_case(text) for text in ("My API-v2", "petStore", "HTTPServer.v1", "***")] == [
        "my_api_v2", "pet_store", "http_server_v1", "spec",
    ]  # fmt: skip
