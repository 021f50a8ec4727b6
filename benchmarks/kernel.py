"""What a call costs, in process: `python benchmarks/kernel.py [SPEC]` prints medians, and ratios to a plain function.

The plain function is the limit: a dict lookup and a copy, with no validation and no transaction.
"""

from __future__ import annotations

import copy
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from inftool.servers import Kernel, Session, open_program
from inftool.servers.program import CreateOperation, ListOperation, ReadOperation
from inftool.servers.runtime.values import value_for


def median(run: Callable[[], Any], times: int, before: Callable[[], Any] | None = None) -> float:
    """Return the median duration in microseconds; ``before`` runs untimed before each."""
    durations = []
    for _ in range(times):
        if before is not None:
            before()
        start = time.perf_counter()
        run()
        durations.append(time.perf_counter() - start)
    return statistics.median(durations) * 1e6


def _working_create(kernel: Kernel, session: Session) -> tuple[str, dict[str, Any]] | None:
    """Return a create and arguments that it takes again and again; None if the program has none."""
    for operation in kernel.program.operations:
        if isinstance(operation, CreateOperation) and not operation.parents:
            body = value_for(operation.input_schema, seed_key=1)
            key = kernel.program.entities[operation.entity].key
            body = {name: value for name, value in body.items() if operation.values.get(name) != key}
            if not kernel.call(session, operation.tool, body).is_error:
                return operation.tool, body
    return None


def main(spec: str) -> None:
    program = open_program(spec)
    kernel = Kernel(program)
    session = kernel.open()
    rows: list[tuple[str, float]] = []

    plain_rows = {row["id"]: row for row in ({"id": n, "name": f"pet {n}", "tags": ["a", "b"]} for n in range(1000))}
    limit = median(lambda: copy.deepcopy(plain_rows[77]), 5000)
    rows.append(("plain function over a dict", limit))

    reads = [op for op in program.operations if isinstance(op, ReadOperation) and op.key and not op.parents]
    read = next(op for op in reads if op.key_field == program.entities[op.entity].key and session.rows(op.entity))
    key = session.rows(read.entity)[0][read.key_field]
    rows.append(("kernel: read", median(lambda: kernel.call(session, read.tool, {read.key: key}), 5000)))
    rows.append(
        ("kernel: read of no row (404)", median(lambda: kernel.call(session, read.tool, {read.key: 987654}), 3000))
    )

    listing = next((op for op in program.operations if isinstance(op, ListOperation) and not op.parents), None)
    if listing is not None:
        required = listing.input_schema.get("required") or []
        arguments = value_for({**listing.input_schema, "properties": {
            name: schema for name, schema in listing.input_schema.get("properties", {}).items() if name in required
        }}, seed_key=0)  # fmt: skip
        shown = len(session.rows(listing.entity))
        rows.append(
            (f"kernel: list of {shown} rows", median(lambda: kernel.call(session, listing.tool, arguments), 2000))
        )

    found = _working_create(kernel, session)
    if found is not None:
        tool, body = found

        def write() -> Any:
            return kernel.call(session, tool, body)

        rows.append(("kernel: create", median(write, 1000, session.reset)))
        rows.append(("session: reset after a create", median(session.reset, 1000, write)))
        session.reset()
        for _ in range(5):
            write()
        rows.append(("session: diff of 5 changes", median(session.diff, 1000)))
        rows.append(("session: snapshot", median(session.snapshot, 1000)))
        saved = session.snapshot()
        rows.append(("session: restore", median(lambda: session.restore(saved), 500)))
        rows.append(("session: fork and close", median(lambda: session.fork().close(), 500)))
    rows.append(("session: open and close", median(lambda: kernel.open().close(), 500)))
    schema = {"type": "string"}
    rows.append(
        ("values: a name", median(lambda: value_for(schema, "name", seed_key=(0, "Pet", 3), label="pet"), 3000))
    )

    print(f"{program.name}: {len(program.operations)} tools, image of {len(kernel.image.data) / 1024:.0f} KB")
    for what, duration in rows:
        print(f"{what:32} {duration:8.1f} µs {duration / limit:7.1f} x plain")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "petstore")
