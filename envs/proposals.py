"""Proposals: one function for each kind of task, from a world and a random source to a draft.

A draft is a task without its proof. A proposal that makes no sense raises :class:`Rejected` with the reason it is
counted by; nothing is repaired silently.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from inftool.agents.agenda import Slot
from inftool.agents.message import Message, Tool, ToolCall
from inftool.agents.prompt import write_calls
from inftool.envs import wording
from inftool.envs.task import Fact, Kind
from inftool.envs.wish import Rejected, Wish, make_wish
from inftool.envs.world import World
from inftool.servers.compiler.words import normal, singular, split
from inftool.servers.program import (
    CreateOperation,
    DeleteOperation,
    EntityOperation,
    ListOperation,
    Operation,
    ReadOperation,
    UpdateOperation,
)


@dataclass(frozen=True)
class Limits:
    """What a policy can take in; tasks beyond it are not proposed.

    Attributes:
        max_arguments: arguments of one gold call.
        max_turn: characters of one gold turn, calls written in the compact form.
        tools: fewest and most tools on offer in kinds with distractors.
        fits: whether a tool may be offered (its signature is short enough, say).
        shown: what a policy sees of a tool's result; ids and facts of a gold must be in that part.
    """

    max_arguments: int = 6
    max_turn: int = 2_000
    tools: tuple[int, int] = (3, 5)
    fits: Callable[[Tool], bool] = lambda tool: True
    shown: Callable[[str], str] = lambda text: text


@dataclass
class Draft:
    """A task without its proof."""

    kind: Kind
    operation: str
    tools: list[str]
    request: str
    style: str
    gold: list[Message]
    facts: list[Fact] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    refuse: bool = False


Elsewhere = tuple[World, Operation]
"""A server of another API and one of its operations: what a wish may be about that no tool here is for."""


def propose(
    world: World,
    kind: Kind,
    operation: Operation,
    rng: random.Random,
    limits: Limits,
    elsewhere: Elsewhere | None = None,
) -> Draft:
    """Draft one task of ``kind`` about ``operation``.

    Args:
        world: the server it is played on.
        kind: of task.
        operation: what it is about.
        rng: source of every choice.
        limits: what the policy can take in.
        elsewhere: for irrelevant wishes.

    Raises:
        Rejected: it cannot be done, or nobody would say it.
    """
    try:
        if kind == "irrelevant":
            draft = _irrelevant(world, operation, rng, limits, elsewhere)
        else:
            draft = _PROPOSERS[kind](world, operation, rng, limits)
    except wording.Unsayable as reason:
        raise Rejected(str(reason)) from None
    if any(
        len(write_calls(turn.tool_calls) if turn.tool_calls else turn.content) > limits.max_turn for turn in draft.gold
    ):
        raise Rejected("gold turn is too long for the policy")
    return draft


def _simple(world: World, operation: Operation, rng: random.Random, limits: Limits) -> Draft:
    wish = _single(world, operation, rng, limits)
    style = rng.choice(wording.STYLES)
    return Draft(
        kind="simple",
        operation=operation.kind,
        tools=[operation.tool],
        request=wish.text(style, rng),
        style=style,
        gold=[_calls(wish.call), _reply(wish.answer())],
        facts=wish.facts,
    )


def _multiple(world: World, operation: Operation, rng: random.Random, limits: Limits) -> Draft:
    draft = _simple(world, operation, rng, limits)
    draft.kind = "multiple"
    draft.tools = with_distractors(world, [operation.tool], rng, limits)
    return draft


def _missing_parameter(world: World, operation: Operation, rng: random.Random, limits: Limits) -> Draft:
    """A required argument is told only when asked for."""
    wish = _single(world, operation, rng, limits)
    assert isinstance(operation, EntityOperation)
    required = set(operation.input_schema.get("required", ()))
    spoken = [name for name in wish.arguments if name in required]
    if not spoken or isinstance(operation, ListOperation):
        raise Rejected("no required argument to hold back")
    held = rng.choice(spoken)
    what = _called(wish, held)
    style = rng.choice(wording.STYLES)
    request = wish.text(style, rng, hold={held})
    said = wording.say(wish.arguments[held])
    slot = Slot(
        argument=held,
        words=tuple(dict.fromkeys([*split(held), *what.lower().split()])),
        sentence=wording.sentence(rng.choice((f"the {what} is {said}", f"it's {said}", f"{what}: {said}"))),
    )
    question = f"What is the {what}?"
    return Draft(
        kind="missing_parameter",
        operation=operation.kind,
        tools=with_distractors(world, [operation.tool], rng, limits) if rng.random() < 0.5 else [operation.tool],
        request=request,
        style=style,
        gold=[_reply(question), _calls(wish.call), _reply(wish.answer())],
        facts=wish.facts,
        slots=[slot],
    )


def _sequential(world: World, operation: Operation, rng: random.Random, limits: Limits) -> Draft:
    """The result of one call feeds the next: find a row by its name, then act on it; or follow a reference."""
    if (
        isinstance(operation, ReadOperation)
        and rng.random() < 0.4
        and (draft := _follow(world, operation, rng, limits))
    ):
        return draft
    return _find_then_act(world, operation, rng, limits)


def _find_then_act(world: World, operation: Operation, rng: random.Random, limits: Limits) -> Draft:
    if not isinstance(operation, ReadOperation | UpdateOperation | DeleteOperation):
        raise Rejected("operation does not need an id")
    wish = make_wish(world, operation, rng, by_name=True)
    if operation.key_field != wish.entity.key or wish.by_name == wish.entity.key:
        raise Rejected("row is named by its key")
    _check_size(wish, limits, spoken=set(wish.arguments) - {operation.key})
    finder = _finder(world, wish, rng, limits)
    style = rng.choice(wording.STYLES)
    return Draft(
        kind="sequential",
        operation=operation.kind,
        tools=with_distractors(world, [finder.name, operation.tool], rng, limits),
        request=wish.text(style, rng),
        style=style,
        gold=[_calls(finder), _calls(wish.call), _reply(wish.answer())],
        facts=wish.facts,
    )


def _finder(world: World, wish: Wish, rng: random.Random, limits: Limits) -> ToolCall:
    """Choose a list call that shows the wished row with its name and key, short enough to be seen."""
    assert wish.row is not None
    name, key = wish.row.doc[wish.by_name], wish.row.doc[wish.entity.key]
    calls = []
    for operation in world.program.operations:
        if not isinstance(operation, ListOperation) or operation.entity != wish.entity.name:
            continue
        arguments = {}
        for argument, owner in operation.parents.items():
            ancestor = world.ancestors(wish.row).get(owner)
            arguments[argument] = ancestor.doc[world.program.entities[owner].key] if ancestor else None
        for argument, test in operation.filters.items():
            if (test.field == wish.by_name and test.test in ("eq", "contains")) or test.test == "text":
                arguments[argument] = name
                break
        required = operation.input_schema.get("required", ())
        if all(arguments.get(argument) is not None for argument in required) and None not in arguments.values():
            calls.append(ToolCall(name=operation.tool, arguments=arguments))
    rng.shuffle(calls)
    for call in calls:
        shown = limits.shown(world.try_calls([call])[0].text)
        if wish.row in world.listed(call, wish.entity) and str(key) in shown and str(name) in shown:
            return call
    raise Rejected("no list shows the row by its name")


def _follow(world: World, operation: ReadOperation, rng: random.Random, limits: Limits) -> Draft | None:
    """Read a row, then the row that it refers to; None where the entity refers to nothing readable."""
    entity = world.program.entities[operation.entity]
    readers = {
        other.entity: other
        for other in world.program.operations
        if isinstance(other, ReadOperation)
        and other.key_field == world.program.entities[other.entity].key
        and not other.parents
    }
    links = [
        (name, readers[spec.entity])
        for name, spec in entity.fields.items()
        if spec.role == "reference" and spec.entity in readers and spec.entity != entity.name
    ]
    if not links:
        return None
    name, reader = rng.choice(links)
    first = make_wish(world, operation, rng)
    _check_size(first, limits)
    assert first.row is not None
    target = next(
        (row for row in world.rows(reader.entity) if row.doc.get(reader.key_field) == first.row.doc.get(name)), None
    )
    if target is None:
        raise Rejected("reference leads nowhere")
    second = make_wish(world, reader, rng, row=target)
    what = f"the {wording.label(second.told)} of the {second.entity.label} of {first.target()}"
    results = world.try_calls([first.call, second.call])
    if str(target.doc[reader.key_field]) not in limits.shown(results[0].text):
        raise Rejected("id is not in the part of the result that is shown")
    style = rng.choice(wording.STYLES)
    return Draft(
        kind="sequential",
        operation="read",
        tools=with_distractors(world, [operation.tool, reader.tool], rng, limits),
        request=wording.question(what, style, rng),
        style=style,
        gold=[_calls(first.call), _calls(second.call), _reply(second.answer())],
        facts=second.facts,
    )


def _irrelevant(
    world: World, operation: Operation, rng: random.Random, limits: Limits, elsewhere: Elsewhere | None
) -> Draft:
    """No tool on offer is for the wish.

    It is about another entity of the same API, about another API, or, where there is none, about everyday life.
    """
    style = rng.choice(wording.STYLES)
    wish, related = None, set[str]()
    if rng.random() < 0.4:
        wish = _single(world, operation, rng, limits)
        related = _relatives(world, wish.entity.name)
    elif elsewhere is not None:
        wish = _single(*elsewhere, rng, limits)
    offers = [menu for menu in menus(world, limits, rng.randrange(DEALS)) if _is_beside(world, menu, wish, related)]
    if not offers:
        raise Rejected("every tool has to do with the wish")
    if wish is not None:
        request = wish.text(style, rng)
    else:
        request = rng.choice(wording.ERRANDS).format(number=rng.randrange(2, 60), city=rng.choice(wording.CITIES))
        style = "plain"
    return Draft(
        kind="irrelevant",
        operation="refuse",
        tools=list(rng.choice(offers)),
        request=request,
        style=style,
        gold=[_reply(wording.REFUSAL)],
        refuse=True,
    )


def _is_beside(world: World, menu: Sequence[str], wish: Wish | None, related: set[str]) -> bool:
    """Whether no tool of a menu has to do with a wish."""
    operations = [world.program.operation(name) for name in menu]
    return wish is None or not any(
        getattr(operation, "entity", None) in related or not _strangers(wish, operation) for operation in operations
    )


def _relatives(world: World, entity: str) -> set[str]:
    """Return an entity and all that are nested in it, hold it, or refer to it or from it."""
    related = {entity}
    for name, spec in world.program.entities.items():
        links = {field.entity for field in spec.fields.values() if field.entity} | (
            {spec.parent} if spec.parent else set()
        )
        if entity in links:
            related.add(name)
        if name == entity:
            related |= {link for link in links if link}
    return related


def _strangers(wish: Wish, other: Operation) -> bool:
    """Whether a tool's words have nothing to do with the wish's entity."""
    said = {singular(word) for text in (other.tool, other.title, other.description[:200]) for word in split(text)}
    return not {singular(word) for word in split(wish.entity.label)} & said


DEALS = 1
"""Different menus that a tool is offered in: more are more varied, and share less."""


@lru_cache(maxsize=512)
def menus(world: World, limits: Limits, deal: int) -> tuple[tuple[str, ...], ...]:
    """Deal the tools of a program into menus, those of one entity together.

    Tasks share menus: a menu is read once by a policy, however many tasks are played with it.
    """
    rng = random.Random(f"{world.program.name}/{deal}")
    groups: dict[str, list[str]] = {}
    for operation in world.program.operations:
        if _fits(world, operation.tool, limits):
            groups.setdefault(getattr(operation, "entity", ""), []).append(operation.tool)
    for group in groups.values():
        rng.shuffle(group)
    order = sorted(groups)
    rng.shuffle(order)
    tools = [tool for name in order for tool in groups[name]]
    dealt: list[tuple[str, ...]] = []
    while tools:
        count = rng.randint(*limits.tools)
        menu = tools[:count]
        rng.shuffle(menu)
        dealt.append(tuple(menu))
        tools = tools[count:]
    if len(dealt) > 1 and len(dealt[-1]) < limits.tools[0]:
        dealt[-1] += dealt[0][: limits.tools[0] - len(dealt[-1])]
    return tuple(dealt)


def with_distractors(world: World, gold: Sequence[str], rng: random.Random, limits: Limits) -> list[str]:
    """Return a menu that offers the gold's tools; one that is missing takes the place of another tool."""
    if not all(_fits(world, name, limits) for name in gold):
        raise Rejected("tool is too large for the policy")
    dealt = menus(world, limits, rng.randrange(DEALS))
    tools = list(max(dealt, key=lambda menu: sum(name in menu for name in gold)))
    for name in gold:
        if name not in tools:
            place = next((place for place, other in enumerate(tools) if other not in gold), len(tools))
            tools[place : place + 1] = [name]
    return tools


