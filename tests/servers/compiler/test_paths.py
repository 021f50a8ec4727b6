import pytest

from inftool.servers.compiler.paths import key_of, resource_id, segments


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/pets/{petId}", ("pets", "{}")),
        ("/containers/{id}/json", ("containers", "{}")),
        ("/lists/{date}.json", ("lists", "{}")),
        ("/lists.{format}", ("lists",)),
        ("/messages/{id}:cancel", ("messages", "{}", "cancel")),
        ("/queues?action=list", ("queues",)),
        ("/v1//users/", ("v1", "users")),
        ("/files/{+path}", ("files", "{}")),
        ("/", ()),
    ],
)
def test_segments(path: str, key: tuple[str, ...]) -> None:
    assert key_of(segments(path)) == key


def test_parameters_and_actors() -> None:
    parts = segments("/users/me/teams/{teamId}")
    assert [part.param for part in parts] == [None, None, None, "teamId"]
    assert [part.actor for part in parts] == [False, True, False, False]
    assert resource_id(("users", "{}", "teams")) == "/users/{}/teams"
