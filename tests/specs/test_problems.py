from inftool.specs.problems import LIMIT, Problems, pointer


def test_a_problem_is_listed_once_and_their_number_is_bounded() -> None:
    problems = Problems()
    for number in range(LIMIT + 7):
        problems.add(pointer("paths", f"/a~{number}"), "wrong")
        problems.add(pointer("paths", f"/a~{number}"), "wrong")
    listed = problems.listed()
    assert listed[0].place == "/paths/~1a~00"
    assert len(listed) == LIMIT + 1
    assert "14 more" in listed[-1].message
