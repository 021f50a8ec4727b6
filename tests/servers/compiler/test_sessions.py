"""The entity of the session, which says whose rows are the caller's own (rules I4, B9)."""

from inftool.servers.compiler.sessions import session_entity
from inftool.servers.program import Entity, EntityField

from ..making import INT, TEXT

USER = Entity(name="User", label="user", plural="users", key="id", fields={"id": EntityField(schema_=INT, role="id")})


def test_the_session_holds_the_key_of_each_sort_of_caller() -> None:
    account = USER.model_copy(update={"name": "Account", "fields": {"id": EntityField(schema_=TEXT, role="id")}})
    made = session_entity(["User", "Account"], {"User": USER, "Account": account})
    assert made is not None
    assert made.singleton
    assert {name: (field.entity, field.role, field.schema_) for name, field in made.fields.items()} == {
        "user_id": ("User", "actor", INT),
        "account_id": ("Account", "actor", TEXT),
    }


def test_its_name_is_none_of_the_program() -> None:
    taken = session_entity(["User"], {"User": USER, "Session": USER})
    assert taken is not None
    assert taken.name == "CallerSession"
    assert session_entity([], {"User": USER}) is None
