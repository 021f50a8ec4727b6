"""Signups that log in, authors of new rows, and doors that are closed to strangers (rules S3, S5, F6)."""

from typing import Any

from inftool.servers.compiler.compile import compile_spec
from inftool.servers.runtime.kernel import Kernel
from inftool.specs.spec import Response, ToolSpec

from ..making import INT, TEXT, obj, ref, rows, spec, web
from .serving import Served

MEMBER = obj(("id", "email"), id=TEXT, email=TEXT, name=TEXT)
NOTE = obj(("id",), id=TEXT, text=TEXT, author_id=TEXT, author=obj(id=TEXT, name=TEXT))
SCHEMAS = {"Member": MEMBER, "Note": NOTE}
CREDENTIALS = {"email": TEXT, "password": TEXT}
LOGIN = obj(token=TEXT, member=ref("Member"))


def closed(tool: ToolSpec) -> ToolSpec:
    tool.errors = [Response(status=401)]
    return tool


def tools(join: dict[str, Any]) -> list[ToolSpec]:
    note = {"text": TEXT}
    return [
        web("post", "/members", join, body=CREDENTIALS | {"name": TEXT}, required=tuple(CREDENTIALS), status=201),
        web("post", "/sessions/login", LOGIN, body=CREDENTIALS, required=tuple(CREDENTIALS)),
        closed(web("post", "/sessions/logout", status=204)),
        closed(web("get", "/me", ref("Member"))),
        web("get", "/members/{member_id}", ref("Member")),
        web("get", "/notes", rows("Note")),
        closed(web("post", "/notes", ref("Note"), body=note, required=("text",), status=201)),
        web("get", "/notes/{id}", ref("Note")),
        closed(web("patch", "/notes/{id}", ref("Note"), body=note)),
        closed(web("delete", "/notes/{id}", status=204)),
    ]


def test_who_signs_up_and_gets_a_token_is_who_calls() -> None:
    served = Served(*tools(LOGIN), **SCHEMAS)
    assert served.status("get /me") == 401
    joined = served("post /members", email="ada@x.test", password="pw", name="Ada")
    me = served("get /me")
    assert (me["email"], me["id"]) == ("ada@x.test", joined["member"]["id"])
    made = served("post /notes", text="Hello")
    assert made["author"] == {"id": me["id"], "name": "Ada"}
    assert made["author_id"] == me["id"]
    assert served("get /notes/{id}", id=made["id"]) == made
    rules = served.operation("post /notes").rules
    assert "F6" in rules
    assert "S5" in served.operation("post /members").rules


def test_a_signup_without_a_token_logs_nobody_in() -> None:
    served = Served(*tools(ref("Member")), **SCHEMAS)
    key = served("post /members", email="ada@x.test", password="pw")["id"]
    assert served.status("get /me") == 401
    served("post /sessions/login", email="ada@x.test", password="pw")
    assert served("get /me")["id"] == key
    served("post /sessions/logout")
    assert served.status("get /me") == 401


def test_only_a_signup_that_makes_rows_like_the_callers_is_one() -> None:
    served = Served(
        web("get", "/me", ref("Member")),
        web("get", "/members/{id}", ref("Member")),
        web("post", "/clients", obj(id=TEXT, company=TEXT), body={"company": TEXT, "password": TEXT}),
        Member=MEMBER,
    )
    assert served.kind("post /clients")[:2] == ("create", "Client")


def opened(state: object) -> tuple[Kernel, Any]:
    kernel = Kernel(compile_spec(spec(*tools(ref("Member")), **SCHEMAS), state=state))
    return kernel, kernel.open()


def test_what_declares_401_is_closed_where_the_users_are_known() -> None:
    members = [{"id": "m1", "email": "ada@x.test", "password": "pw", "name": "Ada"}]
    kernel, session = opened({"members": members, "notes": [{"id": "n1", "text": "Old", "author_id": "m1"}]})

    def status(tool: str, **arguments: Any) -> int:
        return kernel.call(session, tool, arguments).status

    assert status("get__notes") == 200
    assert status("patch__notes_id", id="n1", text="New") == 401
    assert status("delete__notes_id", id="none") == 401
    assert status("post__sessions_login", email="ada@x.test", password="no") == 401
    assert status("post__sessions_login", email="ada@x.test", password="pw") == 200
    assert status("patch__notes_id", id="n1", text="New") == 200
    assert status("post__sessions_logout") in (200, 204)
    assert status("post__notes", text="More") == 401


def test_nothing_is_closed_where_nobody_is_known() -> None:
    served = Served(*tools(ref("Member")), **SCHEMAS)
    assert served.status("post /notes", text="Hello") == 201
    assert not any("S3" in o.rules for o in served.program.operations if o.kind != "logout")


def test_authors_are_users_only_where_their_keys_may_be_equal() -> None:
    note = obj(id=TEXT, created_by=INT, reviewer_id=TEXT, author=TEXT)
    served = Served(
        web("get", "/me", ref("Member")), web("get", "/members/{id}", ref("Member")),
        web("get", "/notes/{id}", note), Member=MEMBER,
    )  # fmt: skip
    fields = served.program.entities["Note"].fields
    assert [fields[name].role for name in ("created_by", "reviewer_id", "author")] == ["data", "data", "data"]
