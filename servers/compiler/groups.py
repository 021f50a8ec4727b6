"""The resources that are one entity, while it is being built (rules E1, E5)."""

from __future__ import annotations

from dataclasses import dataclass, field

from inftool.servers.compiler.drafts import Draft, Resource
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.program import Entity, EntityField
from inftool.specs.spec import JsonSchema

_SCALARS = frozenset(("string", "integer", "number"))


@dataclass
class Group:
    """The resources that are one entity, while it is being built."""

    resources: list[Resource]
    entity: Entity
    noun: tuple[str, ...]
    """What paths and tool names call one row."""
    params: dict[str, str] = field(default_factory=dict)
    """Names of the arguments that have named a row, normalised → key field compared with it (rule I3)."""
    implied: bool = False
    """Whether no operation shows or changes its rows; it is known from its children's paths alone."""

    @property
    def drafts(self) -> list[Draft]:
        """Every operation on the entity's rows, in the order of the specification's resources."""
        return [draft for resource in self.resources for draft in resource.drafts]


def key_argument(draft: Draft) -> str:
    """The argument that names the row; for links, the one that names the other row."""
    return draft.items or "" if draft.kind in ("link", "unlink") else draft.key or ""


def is_scalar(row_field: EntityField, schemas: Schemas) -> bool:
    """Whether a field holds plain texts or numbers, so that it can be a key."""
    kinds = schemas.types(row_field.schema_)
    return (bool(kinds) and kinds <= _SCALARS) or not row_field.schema_.keys() - {
        "description",
        "example",
        "readOnly",
    }


def are_comparable(left: JsonSchema, right: JsonSchema, schemas: Schemas) -> bool:
    """Whether values of two schemas can be equal, as far as their types tell."""
    one, other = schemas.types(left), schemas.types(right)
    return not one or not other or bool(one & other) or (one | other) <= {"integer", "number"}
