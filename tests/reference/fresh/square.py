"""A town square of short posts: a session variable, integer posts in a list, who follows whom; the ``dict`` dialect."""

from __future__ import annotations

from typing import Any

from ..documents import document
from ..domain import Domain


class TownSquare:
    def __init__(self, state: dict[str, Any]) -> None:
        self.members = state["members"]
        self.current = state["current_member"]
        self.posts = state["posts"]
        self.follows = state["follows"]
        self.last_post = max(post["post_id"] for post in self.posts)

    def enter(self, member: str, secret: str) -> dict[str, Any]:
        """Enter the square as a member.

        Args:
            member: Name of the member.
            secret: Secret word of the member.

        Returns:
            entered (bool): Whether it worked.
        """
        if self.members.get(member, {}).get("secret") != secret:
            return {"error": "Member or secret is wrong."}
        self.current = member
        return {"entered": True}

    def leave(self) -> dict[str, Any]:
        """Leave the square.

        Returns:
            entered (bool): Whether somebody is in.
        """
        if self.current is None:
            return {"error": "Nobody has entered."}
        self.current = None
        return {"entered": False}

    def whoami(self) -> dict[str, Any]:
        """Tell which member has entered.

        Returns:
            member (str): Name of the member.
        """
        return {"member": self.current} if self.current else {"error": "Nobody has entered."}

    def member_page(self, member: str) -> dict[str, Any]:
        """Show the page of a member.

        Args:
            member: Name of the member.

        Returns:
            member (str): Name of the member.
            bio (str): What the member says of themselves.
            post_count (int): How many posts the member has.
            follower_count (int): How many members follow this one.
        """
        if member not in self.members:
            return {"error": "No such member."}
        return {
            "member": member,
            "bio": self.members[member]["bio"],
            "post_count": sum(post["author"] == member for post in self.posts),
            "follower_count": sum(member in followed for followed in self.follows.values()),
        }

    def rewrite_bio(self, bio: str) -> dict[str, Any]:
        """Rewrite your own bio.

        Args:
            bio: The new text.

        Returns:
            bio (str): The new text.
        """
        if self.current is None:
            return {"error": "Enter first."}
        self.members[self.current]["bio"] = bio
        return {"bio": bio}

    def publish(self, text: str, topics: list[str] | None = None) -> dict[str, Any]:
        """Publish a post. Nothing longer than 200 characters.

        Args:
            text: What the post says.
            topics: Topics of the post.

        Returns:
            post_id (int): ID of the new post.
            author (str): Who wrote it.
            text (str): What it says.
            topics (list[str]): Topics.
            cheers (int): How many members cheered.
        """
        if self.current is None:
            return {"error": "Enter first."}
        if not text or len(text) > 200:
            return {"error": "A post has 1 to 200 characters."}
        self.last_post += 1
        post = {
            "post_id": self.last_post,
            "author": self.current,
            "text": text,
            "topics": topics or [],
            "cheered_by": [],
            "replies": [],
        }
        self.posts.append(post)
        return self._shown(post)

    def _shown(self, post: dict[str, Any]) -> dict[str, Any]:
        shown = {name: post[name] for name in ("post_id", "author", "text", "topics")}
        return {**shown, "cheers": len(post["cheered_by"])}

    def _post(self, post_id: int) -> dict[str, Any] | None:
        return next((post for post in self.posts if post["post_id"] == post_id), None)

    def read_post(self, post_id: int) -> dict[str, Any]:
        """Read a post.

        Args:
            post_id: ID of the post.

        Returns:
            post_id (int): ID of the post.
            author (str): Who wrote it.
            text (str): What it says.
            topics (list[str]): Topics.
            cheers (int): How many members cheered.
        """
        post = self._post(post_id)
        return self._shown(post) if post else {"error": "No such post."}

    def take_down(self, post_id: int) -> dict[str, Any]:
        """Take down one of your own posts.

        Args:
            post_id: ID of the post.

        Returns:
            taken_down (bool): Whether the post is gone.
        """
        post = self._post(post_id)
        if self.current is None:
            return {"error": "Enter first."}
        if post is None:
            return {"error": "No such post."}
        if post["author"] != self.current:
            return {"error": "This is not your post."}
        self.posts.remove(post)
        return {"taken_down": True}

    def posts_by(self, member: str) -> dict[str, Any]:
        """List the posts of a member.

        Args:
            member: Name of the member.

        Returns:
            posts (list[dict]): The posts.
        """
        if member not in self.members:
            return {"error": "No such member."}
        return {"posts": [self._shown(post) for post in self.posts if post["author"] == member]}

    def posts_on(self, topic: str) -> dict[str, Any]:
        """List the IDs of posts on a topic.

        Args:
            topic: The topic.

        Returns:
            post_ids (list[int]): IDs of the posts.
        """
        return {"post_ids": [post["post_id"] for post in self.posts if topic in post["topics"]]}

    def find_posts(self, words: str) -> dict[str, Any]:
        """Find the posts whose text contains some words.

        Args:
            words: What to look for, in any case.

        Returns:
            posts (list[dict]): The posts.
        """
        return {"posts": [self._shown(post) for post in self.posts if words.lower() in post["text"].lower()]}

    def cheer(self, post_id: int) -> dict[str, Any]:
        """Cheer a post. Each member can cheer a post once.

        Args:
            post_id: ID of the post.

        Returns:
            cheers (int): How many members cheered.
        """
        post = self._post(post_id)
        if self.current is None:
            return {"error": "Enter first."}
        if post is None:
            return {"error": "No such post."}
        if self.current in post["cheered_by"]:
            return {"error": "You cheered already."}
        post["cheered_by"].append(self.current)
        return {"cheers": len(post["cheered_by"])}

    def reply(self, post_id: int, text: str) -> dict[str, Any]:
        """Reply to a post.

        Args:
            post_id: ID of the post.
            text: What the reply says.

        Returns:
            reply_count (int): How many replies the post has.
        """
        post = self._post(post_id)
        if self.current is None:
            return {"error": "Enter first."}
        if post is None:
            return {"error": "No such post."}
        post["replies"].append({"author": self.current, "text": text})
        return {"reply_count": len(post["replies"])}

    def replies_to(self, post_id: int) -> dict[str, Any]:
        """List the replies to a post.

        Args:
            post_id: ID of the post.

        Returns:
            replies (list[dict]): Replies with author and text.
        """
        post = self._post(post_id)
        return {"replies": post["replies"]} if post else {"error": "No such post."}

    def follow(self, member: str) -> dict[str, Any]:
        """Follow another member.

        Args:
            member: Name of the member.

        Returns:
            following (list[str]): Whom you follow now.
        """
        if self.current is None:
            return {"error": "Enter first."}
        if member not in self.members or member == self.current:
            return {"error": "You cannot follow this member."}
        if member in self.follows[self.current]:
            return {"error": "You follow this member already."}
        self.follows[self.current].append(member)
        return {"following": list(self.follows[self.current])}

    def unfollow(self, member: str) -> dict[str, Any]:
        """Stop following a member.

        Args:
            member: Name of the member.

        Returns:
            following (list[str]): Whom you follow now.
        """
        if self.current is None:
            return {"error": "Enter first."}
        if member not in self.follows[self.current]:
            return {"error": "You do not follow this member."}
        self.follows[self.current].remove(member)
        return {"following": list(self.follows[self.current])}

    def following(self) -> dict[str, Any]:
        """List the members whom you follow.

        Returns:
            following (list[str]): Names of the members.
        """
        return {"following": list(self.follows[self.current])} if self.current else {"error": "Enter first."}


