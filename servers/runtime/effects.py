"""What must hold before an operation, and what it changes besides its own row (rules A1 to A8, N1 to N3)."""

from __future__ import annotations

from typing import Any

from inftool.servers.program import Check, Effect, EntityField, EntityOperation, Operand
from inftool.servers.runtime.amounts import decimal_of, total, written
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.fitting import accepts, type_of
from inftool.servers.runtime.frames import MISSING, Frame, Held, argument_at, summed
from inftool.servers.runtime.inserting import insert_records
from inftool.servers.runtime.lexicon import tokens
from inftool.servers.runtime.listing import as_number, equal
from inftool.servers.runtime.machine import Machine
from inftool.servers.runtime.places import field_at, set_at, value_at
from inftool.servers.runtime.rows import MANAGED, clock_value
from inftool.servers.runtime.schedules import check_apart
from inftool.servers.runtime.scope import Scope
from inftool.servers.runtime.session import Row, Session, Stored

_SIGNED = frozenset(("delta", "change", "adjustment", "offset", "difference", "by", "shift", "diff"))
"""Words of arguments that may be negative when they are added."""
_PRESENCE = ("set", "unset")


class Consequences:
    """The checks and effects of one operation; made once a tool.

    A call first gets a :class:`Frame` from :meth:`begin`, then does what its kind does, and then calls :meth:`finish`.
    """

    def __init__(self, machine: Machine, operation: EntityOperation) -> None:
        self._machine = machine
        self._operation = operation
        self._entity = machine.entity(operation.entity)
        self.idle = not (
            operation.checks or operation.effects or operation.inserts or operation.rows or operation.shape.also
        )
        """Whether there is nothing to do: then calls need no frame."""

    def begin(
        self, session: Session, arguments: Row, scope: Scope, own: list[Stored], kept: bool = True
    ) -> Frame | None:
        """Find the rows that the checks and effects speak of, and run the checks.

        Args:
            session: where the rows are.
            arguments: of the call.
            scope: the ancestors that it names.
            own: the operation's own rows, as far as there are any yet.
            kept: whether they are in the session; not so for a row that is still to be made.

        Raises:
            Refusal: a row is missing, or a check fails.
        """
        frame = self.view(session, arguments, scope, own, kept)
        if frame is None:
            return None
        for check in self._operation.checks:
            if check.argument is not None:
                _check_argument(frame, check, check.argument)
                continue
            for held in _rows_of(frame, check.row, check.than):
                self._check(frame, check, held)
        return frame

    def view(
        self, session: Session, arguments: Row, scope: Scope, own: list[Stored], kept: bool = True
    ) -> Frame | None:
        """Find the rows that the response speaks of, and check nothing: for calls that are over."""
        if self.idle:
            return None
        frame = Frame(self._machine, self._operation, session, arguments, scope)
        frame.set_own(self._entity, own, kept)
        frame.find_rows()
        return frame

    def finish(self, frame: Frame | None, own: list[Stored], kept: bool = True) -> list[Row]:
        """Make the effects, after what the kind itself did.

        Args:
            frame: from :meth:`begin`.
            own: the operation's own rows as they are now.
            kept: whether they are still in the session.

        Returns:
            The own rows with the effects made on them.

        Raises:
            Refusal: an effect cannot be made.
        """
        if frame is None:
            return [stored.doc for stored in own]
        frame.set_own(self._entity, own, kept)
        frame.find_rows()
        for effect in self._operation.effects:
            for held in _rows_of(frame, effect.row, effect.by):
                if held.kept:
                    self._apply(frame, effect, held)
        self._write(frame)
        if self._operation.inserts:
            insert_records(self._machine, frame)
        return [held.doc for held in frame.rows["row"]]

    def _write(self, frame: Frame) -> None:
        written_places = set()
        now = ""
        for rows in frame.rows.values():
            for held in rows:
                if not held.changed or held.place in written_places:
                    continue
                written_places.add(held.place)
                now = now or (frame.session.now() if self._ticked else frame.session.tick())
                if held.entity.name != self._machine.program.session:
                    touch(held, now)
                check_apart(frame.session, held.entity, held.key, held.doc)
                frame.session.put(held.entity.name, held.key, held.parent, held.doc)

    @property
    def _ticked(self) -> bool:
        """Whether the operation's kind has moved the clock itself."""
        kind = self._operation.kind  # type: ignore[attr-defined]
        return kind in ("create", "update", "replace", "delete", "link", "unlink") or kind.startswith("bulk")

    # --- checks

    def _check(self, frame: Frame, check: Check, held: Held) -> None:
        value = value_at(held.doc, check.field)
        if check.test in _PRESENCE:
            holds, wanted = bool(value) == (check.test == "set"), None
        else:
            wanted = frame.value(check.than, field_at(held.entity, check.field), held)
            if wanted is MISSING:
                return
            holds = passes(value, check.test, wanted)
        if not holds:
            raise Refusal(check.reason, check.message or _why(check, held, value, wanted))

    # --- effects

    def _apply(self, frame: Frame, effect: Effect, held: Held) -> None:
        names = _named_fields(frame, effect, held) if effect.field_from is not None else [effect.field]
        for name in names:
            target = field_at(held.entity, name)
            value = None if effect.do == "clear" else frame.value(effect.by, target, held)
            if value is MISSING:
                continue
            old = value_at(held.doc, name)
            new = self._new_value(frame, effect, held, name, target, old, value)
            if new == old and type(new) is type(old) and (new is not None or name in held.doc):
                continue
            if not held.changed:
                held.doc = dict(held.doc)
                held.changed = True
            set_at(held.doc, name, new)

    def _new_value(
        self, frame: Frame, effect: Effect, held: Held, name: str, target: EntityField, old: Any, value: Any
    ) -> Any:
        match effect.do:
            case "clear":
                return [] if isinstance(old, list) or type_of(target.schema_, name) == "array" else None
            case "append":
                items = value if isinstance(value, list) else [value]
                kept = list(old) if isinstance(old, list) else []
                return [*kept, *(i for i in items if not (target.schema_.get("uniqueItems") and i in kept))]
            case "remove":
                gone = value if isinstance(value, list) else [value]
                return [item for item in old if not any(same(item, other) for other in gone)] if isinstance(
                    old, list
                ) else old  # fmt: skip
            case "add" | "subtract":
                return self._sum(frame, effect, name, target, old, value)
        if effect.by.argument is not None or effect.field_from is not None:
            _check_new(frame, held, effect.by.argument or name, target, value)
        return value

    def _sum(self, frame: Frame, effect: Effect, name: str, target: EntityField, old: Any, value: Any) -> Any:
        if isinstance(value, list):
            value = summed(value)
        said = effect.by.argument or name
        amount, held = decimal_of(value), decimal_of(0 if old is None else old)
        if amount is None:
            raise Refusal("invalid", f"{said}: a number was expected")
        if held is None:
            raise Refusal("state", f"{name}: it holds no number to count from")
        if amount < 0 and not self._may_be_negative(effect):
            raise Refusal("invalid", f"{said}: must not be negative")
        if effect.do == "subtract":
            amount = -amount
        new = written(total([held, amount]), target.schema_, old, name)
        number = as_number(new)
        low = target.schema_.get("minimum")
        below = isinstance(low, (int, float)) and number is not None and number < low <= float(held)
        overdrawn = self._operation.kind == "transfer" and number is not None and number < 0 <= held  # type: ignore[attr-defined]
        if below or overdrawn:
            raise Refusal("funds", f"{name}: {key_text(old)} is not enough for {key_text(value)}")
        if not accepts(target.schema_, new) and accepts(target.schema_, old):
            raise Refusal("invalid", f"{name}: {key_text(new)} is outside its range")
        return new

    def _may_be_negative(self, effect: Effect) -> bool:
        """Whether an amount may be negative: not one of money moved; one that is called a change may."""
        if self._operation.kind == "transfer" or effect.by.argument is None:  # type: ignore[attr-defined]
            return effect.by.argument is None
        schema = (self._operation.input_schema.get("properties") or {}).get(effect.by.argument)
        low = schema.get("minimum") if isinstance(schema, dict) else None
        return bool(_SIGNED & set(tokens(effect.by.argument))) or (isinstance(low, (int, float)) and low < 0)


