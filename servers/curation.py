"""Curation of a pool of specifications: near-duplicate tools are found, and one of each is kept.

This is the first step of the InfTool paper (embed, cluster, merge). Two tools are near-duplicates if they ask for the
same sort of thing (a read never equals a delete, however alike their words), speak of the same noun, take nearly the
same arguments, and say nearly the same. The tool that tells most stays and takes over what only the others told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from inftool.servers.compiler.words import normal, singular, split, verb_kind, word_set
from inftool.specs.spec import ApiSpec, ToolSpec

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
"""Texts → unit vectors, one row each."""

_ASKING = word_set("read list search")
_WRITING = {"post": "create", "put": "update", "patch": "update", "delete": "delete"}
_COLUMNS = 2048
_EMPTY_WORDS = word_set(
    "a an the of for to in on at by with and or from this that your you is are be it its as all any given specified "
    "specific api v1 v2 v3 id ids uuid"
)
_BLOCK = 512
"""Tools compared in one matrix product; bounds the memory at pools of any size."""


class CuratedTool(BaseModel):
    """One tool of the pool, and what became of it."""

    model_config = ConfigDict(extra="forbid")

    spec: str
    tool: str
    kept: bool
    same_as: str | None = None
    """``spec/tool`` of the tool that stands for it, where it is a near-duplicate."""
    likeness: float | None = None
    """Cosine of the two tools' vectors, at most 1."""
    reason: str = ""
    """Why a near-duplicate stays."""


class Curation(BaseModel):
    """What curation made of a pool."""

    model_config = ConfigDict(extra="forbid")

    embedding: str
    """What the texts were embedded with."""
    threshold: float
    tools: list[CuratedTool]

    @cached_property
    def clusters(self) -> dict[str, list[CuratedTool]]:
        """Near-duplicates by the tool that stands for them, the largest groups first."""
        found: dict[str, list[CuratedTool]] = {}
        for tool in self.tools:
            if tool.same_as is not None:
                found.setdefault(tool.same_as, []).append(tool)
        return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))

    def dropped(self, spec: str) -> list[str]:
        """Return the tools of a specification that are left out; an overrides document takes them as ``drop``."""
        return [tool.tool for tool in self.tools if tool.spec == spec and not tool.kept]

    def specs(self) -> list[str]:
        """Return the names of the pool's specifications."""
        return list(dict.fromkeys(tool.spec for tool in self.tools))


@dataclass(frozen=True)
class _Entry:
    """A tool with what it is compared by."""

    spec: ApiSpec
    tool: ToolSpec
    what: str
    """What its verb asks for: ``read``, ``create``, ``cancel`` ..."""
    nouns: frozenset[str]
    arguments: frozenset[str]
    text: str

    @property
    def name(self) -> str:
        return f"{self.spec.name}/{self.tool.name}"

    @property
    def weight(self) -> tuple[int, int, int]:
        """How much the tool tells: a declared answer, its examples, the length of its description."""
        tool = self.tool
        return (
            int(tool.output_schema is not None) + len(tool.errors),
            len(tool.examples) + int(tool.output_example is not None),
            min(len(tool.description), 2000) + 40 * len(self.arguments),
        )


def curate(
    specs: Sequence[ApiSpec],
    threshold: float = 0.8,
    embed: tuple[str, Embed] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Curation:
    """Find the near-duplicate tools of a pool, and choose one of each.

    A near-duplicate that its own specification needs stays: a read whose rows some kept tool of the same specification
    writes, so that every kept server can still show what it does. Deterministic, and independent of the order of
    ``specs`` but for ties.

    Args:
        specs: the pool; names must differ.
        threshold: least cosine, 0 to 1, at which two compatible tools are near-duplicates.
        embed: a name and a function for the texts; :func:`embedding` if None.
        progress: called with (tools compared, tools in all).

    Raises:
        ValueError: two specifications of one name.
    """
    names = [spec.name for spec in specs]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"two specifications are called {twice!r}; rename one of the files")
    label, function = embed or embedding()
    entries = [_entry(spec, tool) for spec in specs for tool in spec.tools]
    ranked = sorted(entries, key=lambda entry: (*(-part for part in entry.weight), entry.name))
    vectors = function([entry.text for entry in ranked]) if ranked else np.zeros((0, 1), np.float32)
    same = _leaders(ranked, vectors, threshold, progress)
    found = {ranked[i].name: (ranked[leader].name, score) for i, (leader, score) in same.items()}
    kept = {entry.name for entry in entries if entry.name not in found}
    needed = _needed(entries, kept)
    return Curation(
        embedding=label,
        threshold=threshold,
        tools=[
            CuratedTool(
                spec=entry.spec.name,
                tool=entry.tool.name,
                kept=entry.name not in found or entry.name in needed,
                same_as=found[entry.name][0] if entry.name in found else None,
                likeness=round(found[entry.name][1], 3) if entry.name in found else None,
                reason=needed.get(entry.name, "") if entry.name in found else "",
            )
            for entry in entries
        ],
    )


