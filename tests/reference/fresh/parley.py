"""Messages between colleagues: nouns first and verbs last, exceptions for failures, bare lists for answers."""

from __future__ import annotations

from typing import Any

from ..documents import document
from ..domain import Domain


class Parley:
    def __init__(self, state: dict[str, Any]) -> None:
        self.people = state["people"]
        self.active = state["active_person"]
        self.address_books = state["address_books"]
        self.messages = state["messages"]
        self.last_message_no = max(message["message_no"] for message in self.messages)

    def _me(self) -> str:
        if self.active is None:
            raise PermissionError("Nobody is logged in")
        return str(self.active)

    def _person(self, handle: str) -> dict[str, Any]:
        if handle not in self.people:
            raise ValueError(f"unknown handle {handle}")
        person: dict[str, Any] = self.people[handle]
        return person

    def session_start(self, handle: str, passphrase: str) -> dict[str, Any]:
        """Log in as a person.

        Args:
            handle: Handle of the person who logs in.
            passphrase: Their passphrase.
        """
        if self._person(handle)["passphrase"] != passphrase:
            raise PermissionError("wrong passphrase")
        self.active = handle
        return {"logged_in_as": handle}

    def session_end(self) -> dict[str, Any]:
        """Log out. Fails when nobody is logged in."""
        self._me()
        self.active = None
        return {"logged_in_as": None}

    def session_whoami(self) -> dict[str, Any]:
        """Show the handle of the person who is logged in, or null."""
        return {"logged_in_as": self.active}

    def people_list(self) -> list[str]:
        """List the handles of everybody in the workspace."""
        return list(self.people)

    def person_find(self, display_name: str) -> dict[str, Any]:
        """Find the handle of a person by display name.

        Args:
            display_name: Full name, as displayed.
        """
        for handle, person in self.people.items():
            if person["display_name"] == display_name:
                return {"handle": handle}
        raise ValueError("nobody has this name")

    def status_set(self, status_line: str) -> dict[str, Any]:
        """Set your own status line.

        Args:
            status_line: What others see beside your name.
        """
        self.people[self._me()]["status_line"] = status_line
        return {"handle": self.active, "status_line": status_line}

    def status_get(self, handle: str) -> dict[str, Any]:
        """Get somebody's display name and status line.

        Args:
            handle: Their handle.
        """
        person = self._person(handle)
        return {"handle": handle, "display_name": person["display_name"], "status_line": person["status_line"]}

    def contact_add(self, handle: str, nickname: str) -> dict[str, Any]:
        """Add somebody to your contacts under a nickname. Each nickname can be used once.

        Args:
            handle: Handle of the person.
            nickname: The nickname.
        """
        book = self.address_books.setdefault(self._me(), {})
        self._person(handle)
        if nickname in book:
            raise ValueError("nickname is taken")
        book[nickname] = handle
        return {"nickname": nickname, "handle": handle}

    def contact_remove(self, nickname: str) -> dict[str, Any]:
        """Remove a contact.

        Args:
            nickname: Nickname of the contact.
        """
        book = self.address_books.setdefault(self._me(), {})
        if nickname not in book:
            raise ValueError("no such contact")
        del book[nickname]
        return {"removed": nickname}

    def contacts_list(self) -> list[dict[str, Any]]:
        """List your contacts: nickname and handle."""
        book = self.address_books.get(self._me(), {})
        return [{"nickname": nickname, "handle": handle} for nickname, handle in book.items()]

    def message_send(self, recipient: str, body: str) -> dict[str, Any]:
        """Send a message to a person. You must be logged in.

        Args:
            recipient: Handle of the person who gets the message.
            body: Text of the message.
        """
        sender = self._me()
        self._person(recipient)
        self.last_message_no += 1
        number = self.last_message_no
        message = {"message_no": number, "sender": sender, "recipient": recipient, "body": body, "seen": False}
        self.messages.append(message)
        return {"message_no": number, "delivered": True}

    def _message(self, message_no: int) -> dict[str, Any]:
        me = self._me()
        for message in self.messages:
            if message["message_no"] == message_no and me in (message["sender"], message["recipient"]):
                found: dict[str, Any] = message
                return found
        raise ValueError("no such message")

    def message_read(self, message_no: int) -> dict[str, Any]:
        """Read a message that you sent or received.

        Args:
            message_no: Number of the message.
        """
        return dict(self._message(message_no))

    def message_mark_seen(self, message_no: int) -> dict[str, Any]:
        """Mark a message as seen.

        Args:
            message_no: Number of the message.
        """
        message = self._message(message_no)
        message["seen"] = True
        return {"message_no": message_no, "seen": True}

    def message_recall(self, message_no: int) -> dict[str, Any]:
        """Recall a message that you sent, so that nobody sees it any more. A message already seen cannot be recalled.

        Args:
            message_no: Number of the message.
        """
        message = self._message(message_no)
        if message["sender"] != self.active:
            raise PermissionError("not your message")
        if message["seen"]:
            raise ValueError("the message was seen already")
        self.messages.remove(message)
        return {"recalled": message_no}

    def messages_received(self) -> list[dict[str, Any]]:
        """List the messages sent to you."""
        me = self._me()
        return [message for message in self.messages if message["recipient"] == me]

    def messages_sent(self) -> list[dict[str, Any]]:
        """List the messages that you sent."""
        me = self._me()
        return [message for message in self.messages if message["sender"] == me]

    def messages_search(self, word: str) -> list[dict[str, Any]]:
        """Search the messages that you sent or received for a word, in any case.

        Args:
            word: Word to look for in the body.
        """
        me = self._me()
        own = [message for message in self.messages if me in (message["sender"], message["recipient"])]
        return [message for message in own if word.lower() in message["body"].lower()]