def _rows_of(frame: Frame, name: str, operand: Operand) -> list[Held]:
    """Return the rows of a name; each once where the operand tells for each what all lines say of it."""
    rows = frame.rows.get(name) or []
    if name not in frame.names_by_line(operand.argument):
        return rows
    return [held for place, held in enumerate(rows) if all(held is not other for other in rows[:place])]


def _check_argument(frame: Frame, check: Check, argument: str) -> None:
    value = argument_at(frame.arguments, argument)
    wanted = frame.value(check.than, EntityField())
    if value is MISSING or wanted is MISSING:
        return
    holds = bool(value) == (check.test == "set") if check.test in _PRESENCE else passes(value, check.test, wanted)
    if not holds:
        told = _TESTS[check.test].format(wanted=_said(wanted))
        raise Refusal(check.reason, check.message or f"{argument}: {_said(value)} was given; it {told}")


def touch(held: Held, now: str) -> None:
    """Set the time of the last change of a row (rule U3)."""
    for name, field in held.entity.fields.items():
        if field.role == "updated_at":
            held.doc[name] = clock_value(field, now)


def passes(value: Any, test: str, wanted: Any) -> bool:
    """Tell whether a field's value passes a test; ``set`` and ``unset`` are not among them."""
    match test:
        case "eq":
            return same(value, wanted)
        case "ne":
            return not same(value, wanted)
        case "in" | "not_in":
            options = wanted if isinstance(wanted, list) else [wanted]
            return any(same(value, option) for option in options) == (test == "in")
        case "has" | "has_not":
            items = value if isinstance(value, list) else []
            options = wanted if isinstance(wanted, list) else [wanted]
            found = [any(same(item, option) for item in items) for option in options]
            return all(found) if test == "has" else not any(found)
    left, right = decimal_of(0 if value is None else value), decimal_of(wanted)
    if left is None or right is None:
        if not isinstance(value, str) or not isinstance(wanted, str):
            return False
        return {"gt": value > wanted, "gte": value >= wanted, "lt": value < wanted, "lte": value <= wanted}[test]
    return {"gt": left > right, "gte": left >= right, "lt": left < right, "lte": left <= right}[test]


