"""Hotel property management."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

from ..documents import document
from ..domain import Domain

RoomStatus = Literal["clean", "dirty", "out_of_order"]


class Room(TypedDict):
    roomNumber: str
    roomType: str
    status: str
    rate: float


class Rooms(TypedDict):
    rooms: list[Room]


class Charge(TypedDict):
    description: str
    amount: float


class Stay(TypedDict, total=False):
    reservationId: str
    guestName: str
    roomNumber: str
    nights: int
    state: str
    charges: list[Charge]
    balanceDue: float


class Stays(TypedDict):
    reservations: list[Stay]
    count: int


class Task(TypedDict):
    taskId: int
    roomNumber: str
    description: str
    done: bool


class Tasks(TypedDict):
    tasks: list[Task]


class Hotel:
    def __init__(self, state: dict[str, Any]) -> None:
        self.rooms = {r["roomNumber"]: r for r in state["rooms"]}
        self.stays = {s["reservationId"]: s for s in state["reservations"]}
        self.tasks = state["housekeeping"]["tasks"]

    def listRooms(
        self, roomType: Literal["single", "double", "suite"] | None = None, status: RoomStatus | None = None
    ) -> Annotated[dict[str, Any], Rooms]:
        """List rooms.

        Args:
            roomType: Filter by type.
            status: Filter by housekeeping status.
        """
        return {
            "rooms": [
                r for r in self.rooms.values() if roomType in (None, r["roomType"]) and status in (None, r["status"])
            ]
        }

    def getRoom(self, roomNumber: str) -> Annotated[dict[str, Any], Room]:
        """Get a room.

        Args:
            roomNumber: The room's number.
        """
        return self.rooms.get(roomNumber) or {"error": "No such room"}

    def setRoomStatus(self, roomNumber: str, status: RoomStatus) -> Annotated[dict[str, Any], Room]:
        """Set the housekeeping status of a room.

        Args:
            roomNumber: The room's number.
            status: The new status.
        """
        if roomNumber not in self.rooms:
            return {"error": "No such room"}
        self.rooms[roomNumber]["status"] = status
        return self.rooms[roomNumber]

    def updateRoomRate(self, roomNumber: str, rate: float) -> Annotated[dict[str, Any], Room]:
        """Change the nightly rate of a room.

        Args:
            roomNumber: The room's number.
            rate: The new rate.
        """
        if roomNumber not in self.rooms:
            return {"error": "No such room"}
        if rate <= 0:
            return {"error": "Rate must be positive"}
        self.rooms[roomNumber]["rate"] = rate
        return self.rooms[roomNumber]

    def createReservation(self, guestName: str, roomNumber: str, nights: int) -> Annotated[dict[str, Any], Stay]:
        """Create a reservation for a guest.

        Args:
            guestName: Name of the guest.
            roomNumber: The room.
            nights: Number of nights.
        """
        if roomNumber not in self.rooms:
            return {"error": "No such room"}
        if nights < 1:
            return {"error": "At least one night"}
        if self.rooms[roomNumber]["status"] == "out_of_order":
            return {"error": "Room is out of order"}
        key = f"RSV-{len(self.stays) + 2001}"
        self.stays[key] = {
            "reservationId": key,
            "guestName": guestName,
            "roomNumber": roomNumber,
            "nights": nights,
            "state": "reserved",
            "charges": [],
            "balanceDue": self.rooms[roomNumber]["rate"] * nights,
        }
        return self.stays[key]

    def getReservation(self, reservationId: str) -> Annotated[dict[str, Any], Stay]:
        """Get a reservation with its charges.

        Args:
            reservationId: The reservation.
        """
        return self.stays.get(reservationId) or {"error": "No such reservation"}

    def searchReservations(
        self,
        guestName: str | None = None,
        state: Literal["reserved", "checkedIn", "checkedOut", "cancelled"] | None = None,
    ) -> Annotated[dict[str, Any], Stays]:
        """Search reservations by guest and state.

        Args:
            guestName: Part of the guest's name.
            state: State of the reservation.
        """
        rows = [
            s
            for s in self.stays.values()
            if (guestName is None or guestName.lower() in s["guestName"].lower()) and state in (None, s["state"])
        ]
        return {"reservations": rows, "count": len(rows)}

    def updateReservation(
        self, reservationId: str, nights: int | None = None, guestName: str | None = None
    ) -> Annotated[dict[str, Any], Stay]:
        """Change a reservation.

        Args:
            reservationId: The reservation.
            nights: New number of nights.
            guestName: New name.
        """
        s = self.stays.get(reservationId)
        if s is None:
            return {"error": "No such reservation"}
        if nights is not None:
            s["nights"] = nights
        if guestName is not None:
            s["guestName"] = guestName
        return s

    def checkInGuest(self, reservationId: str) -> Annotated[dict[str, Any], Stay]:
        """Check a guest in.

        Args:
            reservationId: The reservation.
        """
        s = self.stays.get(reservationId)
        if s is None:
            return {"error": "No such reservation"}
        if s["state"] != "reserved":
            return {"error": "Guest cannot be checked in"}
        s["state"] = "checkedIn"
        return s

    def checkOutGuest(self, reservationId: str) -> Annotated[dict[str, Any], Stay]:
        """Check a guest out. The room needs cleaning afterwards.

        Args:
            reservationId: The reservation.
        """
        s = self.stays.get(reservationId)
        if s is None:
            return {"error": "No such reservation"}
        if s["state"] != "checkedIn":
            return {"error": "Guest is not checked in"}
        s["state"] = "checkedOut"
        self.rooms[s["roomNumber"]]["status"] = "dirty"
        return s

    def cancelReservation(self, reservationId: str) -> Annotated[dict[str, Any], Stay]:
        """Cancel a reservation.

        Args:
            reservationId: The reservation.
        """
        s = self.stays.get(reservationId)
        if s is None:
            return {"error": "No such reservation"}
        if s["state"] != "reserved":
            return {"error": "Reservation cannot be cancelled"}
        s["state"] = "cancelled"
        return s

    def addCharge(self, reservationId: str, description: str, amount: float) -> Annotated[dict[str, Any], Stay]:
        """Put a charge on the guest's bill.

        Args:
            reservationId: The reservation.
            description: What for.
            amount: Amount.
        """
        s = self.stays.get(reservationId)
        if s is None:
            return {"error": "No such reservation"}
        if amount <= 0:
            return {"error": "Amount must be positive"}
        s["charges"].append({"description": description, "amount": amount})
        s["balanceDue"] = round(s["balanceDue"] + amount, 2)
        return s

    def takePayment(self, reservationId: str, amount: float) -> dict[str, Any]:
        """Take a payment off the balance due.

        Args:
            reservationId: The reservation.
            amount: Amount paid.

        Returns:
            reservationId (str): The reservation.
            balanceDue (float): What is left.
        """
        s = self.stays.get(reservationId)
        if s is None:
            return {"error": "No such reservation"}
        if amount <= 0 or amount > s["balanceDue"]:
            return {"error": "Invalid amount"}
        s["balanceDue"] = round(s["balanceDue"] - amount, 2)
        return {"reservationId": reservationId, "balanceDue": s["balanceDue"]}

    def createTask(self, roomNumber: str, description: str) -> Annotated[dict[str, Any], Task]:
        """Create a housekeeping task.

        Args:
            roomNumber: The room.
            description: What is to be done.
        """
        if roomNumber not in self.rooms:
            return {"error": "No such room"}
        task = {
            "taskId": max([t["taskId"] for t in self.tasks], default=0) + 1,
            "roomNumber": roomNumber,
            "description": description,
            "done": False,
        }
        self.tasks.append(task)
        return task

    def listTasks(self, roomNumber: str | None = None) -> Annotated[dict[str, Any], Tasks]:
        """List housekeeping tasks.

        Args:
            roomNumber: Only for this room.
        """
        return {"tasks": [t for t in self.tasks if roomNumber in (None, t["roomNumber"])]}

    def completeTask(self, taskId: int) -> Annotated[dict[str, Any], Task]:
        """Mark a housekeeping task as done.

        Args:
            taskId: The task.
        """
        t = next((t for t in self.tasks if t["taskId"] == taskId), None)
        if t is None:
            return {"error": "No such task"}
        if t["done"]:
            return {"error": "Task is done already"}
        t["done"] = True
        return t

    def deleteTask(self, taskId: int) -> dict[str, Any]:
        """Delete a housekeeping task.

        Args:
            taskId: The task.

        Returns:
            deleted (bool): True.
        """
        if not any(t["taskId"] == taskId for t in self.tasks):
            return {"error": "No such task"}
        self.tasks[:] = [t for t in self.tasks if t["taskId"] != taskId]
        return {"deleted": True}


STATE = {
    "rooms": [
        {"roomNumber": "101", "roomType": "single", "status": "clean", "rate": 80.0},
        {"roomNumber": "102", "roomType": "double", "status": "dirty", "rate": 110.0},
        {"roomNumber": "201", "roomType": "suite", "status": "clean", "rate": 240.0},
        {"roomNumber": "202", "roomType": "double", "status": "out_of_order", "rate": 115.0},
    ],
    "reservations": [
        {
            "reservationId": "RSV-1990",
            "guestName": "Tora Blix",
            "roomNumber": "101",
            "nights": 2,
            "state": "reserved",
            "charges": [],
            "balanceDue": 160.0,
        },
        {
            "reservationId": "RSV-1991",
            "guestName": "Abel Stern",
            "roomNumber": "201",
            "nights": 1,
            "state": "checkedIn",
            "charges": [{"description": "minibar", "amount": 12.0}],
            "balanceDue": 252.0,
        },
        {
            "reservationId": "RSV-1992",
            "guestName": "Una Pratt",
            "roomNumber": "102",
            "nights": 4,
            "state": "checkedOut",
            "charges": [],
            "balanceDue": 0.0,
        },
    ],
    "housekeeping": {"tasks": [{"taskId": 1, "roomNumber": "102", "description": "Full clean", "done": False}]},
}
DOMAIN = Domain(
    name="hotel",
    api=Hotel,
    document=document(Hotel, "mcp-output"),
    state=STATE,
    pools={
        "roomNumber": lambda a, r: r.choice(list(a.rooms)),
        "reservationId": lambda a, r: r.choice(list(a.stays)),
        "taskId": lambda a, r: r.choice(a.tasks)["taskId"],
        "rate": lambda a, r: r.choice([70, 99.5, 180]),
        "amount": lambda a, r: r.choice([5, 12.5, 40]),
        "searchReservations.guestName": lambda a, r: r.choice(["tora", "a", "stern"]),
    },
    generated={"reservationId": "stay", "taskId": "task"},
    reads={
        "setRoomStatus": ("getRoom",),
        "updateRoomRate": ("getRoom",),
        "createReservation": ("getReservation", "searchReservations"),
        "updateReservation": ("getReservation",),
        "checkInGuest": ("getReservation",),
        "checkOutGuest": ("getReservation", "getRoom"),
        "cancelReservation": ("getReservation",),
        "addCharge": ("getReservation",),
        "takePayment": ("getReservation",),
        "createTask": ("listTasks",),
        "completeTask": ("listTasks",),
        "deleteTask": ("listTasks",),
    },
)
