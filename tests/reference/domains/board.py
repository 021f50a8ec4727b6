"""A project board behind dispatch tools with an ``action``; slugs, integers and nested comments; bare functions."""

from __future__ import annotations

import re
from typing import Any, Literal

from ..documents import document
from ..domain import Domain

Column = Literal["backlog", "doing", "review", "done"]


class Board:
    def __init__(self, state: dict[str, Any]) -> None:
        self.projects = state["workspace"]["projects"]
        self.cards = state["workspace"]["cards"]
        self.people = state["workspace"]["people"]

    def project(
        self,
        action: Literal["create", "get", "list", "rename", "archive", "delete"],
        slug: str | None = None,
        title: str | None = None,
    ) -> dict[str, Any]:
        """Work with projects. 'create' and 'rename' need a title; everything but 'create' and 'list' needs a slug.

        Args:
            action: What to do.
            slug: The project's slug.
            title: The project's title.
        """
        if action == "list":
            return {"projects": list(self.projects.values())}
        if action == "create":
            if not title:
                return {"error": "title is required"}
            slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
            if slug in self.projects:
                return {"error": f"project {slug} exists"}
            self.projects[slug] = {"slug": slug, "title": title, "archived": False}
            return {"project": self.projects[slug]}
        if slug not in self.projects:
            return {"error": f"project {slug} does not exist"}
        project = self.projects[slug]
        if action == "rename":
            if not title:
                return {"error": "title is required"}
            project["title"] = title
        elif action == "archive":
            if project["archived"]:
                return {"error": "project is archived already"}
            project["archived"] = True
        elif action == "delete":
            del self.projects[slug]
            self.cards = {key: card for key, card in self.cards.items() if card["project"] != slug}
            return {"deleted": slug}
        return {"project": project}

    def card(
        self,
        action: Literal["create", "get", "move", "assign", "edit", "delete"],
        card_id: int | None = None,
        project: str | None = None,
        title: str | None = None,
        column: Column | None = None,
        assignee: str | None = None,
        points: int | None = None,
    ) -> dict[str, Any]:
        """Create, read and change cards. New cards start in the backlog.

        Args:
            action: What to do with the card.
            card_id: The card; required for every action but 'create'.
            project: Slug of the project, for 'create'.
            title: Title, for 'create' and 'edit'.
            column: Target column, for 'move'.
            assignee: Person's handle, for 'assign'.
            points: Estimate, for 'create' and 'edit'.
        """
        if action == "create":
            if not title or not project:
                return {"error": "project and title are required"}
            if project not in self.projects:
                return {"error": f"project {project} does not exist"}
            number = max(self.cards, default=0, key=int)
            new = {
                "card_id": int(number) + 1,
                "project": project,
                "title": title,
                "column": "backlog",
                "assignee": None,
                "points": points or 0,
                "comments": [],
            }
            self.cards[str(new["card_id"])] = new
            return {"card": new}
        found = self.cards.get(str(card_id))
        if found is None:
            return {"error": f"card {card_id} does not exist"}
        if action == "move":
            if column is None:
                return {"error": "column is required"}
            found["column"] = column
        elif action == "assign":
            if assignee not in self.people:
                return {"error": f"no such person: {assignee}"}
            found["assignee"] = assignee
        elif action == "edit":
            if title is not None:
                found["title"] = title
            if points is not None:
                found["points"] = points
        elif action == "delete":
            del self.cards[str(card_id)]
            return {"deleted": card_id}
        return {"card": found}

    def comment(
        self, action: Literal["add", "list"], card_id: int, author: str | None = None, body: str | None = None
    ) -> dict[str, Any]:
        """Comment on a card, or list its comments.

        Args:
            action: What to do.
            card_id: The card.
            author: Handle of the author, for 'add'.
            body: Text, for 'add'.
        """
        card = self.cards.get(str(card_id))
        if card is None:
            return {"error": f"card {card_id} does not exist"}
        if action == "add":
            if author not in self.people or not body:
                return {"error": "author and body are required"}
            card["comments"].append({"author": author, "body": body})
        return {"card_id": card_id, "comments": card["comments"]}

    def find_cards(
        self, project: str | None = None, column: Column | None = None, assignee: str | None = None
    ) -> dict[str, Any]:
        """Find cards by project, column and assignee.

        Args:
            project: Slug of the project.
            column: The column.
            assignee: Handle of the person.
        """
        found = [
            {key: value for key, value in card.items() if key != "comments"}
            for card in self.cards.values()
            if project in (None, card["project"])
            and column in (None, card["column"])
            and assignee in (None, card["assignee"])
        ]
        return {"cards": found, "count": len(found)}

    def list_people(self) -> dict[str, Any]:
        """List the people in the workspace."""
        return {"people": [{"handle": handle, **person} for handle, person in self.people.items()]}


