"""The compiler: a specification in, a server program out, without a language model."""

from __future__ import annotations

from typing import Any

from inftool.servers.compiler.answering import tell_answers
from inftool.servers.compiler.callers import close_doors, settle_callers
from inftool.servers.compiler.computing import recognise_computes
from inftool.servers.compiler.drafts import Draft, Resource
from inftool.servers.compiler.entities import EntityBuilder
from inftool.servers.compiler.finishing import Finisher, used_entities
from inftool.servers.compiler.follows import read_follows
from inftool.servers.compiler.functions import compile_bare
from inftool.servers.compiler.marking import read_marks
from inftool.servers.compiler.merging import settle_views
from inftool.servers.compiler.operations import PathReader
from inftool.servers.compiler.schedules import read_schedules
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.sessions import session_entity
from inftool.servers.fixtures.document import StateDocument, read_state
from inftool.servers.fixtures.placing import with_state
from inftool.servers.overrides import apply_overrides
from inftool.servers.profiles.recognising import bind_profiles, recognise_profiles
from inftool.servers.program import Operation, ServerProgram
from inftool.specs.spec import ApiSpec, ToolSpec


def compile_spec(
    spec: ApiSpec, overrides: dict[str, Any] | None = None, seed: int = 0, state: object = None
) -> ServerProgram:
    """Compile a specification to the program of a stateful server.

    Every tool becomes an operation: what is understood works on rows of an entity, the rest is ``opaque`` and says why.
    The same specification gives the same program, byte for byte.

    Args:
        spec: the specification.
        overrides: a parsed overrides document (see :mod:`inftool.servers.overrides`).
        seed: default seed of the image of rows.
        state: a parsed state document, or what :func:`~inftool.servers.fixtures.read_state` made of it: the rows that
            the server starts with (rule G4).

    Raises:
        OverrideError: the overrides do not fit the specification; the message names the place.
        StateError: the state cannot be read.
    """
    document = state if state is None or isinstance(state, StateDocument) else read_state(state)
    program = infer(spec, seed, document)
    if overrides:
        program = apply_overrides(program, overrides)
    if document is None:
        return program
    return close_doors(with_state(program, document, keep=True)[0], spec.tools)


def infer(spec: ApiSpec, seed: int = 0, state: StateDocument | None = None) -> ServerProgram:
    """Compile a specification by the rules alone: without a person's overrides, and before any rows are placed.

    Args:
        spec: the specification.
        seed: default seed of the image of rows.
        state: what is known of the rows, as evidence of the entities.
    """
    schemas = Schemas(spec.schemas)
    web = [tool for tool in spec.tools if tool.http is not None]
    drafts, resources = _read(web, schemas)
    builder = EntityBuilder(resources, schemas)
    finisher = Finisher(builder, schemas)
    finished = {draft.tool.name: finisher.finish(draft) for draft in drafts}
    entities = {group.entity.name: group.entity for group in builder.all()}
    profiled: dict[str, Operation] = dict(recognise_profiles(spec.tools, schemas))
    left = [tool for tool in spec.tools if tool.http is None and tool.name not in profiled]
    computed = recognise_computes(left, schemas)
    left = [tool for tool in left if tool.name not in computed]
    bare = compile_bare(left, schemas, state if left else None, taken=list(entities))
    entities |= bare.entities
    operations = [
        operation for tool in spec.tools for found in (finished, profiled, computed, bare.operations)
        if (operation := found.get(tool.name)) is not None
    ]  # fmt: skip
    read_follows(operations, entities, bare.session, spec.tools)
    read_marks(operations, entities, spec.tools)
    read_schedules(operations, entities, spec.tools, schemas)
    tell_answers(operations, spec.tools, schemas)
    session = bare.session
    spoken_of = bind_profiles(operations, entities, bare.initial)
    entities |= spoken_of
    used = used_entities(operations, entities) | spoken_of.keys()
    if (
        session is None
        and (own := session_entity([name for name in builder.users if name in used], entities)) is not None
    ):
        entities[own.name], session = own, own.name
    used |= {session} if session else set()
    settle_callers(operations, entities, session, spec.tools, schemas)
    return ServerProgram(
        name=spec.name,
        title=spec.title,
        description=spec.description,
        seed=seed,
        entities={name: entity for name, entity in entities.items() if name in used},
        session=session,
        initial={name: rows for name, rows in bare.initial.items() if name in used},
        operations=operations,
        problems=list(spec.problems),
    )


def _read(web: list[ToolSpec], schemas: Schemas) -> tuple[list[Draft], dict[str, Resource]]:
    """Classify every tool that has a path, and settle the drafts that speak of other drafts' rows."""
    paths = PathReader(web, schemas)
    return settle_views([paths.read(tool) for tool in web], paths.resources), paths.resources