STATE: dict[str, Any] = {
    "members": {
        "baker_bea": {"secret": "rye", "bio": "Bread before dawn"},
        "old_tom": {"secret": "pipe", "bio": "Retired, mostly"},
        "nettle": {"secret": "sting", "bio": ""},
    },
    "current_member": "nettle",
    "posts": [
        {
            "post_id": 61,
            "author": "baker_bea",
            "text": "Fresh loaves at seven",
            "topics": ["bread"],
            "cheered_by": ["old_tom"],
            "replies": [{"author": "old_tom", "text": "Keep me one"}],
        },
        {
            "post_id": 62,
            "author": "nettle",
            "text": "The fountain leaks again",
            "topics": ["town", "water"],
            "cheered_by": [],
            "replies": [],
        },
        {
            "post_id": 63,
            "author": "old_tom",
            "text": "Chess under the elm",
            "topics": ["town"],
            "cheered_by": ["nettle"],
            "replies": [],
        },
    ],
    "follows": {"baker_bea": ["old_tom"], "old_tom": [], "nettle": ["baker_bea"]},
}


def _enter(api: TownSquare, random: Any) -> dict[str, Any]:
    member = random.choice(list(api.members))
    return {"member": member, "secret": api.members[member]["secret"]}


DOMAIN = Domain(
    name="square",
    api=TownSquare,
    document=document(TownSquare, "dict"),
    state=STATE,
    pools={
        "enter": _enter,
        "member": lambda api, random: random.choice(list(api.members)),
        "unfollow.member": lambda api, random: random.choice(api.follows[api.current]),
        "post_id": lambda api, random: random.choice(api.posts)["post_id"],
        "topics": lambda api, random: random.sample(["bread", "town", "water", "lost"], 2),
        "topic": lambda api, random: random.choice(["bread", "town", "water", "lost"]),
        "words": lambda api, random: random.choice(["the", "chess", "olive", "zzz"]),
    },
    generated={"post_id": "post", "post_ids": "post"},
    reads={
        "enter": ("whoami", "following"),
        "leave": ("whoami", "following"),
        "rewrite_bio": ("member_page member=baker_bea!", "member_page member=nettle!"),
        "publish": ("read_post", "posts_by member=author", "member_page member=author"),
        "take_down": ("read_post",),
        "cheer": ("read_post",),
        "reply": ("replies_to",),
        "follow": ("following", "member_page"),
        "unfollow": ("following", "member_page"),
    },
)
