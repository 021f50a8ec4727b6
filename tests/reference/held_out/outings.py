"""Outings of a walking community."""

from __future__ import annotations

from typing import Any

from ..documents import document
from ..domain import Domain


class OutingLog:
    def __init__(self, state: dict[str, Any]) -> None:
        self.me = state["username"]
        self.outings = {int(k): v for k, v in state["outings"].items()}
        self.clubs = state["clubs_joined"]
        self.remarks = {int(k): v for k, v in state["remarks"].items()}
        self.inbox = state["inbox"]
        self.counter = state["outing_seq"]

    def record_outing(self, caption: str, tags: list[str] = []) -> dict[str, Any]:  # noqa: B006
        """Publish an outing.

        Args:
            caption: Text of the outing.
            tags: Tags, without #.

        Returns:
            id (int): ID of the outing.
            username (str): Author of the outing.
            caption (str): Text of the outing.
            tags (list[str]): Tags of the outing.
        """
        outing = {
            "id": self.counter,
            "username": self.me,
            "caption": caption,
            "tags": tags,
            "kudos": 0,
            "featured": False,
        }
        self.outings[self.counter] = outing
        self.counter += 1
        return {k: outing[k] for k in ("id", "username", "caption", "tags")}

    def open_outing(self, outing_id: int) -> dict[str, Any]:
        """Show one outing.

        Args:
            outing_id: ID of the outing.

        Returns:
            id (int): ID of the outing.
            username (str): Author of the outing.
            caption (str): Text of the outing.
            tags (list[str]): Tags of the outing.
            kudos (int): Number of kudos.
            featured (bool): Whether it is featured on the club page.
        """
        return self.outings.get(outing_id) or {"error": f"Outing {outing_id} not found."}

    def reword_outing(self, outing_id: int, caption: str) -> dict[str, Any]:
        """Change the text of one of your outings.

        Args:
            outing_id: ID of the outing.
            caption: The new text.

        Returns:
            id (int): ID of the outing.
            caption (str): The new text.
        """
        outing = self.outings.get(outing_id)
        if outing is None:
            return {"error": f"Outing {outing_id} not found."}
        if outing["username"] != self.me:
            return {"error": "You can only edit your own outings."}
        outing["caption"] = caption
        return {"id": outing_id, "caption": caption}

    def erase_outing(self, outing_id: int) -> dict[str, Any]:
        """Delete one of your outings.

        Args:
            outing_id: ID of the outing.

        Returns:
            success (bool): Whether it was deleted.
        """
        outing = self.outings.get(outing_id)
        if outing is None:
            return {"error": f"Outing {outing_id} not found."}
        if outing["username"] != self.me:
            return {"error": "You can only delete your own outings."}
        del self.outings[outing_id]
        return {"success": True}

    def give_kudos(self, outing_id: int) -> dict[str, Any]:
        """Like an outing.

        Args:
            outing_id: ID of the outing.

        Returns:
            kudos (int): Number of kudos of the outing now.
        """
        if outing_id not in self.outings:
            return {"error": f"Outing {outing_id} not found."}
        self.outings[outing_id]["kudos"] += 1
        return {"kudos": self.outings[outing_id]["kudos"]}

    def feature_outing(self, outing_id: int) -> dict[str, Any]:
        """Pin an outing to the top of the profile.

        Args:
            outing_id: ID of the outing.

        Returns:
            featured (bool): True.
        """
        if outing_id not in self.outings:
            return {"error": f"Outing {outing_id} not found."}
        self.outings[outing_id]["featured"] = True
        return {"featured": True}

    def search_outings(self, keyword: str) -> dict[str, Any]:
        """Search outings for a keyword.

        Args:
            keyword: Text to look for.

        Returns:
            outings (list[dict]): Outings that contain the keyword.
        """
        return {"outings": [p for p in self.outings.values() if keyword.lower() in p["caption"].lower()]}

    def outings_by_member(self, username: str) -> dict[str, Any]:
        """List the outings of a user.

        Args:
            username: Name of the user.

        Returns:
            outings (list[dict]): The outings.
        """
        return {"outings": [p for p in self.outings.values() if p["username"] == username]}

    def leave_remark(self, outing_id: int, text: str) -> dict[str, Any]:
        """Remark on an outing.

        Args:
            outing_id: ID of the outing.
            text: Text of the remark.

        Returns:
            status (str): Status of the operation.
        """
        if outing_id not in self.outings:
            return {"error": f"Outing {outing_id} not found."}
        self.remarks.setdefault(outing_id, []).append({"username": self.me, "text": text})
        return {"status": "Thanks, your remark is up."}

    def read_remarks(self, outing_id: int) -> dict[str, Any]:
        """Show the remarks on an outing.

        Args:
            outing_id: ID of the outing.

        Returns:
            remarks (list[dict]): The remarks, each with username and text.
        """
        if outing_id not in self.outings:
            return {"error": f"Outing {outing_id} not found."}
        return {"remarks": self.remarks.get(outing_id, [])}

    def join_club(self, club: str) -> dict[str, Any]:
        """Join a club.

        Args:
            club: Name of the club.

        Returns:
            status (bool): True.
        """
        if club in self.clubs:
            return {"error": f"You are in {club}."}
        self.clubs.append(club)
        return {"status": True}

    def quit_club(self, club: str) -> dict[str, Any]:
        """Stop clubs a user.

        Args:
            club: Name of the club.

        Returns:
            status (bool): True.
        """
        if club not in self.clubs:
            return {"error": f"You are not in {club}."}
        self.clubs.remove(club)
        return {"status": True}

    def my_clubs(self) -> dict[str, Any]:
        """List the clubs you are in.

        Returns:
            clubs (list[str]): Names of the clubs.
        """
        return {"clubs": self.clubs}

    def send_nudge(self, receiver: str, message: str) -> dict[str, Any]:
        """Send a direct message.

        Args:
            receiver: Name of the user who gets it.
            message: Text of the message.

        Returns:
            nudge_id (int): ID of the message.
        """
        number = max((m["nudge_id"] for m in self.inbox), default=0) + 1
        self.inbox.append({"nudge_id": number, "sender": self.me, "receiver": receiver, "message": message})
        return {"nudge_id": number}

    def list_nudges(self) -> dict[str, Any]:
        """List all direct messages, sent and received.

        Returns:
            nudges (list[dict]): The messages.
        """
        return {"nudges": self.inbox}

    def dismiss_nudge(self, nudge_id: int) -> dict[str, Any]:
        """Delete a direct message.

        Args:
            nudge_id: ID of the message.

        Returns:
            status (str): "deleted".
        """
        if not any(m["nudge_id"] == nudge_id for m in self.inbox):
            return {"error": "Message not found."}
        self.inbox[:] = [m for m in self.inbox if m["nudge_id"] != nudge_id]
        return {"status": "deleted"}


