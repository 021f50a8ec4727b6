"""A stockroom."""

from __future__ import annotations

from typing import Any, TypedDict

from ..documents import document
from ..domain import Domain


class Line(TypedDict):
    sku: str
    qty: int


class Stockroom:
    def __init__(self, state: dict[str, Any]) -> None:
        self.items = state["inventory"]["items"]
        self.shelves = state["inventory"]["shelves"]
        self.suppliers = state["suppliers"]
        self.pos = state["purchase_orders"]

    def _item(self, sku: str) -> dict[str, Any] | None:
        return next((i for i in self.items if i["sku"] == sku), None)

    def get_item(self, sku: str) -> dict[str, Any]:
        """Get an item by SKU.

        Args:
            sku: Stock keeping unit.

        Returns:
            sku (str): Stock keeping unit.
            name (str): Name.
            shelf (str): Code of the shelf.
            quantity (int): Units in stock.
            reorder_level (int): Level at which to reorder.
            discontinued (bool): Whether it is discontinued.
        """
        return self._item(sku) or {"error": "unknown sku"}

    def list_items(self, shelf: str | None = None, min_quantity: int | None = None) -> dict[str, Any]:
        """List items.

        Args:
            shelf: Only on this shelf.
            min_quantity: Only with at least this many units.

        Returns:
            items (list[dict]): The items.
        """
        return {
            "items": [
                i
                for i in self.items
                if shelf in (None, i["shelf"]) and (min_quantity is None or i["quantity"] >= min_quantity)
            ]
        }

    def create_item(self, sku: str, name: str, shelf: str, quantity: int = 0) -> dict[str, Any]:
        """Create an item.

        Args:
            sku: Stock keeping unit; must be new.
            name: Name.
            shelf: Code of an existing shelf.
            quantity: Units in stock.

        Returns:
            sku (str): Stock keeping unit.
            created (bool): True.
        """
        if self._item(sku):
            return {"error": "sku exists"}
        if shelf not in self.shelves:
            return {"error": "unknown shelf"}
        self.items.append(
            {"sku": sku, "name": name, "shelf": shelf, "quantity": quantity, "reorder_level": 5, "discontinued": False}
        )
        return {"sku": sku, "created": True}

    def receive_stock(self, sku: str, quantity: int) -> dict[str, Any]:
        """Add delivered units to the stock of an item.

        Args:
            sku: Stock keeping unit.
            quantity: Units delivered.

        Returns:
            sku (str): Stock keeping unit.
            quantity (int): Units in stock now.
        """
        i = self._item(sku)
        if i is None:
            return {"error": "unknown sku"}
        if quantity < 1:
            return {"error": "quantity must be positive"}
        i["quantity"] += quantity
        return {"sku": sku, "quantity": i["quantity"]}

    def issue_stock(self, sku: str, quantity: int) -> dict[str, Any]:
        """Take units of an item out of the stock.

        Args:
            sku: Stock keeping unit.
            quantity: Units to take.

        Returns:
            sku (str): Stock keeping unit.
            quantity (int): Units in stock now.
        """
        i = self._item(sku)
        if i is None:
            return {"error": "unknown sku"}
        if quantity < 1 or quantity > i["quantity"]:
            return {"error": "not enough in stock"}
        i["quantity"] -= quantity
        return {"sku": sku, "quantity": i["quantity"]}

    def relocate_item(self, sku: str, shelf: str) -> dict[str, Any]:
        """Put an item on another shelf.

        Args:
            sku: Stock keeping unit.
            shelf: Code of the shelf.

        Returns:
            message (str): Confirmation.
        """
        i = self._item(sku)
        if i is None:
            return {"error": "unknown sku"}
        if shelf not in self.shelves:
            return {"error": "unknown shelf"}
        i["shelf"] = shelf
        return {"message": f"{sku} is on {shelf} now"}

    def set_reorder_level(self, sku: str, level: int) -> dict[str, Any]:
        """Set the level at which an item is reordered.

        Args:
            sku: Stock keeping unit.
            level: The level.

        Returns:
            sku (str): Stock keeping unit.
            reorder_level (int): The level.
        """
        i = self._item(sku)
        if i is None:
            return {"error": "unknown sku"}
        i["reorder_level"] = level
        return {"sku": sku, "reorder_level": level}

    def discontinue_item(self, sku: str) -> dict[str, Any]:
        """Discontinue an item.

        Args:
            sku: Stock keeping unit.

        Returns:
            discontinued (bool): True.
        """
        i = self._item(sku)
        if i is None:
            return {"error": "unknown sku"}
        if i["discontinued"]:
            return {"error": "discontinued already"}
        i["discontinued"] = True
        return {"discontinued": True}

    def count_items(self, shelf: str | None = None) -> dict[str, Any]:
        """Count the items, in all or on a shelf.

        Args:
            shelf: Code of the shelf.

        Returns:
            count (int): Number of items.
        """
        return {"count": len([i for i in self.items if shelf in (None, i["shelf"])])}

    def create_purchase_order(self, supplier_id: int, lines: list[Line]) -> dict[str, Any]:
        """Create a purchase order.

        Args:
            supplier_id: The supplier.
            lines: What is ordered: sku and qty.

        Returns:
            po_number (str): Number of the purchase order.
        """
        if supplier_id not in [s["supplier_id"] for s in self.suppliers]:
            return {"error": "unknown supplier"}
        if any(self._item(x["sku"]) is None for x in lines):
            return {"error": "unknown sku"}
        key = f"PO/{len(self.pos) + 1:03}"
        self.pos[key] = {"supplier_id": supplier_id, "lines": lines, "status": "draft", "note": ""}
        return {"po_number": key}

    def get_purchase_order(self, po_number: str) -> dict[str, Any]:
        """Get a purchase order.

        Args:
            po_number: Number of the purchase order.

        Returns:
            po_number (str): Number of the purchase order.
            supplier_id (int): The supplier.
            lines (list[dict]): What is ordered.
            status (str): "draft", "sent", "received" or "cancelled".
            note (str): Note.
        """
        return (
            {"po_number": po_number, **self.pos[po_number]}
            if po_number in self.pos
            else {"error": "unknown purchase order"}
        )

    def _step(self, po_number: str, old: tuple[str, ...], new: str) -> dict[str, Any]:
        if po_number not in self.pos:
            return {"error": "unknown purchase order"}
        if self.pos[po_number]["status"] not in old:
            return {"error": f"purchase order is {self.pos[po_number]['status']}"}
        self.pos[po_number]["status"] = new
        return {"po_number": po_number, "status": new}

    def send_purchase_order(self, po_number: str) -> dict[str, Any]:
        """Send a draft to the supplier.

        Args:
            po_number: Number of the purchase order.

        Returns:
            po_number (str): Number of the purchase order.
            status (str): Status.
        """
        return self._step(po_number, ("draft",), "sent")

    def receive_purchase_order(self, po_number: str) -> dict[str, Any]:
        """Mark a sent purchase order as received.

        Args:
            po_number: Number of the purchase order.

        Returns:
            po_number (str): Number of the purchase order.
            status (str): Status.
        """
        return self._step(po_number, ("sent",), "received")

    def cancel_purchase_order(self, po_number: str) -> dict[str, Any]:
        """Cancel a purchase order that is not received.

        Args:
            po_number: Number of the purchase order.

        Returns:
            po_number (str): Number of the purchase order.
            status (str): Status.
        """
        return self._step(po_number, ("draft", "sent"), "cancelled")

    def annotate_purchase_order(self, po_number: str, note: str) -> dict[str, Any]:
        """Write a note on a purchase order.

        Args:
            po_number: Number of the purchase order.
            note: The note.

        Returns:
            success (bool): True.
        """
        if po_number not in self.pos:
            return {"error": "unknown purchase order"}
        self.pos[po_number]["note"] = note
        return {"success": True}

    def list_suppliers(self) -> dict[str, Any]:
        """List the suppliers.

        Returns:
            suppliers (list[dict]): The suppliers.
        """
        return {"suppliers": self.suppliers}