def embedding() -> tuple[str, Embed]:
    """Return the best embedding at hand: the word vectors that the package ``wordllama`` ships, else TF-IDF."""
    try:
        import wordllama
    except ImportError:
        return "tf-idf", tf_idf
    home = Path(wordllama.__file__).parent
    model = wordllama.WordLlama.load(cache_dir=home, disable_download=True)

    def embed(texts: Sequence[str]) -> Vectors:
        vectors: Vectors = model.embed(list(texts), norm=True).astype(np.float32)
        return vectors

    return "wordllama", embed


def tf_idf(texts: Sequence[str]) -> Vectors:
    """Embed texts by their words, rare ones counting more, in hashed columns; shape (texts, 2048)."""
    counts = np.zeros((len(texts), _COLUMNS), np.float32)
    for row, text in enumerate(texts):
        for word in text.split():
            counts[row, _column(word)] += 1
    present = (counts > 0).sum(axis=0)
    weights = np.log((1 + len(texts)) / (1 + present)).astype(np.float32) + 1
    vectors: Vectors = np.sqrt(counts) * weights
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.where(norms == 0, 1, norms)).astype(np.float32)
    return unit


def _column(word: str) -> int:
    value = 2166136261
    for byte in word.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value % _COLUMNS


def _leaders(
    ranked: Sequence[_Entry], vectors: Vectors, threshold: float, progress: Callable[[int, int], None] | None
) -> dict[int, tuple[int, float]]:
    """Cluster by leaders: in rank order, a tool joins the likest leader that it is compatible with, or leads itself."""
    same: dict[int, tuple[int, float]] = {}
    for start in range(0, len(ranked), _BLOCK):
        block = vectors[start : start + _BLOCK]
        likeness = block @ vectors[: start + len(block)].T
        for row in range(len(block)):
            index = start + row
            near = np.flatnonzero(likeness[row, :index] >= threshold)
            for other in near[np.argsort(-likeness[row, near], kind="stable")]:
                if int(other) not in same and _compatible(ranked[index], ranked[int(other)]):
                    same[index] = int(other), min(float(likeness[row, other]), 1.0)
                    break
        if progress is not None:
            progress(min(start + _BLOCK, len(ranked)), len(ranked))
    return same


def _compatible(left: _Entry, right: _Entry) -> bool:
    """Whether two tools may be the same: of two specifications, and alike in verb, nouns and most arguments.

    Within one specification alike tools do different things (followers and following), or it would not have both.
    """
    if left.spec is right.spec or left.what != right.what:
        return False
    if left.text == right.text and left.arguments == right.arguments:
        return True
    if not left.nouns & right.nouns or len(left.nouns ^ right.nouns) > min(len(left.nouns), len(right.nouns)):
        return False
    union = left.arguments | right.arguments
    return not union or 2 * len(left.arguments & right.arguments) >= len(union)


def _needed(entries: Sequence[_Entry], kept: set[str]) -> dict[str, str]:
    """Return the near-duplicate reads that show what a kept tool of the same specification writes."""
    written: dict[tuple[str, str], str] = {}
    for entry in entries:
        if entry.name in kept and entry.what not in _ASKING:
            for noun in sorted(entry.nouns):
                written.setdefault((entry.spec.name, noun), entry.tool.name)
    needed = {}
    for entry in entries:
        if entry.name not in kept and entry.what in _ASKING:
            by = next(
                (written[(entry.spec.name, n)] for n in sorted(entry.nouns) if (entry.spec.name, n) in written), ""
            )
            if by:
                needed[entry.name] = f"shows what {by} writes"
    return needed


