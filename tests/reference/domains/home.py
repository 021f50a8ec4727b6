"""Home automation: devices by slug, a thermostat singleton, scenes; camelCase MCP tools with output schemas."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

from ..documents import document
from ..domain import Domain

Mode = Literal["heat", "cool", "auto", "off"]


class Thermostat(TypedDict):
    mode: str
    targetTemperature: float
    currentTemperature: float
    fanOn: bool


class DeviceView(TypedDict):
    deviceId: str
    name: str
    kind: str
    room: str
    power: str


class Lamp(DeviceView, total=False):
    brightness: int


class DeviceList(TypedDict):
    devices: list[Lamp]


class Home:
    def __init__(self, state: dict[str, Any]) -> None:
        home = state["home"]
        self.rooms = home["rooms"]
        self.devices: dict[str, dict[str, Any]] = {device["deviceId"]: device for device in home["devices"]}
        self.thermostat: dict[str, Any] = home["thermostat"]
        self.scenes = home["scenes"]
        self.security: dict[str, Any] = home["security"]
        self.counter = 10

    def _device(self, deviceId: str) -> dict[str, Any] | None:
        return self.devices.get(deviceId)

    def listDevices(
        self, room: str | None = None, kind: Literal["lamp", "plug", "blind"] | None = None
    ) -> Annotated[dict[str, Any], DeviceList]:
        """List the devices in the home.

        Args:
            room: Only devices in this room.
            kind: Only devices of this kind.
        """
        return {
            "devices": [d for d in self.devices.values() if room in (None, d["room"]) and kind in (None, d["kind"])]
        }

    def getDevice(self, deviceId: str) -> Annotated[dict[str, Any], Lamp]:
        """Get the state of one device.

        Args:
            deviceId: The device's identifier, e.g. lamp-hall.
        """
        return self._device(deviceId) or {"error": f"Unknown device: {deviceId}"}

    def addDevice(
        self, name: str, kind: Literal["lamp", "plug", "blind"], room: str
    ) -> Annotated[dict[str, Any], Lamp]:
        """Pair a new device and put it in a room.

        Args:
            name: Name shown in the app.
            kind: Kind of device.
            room: Room the device is in; must exist.
        """
        if room not in self.rooms:
            return {"error": f"Unknown room: {room}"}
        self.counter += 1
        device: dict[str, Any] = {
            "deviceId": f"{kind}-{self.counter}",
            "name": name,
            "kind": kind,
            "room": room,
            "power": "off",
        }
        if kind == "lamp":
            device["brightness"] = 100
        self.devices[device["deviceId"]] = device
        return device

    def renameDevice(self, deviceId: str, name: str) -> Annotated[dict[str, Any], Lamp]:
        """Give a device another name.

        Args:
            deviceId: The device's identifier.
            name: The new name.
        """
        device = self._device(deviceId)
        if device is None:
            return {"error": f"Unknown device: {deviceId}"}
        device["name"] = name
        return device

    def moveDevice(self, deviceId: str, room: str) -> Annotated[dict[str, Any], Lamp]:
        """Move a device to another room.

        Args:
            deviceId: The device's identifier.
            room: The room to move it to.
        """
        device = self._device(deviceId)
        if device is None:
            return {"error": f"Unknown device: {deviceId}"}
        if room not in self.rooms:
            return {"error": f"Unknown room: {room}"}
        device["room"] = room
        return device

    def removeDevice(self, deviceId: str) -> dict[str, Any]:
        """Remove a device from the home.

        Args:
            deviceId: The device's identifier.
        """
        if self.devices.pop(deviceId, None) is None:
            return {"error": f"Unknown device: {deviceId}"}
        return {"removed": True}

    def turnOn(self, deviceId: str) -> Annotated[dict[str, Any], Lamp]:
        """Switch a device on.

        Args:
            deviceId: The device's identifier.
        """
        device = self._device(deviceId)
        if device is None:
            return {"error": f"Unknown device: {deviceId}"}
        device["power"] = "on"
        return device

    def turnOff(self, deviceId: str) -> Annotated[dict[str, Any], Lamp]:
        """Switch a device off.

        Args:
            deviceId: The device's identifier.
        """
        device = self._device(deviceId)
        if device is None:
            return {"error": f"Unknown device: {deviceId}"}
        device["power"] = "off"
        return device

    def setBrightness(self, deviceId: str, brightness: int) -> Annotated[dict[str, Any], Lamp]:
        """Set the brightness of a lamp.

        Args:
            deviceId: The lamp's identifier.
            brightness: Brightness in percent, 0 to 100.
        """
        device = self._device(deviceId)
        if device is None:
            return {"error": f"Unknown device: {deviceId}"}
        if device["kind"] != "lamp":
            return {"error": "Only lamps have a brightness"}
        if not 0 <= brightness <= 100:
            return {"error": "brightness must be between 0 and 100"}
        device["brightness"] = brightness
        return device

    def getThermostat(self) -> Annotated[dict[str, Any], Thermostat]:
        """Get the thermostat's settings and the current temperature."""
        return self.thermostat

    def setTemperature(self, temperature: float) -> Annotated[dict[str, Any], Thermostat]:
        """Set the target temperature of the thermostat in degrees Celsius.

        Args:
            temperature: Target temperature, 5 to 30.
        """
        if not 5 <= temperature <= 30:
            return {"error": "temperature must be between 5 and 30"}
        self.thermostat["targetTemperature"] = temperature
        return self.thermostat

    def setThermostatMode(self, mode: Mode) -> Annotated[dict[str, Any], Thermostat]:
        """Set the mode of the thermostat.

        Args:
            mode: The mode.
        """
        self.thermostat["mode"] = mode
        return self.thermostat

    def toggleFan(self, on: bool) -> Annotated[dict[str, Any], Thermostat]:
        """Switch the thermostat's fan on or off.

        Args:
            on: Whether the fan should run.
        """
        self.thermostat["fanOn"] = on
        return self.thermostat

    def listRooms(self) -> dict[str, Any]:
        """List the names of the rooms."""
        return {"rooms": list(self.rooms)}

    def addRoom(self, name: str) -> dict[str, Any]:
        """Add a room.

        Args:
            name: Name of the room; must be new.
        """
        if name in self.rooms:
            return {"error": f"Room {name} exists"}
        self.rooms.append(name)
        return {"rooms": list(self.rooms)}

    def createScene(self, sceneName: str, deviceIds: list[str], power: Literal["on", "off"]) -> dict[str, Any]:
        """Create a scene that switches several devices at once.

        Args:
            sceneName: Name of the scene; must be new.
            deviceIds: Devices in the scene.
            power: Whether the scene switches them on or off.
        """
        if sceneName in self.scenes:
            return {"error": f"Scene {sceneName} exists"}
        unknown = [one for one in deviceIds if one not in self.devices]
        if unknown:
            return {"error": f"Unknown device: {unknown[0]}"}
        self.scenes[sceneName] = {"deviceIds": deviceIds, "power": power}
        return {"sceneName": sceneName, **self.scenes[sceneName]}

    def getScene(self, sceneName: str) -> dict[str, Any]:
        """Get a scene.

        Args:
            sceneName: Name of the scene.
        """
        if sceneName not in self.scenes:
            return {"error": f"Unknown scene: {sceneName}"}
        return {"sceneName": sceneName, **self.scenes[sceneName]}

    def activateScene(self, sceneName: str) -> dict[str, Any]:
        """Activate a scene: switch all its devices.

        Args:
            sceneName: Name of the scene.
        """
        if sceneName not in self.scenes:
            return {"error": f"Unknown scene: {sceneName}"}
        scene = self.scenes[sceneName]
        for one in scene["deviceIds"]:
            if one in self.devices:
                self.devices[one]["power"] = scene["power"]
        return {"activated": sceneName, "devices": len(scene["deviceIds"])}

    def deleteScene(self, sceneName: str) -> dict[str, Any]:
        """Delete a scene.

        Args:
            sceneName: Name of the scene.
        """
        if self.scenes.pop(sceneName, None) is None:
            return {"error": f"Unknown scene: {sceneName}"}
        return {"deleted": True}

    def getSecurityStatus(self) -> dict[str, Any]:
        """Get the state of the alarm system."""
        return self.security

    def armAlarm(self, mode: Literal["home", "away"]) -> dict[str, Any]:
        """Arm the alarm system.

        Args:
            mode: Whether somebody stays at home.
        """
        if self.security["armed"]:
            return {"error": "Alarm is already armed"}
        self.security.update(armed=True, mode=mode)
        return self.security

    def disarmAlarm(self, pin: str) -> dict[str, Any]:
        """Disarm the alarm system.

        Args:
            pin: The four-digit PIN.
        """
        if pin != "2580":
            return {"error": "Wrong PIN"}
        if not self.security["armed"]:
            return {"error": "Alarm is not armed"}
        self.security.update(armed=False, mode=None)
        return self.security