STATE = {
    "username": "pelle",
    "outings": {
        "40": {
            "id": 40,
            "username": "pelle",
            "caption": "First frost on the lake",
            "tags": ["winter"],
            "kudos": 2,
            "featured": False,
        },
        "41": {"id": 41, "username": "greta", "caption": "Bread day", "tags": [], "kudos": 0, "featured": False},
        "42": {
            "id": 42,
            "username": "pelle",
            "caption": "Sold the old boat",
            "tags": ["boat"],
            "kudos": 5,
            "featured": True,
        },
    },
    "remarks": {"40": [{"username": "greta", "text": "Lovely"}]},
    "clubs_joined": ["Ridge Walkers", "Dawn Patrol"],
    "inbox": [{"nudge_id": 7, "sender": "greta", "receiver": "pelle", "message": "Coffee?"}],
    "outing_seq": 43,
}
DOMAIN = Domain(
    name="outings",
    api=OutingLog,
    document=document(OutingLog, "docstring"),
    state=STATE,
    pools={
        "outing_id": lambda a, r: r.choice(list(a.outings)),
        "username": lambda a, r: r.choice(["greta", "odd", "sam", "liv", "pelle", "ulf"]),
        "keyword": lambda a, r: r.choice(["boat", "bread", "the", "olive"]),
        "club": lambda a, r: r.choice(["Ridge Walkers", "Dawn Patrol", "Fjord Feet", "Moss Club"]),
        "receiver": lambda a, r: r.choice(["greta", "odd"]),
        "nudge_id": lambda a, r: r.choice(a.inbox)["nudge_id"],
    },
    generated={
        "outing_id": "outing",
        "record_outing.id": "outing",
        "open_outing.id": "outing",
        "reword_outing.id": "outing",
        "search_outings.id": "outing",
        "outings_by_member.id": "outing",
        "nudge_id": "message",
    },
    reads={
        "record_outing": ("open_outing outing_id=id", "outings_by_member"),
        "reword_outing": ("open_outing",),
        "erase_outing": ("open_outing",),
        "give_kudos": ("open_outing",),
        "feature_outing": ("open_outing",),
        "leave_remark": ("read_remarks",),
        "join_club": ("my_clubs",),
        "quit_club": ("my_clubs",),
        "send_nudge": ("list_nudges",),
        "dismiss_nudge": ("list_nudges",),
    },
)
