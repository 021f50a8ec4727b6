"""What each HTTP operation is taken for, by method, path and response."""

from typing import Any

import pytest

from inftool.servers.compiler.compile import compile_spec

from ..making import FLAG, INT, TEXT, obj, ref, rows, spec, web

PET = obj(("id",), id=INT, name=TEXT, status=TEXT)
TASK = obj(taskUid=INT, enqueuedAt=TEXT, kind=TEXT)


def kinds(*tools: Any, **schemas: Any) -> list[tuple[str, str]]:
    program = compile_spec(spec(*tools, Pet=PET, Task=TASK, **schemas))
    return [(op.kind, getattr(op, "entity", "")) for op in program.operations]


def test_crud() -> None:
    found = kinds(
        web("get", "/pets", rows("Pet")),
        web("post", "/pets", ref("Pet"), body={"name": TEXT}),
        web("get", "/pets/{petId}", ref("Pet")),
        web("put", "/pets/{petId}", ref("Pet"), body={"name": TEXT}, required=("name",)),
        web("patch", "/pets/{petId}", ref("Pet"), body={"name": TEXT}),
        web("delete", "/pets/{petId}", status=204),
    )
    assert found == [(kind, "Pet") for kind in ("list", "create", "read", "replace", "update", "delete")]


def test_put_without_required_fields_keeps_what_is_not_sent() -> None:
    assert kinds(web("get", "/pets/{id}", ref("Pet")), web("put", "/pets/{id}", body={"name": TEXT}))[1] == (
        "update",
        "Pet",
    )


def test_put_on_the_collection_finds_the_key_in_the_body() -> None:
    program = compile_spec(
        spec(
            web("get", "/pet/{petId}", ref("Pet")),
            web("put", "/pet", ref("Pet"), body={"id": INT, "name": TEXT}),
            Pet=PET,
        )
    )
    update = program.operations[1]
    assert (update.kind, update.key, update.key_field, update.values) == ("update", "id", "id", {"name": "name"})


def test_post_on_an_item_is_an_update_where_nothing_else_is() -> None:
    get, post = web("get", "/pets/{id}", ref("Pet")), web("post", "/pets/{id}", ref("Pet"), body={"name": TEXT})
    assert kinds(get, post)[1] == ("update", "Pet")
    assert kinds(get, post, web("patch", "/pets/{id}", ref("Pet"), body={"name": TEXT}))[1][0] == "action"
    assert kinds(post)[0][0] == "action"


def test_the_method_may_be_in_the_path() -> None:
    found = kinds(
        web("get", "/pets/{id}/json", ref("Pet")),
        web("get", "/pets/json", rows("Pet")),
        web("post", "/pets/create", ref("Pet"), body={"name": TEXT}),
        web("post", "/pets/{id}/update", body={"name": TEXT}),
        web("post", "/pets/{id}/delete"),
        web("get", "/pets/findByStatus", rows("Pet"), query={"status": TEXT}),
        web("post", "/pets/search", rows("Pet"), body={"name": TEXT}),
    )
    assert [kind for kind, _ in found] == ["read", "list", "create", "update", "delete", "search", "search"]


@pytest.mark.parametrize(
    ("tool", "kind"),
    [
        (web("put", "/pets/{id}/friends/{friendId}"), "action"),
        (web("get", "/pets/{id}/settings", obj(dark=FLAG)), "read"),
        (web("patch", "/pets/{id}/settings", obj(dark=FLAG), body={"dark": FLAG}), "update"),
        (web("get", "/settings", obj(dark=FLAG)), "read"),
        (web("delete", "/pets"), "bulk_delete"),
        (web("post", "/pets/batch", body={"ids": {"type": "array", "items": INT}}), "link"),
        (web("get", "/pets/count", obj(count=INT)), "aggregate"),
        (web("get", "/tags", {"type": "array", "items": TEXT}), "compute"),
        (web("post", "/us_verifications", obj(id=TEXT, ok=FLAG), body={"line": TEXT}), "compute"),
        (web("get", "/rates/{from}/{to}", obj(rate=INT)), "compute"),
        (web("options", "/pets/{id}"), "compute"),
        (web("head", "/pets/{id}"), "read"),
        (web("get", "/pets/{id}/photo.jpg"), "compute"),
        (web("post", "/pets.create", ref("Pet"), body={"name": TEXT}), "create"),
        (web("get", "/getPet", ref("Pet"), query={"pet_id": INT}, required=("pet_id",)), "read"),
        (web("post", "/pet/delete", body={"pet_id": INT}, required=("pet_id",)), "delete"),
        (web("get", "/commands/send", rows("Task")), "list"),
        (web("post", "/order-ready", obj(ok=FLAG), body={"name": TEXT}), "record"),
    ],
)
def test_one_operation_beside_a_collection(tool: Any, kind: str) -> None:
    program = compile_spec(spec(web("get", "/pets/{id}", ref("Pet")), tool, Pet=PET, Task=TASK))
    assert program.operations[1].kind == kind