def _it(sku: str, name: str, shelf: str, q: int) -> dict[str, Any]:
    return {"sku": sku, "name": name, "shelf": shelf, "quantity": q, "reorder_level": 5, "discontinued": False}


STATE = {
    "inventory": {
        "items": [
            _it("BLT-8", "Bolt 8 mm", "A1", 140),
            _it("NUT-8", "Nut 8 mm", "A1", 12),
            _it("SAW-2", "Saw blade", "B4", 3),
        ],
        "shelves": ["A1", "A2", "B4"],
    },
    "suppliers": [{"supplier_id": 1, "name": "Hammar"}, {"supplier_id": 2, "name": "Nordskruv"}],
    "purchase_orders": {
        "PO/001": {"supplier_id": 1, "lines": [{"sku": "BLT-8", "qty": 50}], "status": "sent", "note": ""},
        "PO/002": {"supplier_id": 2, "lines": [{"sku": "SAW-2", "qty": 4}], "status": "draft", "note": "urgent"},
    },
}
DOMAIN = Domain(
    name="stockroom",
    api=Stockroom,
    document=document(Stockroom, "openai-bare"),
    state=STATE,
    pools={
        "sku": lambda a, r: r.choice(a.items)["sku"],
        "create_item.sku": lambda a, r: f"NEW-{r.randint(1, 99)}",
        "shelf": lambda a, r: r.choice(a.shelves),
        "supplier_id": lambda a, r: r.choice(a.suppliers)["supplier_id"],
        "po_number": lambda a, r: r.choice(list(a.pos)),
        "lines": lambda a, r: [{"sku": r.choice(a.items)["sku"], "qty": r.randint(1, 9)}],
        "min_quantity": lambda a, r: r.choice([1, 10, 100]),
    },
    generated={"po_number": "po"},
    reads={
        "create_item": ("get_item", "list_items"),
        "receive_stock": ("get_item",),
        "issue_stock": ("get_item",),
        "relocate_item": ("get_item", "list_items shelf=shelf"),
        "set_reorder_level": ("get_item",),
        "discontinue_item": ("get_item",),
        "create_purchase_order": ("get_purchase_order",),
        "send_purchase_order": ("get_purchase_order",),
        "receive_purchase_order": ("get_purchase_order",),
        "cancel_purchase_order": ("get_purchase_order",),
        "annotate_purchase_order": ("get_purchase_order",),
    },
)
