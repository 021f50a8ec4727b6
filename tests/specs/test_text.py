import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool.specs.text import cut_at_sentence, plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("# Title\n\nSome **bold** and `code` and _this_.", "Title Some bold and code and this."),
        ("<p>A <b>pet</b> &amp; more</p>\n<!-- hidden -->", "A pet & more"),
        ("See [the docs](https://x.y/z 'title') now ![i](a.png)", "See the docs now i"),
        ("- one\n- two\n\n---\n> three", "one two three"),
        ("keep snake_case_names and 2 < 3 > 1 and a*b", "keep snake_case_names and 2 < 3 > 1 and ab"),
        ("before ```json\n{}\n``` after", "before after"),
        (None, ""),
        (12, ""),
    ],
)
def test_markup_is_stripped(markup: object, text: str) -> None:
    assert plain_text(markup, 200) == text


def test_long_text_is_cut_at_a_sentence() -> None:
    assert cut_at_sentence("First one. Second one. Third one is long.", 25) == "First one. Second one."
    assert cut_at_sentence("Uses e.g. dates as ids. Then much more text follows here.", 30) == "Uses e.g. dates as ids."
    assert cut_at_sentence("one long sentence that never comes to any end at all", 20) == "one long sentence…"


@given(st.text(max_size=400), st.integers(min_value=2, max_value=100))
def test_no_more_than_the_limit(text: str, limit: int) -> None:
    assert len(plain_text(text, limit)) <= limit


def test_hostile_markup_is_quick() -> None:
    for piece in ("[", "<", "*", "_a", "(", "![", "`", "<!--", "- "):
        plain_text(piece * 100_000, 200)