def test_members_are_links() -> None:
    found = kinds(
        web("get", "/teams/{team}", obj(id=INT, name=TEXT)),
        web("get", "/pets/{pet}", ref("Pet")),
        web("get", "/teams/{team}/members", rows("Pet")),
        web("put", "/teams/{team}/members/{pet}", status=204),
        web("delete", "/teams/{team}/members/{pet}", status=204),
    )
    assert [kind for kind, _ in found[3:]] == ["link", "unlink"]


def test_the_caller_is_a_row_of_the_users() -> None:
    user = obj(id=INT, name=TEXT, email=TEXT)
    program = compile_spec(
        spec(
            web("get", "/users/{userId}", ref("User")),
            web("get", "/me", ref("User")),
            web("patch", "/me", ref("User"), body={"name": TEXT}),
            web("get", "/me/posts", rows("Post")),
            User=user,
            Post=obj(id=INT, user_id=INT, text=TEXT),
        )
    )
    assert program.session == "Session"
    assert [f.entity for f in program.entities["Session"].fields.values()] == ["User"]
    assert [(op.kind, op.entity) for op in program.operations[1:3]] == [("read", "User"), ("update", "User")]
    assert program.operations[3].own


def test_a_condition_in_the_path_is_a_value_that_the_rows_have() -> None:
    order = obj(id=INT, state={"type": "string", "enum": ["open", "shipped"]})
    program = compile_spec(
        spec(
            web("get", "/orders", rows("Order")),
            web("get", "/orders/{id}", ref("Order")),
            web("get", "/orders/shipped", rows("Order")),
            Order=order,
        )
    )
    assert program.operations[2].constants == {"state": "shipped"}


def test_an_object_that_stands_for_another_row_keeps_the_key_that_is_sent() -> None:
    device = obj(id=INT, maker=obj(id=INT, name=TEXT))
    program = compile_spec(
        spec(
            web("get", "/devices/{id}", ref("Device")),
            web("post", "/devices", ref("Device"), body={"maker": INT}),
            Device=device,
        )
    )
    create = program.operations[1]
    assert (create.values, create.fitted) == ({"maker": "maker"}, ["maker"])


def test_owner_and_repository_in_the_path() -> None:
    repo, user = obj(slug=TEXT, stars=INT), obj(username=TEXT)
    program = compile_spec(
        spec(
            web("get", "/users/{username}", ref("User")),
            web("get", "/repositories/{username}", rows("Repository")),
            web("get", "/repositories/{username}/{slug}", ref("Repository")),
            web("get", "/repositories/{username}/{slug}/issues", rows("Issue")),
            User=user,
            Repository=repo,
            Issue=obj(id=INT, title=TEXT),
        )
    )
    assert [op.kind for op in program.operations] == ["read", "list", "read", "list"]
    assert program.operations[3].parents == {"username": "User", "slug": "Repository"}
    assert (program.entities["Issue"].parent, program.entities["Repository"].parent) == ("Repository", "User")


def test_a_view_of_another_collection_is_a_list_of_low_confidence() -> None:
    program = compile_spec(
        spec(
            web("get", "/albums/{id}", ref("Album")),
            web("get", "/browse/new-releases", obj(albums=obj(items=rows("SimplifiedAlbum"), total=INT))),
            Album=obj(id=TEXT, name=TEXT, tracks=rows("Track")),
            SimplifiedAlbum=obj(id=TEXT, name=TEXT),
            Track=obj(id=TEXT),
        )
    )
    view = program.operations[1]
    assert (view.kind, view.entity, view.confidence) == ("list", "Album", "low")
    assert view.shape.path == ["albums", "items"]
    assert "E5" in view.rules


def test_sets_of_links() -> None:
    found = kinds(
        web("get", "/lists/{id}/tracks", rows("Pet")),
        web("put", "/lists/{id}/tracks", query={"ids": TEXT}),
        web("delete", "/lists/{id}/tracks", query={"ids": TEXT}),
    )
    assert [kind for kind, _ in found] == ["list", "link", "unlink"]
