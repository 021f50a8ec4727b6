"""Which entities and fields the carts of a server speak of: the catalog, the orders, and who owns a cart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inftool.servers.compiler.words import normal, singular, split, word_set
from inftool.servers.profiles.cart.lines import EXTRA
from inftool.servers.program import Entity, EntityField, IdForm, ProfileOperation

_PRICES = ("price", "unitprice", "cost", "priceusd", "amount")
_STOCKS = ("stock", "stockquantity", "quantityinstock", "instock", "inventory", "quantityavailable", "available",
           "availability", "stocklevel", "stockcount", "unitsinstock", "quantity", "qty")  # fmt: skip
_LINES = ("items", "lines", "lineitems", "orderitems", "products", "orderlines")
_TOTALS = ("total", "totalprice", "totalamount", "ordertotal", "totalcost", "amount", "price")
_STATES = ("status", "state", "orderstatus")
_ORDERS = word_set("order purchase")
_FIRST = ("pending", "placed", "confirmed", "processing", "created", "new", "open", "ordered", "paid")

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def bound(
    operations: Sequence[ProfileOperation], entities: Mapping[str, Entity], rows: Rows
) -> tuple[dict[str, dict[str, Any]], dict[str, Entity]]:
    """Tell what the operations of a cart are to know.

    Args:
        operations: those of the profile.
        entities: those of the other tools.
        rows: what is known of their rows.

    Returns:
        (by tool: constants to add; by name: entities that get further fields).
    """
    item = next((operation.roles["item"] for operation in operations if "item" in operation.roles), "")
    owner = next((operation.roles["owner"] for operation in operations if "owner" in operation.roles), "")
    orders = next(
        (e for e in entities.values() if split(e.label)[-1:] and singular(split(e.label)[-1]) in _ORDERS), None
    )
    known: dict[str, Any] = {"called": item or "item"}
    catalog, by = _catalog([e for e in entities.values() if e is not orders], item)
    if catalog is not None:
        known |= {"catalog": catalog.name, "by": by}
        for part, names in (("price", _PRICES), ("stock", _STOCKS)):
            field = _field(catalog, names)
            known |= {part: field} if field else {}
    if owner:
        known["owner_called"] = owner
        people = next((e.name for e in entities.values() if _names(e, owner) and e is not orders), None)
        known |= {"owners": people} if people else {}
    changed: dict[str, Entity] = {}
    if orders is not None:
        changed[orders.name] = orders = _ready(orders, operations, owner)
        known |= _order_constants(orders, owner, rows.get(orders.name, ()))
    return {operation.tool: known for operation in operations}, changed


def _names(entity: Entity, argument: str) -> bool:
    """Whether an argument names a row of an entity by its key."""
    name = normal(argument)
    spelled = {normal(entity.key), normal(entity.label) + normal(entity.key), normal(entity.label) + "id"}
    return bool(entity.key) and name in (spelled - {"id"} if normal(entity.key) == "id" else spelled)


def _catalog(entities: Sequence[Entity], item: str) -> tuple[Entity | None, str]:
    """Return the entity whose rows are put in carts, and the field that names them."""
    for entity in entities:
        if _names(entity, item) and _field(entity, _PRICES):
            return entity, entity.key
    priced = [entity for entity in entities if _field(entity, _PRICES) and not entity.singleton]
    for entity in priced:
        for name in entity.fields:
            if normal(name) == normal(item) or normal(entity.label) + normal(name) == normal(item):
                return entity, name
    if len(priced) == 1 and priced[0].key and split(item)[-1:] in (("id",), ("sku",), ("code",)):
        return priced[0], priced[0].key
    return None, ""


def _field(entity: Entity, names: Sequence[str]) -> str:
    spelled = {normal(name): name for name in entity.fields if name != entity.key}
    return next((spelled[name] for name in names if name in spelled), "")


def _ready(orders: Entity, operations: Sequence[ProfileOperation], owner: str) -> Entity:
    """Give orders a key of their own and the fields that a checkout fills."""
    fields = dict(orders.fields)
    update: dict[str, Any] = {"fields": fields}
    if owner and normal(orders.key) == normal(owner):
        key = f"{split(orders.label)[-1]}_id"
        fields[orders.key] = EntityField(schema_=fields[orders.key].schema_)
        fields[key] = EntityField(schema_={"type": "string"}, role="id", read_only=True)
        update |= {"key": key, "ids": IdForm(prefix=f"{split(orders.label)[-1]}_")}
    for names, schema in ((_LINES, {"type": "array", "items": {"type": "object"}}), (_TOTALS, {"type": "number"})):
        if not _field(orders, names):
            fields[names[0]] = EntityField(schema_=schema)
    if owner and not any(normal(name) == normal(owner) for name in fields):
        fields[owner] = EntityField(schema_={"type": "string"})
    for operation in operations:
        for role in operation.roles:
            name = role.removeprefix(EXTRA)
            if role.startswith(EXTRA) and not any(normal(name) == normal(field) for field in fields):
                fields[name] = EntityField(
                    schema_=dict((operation.input_schema.get("properties") or {}).get(name) or {})
                )
    return orders.model_copy(update=update)


def _order_constants(orders: Entity, owner: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    fields = {"items": _field(orders, _LINES), "total": _field(orders, _TOTALS)}
    if owner:
        fields["owner"] = next(name for name in orders.fields if normal(name) == normal(owner))
    found: dict[str, Any] = {"orders": orders.name, "order_fields": fields}
    state = _field(orders, _STATES)
    seen = [*(orders.fields[state].schema_.get("enum") or ()), *(row.get(state) for row in rows)] if state else []
    spelled = {normal(value): value for value in seen if isinstance(value, str)}
    first = next((spelled[word] for word in _FIRST if word in spelled), None)
    if first is not None:
        fields["state"] = state
        found["first_state"] = first
    lines = [row.get(fields["items"]) for row in rows]
    names = [set(line) for held in lines if isinstance(held, list) for line in held if isinstance(line, dict)]
    if names:
        found["line_fields"] = sorted(set.union(*names))
    return found
