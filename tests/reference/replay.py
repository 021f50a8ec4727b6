"""Playing the same calls on a reference and on the compiled server, and scoring how far they agree."""

from __future__ import annotations

import copy
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Any

from inftool.servers import Kernel, ServerProgram, compile_spec
from inftool.specs import load_document

from .compare import Names, changes, compare, leaves
from .domain import Domain, call, failed
from .seeded import Stand

_WORDS = ("amber", "birch", "cedar", "delta", "ember", "grove", "iris", "kelp", "linden", "maple", "olive", "pine")
_INVALID, _TRIES, _WALK = 0.2, 25, 12


@dataclass
class ToolScore:
    """What was seen of one tool; of a write, ``reads`` are the readings that should show what it wrote."""

    kind: str = ""
    calls: int = 0
    succeeded: int = 0
    """Calls that the reference took."""
    agreed: int = 0
    failures: int = 0
    refused: int = 0
    """Failures of the reference, and those of them that the compiled server refused too."""
    fields: int = 0
    present: int = 0
    equal: int = 0
    reads: int = 0
    followed: int = 0
    written: int = 0
    shown: int = 0

    def add(self, other: ToolScore) -> None:
        """Add the numbers of another tool to these."""
        for name, value in vars(other).items():
            if isinstance(value, int):
                setattr(self, name, getattr(self, name) + value)


@dataclass
class Disagreement:
    """One thing that the two sides did differently."""

    tool: str
    cause: str
    call: str
    expected: str
    got: str


@dataclass
class Score:
    """The score of a domain."""

    domain: str
    tools: dict[str, ToolScore]
    disagreements: list[Disagreement] = field(default_factory=list)

    @property
    def total(self) -> ToolScore:
        """Return the sum over the tools."""
        total = ToolScore()
        for score in self.tools.values():
            total.add(score)
        return total

    def shares(self) -> dict[str, float]:
        """Return the shares over all tools, from 0 to 1."""
        return shares(self.total)


def shares(total: ToolScore) -> dict[str, float]:
    """Return shares: of calls with the same outcome, of failures refused, of fields present and equal, of reads that
    follow writes wholly, and of values written that are shown."""
    pairs = {
        "outcome": (total.agreed, total.calls),
        "refused": (total.refused, total.failures),
        "present": (total.present, total.fields),
        "equal": (total.equal, total.fields),
        "reads": (total.followed, total.reads),
        "written": (total.shown, total.written),
    }
    return {name: part / whole if whole else 1.0 for name, (part, whole) in pairs.items()}


def compiled(domain: Domain, given: bool = True) -> ServerProgram:
    """Compile the document of a domain, with its initial state unless ``given`` is false."""
    spec = load_document(domain.document, domain.name)
    return compile_spec(spec, state=copy.deepcopy(domain.state) if given else None)


def replay(domain: Domain, sequences: int = 40, seed: int = 0, given: bool = True) -> Score:
    """Play ``sequences`` sequences on fresh sessions, half of them walks and half writes with the reads behind them.

    Args:
        domain: the reference server.
        sequences: how many; each is some ten calls.
        seed: of the choice of calls.
        given: whether the compiled server gets the initial state. Without it, its seeded rows stand for the reference's
            things, and only the reads that follow writes tell anything.
    """
    program = compiled(domain, given)
    kernel = Kernel(program)
    kinds = {operation.tool: operation.kind for operation in program.operations}
    score = Score(domain.name, {tool: ToolScore(kinds.get(tool, "-")) for tool in domain.tools()})
    for number in range(sequences):
        player = _Player(domain, kernel, score, Random(f"{domain.name} {seed} {number}"), given)
        player.directed() if number % 2 and domain.reads else player.walk()
    return score


