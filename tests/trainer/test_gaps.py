from inftool.trainer.gaps import FLOOR, find_gaps, weights

CELLS = [("s", "simple", "read"), ("s", "simple", "create"), ("s", "simple", "delete")]


def test_the_frontier_weighs_most() -> None:
    groups = [(CELLS[0], [True] * 8), (CELLS[1], [True, False] * 4), (CELLS[2], [False] * 8)]
    gaps = {gap.cell: gap for gap in find_gaps(groups)}
    assert [gaps[cell].level for cell in CELLS] == ["easy", "frontier", "hopeless"]
    assert weights(gaps.values())[CELLS[1]] == 1 + FLOOR
    assert max(gaps[CELLS[0]].weight, gaps[CELLS[2]].weight) < 0.5
    assert next(iter(find_gaps(groups))).cell == CELLS[1]


def test_groups_of_a_cell_are_added_up() -> None:
    [gap] = find_gaps([(CELLS[0], [True, True]), (CELLS[0], [True, False]), (CELLS[0], [False, False])])
    assert (gap.groups, gap.rollouts, gap.passed, gap.mixed) == (3, 6, 3, 1)


def test_the_order_of_rollouts_does_not_matter() -> None:
    groups = [(cell, [True, False]) for cell in CELLS]
    assert find_gaps(groups) == find_gaps(groups[::-1])
