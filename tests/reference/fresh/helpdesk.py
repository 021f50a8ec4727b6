"""A help desk: camelCase with the noun first, terse words, everything wrapped in ``ok`` and ``data``; MCP tools."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain

Urgency = Literal["low", "normal", "high", "critical"]
Phase = Literal["new", "assigned", "resolved", "closed"]
LADDER = ["low", "normal", "high", "critical"]


def _no(code: str, text: str) -> dict[str, Any]:
    return {"ok": False, "error": {"code": code, "text": text}}


def _yes(data: Any) -> dict[str, Any]:
    return {"ok": True, "data": data}


class HelpDesk:
    def __init__(self, state: dict[str, Any]) -> None:
        self.tickets = state["tickets"]
        self.agents = state["agents"]
        self.counter = state["ticketCounter"]

    def ticketOpen(self, requester: str, subject: str, urgency: Urgency = "normal") -> dict[str, Any]:
        """Open a ticket."""
        self.counter += 1
        ticket = {
            "ticketId": f"HD-{self.counter}",
            "requester": requester,
            "subject": subject,
            "urgency": urgency,
            "phase": "new",
            "agent": None,
            "resolution": None,
            "tags": [],
            "notes": [],
        }
        self.tickets[ticket["ticketId"]] = ticket
        return _yes(ticket)

    def ticketShow(self, ticketId: str) -> dict[str, Any]:
        """Show a ticket."""
        if ticketId not in self.tickets:
            return _no("NOT_FOUND", "no such ticket")
        return _yes(self.tickets[ticketId])

    def ticketList(
        self, phase: Phase | None = None, urgency: Urgency | None = None, agent: str | None = None
    ) -> dict[str, Any]:
        """List tickets, newest last, optionally by phase, urgency or agent."""
        rows = [
            {name: ticket[name] for name in ("ticketId", "subject", "urgency", "phase", "agent")}
            for ticket in self.tickets.values()
            if phase in (None, ticket["phase"])
            and urgency in (None, ticket["urgency"])
            and agent in (None, ticket["agent"])
        ]
        return _yes(rows)

    def ticketAssign(self, ticketId: str, agent: str) -> dict[str, Any]:
        """Assign a new or assigned ticket to an agent who is available."""
        if ticketId not in self.tickets:
            return _no("NOT_FOUND", "no such ticket")
        if agent not in self.agents:
            return _no("NOT_FOUND", "no such agent")
        ticket = self.tickets[ticketId]
        if ticket["phase"] not in ("new", "assigned"):
            return _no("WRONG_PHASE", "ticket is done")
        if not self.agents[agent]["available"]:
            return _no("UNAVAILABLE", "agent is away")
        ticket["agent"] = agent
        ticket["phase"] = "assigned"
        return _yes({"ticketId": ticketId, "agent": agent, "phase": "assigned"})

    def ticketEscalate(self, ticketId: str) -> dict[str, Any]:
        """Raise the urgency of a ticket by one step."""
        if ticketId not in self.tickets:
            return _no("NOT_FOUND", "no such ticket")
        ticket = self.tickets[ticketId]
        if ticket["phase"] == "closed":
            return _no("WRONG_PHASE", "ticket is closed")
        step = LADDER.index(ticket["urgency"])
        if step == len(LADDER) - 1:
            return _no("LIMIT", "cannot go higher")
        ticket["urgency"] = LADDER[step + 1]
        return _yes({"ticketId": ticketId, "urgency": ticket["urgency"]})

    def ticketEdit(self, ticketId: str, subject: str | None = None, urgency: Urgency | None = None) -> dict[str, Any]:
        """Change subject or urgency of a ticket that is not closed."""
        if ticketId not in self.tickets:
            return _no("NOT_FOUND", "no such ticket")
        ticket = self.tickets[ticketId]
        if ticket["phase"] == "closed":
            return _no("WRONG_PHASE", "ticket is closed")
        if subject is not None:
            ticket["subject"] = subject
        if urgency is not None:
            ticket["urgency"] = urgency
        return _yes(ticket)

    def ticketResolve(self, ticketId: str, resolution: str) -> dict[str, Any]:
        """Resolve an assigned ticket."""
        if ticketId not in self.tickets:
            return _no("NOT_FOUND", "no such ticket")
        ticket = self.tickets[ticketId]
        if ticket["phase"] != "assigned":
            return _no("WRONG_PHASE", "only assigned tickets can be resolved")
        ticket["phase"] = "resolved"
        ticket["resolution"] = resolution
        return _yes({"ticketId": ticketId, "phase": "resolved"})

    def ticketReopen(self, ticketId: str) -> dict[str, Any]:
        """Reopen a resolved or closed ticket. Its resolution is dropped."""
        if ticketId not in self.tickets:
            return _no("NOT_FOUND", "no such ticket")
        ticket = self.tickets[ticketId]
        if ticket["phase"] not in ("resolved", "closed"):
            return _no("WRONG_PHASE", "ticket is still open")
        ticket["phase"] = "new" if ticket["agent"] is None else "assigned"
        ticket["resolution"] = None
        return _yes({"ticketId": ticketId, "phase": ticket["phase"]})

    def ticketClose(self, ticketId: str) -> dict[str, Any]:
        """Close a ticket for good."""
        if ticketId not in self.tickets:
            return _no("NOT_FOUND", "no such ticket")
        ticket = self.tickets[ticketId]
        if ticket["phase"] == "closed":
            return _no("WRONG_PHASE", "ticket is closed already")
        ticket["phase"] = "closed"
        return _yes({"ticketId": ticketId, "phase": "closed"})

    def noteAdd(self, ticketId: str, text: str, internal: bool = False) -> dict[str, Any]:
        """Add a note to a ticket; internal notes are hidden from the requester."""
        if ticketId not in self.tickets:
            return _no("NOT_FOUND", "no such ticket")
        ticket = self.tickets[ticketId]
        if ticket["phase"] == "closed":
            return _no("WRONG_PHASE", "ticket is closed")
        ticket["notes"].append({"text": text, "internal": internal})
        return _yes({"ticketId": ticketId, "noteCount": len(ticket["notes"])})

    def noteList(self, ticketId: str) -> dict[str, Any]:
        """List the notes of a ticket."""
        if ticketId not in self.tickets:
            return _no("NOT_FOUND", "no such ticket")
        return _yes(self.tickets[ticketId]["notes"])

    def tagAttach(self, ticketId: str, tag: str) -> dict[str, Any]:
        """Attach a tag to a ticket."""
        if ticketId not in self.tickets:
            return _no("NOT_FOUND", "no such ticket")
        tags = self.tickets[ticketId]["tags"]
        if tag in tags:
            return _no("DUPLICATE", "tag is attached")
        tags.append(tag)
        return _yes({"ticketId": ticketId, "tags": list(tags)})

    def tagDetach(self, ticketId: str, tag: str) -> dict[str, Any]:
        """Detach a tag from a ticket."""
        if ticketId not in self.tickets:
            return _no("NOT_FOUND", "no such ticket")
        tags = self.tickets[ticketId]["tags"]
        if tag not in tags:
            return _no("NOT_FOUND", "tag is not attached")
        tags.remove(tag)
        return _yes({"ticketId": ticketId, "tags": list(tags)})

    def agentList(self) -> dict[str, Any]:
        """List agents."""
        return _yes([{"agent": name, **agent} for name, agent in self.agents.items()])

    def agentSetAvailable(self, agent: str, available: bool) -> dict[str, Any]:
        """Say whether an agent is available."""
        if agent not in self.agents:
            return _no("NOT_FOUND", "no such agent")
        self.agents[agent]["available"] = available
        return _yes({"agent": agent, "available": available})


def _ticket(
    key: str, requester: str, subject: str, urgency: Urgency, phase: Phase, agent: str | None
) -> dict[str, Any]:
    return {
        "ticketId": key,
        "requester": requester,
        "subject": subject,
        "urgency": urgency,
        "phase": phase,
        "agent": agent,
        "resolution": "swapped the cable" if phase == "closed" else None,
        "tags": ["hardware"] if phase == "closed" else [],
        "notes": [{"text": "called back", "internal": True}] if agent else [],
    }


STATE: dict[str, Any] = {
    "tickets": {
        "HD-301": _ticket("HD-301", "Wren Abbott", "Scanner blinks red", "normal", "closed", "lior"),
        "HD-302": _ticket("HD-302", "Otis Kaplan", "No network in lab", "high", "assigned", "mika"),
        "HD-303": _ticket("HD-303", "Sunita Rao", "New badge", "low", "new", None),
        "HD-304": _ticket("HD-304", "Wren Abbott", "Mail bounces", "normal", "new", None),
    },
    "agents": {
        "lior": {"team": "hardware", "available": True},
        "mika": {"team": "network", "available": True},
        "esme": {"team": "software", "available": False},
    },
    "ticketCounter": 304,
}

DOMAIN = Domain(
    name="helpdesk",
    api=HelpDesk,
    document=document(HelpDesk, "mcp", "desk"),
    state=STATE,
    pools={
        "ticketId": lambda api, random: random.choice(list(api.tickets)),
        "requester": lambda api, random: random.choice(["Wren Abbott", "Sunita Rao", "Gil Moreno"]),
        "agent": lambda api, random: random.choice(list(api.agents)),
        "tag": lambda api, random: random.choice(["hardware", "urgent", "vip", "lab"]),
    },
    generated={"ticketId": "ticket"},
    reads={
        "ticketOpen": ("ticketShow", "ticketList phase=new!"),
        "ticketAssign": ("ticketShow", "ticketList agent=agent"),
        "ticketEscalate": ("ticketShow",),
        "ticketEdit": ("ticketShow", "ticketList"),
        "ticketResolve": ("ticketShow", "ticketList phase=resolved!"),
        "ticketReopen": ("ticketShow",),
        "ticketClose": ("ticketShow", "ticketList phase=closed!"),
        "noteAdd": ("noteList", "ticketShow"),
        "tagAttach": ("ticketShow",),
        "tagDetach": ("ticketShow",),
        "agentSetAvailable": ("agentList",),
    },
)
