"""Who is logged in: the variables that tell, the rows that may log in, and what that does (S2, S3, I4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from inftool.servers.compiler.bare.names import Named
from inftool.servers.compiler.bare.things import PERSONS, Thing, World
from inftool.servers.compiler.words import normal, split, word_set
from inftool.servers.program import Check, Effect, Operand, RowRef
from inftool.servers.runtime.changes import key_text

CURRENT = word_set(
    "currentuser currentuserid currentusername loggedinuser loggedinuserid loggedinas username userid activeuser "
    "activeuserid currentaccount currentmember currentcustomer currentcustomerid loggedin me user sessionuser"
)
FLAGS = word_set(
    "loggedin isloggedin authenticated isauthenticated loginstatus authstatus signedin issignedin sessionactive "
    "signedon issignedon loggedon isloggedon"
)
_SECRETS = word_set("password pin passcode secret passwd passphrase")
_LOGINS = word_set("username user userid email login name id handle account")


@dataclass
class Logins:
    """How a world tells who is logged in."""

    tools: list[str] = field(default_factory=list)
    """Tools that log somebody in."""
    people: Thing | None = None
    """The rows that callers are."""
    current: str | None = None
    """The session's variable that holds who is logged in."""
    flag: tuple[Thing, str] | None = None
    """The boolean that says whether somebody is."""

    def check(self, rows: dict[str, RowRef]) -> Check | None:
        """Return the check that somebody is logged in; a row that it needs is added to ``rows``."""
        if not self.tools:
            return None
        if self.flag is not None:
            return Check(row=_row(self.flag[0], rows), field=self.flag[1], test="set", reason="login")
        if self.current is not None:
            return Check(row="session", field=self.current, test="set", reason="login")
        return None


def find_logins(world: World, names: Iterable[Named]) -> Logins:
    """Find who may log in, and the variables that tell of it."""
    found = Logins([n.tool.name for n in names if n.verb in ("login", "authenticate", "signin")])
    session = next((t for t in world.singles() if not t.noun), None)
    for thing in world.singles():
        for name, schema in thing.fields.items():
            if schema.get("type") == "boolean" and normal(name) in FLAGS and found.flag is None:
                found.flag = thing, name
    secret = [thing for thing in world.rows() if secret_of(thing) is not None]
    people = [*secret, *(thing for thing in world.rows() if thing.noun[-1] in PERSONS and thing not in secret)]
    for name in session.fields if session is not None else ():
        if found.current is not None or session is None:
            continue
        held = session.rows[0].get(name) if session.rows else None
        if normal(name) not in CURRENT and not (found.tools and _keyed_by(secret, held)):
            continue
        if isinstance(held, (bool, list, dict)) or session.fields[name].get("type") == "boolean":
            continue
        fitting = _keyed_by(people, held)
        if fitting or held is None or not people:
            found.current = name
            found.people = next(iter(fitting or secret or people), None)
    if found.tools and found.flag is None and found.current is None:
        world.session.fields["logged_in"] = {"type": "boolean", "default": False}
        found.flag = world.session, "logged_in"
    if found.people is None and found.tools:
        found.people = next(iter(secret), None)
    return found


def _keyed_by(things: Iterable[Thing], value: Any) -> list[Thing]:
    """Return the things one of whose rows has ``value`` as its key."""
    plain = None if isinstance(value, bool) else key_text(value)
    return [t for t in things if plain is not None and plain in {key_text(key) for key in t.values(t.key)}]


def secret_of(thing: Thing) -> str | None:
    """Return the field that holds what one must know to log in."""
    return next((name for name in thing.fields if split(name)[-1:] and split(name)[-1] in _SECRETS), None)


@dataclass
class AuthPlan:
    """What a login or logout does."""

    thing: Thing
    key: str = ""
    key_field: str = ""
    checks: list[Check] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    rows: dict[str, RowRef] = field(default_factory=dict)


def login_plan(named: Named, logins: Logins, world: World) -> AuthPlan | None:
    """Plan a login: by a row of those who may, by the credentials of a single object, or by a mere flag (rule S2)."""
    secret = next((a for a in named.arguments if split(a)[-1:] and split(a)[-1] in _SECRETS), None)
    plan: AuthPlan | None = None
    if logins.people is not None and (logins.people.rows or logins.people.given):
        who = _who(named, logins.people, secret)
        if who is not None:
            plan = AuthPlan(logins.people, *who)
            held = secret_of(logins.people) or ("value" if logins.people.whole else None)
            if secret is not None and held is not None:
                plan.checks.append(Check(field=held, test="eq", than=Operand(argument=secret), reason="login"))
    if plan is None:
        single = next((t for t in world.singles() if t.noun and secret_of(t)), None) or (
            logins.flag[0] if logins.flag is not None else world.session
        )
        plan = AuthPlan(single)
        for argument in named.required:
            held = single.field(argument, noun=False)
            if held is not None and (argument == secret or normal(argument) in _LOGINS):
                plan.checks.append(Check(field=held, test="eq", than=Operand(argument=argument), reason="login"))
    _set_flag(plan, logins, True)
    if logins.current is not None and plan.thing is not logins.people:
        who_argument = next((a for a in named.required if a != secret), None)
        if who_argument is not None:
            row = _row(world.session, plan.rows, plan.thing)
            plan.effects.append(Effect(row=row, field=logins.current, by=Operand(argument=who_argument)))
    return plan if plan.effects or plan.checks or logins.current else None


def logout_plan(logins: Logins, world: World) -> AuthPlan | None:
    """Plan a logout: nobody is logged in afterwards, and somebody must be before (rule S3)."""
    if logins.flag is None and logins.current is None:
        return None
    thing = logins.flag[0] if logins.flag is not None else world.session
    plan = AuthPlan(thing)
    field_name = logins.flag[1] if logins.flag is not None else logins.current
    plan.checks.append(Check(field=field_name or "", test="set", reason="login"))
    _set_flag(plan, logins, False)
    if logins.current is not None:
        plan.effects.append(Effect(row=_row(world.session, plan.rows, thing), field=logins.current, do="clear"))
    return plan


def _who(named: Named, people: Thing, secret: str | None) -> tuple[str, str] | None:
    """Return the argument that says who logs in, and the field it is compared with."""
    for argument in named.required:
        if argument == secret:
            continue
        held = people.field(argument)
        if held is not None and held != secret_of(people):
            return argument, held
        if normal(argument) in _LOGINS:
            return argument, people.key
    return None


def _set_flag(plan: AuthPlan, logins: Logins, value: Any) -> None:
    if logins.flag is not None:
        row = _row(logins.flag[0], plan.rows, plan.thing)
        plan.effects.append(Effect(row=row, field=logins.flag[1], by=Operand(value=value)))


def _row(single: Thing, rows: dict[str, RowRef], own: Thing | None = None) -> str:
    """Return the name of a single object's row in an operation."""
    if single is own:
        return "row"
    if not single.noun:
        return "session"
    name = "_".join(single.noun)
    rows.setdefault(name, RowRef(entity=single.name))
    return name
