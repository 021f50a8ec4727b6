import numpy as np
import pytest

from inftool.servers import compile_spec
from inftool.servers.curation import Curation, curate, embedding, overrides_of, report_text, tf_idf
from inftool.specs import bundled, load
from inftool.specs.spec import ApiSpec

from .making import TEXT, bare, obj, spec, web

FIRST = spec(
    web("get", "/pets/{pet_id}", output=obj(id=TEXT, name=TEXT), name="get_pet"),
    web("delete", "/pets/{pet_id}", name="delete_pet"),
    web("get", "/vets/{vet_id}", output=obj(id=TEXT, name=TEXT), name="get_vet"),
).model_copy(update={"name": "first"})
SECOND = spec(
    bare("get_pet", {"pet_id": {"type": "string", "description": "The pet's number."}}),
    bare("book_table", {"restaurant": TEXT, "guests": TEXT}),
).model_copy(update={"name": "second"})


@pytest.fixture(params=["best", "tf-idf"])
def curation(request: pytest.FixtureRequest) -> Curation:
    return curate([FIRST, SECOND], embed=("tf-idf", tf_idf) if request.param == "tf-idf" else None)


def test_a_near_duplicate_of_another_specification_is_dropped(curation: Curation) -> None:
    assert curation.dropped("second") == ["get_pet"]
    (members,) = curation.clusters.values()
    assert [(m.spec, m.tool) for m in members] == [("second", "get_pet")]


def test_verbs_and_nouns_keep_tools_apart(curation: Curation) -> None:
    assert curation.dropped("first") == []


def test_the_order_of_the_pool_does_not_matter() -> None:
    there, back = curate([FIRST, SECOND]), curate([SECOND, FIRST])
    assert there.clusters == back.clusters


def test_the_overrides_drop_and_merge() -> None:
    pool = [FIRST, SECOND]
    curation = curate(pool)
    program = compile_spec(SECOND, overrides_of(curation, pool, SECOND))
    assert [operation.tool for operation in program.operations] == ["book_table"]
    merged = compile_spec(FIRST, overrides_of(curation, pool, FIRST)).operation("get_pet")
    assert merged.input_schema["properties"]["pet_id"]["description"] == "The pet's number."


def test_a_read_stays_where_its_own_server_writes() -> None:
    extra = bare("rename_pet", {"pet_id": TEXT, "new_name": TEXT})
    writing = SECOND.model_copy(update={"tools": [*SECOND.tools, extra]})
    kept = next(t for t in curate([FIRST, writing]).tools if t.spec == "second" and t.tool == "get_pet")
    assert kept.kept
    assert kept.same_as == "first/get_pet"
    assert "rename_pet" in kept.reason


def test_a_copy_of_a_specification_is_dropped_whole() -> None:
    original = load("museum")
    copy = original.model_copy(update={"name": "copied"})
    curation = curate([original, copy])
    assert len(curation.dropped("museum")) + len(curation.dropped("copied")) >= len(original.tools)


def test_two_specifications_of_one_name_are_an_error() -> None:
    with pytest.raises(ValueError, match="rename"):
        curate([FIRST, FIRST])


def test_an_empty_pool_and_an_empty_text() -> None:
    assert report_text(curate([])).startswith("0 of 0 tools kept")
    assert tf_idf(["", "one word"]).shape == (2, 2048)


@pytest.mark.parametrize("embed", [embedding()[1], tf_idf])
def test_embeddings_are_unit_vectors(embed: object) -> None:
    vectors = embed(["get user", "delete the invoice"])  # type: ignore[operator]
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_the_catalog_is_curated_with_progress() -> None:
    seen: list[tuple[int, int]] = []
    pool: list[ApiSpec] = [load(name) for name in bundled()]
    curation = curate(pool, progress=lambda done, total: seen.append((done, total)))
    total = sum(len(one.tools) for one in pool)
    assert len(curation.tools) == total
    assert seen[-1] == (total, total)
    assert 0.5 < sum(t.kept for t in curation.tools) / total < 1