def _card(number: int, project: str, title: str, column: str, assignee: str | None, points: int) -> dict[str, Any]:
    return {
        "card_id": number,
        "project": project,
        "title": title,
        "column": column,
        "assignee": assignee,
        "points": points,
        "comments": [],
    }


STATE: dict[str, Any] = {
    "workspace": {
        "name": "Tidewater",
        "projects": {
            "new-site": {"slug": "new-site", "title": "New site", "archived": False},
            "spring-fair": {"slug": "spring-fair", "title": "Spring fair", "archived": False},
        },
        "cards": {
            "1": _card(1, "new-site", "Choose fonts", "doing", "ines", 3),
            "2": _card(2, "new-site", "Write the imprint", "backlog", None, 1),
            "3": _card(3, "spring-fair", "Rent tents", "review", "mo", 5),
        },
        "people": {"ines": {"name": "Ines Falk", "role": "designer"}, "mo": {"name": "Mo Adeyemi", "role": "planner"}},
    }
}


def _projects(api: Board, random: Any) -> dict[str, Any]:
    action = random.choice(["create", "create", "get", "list", "rename", "archive", "delete"])
    arguments = {"action": action}
    if action not in ("create", "list"):
        arguments["slug"] = random.choice(list(api.projects))
    if action in ("create", "rename"):
        arguments["title"] = f"Plan {random.choice(['Alder', 'Birch', 'Cedar'])} {random.randint(1, 99)}"
    return arguments


def _cards(api: Board, random: Any) -> dict[str, Any]:
    action = random.choice(["create", "create", "get", "move", "assign", "edit", "delete"])
    arguments: dict[str, Any] = {"action": action}
    if action == "create":
        arguments |= {"project": random.choice(list(api.projects)), "title": f"Task {random.randint(1, 99)}"}
    else:
        arguments["card_id"] = int(random.choice(list(api.cards)))
    if action == "move":
        arguments["column"] = random.choice(["backlog", "doing", "review", "done"])
    if action == "assign":
        arguments["assignee"] = random.choice(list(api.people))
    if action == "edit":
        arguments |= random.choice([{"title": f"Task {random.randint(1, 99)}"}, {"points": random.randint(1, 8)}])
    return arguments


def _comments(api: Board, random: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "action": random.choice(["add", "list"]),
        "card_id": int(random.choice(list(api.cards))),
    }
    if arguments["action"] == "add":
        arguments |= {"author": random.choice(list(api.people)), "body": f"remark {random.randint(1, 99)}"}
    return arguments


DOMAIN = Domain(
    name="board",
    api=Board,
    document=document(Board, "openai-bare"),
    state=STATE,
    pools={
        "project": _projects,
        "card": _cards,
        "comment": _comments,
        "find_cards.project": lambda api, random: random.choice(list(api.projects)),
        "assignee": lambda api, random: random.choice(list(api.people)),
    },
    generated={"card_id": "card", "slug": "project", "card.project": "project", "find_cards.project": "project"},
    reads={
        "project": ("project action=get! slug=slug", "project action=list!"),
        "card": ("card action=get! card_id=card_id", "find_cards"),
        "comment": ("comment action=list!",),
    },
)
