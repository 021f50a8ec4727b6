"""How much of each specification the compiler understands: `python benchmarks/inference.py [FOLDER | SPEC ...]`.

For each specification: the operations, the share that is opaque, how many of its plain CRUD operations (a collection
path with an item path below it, and the usual methods) were taken for what they are with high confidence, and the
seconds that loading and compiling took. Bundled specifications by default; a folder is searched to any depth.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from inftool.servers import ServerProgram, compile_spec
from inftool.specs import SpecError, bundled, load
from inftool.specs.pool import load_pool
from inftool.specs.spec import ApiSpec

_EXPECTED = {
    ("collection", "get"): ("list", "search"),
    ("collection", "post"): ("create",),
    ("item", "get"): ("read",),
    ("item", "put"): ("replace", "update", "link"),
    ("item", "patch"): ("update",),
    ("item", "delete"): ("delete", "unlink"),
}


def plain_crud(spec: ApiSpec) -> dict[str, tuple[str, ...]]:
    """Return the tools that path and method alone make CRUD, with the kinds that are right for each."""
    paths = {tool.http.path.rstrip("/") for tool in spec.tools if tool.http is not None}
    items = {path for path in paths if path.endswith("}") and path.rsplit("/", 1)[-1].startswith("{")}
    collections = {path.rsplit("/", 1)[0] for path in items}
    found = {}
    for tool in spec.tools:
        if tool.http is None:
            continue
        path = tool.http.path.rstrip("/")
        above = path.rsplit("/", 1)[0]
        place = "collection" if path in collections else "item" if path in items and above in paths else ""
        if path.endswith("}") and path in collections:
            continue
        expected = _EXPECTED.get((place, tool.http.method))
        if expected is not None:
            found[tool.name] = expected
    return found


def main() -> None:
    """Print the table."""
    specs: list[ApiSpec] = []
    for source in sys.argv[1:] or bundled():
        if Path(source).is_dir():
            pool = load_pool(Path(source))
            specs += pool.specs
            print(f"{len(pool.unread)} files could not be read")
        else:
            try:
                specs.append(load(source))
            except SpecError as error:
                print(error)
    table = Table(title="What the compiler understands")
    for name in ("specification", "format", "ops", "opaque %", "high", "medium", "low", "plain CRUD", "high %", "s"):
        table.add_column(name, justify="left" if name in ("specification", "format") else "right")
    crud_total = crud_right = operations = opaque = 0
    kinds: Counter[str] = Counter()
    missed = []
    for spec in specs:
        began = time.perf_counter()
        program = compile_spec(spec)
        seconds = time.perf_counter() - began
        expected = plain_crud(spec)
        right, wrong = _right(program, expected)
        missed += [f"{spec.name}/{line}" for line in wrong]
        web = any(tool.http is not None for tool in spec.tools)
        unknown = sum(operation.kind == "opaque" for operation in program.operations)
        kinds.update(operation.kind for operation in program.operations)
        if web:
            operations, opaque = operations + len(program.operations), opaque + unknown
        crud_total, crud_right = crud_total + len(expected), crud_right + right
        sure = Counter(operation.confidence for operation in program.operations if operation.kind != "opaque")
        table.add_row(
            spec.name,
            spec.format,
            str(len(program.operations)),
            f"{100 * unknown / max(len(program.operations), 1):.0f}",
            *(str(sure[level]) for level in ("high", "medium", "low")),
            f"{right}/{len(expected)}" if expected else "-",
            f"{100 * right / len(expected):.0f}" if expected else "-",
            f"{seconds:.2f}",
        )
    Console().print(table)
    print("kinds:", ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    print(f"with paths: {operations} operations, {100 * opaque / max(operations, 1):.1f} % opaque")
    print(
        f"plain CRUD with high confidence: {crud_right} of {crud_total} ({100 * crud_right / max(crud_total, 1):.1f} %)"
    )
    for line in missed[:60]:
        print("  not so:", line)


def _right(program: ServerProgram, expected: dict[str, tuple[str, ...]]) -> tuple[int, list[str]]:
    right, wrong = 0, []
    for tool, kinds in expected.items():
        operation = program.operation(tool)
        if operation.kind in kinds and operation.confidence == "high":
            right += 1
        else:
            notes = "; ".join([*operation.guesses, getattr(operation, "reason", "")])
            wrong.append(f"{tool}: {operation.kind}, {operation.confidence}: {notes[:110]}")
    return right, wrong


if __name__ == "__main__":
    main()
