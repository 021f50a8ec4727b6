"""Rows that link two others (rule E7)."""

from ..making import TEXT, obj, ref, rows, web
from .serving import Served


def test_a_member_is_put_in_and_taken_out() -> None:
    served = Served(
        web("get", "/users", rows("User")),
        web("get", "/users/{userId}", ref("User")),
        web("get", "/teams", rows("Team")),
        web("get", "/teams/{teamId}", ref("Team")),
        web("put", "/teams/{teamId}/members/{userId}", status=204),
        web("delete", "/teams/{teamId}/members/{userId}", status=204),
        User=obj(id=TEXT, name=TEXT),
        Team=obj(id=TEXT, name=TEXT),
    )
    assert [served.kind(f"{method} /teams/{{teamId}}/members/{{userId}}")[0] for method in ("put", "delete")] == [
        "link", "unlink",
    ]  # fmt: skip
    pair = {"teamId": served("get /teams")[0]["id"], "userId": served("get /users")[0]["id"]}
    served("put /teams/{teamId}/members/{userId}", **pair)
    assert served.status("put /teams/{teamId}/members/{userId}", **pair) == 204
    served("delete /teams/{teamId}/members/{userId}", **pair)
    assert served.status("delete /teams/{teamId}/members/{userId}", **pair) == 404
