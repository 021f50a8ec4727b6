"""Who calls: logins, logouts and signups on a user's row or on the session's own (rules S2 to S5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from inftool.servers.compiler.plans import ActionAsk, ActionPlan, fits, last_word, sent_fields
from inftool.servers.compiler.words import normal, split, word_set
from inftool.servers.program import Check, Effect, Entity, Operand, Shape
from inftool.specs.spec import JsonSchema

Access = Literal["login", "logout", "signup", "token"]

_LOGIN = word_set("login signin logon authenticate authorize authorise auth")
_LOGOUT = word_set("logout signout logoff deauthenticate")
_SIGNUP = word_set("signup register registration enroll")
_TOKENS = word_set("token tokens oauth oauth2 refresh refreshtoken accesstoken sso jwt")
_PASSWORDS = word_set("password pass passwd pwd pin passcode passphrase secret userpassword accesscode")
_NAMES = ("username", "login", "loginname", "email", "emailaddress", "useremail", "phone", "phonenumber", "handle",
          "userid", "user", "accountid", "customerid", "identifier", "name", "account", "id")  # fmt: skip
"""What the argument that says who logs in is called, the likeliest first."""
_OPEN = word_set(
    "loggedin isloggedin authenticated isauthenticated signedin issignedin loginstatus authorized isauthorized "
    "userloggedin loginstate"
)
_CURRENT = word_set(
    "currentuser currentusername currentuserid loggedinuser activeuser loggedinas user username userid currentaccount "
    "currentcustomer currentemail useremail authenticateduser"
)
_HELD = _CURRENT | word_set("token accesstoken sessiontoken sessionid authtoken refreshtoken")
_PERSONS = word_set("user account member customer person profile employee admin player subscriber client contact")


def access_of(words: Sequence[str]) -> Access | None:
    """Tell what words such as ``log in`` ask for, where they are about who calls."""
    said = [word for word in words if word not in ("user", "the", "a", "account", "customer", "me", "to", "with")]
    joined = "".join(said[:2])
    for kind, names in (("login", _LOGIN), ("logout", _LOGOUT), ("signup", _SIGNUP), ("token", _TOKENS)):
        if said and (joined in names or said[0] in names):
            return kind  # type: ignore[return-value]
    return None


def name_argument(arguments: Mapping[str, str]) -> str | None:
    """Return the argument that says who logs in.

    Args:
        arguments: argument → its name in the document.
    """
    plain = {normal(name): argument for argument, name in reversed(list(arguments.items()))}
    return next((plain[name] for name in _NAMES if name in plain), None)


def name_field(entity: Entity, name: str) -> str | None:
    """Return the field of a user's row that a login's argument called ``name`` is compared with."""
    plain = {normal(f): f for f, held in reversed(list(entity.fields.items())) if held.role in ("data", "id")}
    wanted = normal(name)
    noun = last_word(entity)
    tries = [wanted, wanted.removeprefix(noun), split(name)[-1] if split(name) else ""]
    if wanted in ("username", "login", "loginname", "user", "identifier", "handle"):
        tries += ["username", "login", "handle", "email", "name"]
    found = next((plain[name] for name in tries if name in plain), None)
    if found is None and wanted in (noun + "id", "id", noun):
        return entity.key or None
    return found


def user_entity(entities: Iterable[Entity], known: str | None) -> Entity | None:
    """Return the entity whose rows log in: the caller's where it is known, else the one with a person's name."""
    rows = [entity for entity in entities if entity.key and not entity.singleton]
    named = [e for e in rows if last_word(e) in _PERSONS and e.parent is None]
    named.sort(key=lambda e: (e.name != known, e.label != "user", password_field(e) is None))
    return next((e for e in named if e.name == known or e.label == "user" or password_field(e) is not None), None)


def password_field(entity: Entity) -> str | None:
    """Return the field that holds a row's password, where there is one."""
    return next((name for name in entity.fields if normal(name) in _PASSWORDS), None)