STATE: dict[str, Any] = {
    "people": {
        "tove": {"display_name": "Tove Lindqvist", "passphrase": "river-otter", "status_line": "at the harbour"},
        "amar": {"display_name": "Amar Sidhu", "passphrase": "green-door", "status_line": ""},
        "jun": {"display_name": "Jun Aoki", "passphrase": "late-train", "status_line": "on leave"},
        "pilar": {"display_name": "Pilar Reyes", "passphrase": "copper-pan", "status_line": ""},
    },
    "active_person": "tove",
    "address_books": {"tove": {"boss": "amar"}, "amar": {"tov": "tove", "JJ": "jun"}, "jun": {}, "pilar": {}},
    "messages": [
        {"message_no": 1, "sender": "amar", "recipient": "tove", "body": "Is the crane fixed?", "seen": True},
        {"message_no": 2, "sender": "tove", "recipient": "amar", "body": "Crane runs again", "seen": False},
        {"message_no": 3, "sender": "jun", "recipient": "tove", "body": "Keys are in the box", "seen": False},
        {"message_no": 4, "sender": "pilar", "recipient": "amar", "body": "Lunch at noon?", "seen": False},
    ],
}


def _login(api: Parley, random: Any) -> dict[str, Any]:
    handle = random.choice(list(api.people))
    return {"handle": handle, "passphrase": api.people[handle]["passphrase"]}


DOMAIN = Domain(
    name="parley",
    api=Parley,
    document=document(Parley, "openai-bare"),
    state=STATE,
    pools={
        "session_start": _login,
        "handle": lambda api, random: random.choice(list(api.people)),
        "recipient": lambda api, random: random.choice(list(api.people)),
        "display_name": lambda api, random: random.choice(list(api.people.values()))["display_name"],
        "nickname": lambda api, random: f"{random.choice(['mate', 'desk', 'crew'])}{random.randint(1, 30)}",
        "contact_remove.nickname": lambda api, random: random.choice(list(api.address_books[api.active])),
        "message_no": lambda api, random: random.choice(api.messages)["message_no"],
        "word": lambda api, random: random.choice(["crane", "keys", "olive", "lunch"]),
    },
    generated={"message_no": "message", "recalled": "message"},
    reads={
        "session_start": ("session_whoami", "contacts_list", "messages_received"),
        "session_end": ("session_whoami", "messages_sent"),
        "status_set": ("status_get",),
        "contact_add": ("contacts_list",),
        "contact_remove": ("contacts_list",),
        "message_send": ("message_read", "messages_sent"),
        "message_mark_seen": ("message_read",),
        "message_recall": ("message_read", "messages_sent"),
    },
)