def _entry(spec: ApiSpec, tool: ToolSpec) -> _Entry:
    words = split(tool.name)
    verbs = [word for word in words if verb_kind(word) is not None]
    what = str(verb_kind(verbs[0])) if verbs else ""
    if what in ("action", "compute", "upload", "auth"):
        what = verbs[0]
    if not what and tool.http is not None:
        what = _WRITING.get(tool.http.method, "read")
    nouns = [singular(word) for word in words if word not in verbs and word not in _EMPTY_WORDS]
    if tool.http is not None:
        static = [part for part in tool.http.path.split("/") if part and "{" not in part]
        nouns += [singular(word) for part in static[-2:] for word in split(part) if word not in _EMPTY_WORDS]
    arguments = list(tool.input_schema.get("properties") or {})[:40]
    said = tool.title or (tool.description or "").split(". ")[0]
    text = [*words, *[singular(word) for word in split(said[:300])], *[w for a in arguments[:8] for w in split(a)]]
    return _Entry(
        spec=spec,
        tool=tool,
        what=what or (words[0] if words else ""),
        nouns=frozenset(noun for noun in nouns if noun not in verbs),
        arguments=frozenset(normal(argument) for argument in arguments),
        text=" ".join(word for word in text if word not in _EMPTY_WORDS) or tool.name,
    )


def report_text(curation: Curation) -> str:
    """Return the curation as plain text: the clusters, then the totals of each specification."""
    lines = []
    for leader, members in curation.clusters.items():
        lines.append(leader)
        for tool in members:
            note = f"  (kept: {tool.reason})" if tool.kept else ""
            lines.append(f"  = {tool.spec}/{tool.tool}  {tool.likeness:.2f}{note}")
    lines += [""] if lines else []
    for spec in curation.specs():
        total = sum(tool.spec == spec for tool in curation.tools)
        lines.append(f"{spec}: {total - len(curation.dropped(spec))} of {total} tools kept")
    kept = sum(tool.kept for tool in curation.tools)
    lines.append(
        f"{kept} of {len(curation.tools)} tools kept, {len(curation.clusters)} groups of near-duplicates "
        f"({curation.embedding}, cosine at least {curation.threshold:g})"
    )
    return "\n".join(lines) + "\n"


def overrides_of(curation: Curation, specs: Sequence[ApiSpec], spec: ApiSpec) -> dict[str, Any]:
    """Return what curation changes of a specification, as an overrides document; ``{}`` where it changes nothing.

    Its near-duplicates are dropped. A tool of it that stands for others is merged with them: descriptions, of the tool
    and of arguments, that it lacks and another of its group has.
    """
    by_name = {f"{other.name}/{tool.name}": tool for other in specs for tool in other.tools}
    operations: dict[str, Any] = {}
    for tool in spec.tools:
        members = curation.clusters.get(f"{spec.name}/{tool.name}", ())
        told = _told(tool, [by_name[f"{member.spec}/{member.tool}"] for member in members])
        if told:
            operations[tool.name] = told
    dropped = curation.dropped(spec.name)
    return {**({"operations": operations} if operations else {}), **({"drop": dropped} if dropped else {})}


def _told(leader: ToolSpec, members: Sequence[ToolSpec]) -> dict[str, Any]:
    """Return what members of a group say and their leader does not, as a change of the leader's operation."""
    change: dict[str, Any] = {}
    if not leader.description and not leader.title:
        change["description"] = max((m.description or m.title for m in members), key=len, default="")
    properties: dict[str, Any] = {}
    for name, schema in (leader.input_schema.get("properties") or {}).items():
        if isinstance(schema, dict) and not schema.get("description"):
            said = [_description(member, name) for member in members]
            if longest := max(said, key=len, default=""):
                properties[name] = {"description": longest}
    if properties:
        change["input_schema"] = {"properties": properties}
    return {key: value for key, value in change.items() if value}


def _description(tool: ToolSpec, argument: str) -> str:
    for name, schema in (tool.input_schema.get("properties") or {}).items():
        if normal(name) == normal(argument) and isinstance(schema, dict):
            return str(schema.get("description") or "")
    return ""
