"""Verbs on a whole collection."""

from inftool.servers.compiler.collective import one_named, read_collective

from .asking import FLAG, TEXT, ask, entity, enum, said, value

CHORE = entity("chore", completed=FLAG, status=enum("open", "dropped"), archived=FLAG)


def test_removals() -> None:
    found = read_collective(ask("clear completed", CHORE))
    assert found is not None
    assert (found.kind, found.constants, found.items) == ("bulk_delete", {"completed": True}, None)
    dropped = read_collective(ask("delete dropped", CHORE))
    assert dropped is not None
    assert dropped.constants == {"status": "dropped"}
    assert read_collective(ask("clear cache", CHORE)) is None
    everything = read_collective(ask("delete all", CHORE))
    assert everything is not None
    assert everything.constants == {}


def test_changes() -> None:
    found = read_collective(ask("mark all completed", CHORE))
    assert found is not None
    assert [(said(effect), value(effect.by)) for effect in found.effects] == [("completed", True)]
    some = read_collective(ask("archive", CHORE, arguments={"chore_ids": {"type": "array", "items": TEXT}}))
    assert some is not None
    assert (some.kind, some.items) == ("bulk_update", "chore_ids")
    assert read_collective(ask("archive", CHORE)) is None
    assert read_collective(ask("sync", CHORE)) is None


def test_one_row_named_by_an_argument() -> None:
    assert (
        one_named(ask("archive", CHORE, arguments={"chore_id": TEXT}, required=frozenset(["chore_id"]))) == "chore_id"
    )
    assert one_named(ask("archive", CHORE, arguments={"owner_id": TEXT}, required=frozenset(["owner_id"]))) is None
