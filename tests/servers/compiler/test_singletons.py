"""Rows that exist once: in all, of a parent, or the caller's own (rules E4, I4), and the caller of a session."""

from ..making import FLAG, TEXT, obj, ref, web
from .serving import Served


def test_settings_of_each_parent() -> None:
    settings = obj(dark=FLAG)
    served = Served(
        web("get", "/teams", {"type": "array", "items": ref("Team")}),
        web("get", "/teams/{id}", ref("Team")),
        web("get", "/teams/{id}/settings", settings),
        web("patch", "/teams/{id}/settings", settings, body={"dark": FLAG}),
        Team=obj(id=TEXT, name=TEXT),
    )
    first, second = (row["id"] for row in served("get /teams")[:2])
    before = served("get /teams/{id}/settings", id=second)
    flipped = not served("get /teams/{id}/settings", id=first)["dark"]
    served("patch /teams/{id}/settings", id=first, dark=flipped)
    assert served("get /teams/{id}/settings", id=first) == {"dark": flipped}
    assert served("get /teams/{id}/settings", id=second) == before
    assert "E4" in served.operation("get /teams/{id}/settings").rules


def test_the_caller_is_a_row_among_the_users() -> None:
    served = Served(
        web("get", "/me", ref("User")),
        web("patch", "/me", ref("User"), body={"name": TEXT}),
        web("get", "/users/{id}", ref("User")),
        User=obj(id=TEXT, name=TEXT),
    )
    key = served("patch /me", name="Ada")["id"]
    assert served("get /users/{id}", id=key)["name"] == "Ada"
    assert served.program.session is not None
