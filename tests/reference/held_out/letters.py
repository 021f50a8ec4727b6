"""A letter desk (mailbox)."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain

Tray = Literal["inbox", "sent", "drafts", "bin"]


class Letters:
    def __init__(self, state: dict[str, Any]) -> None:
        self.me = state["owner"]
        self.letters = state["letters"]
        self.contacts = state["contacts"]
        self.seq = 100

    def _get(self, letterId: str) -> dict[str, Any] | None:
        return self.letters.get(letterId)

    def _add(self, **fields: Any) -> dict[str, Any]:
        self.seq += 1
        letter = {"letterId": f"L{self.seq}", "from": self.me, "read": True, "starred": False, "labels": [], **fields}
        self.letters[letter["letterId"]] = letter
        return letter

    def list_letters(self, tray: Tray = "inbox", unread_only: bool = False) -> dict[str, Any]:
        """List the letters in a tray, without their bodies.

        Args:
            tray: The tray
            unread_only: Only those not read yet
        """
        rows = [
            {k: x[k] for k in ("letterId", "from", "to", "subject", "read")}
            for x in self.letters.values()
            if x["tray"] == tray and not (unread_only and x["read"])
        ]
        return {"letters": rows, "count": len(rows)}

    def read_letter(self, letterId: str) -> dict[str, Any]:
        """Read one letter. It counts as read afterwards.

        Args:
            letterId: The letter
        """
        x = self._get(letterId)
        if x is None:
            return {"error": "no such letter"}
        x["read"] = True
        return dict(x)

    def send_letter(self, to: str, subject: str, body: str) -> dict[str, Any]:
        """Send a letter.

        Args:
            to: Address
            subject: Subject
            body: Text
        """
        return {"letterId": self._add(to=to, subject=subject, body=body, tray="sent")["letterId"], "sent": True}

    def save_draft(self, to: str, subject: str, body: str) -> dict[str, Any]:
        """Save a draft.

        Args:
            to: Address
            subject: Subject
            body: Text
        """
        return {"letterId": self._add(to=to, subject=subject, body=body, tray="drafts")["letterId"]}

    def edit_draft(self, letterId: str, subject: str | None = None, body: str | None = None) -> dict[str, Any]:
        """Edit a draft.

        Args:
            letterId: The draft
            subject: New subject
            body: New text
        """
        x = self._get(letterId)
        if x is None or x["tray"] != "drafts":
            return {"error": "no such draft"}
        if subject is not None:
            x["subject"] = subject
        if body is not None:
            x["body"] = body
        return dict(x)

    def send_draft(self, letterId: str) -> dict[str, Any]:
        """Send a draft.

        Args:
            letterId: The draft
        """
        x = self._get(letterId)
        if x is None or x["tray"] != "drafts":
            return {"error": "no such draft"}
        x["tray"] = "sent"
        return {"letterId": letterId, "sent": True}

    def reply_to_letter(self, letterId: str, body: str) -> dict[str, Any]:
        """Reply to a letter.

        Args:
            letterId: The letter
            body: Text of the reply
        """
        x = self._get(letterId)
        if x is None:
            return {"error": "no such letter"}
        return {"letterId": self._add(to=x["from"], subject="Re: " + x["subject"], body=body, tray="sent")["letterId"]}

    def move_letter(self, letterId: str, tray: Tray) -> dict[str, Any]:
        """Move a letter to another tray.

        Args:
            letterId: The letter
            tray: Where to
        """
        x = self._get(letterId)
        if x is None:
            return {"error": "no such letter"}
        x["tray"] = tray
        return {"letterId": letterId, "tray": tray}

    def star_letter(self, letterId: str) -> dict[str, Any]:
        """Star a letter.

        Args:
            letterId: The letter
        """
        x = self._get(letterId)
        if x is None:
            return {"error": "no such letter"}
        x["starred"] = True
        return {"letterId": letterId, "starred": True}

    def unstar_letter(self, letterId: str) -> dict[str, Any]:
        """Remove the star of a letter.

        Args:
            letterId: The letter
        """
        x = self._get(letterId)
        if x is None:
            return {"error": "no such letter"}
        x["starred"] = False
        return {"letterId": letterId, "starred": False}

    def add_label(self, letterId: str, label: str) -> dict[str, Any]:
        """Put a label on a letter.

        Args:
            letterId: The letter
            label: The label
        """
        x = self._get(letterId)
        if x is None:
            return {"error": "no such letter"}
        if label in x["labels"]:
            return {"error": "label is there already"}
        x["labels"].append(label)
        return {"letterId": letterId, "labels": list(x["labels"])}

    def delete_letter(self, letterId: str) -> dict[str, Any]:
        """Delete a letter for good.

        Args:
            letterId: The letter
        """
        if self.letters.pop(letterId, None) is None:
            return {"error": "no such letter"}
        return {"deleted": True}

    def find_letters(self, query: str) -> dict[str, Any]:
        """Find letters by words in subject or body.

        Args:
            query: What to look for
        """
        return {
            "letters": [x for x in self.letters.values() if query.lower() in (x["subject"] + " " + x["body"]).lower()]
        }

    def add_contact(self, name: str, address: str) -> dict[str, Any]:
        """Add a contact.

        Args:
            name: Name
            address: Address
        """
        if name in self.contacts:
            return {"error": "contact exists"}
        self.contacts[name] = address
        return {"name": name, "address": address}

    def get_contact(self, name: str) -> dict[str, Any]:
        """Look up a contact.

        Args:
            name: Name
        """
        return {"name": name, "address": self.contacts[name]} if name in self.contacts else {"error": "no such contact"}


def _letter(key: str, sender: str, to: str, subject: str, body: str, tray: str, read: bool) -> dict[str, Any]:
    return {
        "letterId": key,
        "from": sender,
        "to": to,
        "subject": subject,
        "body": body,
        "tray": tray,
        "read": read,
        "starred": False,
        "labels": [],
    }


STATE = {
    "owner": "mae@quay.example",
    "letters": {
        "L1": _letter(
            "L1", "ola@quay.example", "mae@quay.example", "Rope order", "We need forty metres", "inbox", False
        ),
        "L2": _letter(
            "L2", "bank@quay.example", "mae@quay.example", "Statement", "Please find it attached", "inbox", True
        ),
        "L3": _letter("L3", "mae@quay.example", "ola@quay.example", "Plans", "Half written", "drafts", True),
    },
    "contacts": {"Ola": "ola@quay.example"},
}
DOMAIN = Domain(
    name="letters",
    api=Letters,
    document=document(Letters, "mcp"),
    state=STATE,
    pools={
        "letterId": lambda a, r: r.choice(list(a.letters)),
        "to": lambda a, r: r.choice(["ola@quay.example", "kim@quay.example"]),
        "query": lambda a, r: r.choice(["rope", "the", "plans", "olive"]),
        "get_contact.name": lambda a, r: r.choice(list(a.contacts)),
        "address": lambda a, r: f"p{r.randint(1, 99)}@quay.example",
    },
    generated={"letterId": "letter"},
    reads={
        "send_letter": ("read_letter", "list_letters tray=sent!"),
        "save_draft": ("read_letter",),
        "edit_draft": ("read_letter",),
        "send_draft": ("read_letter", "list_letters tray=sent!"),
        "reply_to_letter": ("read_letter",),
        "move_letter": ("read_letter",),
        "star_letter": ("read_letter",),
        "unstar_letter": ("read_letter",),
        "add_label": ("read_letter",),
        "delete_letter": ("read_letter", "list_letters tray=inbox!"),
        "add_contact": ("get_contact",),
    },
)