class _Player:
    """One sequence: a fresh reference and a fresh session, side by side."""

    def __init__(self, domain: Domain, kernel: Kernel, score: Score, random: Random, given: bool) -> None:
        self.domain = domain
        self.api = domain.fresh()
        self.kernel = kernel
        self.session = kernel.open()
        self.score = score
        self.random = random
        self.names = Names(domain)
        self.stand = None if given else Stand(kernel, domain.state)

    def walk(self) -> None:
        """Call any tools, those with the fewest successes so far more often; one call in five is meant to fail."""
        for _ in range(_WALK):
            tool, arguments = self._scarce(self.domain.tools(), "succeeded")
            if arguments is None or self.random.random() < _INVALID:
                arguments = self._invalid(tool, arguments)
            self._step(tool, arguments)

    def directed(self) -> None:
        """Write, then read what was written."""
        for _ in range(4):
            tool, arguments = self._scarce([tool for tool in self.domain.tools() if tool in self.domain.reads], "reads")
            if arguments is None:
                continue
            before = copy.deepcopy(self.api)
            result, _ = self._step(tool, arguments)
            for text in self.domain.reads[tool]:
                self._read_back(tool, text, arguments, result, before)

    def _scarce(self, tools: list[str], count: str) -> tuple[str, dict[str, Any] | None]:
        """Return one of a few tools drawn, the one with the lowest count that can be called now, and its arguments."""
        tools = self.random.sample(tools, min(3, len(tools)))
        tools.sort(key=lambda tool: int(getattr(self.score.tools[tool], count)))
        for tool in tools:
            arguments = self._valid(tool)
            if arguments is not None:
                return tool, arguments
        return tools[0], None

    def _read_back(self, write: str, text: str, arguments: dict[str, Any], result: Any, before: Any) -> None:
        reader, *renamed = text.split()
        own_names = dict(part.split("=") for part in renamed)
        sources = {**{name: values[0] for name, values in leaves(result).items()}, **arguments}
        asked = {}
        for name in dict.fromkeys([*self.domain.schema(reader)["required"], *own_names]):
            source = own_names.get(name, name)
            if source.endswith("!"):
                asked[name] = source.removesuffix("!")
            elif source in sources:
                asked[name] = sources[source]
        missing = [name for name in self.domain.schema(reader)["required"] if name not in asked]
        if missing:
            return
        earlier = call(self.domain, before, reader, asked)
        expected, got = self._step(reader, asked)
        if failed(expected):
            wanted = [] if failed(earlier) else [("error", None)]
        else:
            wanted = changes(self.names, {} if failed(earlier) else earlier, expected)
            if self.stand is not None:
                sent = [value for values in leaves(arguments).values() for value in values]
                wanted = [(name, value) for name, value in wanted if _is_absolute(name, value, sent)]
        if not wanted:
            return
        theirs = leaves(got)
        if isinstance(got, dict) and "__error__" in got:
            theirs = {"error": [None]}
        lost = [name for name, value in wanted if not self._shows(reader, theirs, name, value)]
        tool = self.score.tools[write]
        tool.reads += 1
        tool.followed += not lost
        tool.written += len(wanted)
        tool.shown += len(wanted) - len(lost)
        if lost:
            self._note(write, f"{reader} does not show {', '.join(dict.fromkeys(lost))}", write, arguments, wanted, got)

    def _shows(self, reader: str, theirs: dict[str, list[Any]], name: str, value: Any) -> bool:
        found = theirs.get(name, ())
        if self.stand is not None and any(self.stand.stands(value, other) for other in found):
            return True
        return any(self.names.equal(reader, name, value, other) for other in found)

    def _step(self, tool: str, arguments: dict[str, Any]) -> tuple[Any, Any]:
        """Call both sides; return both results, where a failure of the compiled server is ``{"__error__": ...}``."""
        translated = self.names.translated(tool, arguments)
        if self.stand is not None:
            translated = self.stand.translated(tool, translated)
        expected = call(self.domain, self.api, tool, arguments)
        answer = self.kernel.call(self.session, tool, copy.deepcopy(translated))
        got = answer.content if answer.is_error else json.loads(answer.text)
        refused = answer.is_error or failed(got)
        if refused:
            got = {"__error__": got}
        self.names.learn(arguments)
        score = self.score.tools[tool]
        score.calls += 1
        score.succeeded += not failed(expected)
        score.failures += failed(expected)
        score.refused += failed(expected) and refused
        if failed(expected) != refused:
            cause = "taken, should fail" if failed(expected) else "refused, should work"
            self._note(tool, cause, tool, arguments, expected, got)
            return expected, got
        score.agreed += 1
        if not failed(expected):
            self.names.note(tool, expected, got)
            found = compare(self.names, tool, expected, got)
            score.fields += found.total
            score.present += found.present
            score.equal += found.equal
            for cause, lost in (("missing", found.missing), ("differs", found.differing)):
                if lost:
                    self._note(tool, f"{cause}: {', '.join(lost)}", tool, arguments, expected, got)
        return expected, got

    def _note(self, tool: str, cause: str, called: str, arguments: dict[str, Any], expected: Any, got: Any) -> None:
        texts = [json.dumps(part, ensure_ascii=False, default=str)[:600] for part in (arguments, expected, got)]
        self.score.disagreements.append(Disagreement(tool, cause, f"{called}({texts[0]})", texts[1], texts[2]))

    # -- arguments -----------------------------------------------------------------------------------------------------

    def _valid(self, tool: str) -> dict[str, Any] | None:
        """Return arguments that the reference takes in its present state, tried on a copy; None if none were found."""
        for _ in range(_TRIES):
            arguments = self._drawn(tool)
            if arguments is not None and not failed(call(self.domain, copy.deepcopy(self.api), tool, arguments)):
                return arguments
        return None

    def _drawn(self, tool: str) -> dict[str, Any] | None:
        pools, schema = self.domain.pools, self.domain.schema(tool)
        try:
            if tool in pools:
                return dict(pools[tool](self.api, self.random))
            arguments = {}
            for name, part in schema["properties"].items():
                if name not in schema["required"] and self.random.random() < 0.5:
                    continue
                pick = pools.get(f"{tool}.{name}", pools.get(name))
                arguments[name] = pick(self.api, self.random) if pick else self._value(part)
        except (IndexError, KeyError, StopIteration):
            return None
        return arguments

    def _value(self, schema: dict[str, Any]) -> Any:
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        match schema.get("type"):
            case "boolean":
                return self.random.random() < 0.5
            case "integer":
                return self.random.randint(1, 5)
            case "number":
                return round(self.random.uniform(2, 60), 2)
            case "array":
                return [self._value(schema["items"]) for _ in range(self.random.randint(1, 3))]
            case "object":
                return {name: self._value(part) for name, part in schema.get("properties", {}).items()}
        return " ".join(self.random.sample(_WORDS, 2))

    def _invalid(self, tool: str, arguments: dict[str, Any] | None) -> dict[str, Any]:
        """Return arguments that are wrong in one way; it is for the reference to say whether they fail."""
        arguments = dict(arguments or self._drawn(tool) or {})
        schema = self.domain.schema(tool)
        required = [name for name in schema["required"] if name in arguments]
        if not required:
            return arguments
        name = self.random.choice(required)
        part = schema["properties"][name]
        if "enum" in part:
            arguments[name] = "no such choice"
        elif self.random.random() < 0.3:
            del arguments[name]
        elif part.get("type") == "string":
            arguments[name] = f"{arguments[name]}-unknown"
        elif part.get("type") in ("integer", "number"):
            arguments[name] = self.random.choice((-5, 987654))
        else:
            del arguments[name]
        return arguments


def _is_absolute(name: str, value: Any, sent: list[Any]) -> bool:
    """Tell whether a written value is the same wherever one starts: one that was sent, or a state, but no count."""
    return value in sent or (not name.endswith("[]") and (value is None or isinstance(value, str | bool)))


def grouped(score: Score) -> dict[tuple[str, str], list[Disagreement]]:
    """Return the disagreements by tool and cause, the most frequent first."""
    groups: dict[tuple[str, str], list[Disagreement]] = defaultdict(list)
    for one in score.disagreements:
        groups[one.tool, one.cause].append(one)
    counts = Counter({key: len(group) for key, group in groups.items()})
    return {key: groups[key] for key, _ in counts.most_common()}
