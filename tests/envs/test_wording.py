import random

import pytest

from inftool.envs import wording


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("sold", "sold"),
        ("Blue Whale", '"Blue Whale"'),
        (3, "3"),
        (3.0, "3"),
        (12.5, "12.5"),
        (True, "true"),
        (["a", "b", "c"], "a, b and c"),
        ("2026-01-02", "2026-01-02"),
        ("jane@example.com", "jane@example.com"),
        ({"street": "Elm 3"}, '(street "Elm 3")'),
    ],
)
def test_values_are_said_so_that_they_can_be_read_back(value: object, said: str) -> None:
    assert wording.say(value) == said


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "x" * 80,
        "a\nb",
        "<b>",
        "550e8400-e29b-41d4-a716-446655440000",
        "deadbeefdeadbeef",
        [[1]],
        {},
        None,
        {"a": {"b": 1}},
    ],
)
def test_what_nobody_would_say(value: object) -> None:
    with pytest.raises(wording.Unsayable):
        wording.say(value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("photoUrls", "photo urls"),
        ("customer_id", "customer ID"),
        ("isActive", "active"),
        ("website_url", "website URL"),
    ],
)
def test_labels(name: str, expected: str) -> None:
    assert wording.label(name) == expected


@pytest.mark.parametrize(
    ("noun", "expected"),
    [("order", "an order"), ("user", "a user"), ("pet", "a pet"), ("hour", "a hour"), ("unit", "a unit")],
)
def test_articles(noun: str, expected: str) -> None:
    assert wording.article(noun) == expected


def test_requests_end_in_one_mark() -> None:
    for style in wording.STYLES:
        for seed in range(20):
            rng = random.Random(seed)
            for text in (
                wording.command('set the body of note 3 to "It works."', style, rng),
                wording.question("the status of pet 3", style, rng),
            ):
                assert not text.endswith(("..", ".?", '.".'))
