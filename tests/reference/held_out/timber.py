"""A timber exchange: lots, bids, an escrow."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain


class Exchange:
    def __init__(self, state: dict[str, Any]) -> None:
        self.desk = state["desk"]
        self.lots = state["lots"]
        self.bids = {int(k): v for k, v in state["bids"].items()}
        self.shortlist = state["shortlisted_lots"]
        self.ledger = state["ledger"]
        self.samples = state["sample_requests"]
        self.next_bid = state["bid_counter"]

    def desk_overview(self) -> dict[str, Any]:
        """Show our trading desk.

        Returns:
            desk_code (str): Code of the desk.
            purse (float): Money that can be bid.
            escrow (float): Money that open bids have bound.
        """
        return dict(self.desk)

    def lot_sheet(self, lot_code: str) -> dict[str, Any]:
        """Show the data sheet of a lot.

        Args:
            lot_code: Code of the lot.

        Returns:
            species (str): Kind of wood.
            cubic_meters (float): Volume.
            reserve_price (float): The least the seller accepts.
            sold (bool): Whether it is sold.
        """
        return self.lots.get(lot_code) or {"error": f"There is no lot {lot_code}."}

    def find_lots(self, species: str) -> dict[str, Any]:
        """Find lots of a kind of wood that are not sold.

        Args:
            species: Kind of wood.

        Returns:
            lot_codes (list[str]): Codes of the lots.
        """
        return {
            "lot_codes": [k for k, s in self.lots.items() if s["species"].lower() == species.lower() and not s["sold"]]
        }

    def submit_bid(self, lot_code: str, offer: float, terms: Literal["prompt", "thirty_days"]) -> dict[str, Any]:
        """Bid on a lot; the offer is moved from the purse to the escrow.

        Args:
            lot_code: Code of the lot.
            offer: What we offer.
            terms: Terms of payment.

        Returns:
            bid_id (int): ID of the bid.
            stage (str): Stage of the bid.
        """
        if lot_code not in self.lots:
            return {"error": f"There is no lot {lot_code}."}
        if self.lots[lot_code]["sold"]:
            return {"error": "This lot is sold."}
        if offer <= 0:
            return {"error": "The offer must be positive."}
        if offer > self.desk["purse"]:
            return {"error": "The purse does not cover this offer."}
        bid_id = self.next_bid
        self.next_bid += 1
        self.desk["purse"] = round(self.desk["purse"] - offer, 2)
        self.desk["escrow"] = round(self.desk["escrow"] + offer, 2)
        self.bids[bid_id] = {"bid_id": bid_id, "lot_code": lot_code, "offer": offer, "terms": terms, "stage": "Pending"}
        return {"bid_id": bid_id, "stage": "Pending"}

    def bid_sheet(self, bid_id: int) -> dict[str, Any]:
        """Show a bid.

        Args:
            bid_id: ID of the bid.

        Returns:
            bid_id (int): ID of the bid.
            lot_code (str): Code of the lot.
            offer (float): What we offer.
            terms (str): Terms of payment.
            stage (str): Stage of the bid. [Enum]: ["Pending", "Accepted", "Retracted"]
        """
        return self.bids.get(bid_id) or {"error": f"There is no bid {bid_id}."}

    def retract_bid(self, bid_id: int) -> dict[str, Any]:
        """Retract a pending bid; its offer goes back to the purse.

        Args:
            bid_id: ID of the bid.

        Returns:
            bid_id (int): ID of the bid.
            stage (str): Stage of the bid.
        """
        bid = self.bids.get(bid_id)
        if bid is None:
            return {"error": f"There is no bid {bid_id}."}
        if bid["stage"] != "Pending":
            return {"error": f"Bid {bid_id} is {bid['stage']}."}
        bid["stage"] = "Retracted"
        self.desk["purse"] = round(self.desk["purse"] + bid["offer"], 2)
        self.desk["escrow"] = round(self.desk["escrow"] - bid["offer"], 2)
        return {"bid_id": bid_id, "stage": "Retracted"}

    def accept_bid(self, bid_id: int) -> dict[str, Any]:
        """Let the seller accept a pending bid. The lot is sold then.

        Args:
            bid_id: ID of the bid.

        Returns:
            bid_id (int): ID of the bid.
            stage (str): Stage of the bid.
        """
        bid = self.bids.get(bid_id)
        if bid is None:
            return {"error": f"There is no bid {bid_id}."}
        if bid["stage"] != "Pending":
            return {"error": f"Bid {bid_id} is {bid['stage']}."}
        bid["stage"] = "Accepted"
        self.lots[bid["lot_code"]]["sold"] = True
        self.desk["escrow"] = round(self.desk["escrow"] - bid["offer"], 2)
        return {"bid_id": bid_id, "stage": "Accepted"}

    def our_bids(self) -> dict[str, Any]:
        """List the IDs of our bids.

        Returns:
            bid_ids (list[int]): IDs of the bids.
        """
        return {"bid_ids": list(self.bids)}

    def pay_in(self, amount: float) -> dict[str, Any]:
        """Pay money into the purse.

        Args:
            amount: How much.

        Returns:
            purse (float): The purse afterwards.
        """
        if amount <= 0:
            return {"error": "The amount must be positive."}
        self.desk["purse"] = round(self.desk["purse"] + amount, 2)
        self.ledger.append({"kind": "in", "amount": amount})
        return {"purse": self.desk["purse"]}

    def pay_out(self, amount: float) -> dict[str, Any]:
        """Pay money out of the purse.

        Args:
            amount: How much.

        Returns:
            purse (float): The purse afterwards.
        """
        if amount <= 0 or amount > self.desk["purse"]:
            return {"error": "The purse does not hold that much."}
        self.desk["purse"] = round(self.desk["purse"] - amount, 2)
        self.ledger.append({"kind": "out", "amount": amount})
        return {"purse": self.desk["purse"]}

    def read_ledger(self) -> dict[str, Any]:
        """Show what was paid in and out.

        Returns:
            entries (list[dict]): The entries, oldest first.
        """
        return {"entries": self.ledger}

    def add_to_shortlist(self, lot_code: str) -> dict[str, Any]:
        """Put a lot on the shortlist.

        Args:
            lot_code: Code of the lot.

        Returns:
            shortlist (list[str]): Codes of the lots on the shortlist.
        """
        if lot_code not in self.lots:
            return {"error": f"There is no lot {lot_code}."}
        if lot_code in self.shortlist:
            return {"error": "It is on the shortlist already."}
        self.shortlist.append(lot_code)
        return {"shortlist": self.shortlist}

    def drop_from_shortlist(self, lot_code: str) -> dict[str, Any]:
        """Take a lot off the shortlist.

        Args:
            lot_code: Code of the lot.

        Returns:
            shortlist (list[str]): Codes of the lots on the shortlist.
        """
        if lot_code not in self.shortlist:
            return {"error": "It is not on the shortlist."}
        self.shortlist.remove(lot_code)
        return {"shortlist": self.shortlist}

    def show_shortlist(self) -> dict[str, Any]:
        """Show the shortlist.

        Returns:
            shortlist (list[str]): Codes of the lots.
        """
        return {"shortlist": self.shortlist}

    def request_sample(self, lot_code: str, pieces: int) -> dict[str, Any]:
        """Ask the seller of a lot for sample pieces.

        Args:
            lot_code: Code of the lot.
            pieces: How many.

        Returns:
            sample_ref (str): Reference of the request.
        """
        if lot_code not in self.lots:
            return {"error": f"There is no lot {lot_code}."}
        ref = f"smp_{len(self.samples) + 1}"
        self.samples[ref] = {"lot_code": lot_code, "pieces": pieces, "shipped": False}
        return {"sample_ref": ref}

    def list_samples(self) -> dict[str, Any]:
        """List the requested samples.

        Returns:
            samples (list[dict]): The requests.
        """
        return {"samples": [{"sample_ref": k, **v} for k, v in self.samples.items()]}

    def mean_offer(self, offers: list[float]) -> dict[str, Any]:
        """Calculate the mean of several offers.

        Args:
            offers: The offers.

        Returns:
            mean (float): Their mean.
        """
        if not offers:
            return {"error": "No offers."}
        return {"mean": round(sum(offers) / len(offers), 4)}


STATE = {
    "desk": {"desk_code": "NW-4", "purse": 5000.0, "escrow": 400.0},
    "lots": {
        "LOT-OAK1": {"species": "oak", "cubic_meters": 41.2, "reserve_price": 380.0, "sold": False},
        "LOT-FIR7": {"species": "fir", "cubic_meters": 118.0, "reserve_price": 610.0, "sold": False},
        "LOT-ASH3": {"species": "ash", "cubic_meters": 9.75, "reserve_price": 150.0, "sold": True},
    },
    "bids": {
        "71": {"bid_id": 71, "lot_code": "LOT-OAK1", "offer": 400.0, "terms": "prompt", "stage": "Pending"},
        "72": {"bid_id": 72, "lot_code": "LOT-ASH3", "offer": 160.0, "terms": "prompt", "stage": "Accepted"},
    },
    "shortlisted_lots": ["LOT-FIR7"],
    "ledger": [],
    "sample_requests": {},
    "bid_counter": 73,
}
DOMAIN = Domain(
    name="timber",
    api=Exchange,
    document=document(Exchange, "dict"),
    state=STATE,
    pools={
        "lot_code": lambda a, r: r.choice(list(a.lots)),
        "species": lambda a, r: r.choice(["oak", "fir", "ash"]),
        "bid_id": lambda a, r: r.choice(list(a.bids)),
        "offer": lambda a, r: r.choice([95.5, 240.25, 620.0]),
        "amount": lambda a, r: r.choice([100, 250.5, 900]),
    },
    generated={"bid_id": "bid", "bid_ids": "bid", "sample_ref": "sample"},
    reads={
        "submit_bid": ("bid_sheet", "our_bids", "desk_overview"),
        "retract_bid": ("bid_sheet", "desk_overview"),
        "accept_bid": ("bid_sheet", "desk_overview"),
        "pay_in": ("desk_overview", "read_ledger"),
        "pay_out": ("desk_overview", "read_ledger"),
        "add_to_shortlist": ("show_shortlist",),
        "drop_from_shortlist": ("show_shortlist",),
        "request_sample": ("list_samples",),
    },
)
