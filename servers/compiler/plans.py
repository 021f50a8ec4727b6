"""What is asked of the reading of an action, and the plan that comes of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.states import flat_fields
from inftool.servers.compiler.words import normal, split, word_set
from inftool.servers.program import Check, Confidence, Effect, Entity, RowRef
from inftool.specs.spec import JsonSchema, Response

ActionKind = Literal["transition", "toggle", "adjust", "transfer", "edit", "login", "logout", "signup", "action"]

TARGET_WORDS = word_set("new target to next desired requested final")
_KEPT_ROLES = ("data", "reference")


@dataclass(frozen=True)
class ActionAsk:
    """An action as the specification has it, with the entity that it works on."""

    words: tuple[str, ...]
    """The verb with what stands beside it: ``cancel``, ``mark as read``, ``add tag``."""
    entity: Entity
    arguments: Mapping[str, JsonSchema]
    """Those that do not name the row or its ancestors."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the document calls them, where it differs."""
    required: frozenset[str] = frozenset()
    text: str = ""
    """Title and description."""
    errors: Sequence[Response] = ()
    undo: bool = False
    """Whether the opposite is meant: DELETE on the path of a verb (rule A4)."""
    hints: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Values that other operations' arguments of a name may take, by the name without case and separators."""
    entities: Mapping[str, Entity] = field(default_factory=dict)
    """All entities by name: where money goes to, and what an argument refers to."""
    schemas: Schemas = field(default_factory=lambda: Schemas({}))
    nouns: frozenset[str] = frozenset()
    """Further words that the path has for the row."""

    @property
    def noun(self) -> tuple[str, ...]:
        """Words of the entity's names, in the singular and in the plural."""
        return tuple(dict.fromkeys((*self.entity.label.split(), *self.entity.plural.split(), *sorted(self.nouns))))

    def types(self, argument: str) -> frozenset[str]:
        """Return the JSON types that an argument may have."""
        return self.schemas.types(self.arguments[argument])


@dataclass
class ActionPlan:
    """What an action was found to do, ready for an :class:`~inftool.servers.program.ActionOperation`."""

    kind: ActionKind
    values: dict[str, str] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    rows: dict[str, RowRef] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    confidence: Confidence = "high"
    guesses: list[str] = field(default_factory=list)

    def lower(self, confidence: Confidence, guess: str) -> None:
        """Record an assumption, and let the confidence fall to at most ``confidence``."""
        order: list[Confidence] = ["low", "medium", "high"]
        self.confidence = min(self.confidence, confidence, key=order.index)
        if guess not in self.guesses:
            self.guesses.append(guess)

    def add_rules(self, *rules: str) -> None:
        """Add ids of rules that fired, each once."""
        self.rules += [rule for rule in rules if rule not in self.rules]


def last_word(entity: Entity) -> str:
    """Return the word that says what a row is: ``account`` of ``bank account``; a path may have no word at all."""
    return (entity.label.split() or [""])[-1]


def fallback(entity: Entity, words: Sequence[str]) -> ActionPlan:
    """Return the plan of an action that is only recorded (rule A9)."""
    plan = ActionPlan("action", rules=["A9"], confidence="low")
    said = " ".join(words) or "the call"
    plan.guesses.append(f"No field of the {entity.label} tells of {said!r}: the call is recorded and changes nothing.")
    return plan


def sent_fields(ask: ActionAsk, taken: Collection[str]) -> dict[str, str]:
    """Match the arguments with the fields of the row that they are called like."""
    by_name = {normal(name): name for name in reversed(list(ask.entity.fields))}
    values: dict[str, str] = {}
    for argument, schema in ask.arguments.items():
        words = split(ask.names.get(argument, argument))
        plain = "".join(words)
        tries = [plain, *("".join(words[1:]) for _ in (1,) if len(words) > 1 and words[0] in TARGET_WORDS)]
        held = next((by_name[name] for name in tries if name in by_name), None)
        if held is None or held in taken or held in values.values() or held == ask.entity.key:
            continue
        if ask.entity.fields[held].role in _KEPT_ROLES and fits(ask, schema, held):
            values[argument] = held
    return values


def fits(ask: ActionAsk, schema: JsonSchema, name: str) -> bool:
    """Whether every value of an argument may stand in a field."""
    held = flat_fields(ask.entity.fields).get(name) or ask.entity.fields.get(name)
    if held is None or "." in name:
        return False
    given, kept = ask.schemas.types(schema), ask.schemas.types(held.schema_)
    return not given or not kept or given <= kept or (given | kept) <= {"integer", "number"}
