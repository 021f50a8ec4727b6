"""A supper planner: recipes under their titles, one a day, a shopping list; status sentences; docstring functions."""

from __future__ import annotations

from random import Random
from typing import Any, Literal

from ..documents import document
from ..domain import Domain

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Supper:
    def __init__(self, state: dict[str, Any]) -> None:
        self.recipe_box = state["recipe_box"]
        self.week = state["week"]
        self.pantry = state["pantry"]
        self.shopping_list = state["shopping_list"]

    def recipes(self, course: Literal["soup", "main", "dessert"] | None = None) -> dict[str, Any]:
        """Gives the titles of the recipes in the box.

        Args:
            course: Gives only recipes for this course.

        Returns:
            titles (list[str]): The titles.
        """
        return {"titles": [title for title, one in self.recipe_box.items() if course in (None, one["course"])]}

    def recipe(self, title: str) -> dict[str, Any]:
        """Gives a recipe.

        Args:
            title: The title of the recipe.

        Returns:
            title (str): The title of the recipe.
            course (str): Which course it is for.
            serves (int): For how many people it is.
            ingredients (list[str]): What goes into it.
        """
        if title not in self.recipe_box:
            return {"error": "There is no such recipe."}
        return {"title": title, **self.recipe_box[title]}

    def new_recipe(
        self, title: str, course: Literal["soup", "main", "dessert"], serves: int, ingredients: list[str]
    ) -> dict[str, Any]:
        """Puts a new recipe into the box. No two recipes have the same title.

        Args:
            title: The title of the recipe.
            course: Which course it is for.
            serves: For how many people it is.
            ingredients: What goes into it.

        Returns:
            status (str): What happened.
        """
        if title in self.recipe_box:
            return {"error": "There is a recipe with this title."}
        if serves < 1:
            return {"error": "A recipe serves at least one."}
        self.recipe_box[title] = {"course": course, "serves": serves, "ingredients": ingredients}
        return {"status": f"The recipe for {title} was put into the box."}

    def rescale_recipe(self, title: str, serves: int) -> dict[str, Any]:
        """Changes for how many people a recipe is.

        Args:
            title: The title of the recipe.
            serves: For how many people it shall be, at least one.

        Returns:
            status (str): What happened.
        """
        if title not in self.recipe_box:
            return {"error": "There is no such recipe."}
        if serves < 1:
            return {"error": "A recipe serves at least one."}
        self.recipe_box[title]["serves"] = serves
        return {"status": f"{title} now serves {serves} people."}

    def throw_out_recipe(self, title: str) -> dict[str, Any]:
        """Throws a recipe out of the box. A recipe that is planned for some day of the week is kept.

        Args:
            title: The title of the recipe.

        Returns:
            status (str): What happened.
        """
        if title not in self.recipe_box:
            return {"error": "There is no such recipe."}
        if title in self.week.values():
            return {"error": "The recipe is planned for this week."}
        del self.recipe_box[title]
        return {"status": f"{title} was thrown out."}

    def week_plan(self) -> dict[str, Any]:
        """Gives the recipe planned for each day; days without one are left out.

        Returns:
            plan (dict): The title of the recipe by day.
        """
        return {"plan": {day: title for day, title in self.week.items() if title is not None}}

    def plan_for(self, day: Day) -> dict[str, Any]:
        """Gives the recipe planned for a day.

        Args:
            day: The day.

        Returns:
            day (str): The day.
            title (str): The title of the recipe, or null.
        """
        return {"day": day, "title": self.week[day]}

    def plan_recipe(self, day: Day, title: str) -> dict[str, Any]:
        """Plans a recipe for a day, instead of what was planned before.

        Args:
            day: The day.
            title: The title of a recipe in the box.

        Returns:
            status (str): What happened.
        """
        if title not in self.recipe_box:
            return {"error": "There is no such recipe."}
        self.week[day] = title
        return {"status": f"There will be {title} on {day}."}

    def unplan(self, day: Day) -> dict[str, Any]:
        """Takes the recipe off a day. It is an error if there is none.

        Args:
            day: The day.

        Returns:
            status (str): What happened.
        """
        if self.week[day] is None:
            return {"error": "Nothing is planned for this day."}
        self.week[day] = None
        return {"status": f"Nothing is planned for {day} any more."}

    def shopping(self) -> dict[str, Any]:
        """Gives the shopping list.

        Returns:
            items (list[dict]): Each item with its quantity and whether it is ticked off.
        """
        return {"items": [{"item": name, **one} for name, one in self.shopping_list.items()]}

    def jot_down(self, item: str, quantity: int = 1) -> dict[str, Any]:
        """Writes an item on the shopping list. If it is on the list already, the quantity is added.

        Args:
            item: What to buy.
            quantity: How many.

        Returns:
            item (str): What to buy.
            quantity (int): How many in all.
        """
        if quantity < 1:
            return {"error": "The quantity is at least one."}
        entry = self.shopping_list.setdefault(item, {"quantity": 0, "ticked": False})
        entry["quantity"] += quantity
        return {"item": item, "quantity": entry["quantity"]}

    def tick_off(self, item: str) -> dict[str, Any]:
        """Ticks an item of the shopping list off.

        Args:
            item: The item on the list.

        Returns:
            status (str): What happened.
        """
        if item not in self.shopping_list:
            return {"error": "This is not on the list."}
        if self.shopping_list[item]["ticked"]:
            return {"error": "This was ticked off already."}
        self.shopping_list[item]["ticked"] = True
        return {"status": f"The {item} was ticked off."}

    def strike_out(self, item: str) -> dict[str, Any]:
        """Strikes an item out of the shopping list.

        Args:
            item: The item on the list.

        Returns:
            status (str): What happened.
        """
        if self.shopping_list.pop(item, None) is None:
            return {"error": "This is not on the list."}
        return {"status": f"The {item} was struck out."}

    def clear_ticked(self) -> dict[str, Any]:
        """Clears all items that are ticked off from the shopping list.

        Returns:
            cleared (int): How many items were cleared.
        """
        gone = [name for name, one in self.shopping_list.items() if one["ticked"]]
        for name in gone:
            del self.shopping_list[name]
        return {"cleared": len(gone)}

    def in_pantry(self, item: str) -> dict[str, Any]:
        """Tells how much of something is in the pantry.

        Args:
            item: What to look for.

        Returns:
            item (str): What was looked for.
            stock (int): How many there are; 0 if there is none.
        """
        return {"item": item, "stock": self.pantry.get(item, 0)}

    def stock_pantry(self, item: str, stock: int) -> dict[str, Any]:
        """Notes how many of something there are in the pantry now.

        Args:
            item: What it is.
            stock: How many there are, 0 or more.

        Returns:
            status (str): What happened.
        """
        if stock < 0:
            return {"error": "The stock cannot be negative."}
        self.pantry[item] = stock
        return {"status": f"There are {stock} {item} in the pantry."}