def _fits(world: World, name: str, limits: Limits) -> bool:
    return limits.fits(world.tool(name))


def _single(world: World, operation: Operation, rng: random.Random, limits: Limits) -> Wish:
    """Make a wish whose every argument can be said, and whose result, where it matters, can be seen."""
    wish = make_wish(world, operation, rng)
    if not _fits(world, operation.tool, limits):
        raise Rejected("tool is too large for the policy")
    _check_size(wish, limits)
    if any(str(fact.value) in map(str, wish.arguments.values()) for fact in wish.facts):
        raise Rejected("the request already tells the fact")
    if wish.facts:
        shown = limits.shown(world.try_calls([wish.call])[0].text)
        if not all(str(fact.value) in shown for fact in wish.facts):
            raise Rejected("fact is not in the part of the result that is shown")
    return wish


def _check_size(wish: Wish, limits: Limits, spoken: set[str] | None = None) -> None:
    if len(wish.arguments) > limits.max_arguments:
        raise Rejected("too many arguments to say")
    for name, value in wish.arguments.items():
        if spoken is None or name in spoken:
            wording.say(value)


def _called(wish: Wish, argument: str) -> str:
    """Return what a person calls an argument: the key of a pet is its ``pet ID``."""
    found = wording.label(argument)
    operation = wish.operation
    assert isinstance(operation, EntityOperation)
    is_key = argument == getattr(operation, "key", None) and not isinstance(operation, CreateOperation)
    owner = wish.entity if is_key else wish.world.program.entities.get(operation.parents.get(argument, ""))
    if owner and normal(owner.label) not in normal(found):
        return f"{owner.label} {found}"
    return found


def _calls(*calls: ToolCall) -> Message:
    return Message(role="assistant", tool_calls=calls)


def _reply(text: str) -> Message:
    return Message(role="assistant", content=text)


_PROPOSERS: dict[Kind, Callable[[World, Operation, random.Random, Limits], Draft]] = {
    "simple": _simple,
    "multiple": _multiple,
    "sequential": _sequential,
    "missing_parameter": _missing_parameter,
}
