from typing import Any

import pytest

from inftool.servers.compiler.compile import compile_spec
from inftool.servers.compiler.merging import canonical
from inftool.servers.program import Entity, IdForm, ServerProgram

from ..making import FLAG, INT, TEXT, obj, ref, rows, spec, web


def compiled(*tools: Any, **schemas: Any) -> ServerProgram:
    return compile_spec(spec(*tools, **schemas))


def only(program: ServerProgram) -> Entity:
    (entity,) = program.entities.values()
    return entity


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SimplifiedAlbumObject", ("album",)),
        ("CreatePetRequest", ("pet",)),
        ("UserV2", ("user",)),
        ("OrderItem", ("order", "item")),
        ("Response", ("response",)),
        ("resource_proof_writable", ("proof", "writable")),
    ],
)
def test_canonical(name: str, words: tuple[str, ...]) -> None:
    assert canonical(name) == words


def test_the_nouns_own_words_are_no_decoration() -> None:
    assert canonical("resource_proof", ("resource", "proof")) == ("resource", "proof")


@pytest.mark.parametrize(
    ("param", "fields", "key"),
    [
        ("petId", {"id": INT, "name": TEXT}, "id"),
        ("pet_id", {"petId": TEXT, "id": TEXT}, "petId"),
        ("id", {"pet_id": TEXT, "name": TEXT}, "pet_id"),
        ("pid", {"id": INT, "title": TEXT}, "id"),
        ("uidOrKey", {"key": TEXT, "uid": TEXT}, "uid"),
        ("slug", {"id": INT, "slug": TEXT}, "slug"),
        ("username", {"id": INT, "username": TEXT}, "username"),
        ("code", {"title": TEXT}, "code"),
        ("petId", {"title": TEXT}, "id"),
        ("petName", {"id": INT, "name": TEXT}, "name"),
    ],
)
def test_key(param: str, fields: dict[str, Any], key: str) -> None:
    program = compiled(web("get", f"/pets/{{{param}}}", ref("Pet")), Pet=obj(**fields))
    assert only(program).key == key
    assert only(program).fields[key].role == "id"
    assert program.operations[0].key == param


@pytest.mark.parametrize(
    ("field", "kind", "prefix"),
    [
        (INT, "integer", ""),
        ({"type": "string", "format": "uuid"}, "uuid", ""),
        ({"type": "string", "example": "3be6453c-03eb-4357-ae5a-984a0e574a54"}, "uuid", ""),
        ({"type": "string", "pattern": "^adr_[a-zA-Z0-9]+$"}, "prefixed", "adr_"),
        ({"type": "string", "example": "cus_9s6XKzkNRiz8i3"}, "prefixed", "cus_"),
        (TEXT, "prefixed", "pet_"),
    ],
)
def test_ids_from_evidence(field: dict[str, Any], kind: str, prefix: str) -> None:
    ids = only(compiled(web("get", "/pets/{id}", ref("Pet")), Pet=obj(id=field, name=TEXT))).ids
    assert (ids.kind, ids.prefix) == (kind, prefix)


def test_slugs_and_keys_that_the_caller_gives() -> None:
    article, user = obj(slug=TEXT, title=TEXT), obj(username=TEXT, name=TEXT)
    program = compiled(
        web("get", "/articles/{slug}", ref("Article")),
        web("post", "/articles", ref("Article"), body={"title": TEXT}),
        web("get", "/users/{username}", ref("User")),
        web("post", "/users", ref("User"), body={"username": TEXT, "name": TEXT}),
        Article=article,
        User=user,
    )
    assert program.entities["Article"].ids == IdForm(kind="slug", source="title")
    assert program.entities["User"].ids.kind == "given"
    assert program.operations[3].values == {"username": "username", "name": "name"}


def test_parent_and_child() -> None:
    program = compiled(
        web("get", "/articles/{slug}", ref("Article")),
        web("post", "/articles/{slug}/comments", obj(comment=ref("Comment")), body={"body": TEXT}),
        web("delete", "/articles/{slug}/comments/{id}"),
        Article=obj(slug=TEXT, title=TEXT),
        Comment=obj(id=INT, body=TEXT),
    )
    comment = program.entities["Comment"]
    assert (comment.parent, comment.key) == ("Article", "id")
    assert (comment.fields["slug"].role, comment.fields["slug"].entity) == ("parent", "Article")
    assert program.operations[1].shape.path == ["comment"]
    assert program.operations[1].shape.fields == ["id", "body"]
    assert program.operations[2].parents == {"slug": "Article"}