STATE: dict[str, Any] = {
    "home": {
        "rooms": ["hall", "kitchen", "bedroom", "study"],
        "devices": [
            {
                "deviceId": "lamp-hall",
                "name": "Hall light",
                "kind": "lamp",
                "room": "hall",
                "power": "off",
                "brightness": 80,
            },
            {
                "deviceId": "lamp-desk",
                "name": "Desk light",
                "kind": "lamp",
                "room": "study",
                "power": "on",
                "brightness": 45,
            },
            {"deviceId": "plug-kettle", "name": "Kettle", "kind": "plug", "room": "kitchen", "power": "off"},
            {"deviceId": "blind-bed", "name": "Bedroom blind", "kind": "blind", "room": "bedroom", "power": "off"},
        ],
        "thermostat": {"mode": "auto", "targetTemperature": 20.5, "currentTemperature": 19.2, "fanOn": False},
        "scenes": {"evening": {"deviceIds": ["lamp-hall", "lamp-desk"], "power": "on"}},
        "security": {"armed": False, "mode": None},
    }
}

DOMAIN = Domain(
    name="home",
    api=Home,
    document=document(Home, "mcp-output", "home-hub"),
    state=STATE,
    pools={
        "deviceId": lambda api, random: random.choice(list(api.devices)),
        "deviceIds": lambda api, random: random.sample(list(api.devices), 2),
        "room": lambda api, random: random.choice(api.rooms),
        "sceneName": lambda api, random: random.choice(list(api.scenes)),
        "createScene.sceneName": lambda api, random: f"scene {random.randint(1, 99)}",
        "brightness": lambda api, random: random.randint(0, 100),
        "temperature": lambda api, random: random.randint(10, 50) / 2,
        "pin": lambda api, random: "2580",
    },
    generated={"deviceId": "device", "deviceIds": "device"},
    reads={
        "addDevice": ("getDevice", "listDevices"),
        "renameDevice": ("getDevice", "listDevices"),
        "moveDevice": ("getDevice", "listDevices"),
        "removeDevice": ("getDevice", "listDevices"),
        "turnOn": ("getDevice",),
        "turnOff": ("getDevice",),
        "setBrightness": ("getDevice",),
        "setTemperature": ("getThermostat",),
        "setThermostatMode": ("getThermostat",),
        "toggleFan": ("getThermostat",),
        "addRoom": ("listRooms",),
        "createScene": ("getScene",),
        "activateScene": ("listDevices",),
        "deleteScene": ("getScene",),
        "armAlarm": ("getSecurityStatus",),
        "disarmAlarm": ("getSecurityStatus",),
    },
)