def _recipe(course: str, serves: int, *ingredients: str) -> dict[str, Any]:
    return {"course": course, "serves": serves, "ingredients": list(ingredients)}


STATE: dict[str, Any] = {
    "recipe_box": {
        "Leek soup": _recipe("soup", 4, "leek", "potato", "cream"),
        "Baked trout": _recipe("main", 2, "trout", "lemon"),
        "Lentil stew": _recipe("main", 6, "lentils", "carrot", "onion"),
        "Plum crumble": _recipe("dessert", 4, "plums", "oats"),
        "Rhubarb fool": _recipe("dessert", 3, "rhubarb", "cream"),
    },
    "week": {
        "monday": "Lentil stew",
        "tuesday": None,
        "wednesday": "Leek soup",
        "thursday": None,
        "friday": "Baked trout",
        "saturday": None,
        "sunday": None,
    },
    "pantry": {"lentils": 2, "oats": 1, "onion": 7},
    "shopping_list": {
        "cream": {"quantity": 2, "ticked": False},
        "trout": {"quantity": 2, "ticked": True},
        "lemon": {"quantity": 1, "ticked": False},
    },
}


def _new_recipe(_: Supper, random: Random) -> dict[str, Any]:
    return {
        "title": f"{random.choice(['Beet', 'Pear', 'Cod'])} {random.choice(['pie', 'broth', 'bake'])}",
        "course": random.choice(["soup", "main", "dessert"]),
        "serves": random.randint(1, 6),
        "ingredients": random.sample(["beet", "pear", "cod", "dill", "flour"], 2),
    }


DOMAIN = Domain(
    name="supper",
    api=Supper,
    document=document(Supper, "docstring"),
    state=STATE,
    pools={
        "new_recipe": _new_recipe,
        "title": lambda api, random: random.choice(list(api.recipe_box)),
        "item": lambda api, random: random.choice(["cream", "oats", "onion", "dill", "flour"]),
        "tick_off.item": lambda api, random: random.choice(list(api.shopping_list)),
        "strike_out.item": lambda api, random: random.choice(list(api.shopping_list)),
    },
    reads={
        "new_recipe": ("recipe", "recipes"),
        "rescale_recipe": ("recipe",),
        "throw_out_recipe": ("recipe", "recipes"),
        "plan_recipe": ("plan_for", "week_plan"),
        "unplan": ("plan_for", "week_plan"),
        "jot_down": ("shopping",),
        "tick_off": ("shopping",),
        "strike_out": ("shopping",),
        "clear_ticked": ("shopping",),
        "stock_pantry": ("in_pantry",),
    },
)
