"""What each HTTP operation is taken for, by method, path and response."""

from typing import Any

import pytest

from inftool.servers.compiler.compile import compile_spec

from ..making import FLAG, INT, TEXT, obj, ref, rows, spec, web

PET = obj(("id",), id=INT, name=TEXT, status=TEXT)
TASK = obj(taskUid=INT, enqueuedAt=TEXT, kind=TEXT)


def kinds(*tools: Any, **schemas: Any) -> list[tuple[str, str]]:
    program = compile_spec(spec(*tools, Pet=PET, Task=TASK, **schemas))
    return [(op.kind, "" if op.kind == "opaque" else op.entity) for op in program.operations]


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
    assert kinds(get, post, web("patch", "/pets/{id}", ref("Pet"), body={"name": TEXT}))[1][0] == "opaque"
    assert kinds(post)[0][0] == "opaque"


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
    ("tool", "part"),
    [
        (web("post", "/pets/{id}/cancel"), "Action"),
        (web("post", "/pets/{id}/send", ref("Pet"), body={"name": TEXT}), "Action"),
        (web("post", "/users/login", obj(token=TEXT), body={"name": TEXT}), "Login"),
        (web("get", "/logout"), "Login"),
        (web("post", "/pets/{id}/uploadImage", ref("Task")), "Upload"),
        (web("put", "/pets/{id}/friends/{friendId}"), "memberships"),
        (web("get", "/pets/{id}/settings", obj(dark=FLAG)), "singletons"),
        (web("get", "/users/me", ref("Pet")), "current user"),
        (web("delete", "/pets"), "many rows"),
        (web("get", "/pets/count", obj(count=INT)), "Counts"),
        (web("get", "/tags", {"type": "array", "items": TEXT}), "plain values"),
        (web("post", "/us_verifications", obj(id=TEXT, ok=FLAG), body={"line": TEXT}), "computed"),
        (web("post", "/chat.postMessage", ref("Pet"), body={"text": TEXT}), "procedure"),
        (web("head", "/pets/{id}"), "transport"),
        (web("get", "/board/{row}/{column}", ref("Pet")), "Two parameters"),
        (web("post", "/dumps", ref("Task"), status=202), "nothing to keep"),
    ],
)
def test_what_is_not_understood_says_why(tool: Any, part: str) -> None:
    program = compile_spec(spec(web("get", "/pets/{id}", ref("Pet")), tool, Pet=PET, Task=TASK))
    operation = program.operations[1]
    assert operation.kind == "opaque"
    assert part.lower() in operation.reason.lower()


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


def test_sets_of_links_are_not_collections() -> None:
    found = kinds(
        web("get", "/lists/{id}/tracks", rows("Pet")),
        web("put", "/lists/{id}/tracks", query={"ids": TEXT}),
        web("post", "/lists/{id}/tracks", ref("Pet"), body={"uris": TEXT}),
    )
    assert {kind for kind, _ in found} == {"opaque"}
