"""A music player: playlists under their names, a queue, a volume; ``success`` flags; camelCase with output schemas."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from ..documents import document
from ..domain import Domain


class Done(TypedDict, total=False):
    success: bool
    reason: str


class Track(TypedDict):
    title: str
    artist: str
    seconds: int


class Tracks(TypedDict):
    tracks: list[Track]


class Now(TypedDict, total=False):
    title: str
    playing: bool
    volume: int
    shuffle: bool


class Titles(TypedDict):
    titles: list[str]


class Names(TypedDict):
    names: list[str]


class Playlist(TypedDict):
    name: str
    titles: list[str]


def _refused(reason: str) -> dict[str, Any]:
    return {"success": False, "reason": reason}


class Player:
    def __init__(self, state: dict[str, Any]) -> None:
        self.catalogue = state["catalogue"]
        self.player = state["player"]
        self.queue = state["queue"]
        self.playlists = state["playlists"]
        self.favourites = state["favourites"]

    def _has(self, title: str) -> bool:
        return any(track["title"] == title for track in self.catalogue)

    def searchTracks(
        self, artist: str | None = None, titleContains: str | None = None
    ) -> Annotated[dict[str, Any], Tracks]:
        """Searches the catalogue.

        Args:
            artist: Exact name of the artist
            titleContains: Part of the title, in any case
        """
        return {
            "tracks": [
                track
                for track in self.catalogue
                if artist in (None, track["artist"])
                and (titleContains is None or titleContains.lower() in track["title"].lower())
            ]
        }

    def trackInfo(self, title: str) -> Annotated[dict[str, Any], Track]:
        """Gives artist and length of a track.

        Args:
            title: Title of the track
        """
        return next((dict(one) for one in self.catalogue if one["title"] == title), _refused("unknown track"))

    def playTrack(self, title: str) -> Annotated[dict[str, Any], Done]:
        """Plays a track at once.

        Args:
            title: Title of the track
        """
        if not self._has(title):
            return _refused("unknown track")
        self.player.update(title=title, playing=True)
        return {"success": True}

    def pause(self) -> Annotated[dict[str, Any], Done]:
        """Pauses what is playing. Fails if nothing is playing."""
        if not self.player["playing"]:
            return _refused("nothing is playing")
        self.player["playing"] = False
        return {"success": True}

    def resume(self) -> Annotated[dict[str, Any], Done]:
        """Resumes the paused track. Fails if it is playing."""
        if self.player["playing"] or self.player["title"] is None:
            return _refused("nothing is paused")
        self.player["playing"] = True
        return {"success": True}

    def skip(self) -> Annotated[dict[str, Any], Done]:
        """Skips to the first track of the queue, which leaves the queue. Fails if the queue is empty."""
        if not self.queue:
            return _refused("the queue is empty")
        self.player.update(title=self.queue.pop(0), playing=True)
        return {"success": True}

    def nowPlaying(self) -> Annotated[dict[str, Any], Now]:
        """Tells what the player is doing."""
        return dict(self.player)

    def setVolume(self, volume: int) -> Annotated[dict[str, Any], Done]:
        """Sets the volume.

        Args:
            volume: From 0 to 100
        """
        if not 0 <= volume <= 100:
            return _refused("volume goes from 0 to 100")
        self.player["volume"] = volume
        return {"success": True}

    def setShuffle(self, enabled: bool) -> Annotated[dict[str, Any], Done]:
        """Turns shuffling on or off.

        Args:
            enabled: True for on
        """
        self.player["shuffle"] = enabled
        return {"success": True}

    def enqueue(self, title: str) -> Annotated[dict[str, Any], Done]:
        """Puts a track at the end of the queue.

        Args:
            title: Title of the track
        """
        if not self._has(title):
            return _refused("unknown track")
        self.queue.append(title)
        return {"success": True}

    def showQueue(self) -> Annotated[dict[str, Any], Titles]:
        """Shows the titles in the queue."""
        return {"titles": list(self.queue)}

    def clearQueue(self) -> Annotated[dict[str, Any], Done]:
        """Empties the queue."""
        self.queue.clear()
        return {"success": True}

    def createPlaylist(self, name: str) -> Annotated[dict[str, Any], Done]:
        """Creates an empty playlist. Names are unique.

        Args:
            name: Name of the playlist
        """
        if name in self.playlists:
            return _refused("playlist exists")
        self.playlists[name] = []
        return {"success": True}

    def deletePlaylist(self, name: str) -> Annotated[dict[str, Any], Done]:
        """Deletes a playlist.

        Args:
            name: Name of the playlist
        """
        if self.playlists.pop(name, None) is None:
            return _refused("no such playlist")
        return {"success": True}

    def renamePlaylist(self, name: str, newName: str) -> Annotated[dict[str, Any], Done]:
        """Renames a playlist.

        Args:
            name: Name of the playlist
            newName: Its new name
        """
        if name not in self.playlists:
            return _refused("no such playlist")
        if newName in self.playlists:
            return _refused("playlist exists")
        self.playlists[newName] = self.playlists.pop(name)
        return {"success": True}

    def addToPlaylist(self, name: str, title: str) -> Annotated[dict[str, Any], Done]:
        """Adds a track to a playlist, once.

        Args:
            name: Name of the playlist
            title: Title of the track
        """
        if name not in self.playlists:
            return _refused("no such playlist")
        if not self._has(title):
            return _refused("unknown track")
        if title in self.playlists[name]:
            return _refused("track is in the playlist")
        self.playlists[name].append(title)
        return {"success": True}

    def removeFromPlaylist(self, name: str, title: str) -> Annotated[dict[str, Any], Done]:
        """Removes a track from a playlist.

        Args:
            name: Name of the playlist
            title: Title of the track
        """
        if name not in self.playlists:
            return _refused("no such playlist")
        if title not in self.playlists[name]:
            return _refused("track is not in the playlist")
        self.playlists[name].remove(title)
        return {"success": True}

    def showPlaylist(self, name: str) -> Annotated[dict[str, Any], Playlist]:
        """Shows the titles in a playlist.

        Args:
            name: Name of the playlist
        """
        if name not in self.playlists:
            return _refused("no such playlist")
        return {"name": name, "titles": list(self.playlists[name])}

    def listPlaylists(self) -> Annotated[dict[str, Any], Names]:
        """Lists the names of all playlists."""
        return {"names": list(self.playlists)}

    def favourite(self, title: str) -> Annotated[dict[str, Any], Done]:
        """Marks a track as a favourite.

        Args:
            title: Title of the track
        """
        if not self._has(title):
            return _refused("unknown track")
        if title in self.favourites:
            return _refused("is a favourite already")
        self.favourites.append(title)
        return {"success": True}

    def unfavourite(self, title: str) -> Annotated[dict[str, Any], Done]:
        """Takes a track off the favourites.

        Args:
            title: Title of the track
        """
        if title not in self.favourites:
            return _refused("is no favourite")
        self.favourites.remove(title)
        return {"success": True}

    def listFavourites(self) -> Annotated[dict[str, Any], Titles]:
        """Lists the titles of the favourites."""
        return {"titles": list(self.favourites)}


STATE: dict[str, Any] = {
    "catalogue": [
        {"title": "Low Tide", "artist": "The Dunlins", "seconds": 214},
        {"title": "Paper Lantern", "artist": "Yuki Hale", "seconds": 187},
        {"title": "Night Bus", "artist": "The Dunlins", "seconds": 251},
        {"title": "Salt", "artist": "Orla Finn", "seconds": 163},
        {"title": "Half a Map", "artist": "Yuki Hale", "seconds": 302},
    ],
    "player": {"title": "Salt", "playing": True, "volume": 40, "shuffle": False},
    "queue": ["Low Tide"],
    "playlists": {"morning": ["Salt", "Paper Lantern"], "long drive": ["Night Bus"]},
    "favourites": ["Night Bus"],
}


def _member(api: Player, random: Any) -> dict[str, Any]:
    name = random.choice(list(api.playlists))
    return {"name": name, "title": random.choice(api.playlists[name])}


def _new_name(api: Player, random: Any) -> str:
    return f"{random.choice(['rain', 'gym', 'dinner'])} {random.randint(1, 40)}"


DOMAIN = Domain(
    name="tunes",
    api=Player,
    document=document(Player, "mcp-output", "tunes"),
    state=STATE,
    pools={
        "artist": lambda api, random: random.choice(api.catalogue)["artist"],
        "titleContains": lambda api, random: random.choice(["a", "bus", "salt", "zz"]),
        "title": lambda api, random: random.choice(api.catalogue)["title"],
        "unfavourite.title": lambda api, random: random.choice(api.favourites),
        "removeFromPlaylist": _member,
        "volume": lambda api, random: random.choice([0, 15, 70, 100, 130]),
        "name": lambda api, random: random.choice(list(api.playlists)),
        "createPlaylist.name": _new_name,
        "newName": _new_name,
    },
    reads={
        "playTrack": ("nowPlaying",),
        "pause": ("nowPlaying",),
        "resume": ("nowPlaying",),
        "skip": ("nowPlaying", "showQueue"),
        "setVolume": ("nowPlaying",),
        "setShuffle": ("nowPlaying",),
        "enqueue": ("showQueue",),
        "clearQueue": ("showQueue",),
        "createPlaylist": ("listPlaylists", "showPlaylist"),
        "deletePlaylist": ("listPlaylists", "showPlaylist"),
        "renamePlaylist": ("listPlaylists", "showPlaylist name=newName"),
        "addToPlaylist": ("showPlaylist",),
        "removeFromPlaylist": ("showPlaylist",),
        "favourite": ("listFavourites",),
        "unfavourite": ("listFavourites",),
    },
)
