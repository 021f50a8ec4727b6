"""A clinic's desk: integer ids, rows in lists, free slots per doctor, a nested patient record; MCP tools."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from ..documents import document
from ..domain import Domain

Status = Literal["booked", "checked_in", "completed", "cancelled", "no_show"]


class Contact(TypedDict):
    phone: str
    email: str


class Desk:
    def __init__(self, state: dict[str, Any]) -> None:
        self.doctors = state["doctors"]
        self.patients = state["patients"]
        self.appointments = state["appointments"]
        self.sequence = state["meta"]["lastId"]

    def _row(self, rows: list[dict[str, Any]], key: int) -> dict[str, Any] | None:
        return next((row for row in rows if row["id"] == key), None)

    def _id(self) -> int:
        self.sequence += 1
        return int(self.sequence)

    def list_doctors(self, specialty: str | None = None) -> dict[str, Any]:
        """Returns the doctors of the clinic.

        Args:
            specialty: Filter by specialty.
        """
        rows = [
            {key: doctor[key] for key in ("id", "name", "specialty", "room")}
            for doctor in self.doctors
            if specialty in (None, doctor["specialty"])
        ]
        return {"doctors": rows}

    def get_doctor(self, doctor_id: int) -> dict[str, Any]:
        """Returns one doctor.

        Args:
            doctor_id: The doctor's ID
        """
        doctor = self._row(self.doctors, doctor_id)
        return dict(doctor) if doctor else {"error": "doctor not found"}

    def create_patient(self, name: str, birth_date: str, contact: Contact) -> dict[str, Any]:
        """Creates a patient record.

        Args:
            name: Full name
            birth_date: Date of birth (YYYY-MM-DD)
            contact: Phone and email
        """
        patient = {
            "id": self._id(),
            "name": name,
            "birth_date": birth_date,
            "contact": contact,
            "allergies": [],
            "notes": [],
        }
        self.patients.append(patient)
        return {"patient": patient}

    def get_patient(self, patient_id: int) -> dict[str, Any]:
        """Returns a patient record with allergies and notes.

        Args:
            patient_id: The patient's ID
        """
        patient = self._row(self.patients, patient_id)
        return {"patient": patient} if patient else {"error": "patient not found"}

    def find_patients(self, name: str) -> dict[str, Any]:
        """Finds patients by (part of) their name.

        Args:
            name: Name to look for
        """
        return {"patients": [p for p in self.patients if name.lower() in p["name"].lower()]}

    def update_contact(self, patient_id: int, contact: Contact) -> dict[str, Any]:
        """Replaces the contact data of a patient.

        Args:
            patient_id: The patient's ID
            contact: Phone and email
        """
        patient = self._row(self.patients, patient_id)
        if patient is None:
            return {"error": "patient not found"}
        patient["contact"] = contact
        return {"patient": patient}

    def add_allergy(self, patient_id: int, allergy: str) -> dict[str, Any]:
        """Adds an allergy to a patient record.

        Args:
            patient_id: The patient's ID
            allergy: The substance
        """
        patient = self._row(self.patients, patient_id)
        if patient is None:
            return {"error": "patient not found"}
        if allergy in patient["allergies"]:
            return {"error": "allergy is on record already"}
        patient["allergies"].append(allergy)
        return {"allergies": patient["allergies"]}

    def remove_allergy(self, patient_id: int, allergy: str) -> dict[str, Any]:
        """Removes an allergy from a patient record.

        Args:
            patient_id: The patient's ID
            allergy: The substance
        """
        patient = self._row(self.patients, patient_id)
        if patient is None:
            return {"error": "patient not found"}
        if allergy not in patient["allergies"]:
            return {"error": "no such allergy on record"}
        patient["allergies"].remove(allergy)
        return {"allergies": patient["allergies"]}

    def add_note(self, patient_id: int, text: str) -> dict[str, Any]:
        """Adds a note to a patient record.

        Args:
            patient_id: The patient's ID
            text: Text of the note
        """
        patient = self._row(self.patients, patient_id)
        if patient is None:
            return {"error": "patient not found"}
        note = {"note_id": self._id(), "text": text}
        patient["notes"].append(note)
        return {"note": note}

    def list_slots(self, doctor_id: int) -> dict[str, Any]:
        """Returns a doctor's free slots.

        Args:
            doctor_id: The doctor's ID
        """
        doctor = self._row(self.doctors, doctor_id)
        if doctor is None:
            return {"error": "doctor not found"}
        return {"doctor_id": doctor_id, "slots": list(doctor["slots"])}

    def book_appointment(self, patient_id: int, doctor_id: int, slot: str, reason: str = "") -> dict[str, Any]:
        """Books an appointment in one of the doctor's free slots.

        Args:
            patient_id: The patient's ID
            doctor_id: The doctor's ID
            slot: The slot, one of those from list_slots
            reason: Why the patient comes
        """
        doctor = self._row(self.doctors, doctor_id)
        if doctor is None:
            return {"error": "doctor not found"}
        if self._row(self.patients, patient_id) is None:
            return {"error": "patient not found"}
        if slot not in doctor["slots"]:
            return {"error": "slot is not free"}
        doctor["slots"].remove(slot)
        appointment = {
            "id": self._id(),
            "patient_id": patient_id,
            "doctor_id": doctor_id,
            "slot": slot,
            "reason": reason,
            "status": "booked",
        }
        self.appointments.append(appointment)
        return {"appointment": appointment}

    def get_appointment(self, appointment_id: int) -> dict[str, Any]:
        """Returns an appointment.

        Args:
            appointment_id: The appointment's ID
        """
        appointment = self._row(self.appointments, appointment_id)
        return {"appointment": appointment} if appointment else {"error": "appointment not found"}

    def list_appointments(
        self, patient_id: int | None = None, doctor_id: int | None = None, status: Status | None = None
    ) -> dict[str, Any]:
        """Returns appointments, optionally of one patient or doctor.

        Args:
            patient_id: Only this patient's
            doctor_id: Only this doctor's
            status: Only with this status
        """
        rows = [
            a
            for a in self.appointments
            if patient_id in (None, a["patient_id"])
            and doctor_id in (None, a["doctor_id"])
            and status in (None, a["status"])
        ]
        return {"appointments": rows, "total": len(rows)}

    def cancel_appointment(self, appointment_id: int) -> dict[str, Any]:
        """Cancels a booked appointment; its slot is free again.

        Args:
            appointment_id: The appointment's ID
        """
        appointment = self._row(self.appointments, appointment_id)
        if appointment is None:
            return {"error": "appointment not found"}
        if appointment["status"] != "booked":
            return {"error": f"appointment is {appointment['status']}"}
        appointment["status"] = "cancelled"
        doctor = self._row(self.doctors, appointment["doctor_id"])
        if doctor:
            doctor["slots"].append(appointment["slot"])
        return {"appointment": appointment}

    def check_in(self, appointment_id: int) -> dict[str, Any]:
        """Checks a patient in for a booked appointment.

        Args:
            appointment_id: The appointment's ID
        """
        appointment = self._row(self.appointments, appointment_id)
        if appointment is None:
            return {"error": "appointment not found"}
        if appointment["status"] != "booked":
            return {"error": f"appointment is {appointment['status']}"}
        appointment["status"] = "checked_in"
        return {"appointment": appointment}

    def complete_appointment(self, appointment_id: int) -> dict[str, Any]:
        """Marks an appointment as completed. The patient must have checked in.

        Args:
            appointment_id: The appointment's ID
        """
        appointment = self._row(self.appointments, appointment_id)
        if appointment is None:
            return {"error": "appointment not found"}
        if appointment["status"] != "checked_in":
            return {"error": f"appointment is {appointment['status']}"}
        appointment["status"] = "completed"
        return {"appointment": appointment}

    def reschedule_appointment(self, appointment_id: int, slot: str) -> dict[str, Any]:
        """Moves a booked appointment to another free slot of the same doctor.

        Args:
            appointment_id: The appointment's ID
            slot: The new slot
        """
        appointment = self._row(self.appointments, appointment_id)
        if appointment is None:
            return {"error": "appointment not found"}
        if appointment["status"] != "booked":
            return {"error": f"appointment is {appointment['status']}"}
        doctor = self._row(self.doctors, appointment["doctor_id"])
        if doctor is None or slot not in doctor["slots"]:
            return {"error": "slot is not free"}
        doctor["slots"].remove(slot)
        doctor["slots"].append(appointment["slot"])
        appointment["slot"] = slot
        return {"appointment": appointment}


def _slots(day: str) -> list[str]:
    return [f"{day} {hour:02}:00" for hour in range(8, 14)]


STATE: dict[str, Any] = {
    "meta": {"clinic": "Harbour Street Practice", "lastId": 400},
    "doctors": [
        {"id": 11, "name": "Dr. Selma Ruiz", "specialty": "dermatology", "room": "2A", "slots": _slots("2029-09-03")},
        {"id": 12, "name": "Dr. Paul Enger", "specialty": "cardiology", "room": "1C", "slots": _slots("2029-09-04")},
        {"id": 13, "name": "Dr. Mina Cho", "specialty": "dermatology", "room": "2B", "slots": _slots("2029-09-05")},
    ],
    "patients": [
        {
            "id": 201,
            "name": "Ruth Avery",
            "birth_date": "1980-02-11",
            "contact": {"phone": "555-0101", "email": "ruth@post.example"},
            "allergies": ["penicillin"],
            "notes": [],
        },
        {
            "id": 202,
            "name": "Omar Lind",
            "birth_date": "1992-10-30",
            "contact": {"phone": "555-0102", "email": "omar@post.example"},
            "allergies": [],
            "notes": [{"note_id": 301, "text": "prefers mornings"}],
        },
    ],
    "appointments": [
        {"id": 401, "patient_id": 201, "doctor_id": 11, "slot": "2029-09-03 07:00", "reason": "", "status": "booked"},
        {
            "id": 402,
            "patient_id": 202,
            "doctor_id": 12,
            "slot": "2029-09-04 07:00",
            "reason": "checkup",
            "status": "checked_in",
        },
        {
            "id": 403,
            "patient_id": 202,
            "doctor_id": 11,
            "slot": "2029-08-20 09:00",
            "reason": "",
            "status": "completed",
        },
        {"id": 404, "patient_id": 201, "doctor_id": 13, "slot": "2029-09-05 07:00", "reason": "", "status": "booked"},
    ],
}
STATE["meta"]["lastId"] = 404

DOMAIN = Domain(
    name="appointments",
    api=Desk,
    document=document(Desk, "mcp", "front-desk"),
    state=STATE,
    pools={
        "doctor_id": lambda api, random: random.choice(api.doctors)["id"],
        "patient_id": lambda api, random: random.choice(api.patients)["id"],
        "appointment_id": lambda api, random: random.choice(api.appointments)["id"],
        "slot": lambda api, random: random.choice(random.choice(api.doctors)["slots"]),
        "specialty": lambda api, random: random.choice(["dermatology", "cardiology"]),
        "find_patients.name": lambda api, random: random.choice(["ruth", "lind", "a", "olive"]),
        "allergy": lambda api, random: random.choice(["penicillin", "latex", "pollen", "nuts", "iodine"]),
        "birth_date": lambda api, random: f"19{random.randint(50, 99)}-03-12",
    },
    generated={
        "patient_id": "patient",
        "appointment_id": "appointment",
        "create_patient.id": "patient",
        "get_patient.id": "patient",
        "find_patients.id": "patient",
        "update_contact.id": "patient",
        "note_id": "note",
        **{
            f"{tool}.id": "appointment"
            for tool in (
                "book_appointment",
                "get_appointment",
                "list_appointments",
                "cancel_appointment",
                "check_in",
                "complete_appointment",
                "reschedule_appointment",
            )
        },
    },
    reads={
        "create_patient": ("get_patient patient_id=id", "find_patients"),
        "update_contact": ("get_patient",),
        "add_allergy": ("get_patient",),
        "remove_allergy": ("get_patient",),
        "add_note": ("get_patient",),
        "book_appointment": (
            "get_appointment appointment_id=id",
            "list_appointments patient_id=patient_id",
            "list_slots",
        ),
        "cancel_appointment": ("get_appointment", "list_slots"),
        "check_in": ("get_appointment",),
        "complete_appointment": ("get_appointment",),
        "reschedule_appointment": ("get_appointment", "list_slots"),
    },
)
