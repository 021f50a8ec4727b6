"""A fibre provider."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain


class Fibre:
    def __init__(self, state: dict[str, Any]) -> None:
        self.subscribers = {c["subscriberId"]: c for c in state["subscribers"]}
        self.hookups = {h["hookupId"]: h for c in state["subscribers"] for h in c["hookups"]}
        self.tariffs = state["catalog"]["tariffs"]
        self.invoices = {b["invoiceId"]: b for b in state["invoices"]}
        self.faults = state["faults"]
        self.visits = state["visits"]

    def lookupSubscriber(self, subscriberId: str) -> dict[str, Any]:
        """Look up a subscriber with all hookups.

        Args:
            subscriberId: e.g. S-77
        """
        return self.subscribers.get(subscriberId) or {"error": "unknown subscriber"}

    def listTariffs(self, maxPrice: float | None = None) -> dict[str, Any]:
        """List the tariffs on offer.

        Args:
            maxPrice: Only tariffs up to this monthly price
        """
        return {"tariffs": [p for p in self.tariffs if maxPrice is None or p["monthlyPrice"] <= maxPrice]}

    def getHookup(self, hookupId: str) -> dict[str, Any]:
        """Show a hookup: tariff, status, static address and bonus traffic.

        Args:
            hookupId: The hookup
        """
        return self.hookups.get(hookupId) or {"error": "unknown hookup"}

    def switchTariff(self, hookupId: str, tariffCode: str) -> dict[str, Any]:
        """Switch a hookup to another tariff.

        Args:
            hookupId: The hookup
            tariffCode: The tariff
        """
        if hookupId not in self.hookups:
            return {"error": "unknown hookup"}
        if not any(p["tariffCode"] == tariffCode for p in self.tariffs):
            return {"error": "unknown tariff"}
        if self.hookups[hookupId]["tariffCode"] == tariffCode:
            return {"error": "already on this tariff"}
        self.hookups[hookupId]["tariffCode"] = tariffCode
        return self.hookups[hookupId]

    def pauseHookup(self, hookupId: str) -> dict[str, Any]:
        """Pause an active hookup during a holiday.

        Args:
            hookupId: The hookup
        """
        h = self.hookups.get(hookupId)
        if h is None:
            return {"error": "unknown hookup"}
        if h["status"] != "active":
            return {"error": "hookup is not active"}
        h["status"] = "paused"
        return {"hookupId": hookupId, "status": "paused"}

    def unpauseHookup(self, hookupId: str) -> dict[str, Any]:
        """Bring a paused hookup back.

        Args:
            hookupId: The hookup
        """
        h = self.hookups.get(hookupId)
        if h is None:
            return {"error": "unknown hookup"}
        if h["status"] != "paused":
            return {"error": "hookup is not paused"}
        h["status"] = "active"
        return {"hookupId": hookupId, "status": "active"}

    def enableStaticIp(self, hookupId: str) -> dict[str, Any]:
        """Give a hookup a static IP address.

        Args:
            hookupId: The hookup
        """
        if hookupId not in self.hookups:
            return {"error": "unknown hookup"}
        self.hookups[hookupId]["staticIp"] = True
        return {"message": "Static address is on."}

    def disableStaticIp(self, hookupId: str) -> dict[str, Any]:
        """Take the static IP address away from a hookup.

        Args:
            hookupId: The hookup
        """
        if hookupId not in self.hookups:
            return {"error": "unknown hookup"}
        self.hookups[hookupId]["staticIp"] = False
        return {"message": "Static address is off."}

    def renameHookup(self, hookupId: str, label: str) -> dict[str, Any]:
        """Give a hookup another label.

        Args:
            hookupId: The hookup
            label: New label
        """
        if hookupId not in self.hookups:
            return {"error": "unknown hookup"}
        self.hookups[hookupId]["label"] = label
        return self.hookups[hookupId]

    def listInvoices(self, subscriberId: str, status: Literal["due", "settled"] | None = None) -> dict[str, Any]:
        """List the invoices of a subscriber.

        Args:
            subscriberId: The subscriber
            status: Filter
        """
        if subscriberId not in self.subscribers:
            return {"error": "unknown subscriber"}
        return {
            "invoices": [
                b for b in self.invoices.values() if b["subscriberId"] == subscriberId and status in (None, b["status"])
            ]
        }

    def getInvoice(self, invoiceId: str) -> dict[str, Any]:
        """Show one invoice.

        Args:
            invoiceId: The invoice
        """
        return self.invoices.get(invoiceId) or {"error": "unknown invoice"}

    def settleInvoice(self, invoiceId: str) -> dict[str, Any]:
        """Settle an invoice that is due.

        Args:
            invoiceId: The invoice
        """
        b = self.invoices.get(invoiceId)
        if b is None:
            return {"error": "unknown invoice"}
        if b["status"] == "settled":
            return {"error": "invoice is settled"}
        b["status"] = "settled"
        return {"invoiceId": invoiceId, "status": "settled", "amount": b["amount"]}

    def reportFault(
        self, hookupId: str, symptom: str, urgency: Literal["low", "normal", "high"] = "normal"
    ) -> dict[str, Any]:
        """Report a fault of a hookup.

        Args:
            hookupId: The hookup
            symptom: What is wrong
            urgency: How urgent it is
        """
        if hookupId not in self.hookups:
            return {"error": "unknown hookup"}
        fault = {
            "faultId": f"FLT-{len(self.faults) + 900}",
            "hookupId": hookupId,
            "symptom": symptom,
            "urgency": urgency,
            "state": "open",
            "remedy": None,
        }
        self.faults.append(fault)
        return fault

    def getFault(self, faultId: str) -> dict[str, Any]:
        """Show a fault.

        Args:
            faultId: The fault
        """
        return next((t for t in self.faults if t["faultId"] == faultId), {"error": "unknown fault"})

    def closeFault(self, faultId: str, remedy: str) -> dict[str, Any]:
        """Close an open fault.

        Args:
            faultId: The fault
            remedy: What was done
        """
        t = next((t for t in self.faults if t["faultId"] == faultId), None)
        if t is None:
            return {"error": "unknown fault"}
        if t["state"] != "open":
            return {"error": "fault is closed"}
        t["state"], t["remedy"] = "closed", remedy
        return t

    def scheduleVisit(self, hookupId: str, day: str, technician: str) -> dict[str, Any]:
        """Schedule a technician's visit.

        Args:
            hookupId: The hookup
            day: Day of the visit
            technician: Name of the technician
        """
        if hookupId not in self.hookups:
            return {"error": "unknown hookup"}
        if any(v["day"] == day and v["technician"] == technician for v in self.visits):
            return {"error": "technician is busy that day"}
        self.visits.append({"hookupId": hookupId, "day": day, "technician": technician})
        return {"scheduled": True}

    def listVisits(self, hookupId: str) -> dict[str, Any]:
        """List the visits to a hookup.

        Args:
            hookupId: The hookup
        """
        if hookupId not in self.hookups:
            return {"error": "unknown hookup"}
        return {"visits": [v for v in self.visits if v["hookupId"] == hookupId]}

    def updateEmail(self, subscriberId: str, email: str) -> dict[str, Any]:
        """Change a subscriber's email.

        Args:
            subscriberId: The subscriber
            email: New email
        """
        if subscriberId not in self.subscribers:
            return {"error": "unknown subscriber"}
        self.subscribers[subscriberId]["email"] = email
        return {"subscriberId": subscriberId, "email": email}


def _hookup(n: str, plan: str, status: str, label: str) -> dict[str, Any]:
    return {"hookupId": n, "tariffCode": plan, "status": status, "staticIp": False, "label": label}


STATE = {
    "subscribers": [
        {
            "subscriberId": "S-77",
            "name": "Wim Aas",
            "email": "wim@box.example",
            "hookups": [_hookup("HK-1", "basic", "active", "home"), _hookup("HK-2", "plus", "paused", "cabin")],
        },
        {
            "subscriberId": "S-78",
            "name": "Zoe Lam",
            "email": "zoe@box.example",
            "hookups": [_hookup("HK-3", "plus", "active", "office")],
        },
    ],
    "catalog": {
        "tariffs": [
            {"tariffCode": "basic", "title": "Basic 50", "monthlyPrice": 9.0, "megabit": 50},
            {"tariffCode": "plus", "title": "Plus 200", "monthlyPrice": 19.0, "megabit": 200},
            {"tariffCode": "max", "title": "Max", "monthlyPrice": 39.0, "megabit": 1000},
        ]
    },
    "invoices": [
        {"invoiceId": "I-1", "subscriberId": "S-77", "amount": 28.0, "status": "due"},
        {"invoiceId": "I-2", "subscriberId": "S-77", "amount": 28.0, "status": "settled"},
        {"invoiceId": "I-3", "subscriberId": "S-78", "amount": 19.0, "status": "due"},
    ],
    "faults": [
        {
            "faultId": "FLT-899",
            "hookupId": "HK-3",
            "symptom": "No light",
            "urgency": "high",
            "state": "open",
            "remedy": None,
        }
    ],
    "visits": [],
}
DOMAIN = Domain(
    name="fibre",
    api=Fibre,
    document=document(Fibre, "mcp"),
    state=STATE,
    pools={
        "subscriberId": lambda a, r: r.choice(list(a.subscribers)),
        "hookupId": lambda a, r: r.choice(list(a.hookups)),
        "tariffCode": lambda a, r: r.choice(a.tariffs)["tariffCode"],
        "invoiceId": lambda a, r: r.choice(list(a.invoices)),
        "faultId": lambda a, r: r.choice(a.faults)["faultId"],
        "day": lambda a, r: f"2030-03-{r.randint(10, 28)}",
        "maxPrice": lambda a, r: r.choice([10, 20, 50]),
        "email": lambda a, r: f"u{r.randint(1, 99)}@box.example",
    },
    generated={"faultId": "fault"},
    reads={
        "switchTariff": ("getHookup",),
        "pauseHookup": ("getHookup",),
        "unpauseHookup": ("getHookup",),
        "enableStaticIp": ("getHookup",),
        "disableStaticIp": ("getHookup",),
        "renameHookup": ("getHookup",),
        "settleInvoice": ("getInvoice",),
        "reportFault": ("getFault",),
        "closeFault": ("getFault",),
        "scheduleVisit": ("listVisits",),
        "updateEmail": ("lookupSubscriber",),
    },
)