def same(value: Any, wanted: Any) -> bool:
    """Tell whether two values are equal; an object is equal to its key, and a number to its text."""
    if value is None or wanted is None:
        return value is None and wanted is None
    if isinstance(value, dict) and not isinstance(wanted, dict):
        return any(equal(value.get(name), wanted) for name in ("id", "key", "name", "code", "title") if name in value)
    if isinstance(value, (dict, list)) or isinstance(wanted, (dict, list)):
        return bool(value == wanted)
    return equal(value, wanted)


def _named_fields(frame: Frame, effect: Effect, held: Held) -> list[str]:
    """Return the fields that an argument's value names.

    Raises:
        Refusal: there is no such field, or callers may not set it.
    """
    wanted = argument_at(frame.arguments, effect.field_from or "")
    if wanted is MISSING:
        return []
    open_fields = [
        name
        for name, field in held.entity.fields.items()
        if name != held.entity.key and not field.read_only and field.role not in MANAGED
    ]
    nested = [
        f"{name}.{inner}"
        for name in open_fields
        for inner in (held.entity.fields[name].schema_.get("properties") or {})
        if "." not in inner
    ]
    found = []
    for text in wanted if isinstance(wanted, list) else [wanted]:
        words = tokens(str(text))
        places = [name for name in open_fields if name == text or (words and tokens(name) == words)]
        places += [name for name in nested if name == text or (words and tokens(name.partition(".")[2]) == words)]
        if not places:
            listed = ", ".join(open_fields[:12])
            raise Refusal("invalid", f"{effect.field_from}: {str(text)[:80]!r} is not one of {listed}")
        found.append(places[0])
    return found


def _check_new(frame: Frame, held: Held, argument: str, target: EntityField, value: Any) -> None:
    """Refuse a value that the field cannot hold, or that refers to a row that does not exist (rule F3)."""
    if value is not None and target.schema_ and not accepts(target.schema_, value):
        options = target.schema_.get("enum")
        if isinstance(options, list):
            listed = ", ".join(str(option) for option in options[:12])
            raise Refusal("invalid", f"{argument}: {str(value)[:80]!r} is not one of {listed}")
        raise Refusal("invalid", f"{argument}: {str(value)[:80]!r} does not fit")
    if target.role == "reference" and target.entity is not None and value is not None:
        for key in value if isinstance(value, list) else [value]:
            if not isinstance(key, dict) and frame.session.get(target.entity, key_text(key) or "") is None:
                raise Refusal("reference", f"{argument}: there is no {target.entity} {str(key)[:80]!r}")


_TESTS = {
    "eq": "must be {wanted}", "ne": "must not be {wanted}", "in": "must be one of {wanted}",
    "not_in": "must not be one of {wanted}", "gt": "must be more than {wanted}", "gte": "must be at least {wanted}",
    "lt": "must be less than {wanted}", "lte": "must be at most {wanted}", "has": "must hold {wanted}",
    "has_not": "must not hold {wanted}", "set": "must be set", "unset": "must not be set",
}  # fmt: skip


def _why(check: Check, held: Held, value: Any, wanted: Any) -> str:
    """Say in one sentence what does not hold."""
    if check.row == "session":
        return f"{' '.join(tokens(check.field))}: {_TESTS[check.test].format(wanted=_said(wanted))}"
    whose = f"{held.entity.label} {held.key[:80]!r}" if held.kept and held.entity.key else held.entity.label
    told = _TESTS[check.test].format(wanted=_said(wanted))
    if check.test in (*_PRESENCE, "has", "has_not"):
        return f"{whose}: {check.field} {told}"
    return f"{whose}: {check.field} is {_said(value)}; it {told}"


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_said(item) for item in value[:12])
    return "not set" if value is None else key_text(value) or str(value)[:80]
