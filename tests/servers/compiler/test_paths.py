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
        ("/queues?action=list", ("queues", "list")),
        ("/queues?view=short", ("queues",)),
        ("/#X-Amz-Target=Shop_2020.CreateOrder", ("Shop_2020.CreateOrder",)),
        ("/Customers({id})/Orders", ("Customers", "{}", "Orders")),
        ("/lists.{content_type}", ("lists",)),
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


def test_prefixes_say_how_the_api_is_reached() -> None:
    assert [part.prefix for part in segments("/api/v2.1/{region}/pets")] == [True, True, True, False]