def test_a_parent_argument_called_like_the_childs_key_gets_another_field() -> None:
    program = compiled(
        web("get", "/orgs/{id}", ref("Org")),
        web("get", "/orgs/{id}/teams/{team_id}", ref("Team")),
        Org=obj(id=INT, name=TEXT),
        Team=obj(id=INT, name=TEXT),
    )
    team = program.entities["Team"]
    assert team.key == "id"
    assert [n for n, f in team.fields.items() if f.role == "parent"] == ["org_id"]
    assert program.operations[1].parents == {"id": "Org"}


def test_references_need_an_entity_and_a_type_that_fits() -> None:
    program = compiled(
        web("get", "/pets/{petId}", ref("Pet")),
        web("get", "/orders/{orderId}", ref("Order")),
        web("get", "/bank_accounts/{id}", ref("BankAccount")),
        Pet=obj(id=INT),
        Order=obj(id=INT, petId=INT, ownerId=INT, accountId=INT, giver_pet_id=INT, parent_id=INT, pet_key=TEXT),
        BankAccount=obj(id=INT),
    )
    found = {name: f.entity for name, f in program.entities["Order"].fields.items() if f.role == "reference"}
    assert found == {"petId": "Pet", "giver_pet_id": "Pet", "parent_id": "Order"}


def test_one_schema_under_two_paths_is_one_entity() -> None:
    program = compiled(
        web("get", "/repos/{id}", ref("Repo")),
        web("post", "/repos", ref("Repo"), body={"name": TEXT}),
        web("get", "/users/{user_id}", ref("User")),
        web("get", "/users/{user_id}/repos", rows("Repo")),
        Repo=obj(id=INT, name=TEXT, size=INT),
        User=obj(id=INT, login=TEXT),
    )
    assert sorted(program.entities) == ["Repo", "User"]
    assert program.entities["Repo"].parent is None
    assert program.operations[3].parents == {"user_id": "User"}
    assert program.entities["Repo"].fields["user_id"].entity == "User"


def test_same_noun_under_two_parents_without_a_common_schema_is_two_entities() -> None:
    program = compiled(
        web("get", "/teams/{t}/rules/{r}", obj(id=INT, text=TEXT)),
        web("get", "/shops/{s}/rules/{r}", obj(id=INT, price=INT)),
    )
    assert sorted(program.entities) == ["Rule", "Shop", "ShopRule", "Team"]
    assert "No operation shows the teams" in program.operations[0].guesses[0]


def test_times_of_the_server_and_fields_that_only_creates_know() -> None:
    program = compiled(
        web("get", "/users/{id}", ref("User")),
        web("post", "/users", ref("User"), body={"password": TEXT, "created_at": TEXT}),
        User=obj(id=INT, created_at=TEXT, modifiedOn=TEXT, created=FLAG),
    )
    fields = only(program).fields
    assert [fields[name].role for name in ("created_at", "modifiedOn", "created", "password")] == [
        "created_at",
        "updated_at",
        "data",
        "data",
    ]
    assert program.operations[1].values == {"password": "password"}
    assert "password" not in program.operations[0].shape.fields


def test_without_response_schemas_the_stored_row_is_kept() -> None:
    program = compiled(web("post", "/notes", body={"text": TEXT}), web("get", "/notes/{noteId}"))
    assert set(only(program).fields) == {"id", "text"}
    assert [op.confidence for op in program.operations] == ["high", "medium"]
    assert [op.shape.model_dump(exclude_defaults=True) for op in program.operations] == [{"kind": "row"}] * 2


def test_a_field_may_hold_whatever_callers_may_send() -> None:
    program = compiled(
        web("get", "/addresses/{id}", ref("Address")),
        web("post", "/addresses", ref("Address"), body={"country": TEXT, "kind": {"type": "string", "enum": ["a"]}}),
        Address=obj(id=INT, country={"type": "string", "enum": ["US"]}, kind={"type": "string", "enum": ["a", "b"]}),
    )
    fields = only(program).fields
    assert "enum" not in fields["country"].schema_
    assert fields["kind"].schema_["enum"] == ["a", "b"]


def test_labels() -> None:
    program = compiled(
        web("get", "/special-events/{id}", ref("SpecialEventResponse")),
        web("get", "/indexes/{uid}", obj(uid=TEXT, size=INT)),
        SpecialEventResponse=obj(id=INT),
    )
    assert [(e.name, e.label, e.plural) for e in program.entities.values()] == [
        ("SpecialEvent", "special event", "special events"),
        ("Index", "index", "indexes"),
    ]


def test_examples_become_rows() -> None:
    tool = web("get", "/pets", obj(data=rows("Pet")))
    tool = tool.model_copy(
        update={"output_example": {"data": [{"id": 1, "name": "Rex", "x": 1}, {"id": 1}, {"id": 2, "name": "Tom"}]}}
    )
    program = compiled(tool, Pet=obj(id=INT, name=TEXT))
    assert only(program).examples == [{"id": 1, "name": "Rex"}, {"id": 2, "name": "Tom"}]
