import json
from pathlib import Path

import pytest

from inftool.specs import SpecError
from inftool.specs.pool import load_pool

TOOLS = json.dumps([{"name": "get_pet", "description": "Get a pet.", "parameters": {"type": "object"}}])


def test_every_file_below_the_folder_is_read_under_a_name_of_its_own(tmp_path: Path) -> None:
    for place in ("a/tools.json", "b/tools.json", "b/deep/tools.json"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(TOOLS)
    (tmp_path / "broken.yaml").write_text("[1, 2")
    (tmp_path / "notes.txt").write_text("no specification")
    seen: list[tuple[int, int]] = []
    pool = load_pool(tmp_path, lambda done, total: seen.append((done, total)))
    assert [spec.name for spec in pool.specs] == ["tools", "b_deep_tools", "b_tools"]
    assert len(pool.unread) == 1
    assert "broken.yaml" in pool.unread[0]
    assert seen[-1] == (4, 4)


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.json").write_text(TOOLS)
    inside = tmp_path / "pool"
    inside.mkdir()
    (inside / "own.json").write_text(TOOLS)
    (inside / "link.json").symlink_to(tmp_path / "outside.json")
    assert [spec.name for spec in load_pool(inside).specs] == ["own"]


@pytest.mark.parametrize("place", ["nowhere", "empty"])
def test_nothing_to_read_is_an_error(tmp_path: Path, place: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SpecError, match=place):
        load_pool(tmp_path / place)
