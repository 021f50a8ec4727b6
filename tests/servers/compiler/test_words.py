import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool.servers.compiler.words import (
    is_computed,
    is_plural,
    normal,
    pascal,
    plural,
    singular,
    singular_phrase,
    split,
    verb_kind,
)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("getPetById", ("get", "pet", "by", "id")),
        ("special-events", ("special", "events")),
        ("HTTPServer_v2", ("http", "server", "v2")),
        ("userIDs", ("user", "ids")),
        ("chat.postMessage", ("chat", "post", "message")),
        ("OAuth2Token", ("oauth2", "token")),
        ("API-get-user", ("api", "get", "user")),
        ("qr_code_analytics", ("qr", "code", "analytics")),
        ("", ()),
    ],
)
def test_split(name: str, words: tuple[str, ...]) -> None:
    assert split(name) == words


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("addresses", "address"), ("statuses", "status"), ("categories", "category"), ("movies", "movie"),
        ("ties", "tie"), ("boxes", "box"), ("churches", "church"), ("databases", "database"), ("cases", "case"),
        ("photos", "photo"), ("heroes", "hero"), ("schemas", "schema"), ("people", "person"), ("children", "child"),
        ("houses", "house"), ("campuses", "campus"), ("analyses", "analysis"), ("aliases", "alias"),
        ("matches", "match"), ("days", "day"), ("menus", "menu"), ("shelves", "shelf"), ("responses", "response"),
    ],
)  # fmt: skip
def test_singular_and_plural_are_inverse(many: str, one: str) -> None:
    assert singular(many) == one
    assert plural(one) == many
    assert singular(one) == one
    assert is_plural(many)
    assert not is_plural(one)


@pytest.mark.parametrize("word", ["news", "series", "data", "software"])
def test_words_without_a_plural(word: str) -> None:
    assert singular(word) == plural(word) == word
    assert is_plural(word)


def test_phrases() -> None:
    assert singular_phrase(("special", "events")) == ("special", "event")
    assert pascal(("special", "event")) == "SpecialEvent"
    assert normal("created_at") == normal("createdAt")
    assert is_computed(("us", "verifications"))
    assert not is_computed(("order",))


def test_verbs() -> None:
    assert [verb_kind(w) for w in ("create", "fetch", "find", "rm", "cancel", "login", "zebra")] == [
        "create", "read", "search", "delete", "action", "auth", None,
    ]  # fmt: skip


@given(st.text(max_size=30))
def test_any_text_splits_in_lower_case_words(text: str) -> None:
    words = split(text)
    assert all(word and word == word.lower() for word in words)
    assert all(plural(singular(word)) for word in words)