def read_access(ask: ActionAsk) -> ActionPlan | None:
    """Tell how a login, logout or signup changes who calls, on a user's row or on the session's (rules S2, S3, S5)."""
    kind = access_of(ask.words)
    if kind is None or kind == "token":
        return None
    if kind == "signup":
        plan = ActionPlan("signup", rules=["S5"])
        plan.values = sent_fields(ask, ())
        return plan if plan.values and not ask.entity.singleton else None
    flags = [name for name in ask.entity.fields if normal(name) in _OPEN and _is(ask, name, "boolean")]
    if kind == "logout":
        plan = ActionPlan("logout", rules=["S3"])
        plan.effects = [Effect(field=name, by=Operand(value=False)) for name in flags]
        if ask.entity.singleton:
            held = [n for n in ask.entity.fields if normal(n) in _HELD and not _stores(ask.entity, n)]
            plan.effects += [Effect(field=name, do="clear") for name in held]
        return plan if plan.effects or not ask.entity.singleton else None
    plan = ActionPlan("login", rules=["S2"])
    names = {argument: ask.names.get(argument, argument) for argument in ask.arguments}
    for argument, name in names.items():
        if normal(name) in _PASSWORDS:
            _compare(ask, plan, argument, password_field(ask.entity))
    who = name_argument({a: n for a, n in names.items() if normal(n) not in _PASSWORDS})
    if ask.entity.singleton and who is not None:
        own = name_field(ask.entity, names[who])
        if own is not None and _stores(ask.entity, own):
            _compare(ask, plan, who, own)
            own = None
        current = [n for n in ask.entity.fields if (normal(n) in _CURRENT and not _stores(ask.entity, n)) or n == own]
        plan.effects += [Effect(field=n, by=Operand(argument=who)) for n in current if fits(ask, ask.arguments[who], n)]
    plan.effects += [Effect(field=name, by=Operand(value=True)) for name in flags]
    if ask.entity.singleton and not plan.effects and not plan.checks:
        return None
    for name, row_field in ask.entity.fields.items():
        if split(name)[:2] in (("last", "login"), ("last", "signin")) and row_field.role == "data":
            plan.effects.append(Effect(field=name, by=Operand(clock=True)))
            plan.add_rules("A3")
    return plan


def _compare(ask: ActionAsk, plan: ActionPlan, argument: str, name: str | None) -> None:
    if name is not None and fits(ask, ask.arguments[argument], name):
        said = "the user name or the password is wrong"
        plan.checks.append(Check(field=name, test="eq", than=Operand(argument=argument), reason="login", message=said))


def _stores(entity: Entity, name: str) -> bool:
    """Whether a field of the session is one half of the credentials it knows, and not who is logged in."""
    return password_field(entity) is not None and not normal(name).startswith(("current", "logged", "active"))


def _is(ask: ActionAsk, name: str, kind: str) -> bool:
    return kind in ask.schemas.types(ask.entity.fields[name].schema_)


def without_secrets(shape: Shape, entity: Entity) -> Shape:
    """Return a shape that shows a whole row without its password."""
    secret = password_field(entity)
    if shape.kind != "row" or shape.fields is not None or secret is None:
        return shape
    return shape.model_copy(update={"fields": [name for name in entity.fields if normal(name) not in _PASSWORDS]})


@dataclass(frozen=True)
class WebAccess:
    """A login, logout or signup of a REST specification, as far as its words and arguments tell."""

    entity: Entity
    key: str
    """The argument that says who logs in; empty for a logout and a signup."""
    key_field: str
    plan: ActionPlan
    path: tuple[str, ...]
    """Properties that lead to the user's row in the response."""


def web_access(ask: ActionAsk, output: JsonSchema | None, caller: str | None) -> WebAccess | None:
    """Bind a login, logout or signup to the rows of users.

    Args:
        ask: the operation, with the user's entity.
        output: its response.
        caller: the entity that whoever calls is a row of, where that is known; nobody can log out elsewhere.
    """
    kind = access_of(ask.words)
    plan = read_access(ask)
    if plan is None or kind is None or (kind == "logout" and ask.entity.name != caller):
        return None
    key, key_field = "", ""
    if kind == "login":
        names = {a: ask.names.get(a, a) for a in ask.arguments if normal(ask.names.get(a, a)) not in _PASSWORDS}
        who = name_argument(names)
        found = name_field(ask.entity, names[who]) if who is not None else None
        if who is None or found is None or not ask.types(who) <= {"string", "integer"}:
            return None
        key, key_field = who, found
    return WebAccess(ask.entity, key, key_field, plan, _row_path(ask, output))


def _row_path(ask: ActionAsk, output: JsonSchema | None) -> tuple[str, ...]:
    """Where the user's row sits in a response such as ``{"token": ..., "user": {...}}``; the response itself else."""
    properties = ask.schemas.resolve(output or {}).get("properties") or {}
    for name, schema in properties.items():
        inner = ask.schemas.resolve(schema).get("properties") or {}
        shared = [field for field in inner if field in ask.entity.fields]
        if shared and len(shared) * 2 >= len(inner) and (normal(name) in _PERSONS or len(shared) > 2):
            return (name,)
    return ()
