"""Logins, logouts and signups, on users' rows and on the session's own."""

from typing import Any

from inftool.servers.compiler.accounts import access_of
from inftool.servers.compiler.compile import compile_spec
from inftool.servers.runtime.kernel import Kernel

from ..making import obj, ref, spec, web
from .asking import FLAG, TEXT, checks, effects, entity, plan

USER = obj(("id", "email"), id=TEXT, email=TEXT, name=TEXT)
CREDENTIALS = {"email": TEXT, "password": TEXT}


def test_words() -> None:
    found = [access_of(words) for words in (("log", "in"), ("authenticate", "user"), ("sign", "out"), ("token",))]
    assert found == ["login", "login", "logout", "token"]
    assert access_of(("login", "history")) == "login"
    assert access_of(("cancel",)) is None


def test_a_session_that_keeps_the_credentials() -> None:
    held = entity("desk", username=TEXT, password=TEXT, logged_in=FLAG).model_copy(
        update={"singleton": True, "key": ""}
    )
    arguments = {"username": TEXT, "password": TEXT}
    assert effects("login", held, arguments=arguments) == {"logged_in": True}
    assert sorted(checks("login", held, arguments=arguments)) == [
        ("password", "eq", "$password"), ("username", "eq", "$username"),
    ]  # fmt: skip
    assert effects("logout", held) == {"logged_in": False}


def test_a_session_that_keeps_who_is_logged_in() -> None:
    held = entity("desk", current_user=TEXT, authenticated=FLAG).model_copy(update={"singleton": True, "key": ""})
    assert effects("login", held, arguments={"username": TEXT}) == {"current_user": "$username", "authenticated": True}
    assert effects("logout", held) == {"authenticated": False, "current_user": None}


def test_no_session_and_no_plan() -> None:
    assert plan("logout", entity("shelf", title=TEXT).model_copy(update={"singleton": True, "key": ""})) is None


def program(*more: Any) -> Kernel:
    return Kernel(compile_spec(spec(
        web("post", "/users", ref("User"), body=CREDENTIALS | {"name": TEXT}, required=tuple(CREDENTIALS), name="join"),
        web("get", "/users/{user_id}", ref("User"), name="get_user"),
        web("post", "/login", obj(token=TEXT, user=ref("User")), body=CREDENTIALS, required=("email", "password"),
            name="login"),
        *more, User=USER,
    )))  # fmt: skip


def test_the_web_side() -> None:
    kernel = program(web("get", "/me", ref("User"), name="me"), web("post", "/logout", name="logout"))
    session = kernel.open()

    def call(tool: str, **arguments: Any) -> tuple[int, Any]:
        result = kernel.call(session, tool, arguments)
        return result.status, result.content

    _, user = call("join", email="a@b.test", password="pw", name="A")
    assert call("me")[0] == 401
    assert call("login", email="a@b.test", password="no")[0] == 401
    assert call("login", email="nobody@b.test", password="pw")[0] == 401
    status, answer = call("login", email="a@b.test", password="pw")
    assert status == 200
    assert answer["token"]
    assert "password" not in answer["user"]
    assert call("me")[1]["id"] == user["id"]
    call("logout")
    assert call("me")[0] == 401


def test_logins_that_speak_of_no_user_take_any_credentials() -> None:
    made = compile_spec(spec(
        web("post", "/login", obj(token=TEXT), body=CREDENTIALS, name="login"),
        web("post", "/oauth/token", obj(access_token=TEXT), body={"grant_type": TEXT}, name="token"),
        web("delete", "/style/logo", name="drop"),
    ))  # fmt: skip
    kinds = {operation.tool: (operation.kind, operation.rules) for operation in made.operations}
    assert kinds["login"] == ("record", ["S2"])
    assert kinds["token"] == ("record", ["S4"])
    assert kinds["drop"][0] != "logout"
