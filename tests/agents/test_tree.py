from hypothesis import given
from hypothesis import strategies as st

from inftool.agents.tree import pack_tree, shared_prefix, split_rows

SEQUENCES = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=8), min_size=1, max_size=6)


@given(SEQUENCES)
def test_every_sequence_is_a_path_that_sees_exactly_itself(sequences: list[list[int]]) -> None:
    row = pack_tree(sequences)
    for sequence, path in zip(sequences, row.places, strict=True):
        assert row.tokens[path].tolist() == sequence
        assert row.positions[path].tolist() == list(range(len(sequence)))
        for position, place in enumerate(path):
            assert row.visible[place].nonzero()[0].tolist() == sorted(path[: position + 1].tolist())


@given(SEQUENCES)
def test_a_row_holds_each_distinct_prefix_once(sequences: list[list[int]]) -> None:
    prefixes = {tuple(s[: n + 1]) for s in sequences for n in range(len(s))}
    assert len(pack_tree(sequences).tokens) == len(prefixes)


@given(SEQUENCES, st.integers(1, 20))
def test_rows_take_every_sequence_once_and_keep_to_their_size(sequences: list[list[int]], most: int) -> None:
    rows = split_rows(sequences, most)
    assert sorted(index for row in rows for index in row) == list(range(len(sequences)))
    for row in rows:
        assert len(row) == 1 or len(pack_tree([sequences[i] for i in row]).tokens) <= most


def test_shared_prefix() -> None:
    assert shared_prefix([1, 2, 3], [1, 2, 4]) == 2
    assert shared_prefix([], [1]) == 0
