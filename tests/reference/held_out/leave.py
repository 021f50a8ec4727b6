"""HR leave requests."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain

LeaveType = Literal["vacation", "sick", "parental"]


class Leave:
    def __init__(self, state: dict[str, Any]) -> None:
        self.staff = state["company"]["employees"]
        self.teams = state["company"]["teams"]
        self.requests = state["leave_requests"]
        self.holidays = state["public_holidays"]

    def get_employee(self, email: str) -> dict[str, Any]:
        """Get an employee's record with leave balances.

        Args:
            email: Work email of the employee.
        """
        if email not in self.staff:
            return {"error": "employee_not_found"}
        return {"employee": {"email": email, **self.staff[email]}}

    def list_employees(self, team: str | None = None) -> dict[str, Any]:
        """List employees, optionally of one team.

        Args:
            team: Name of the team.
        """
        return {
            "employees": [
                {"email": k, "name": e["name"], "team": e["team"]}
                for k, e in self.staff.items()
                if team in (None, e["team"])
            ]
        }

    def hire_employee(self, email: str, name: str, team: str, job_title: str) -> dict[str, Any]:
        """Add a new employee.

        Args:
            email: Work email; must be unique.
            name: Full name.
            team: Name of an existing team.
            job_title: Job title.
        """
        if email in self.staff:
            return {"error": "email_in_use"}
        if team not in self.teams:
            return {"error": "team_not_found"}
        self.staff[email] = {
            "name": name,
            "team": team,
            "job_title": job_title,
            "manager": None,
            "active": True,
            "balances": {"vacation": 25, "sick": 10, "parental": 0},
        }
        return {"employee": {"email": email, **self.staff[email]}}

    def deactivate_employee(self, email: str) -> dict[str, Any]:
        """Deactivate an employee who leaves the company.

        Args:
            email: Work email of the employee.
        """
        if email not in self.staff:
            return {"error": "employee_not_found"}
        if not self.staff[email]["active"]:
            return {"error": "already_inactive"}
        self.staff[email]["active"] = False
        return {"status": "ok"}

    def transfer_employee(self, email: str, team: str) -> dict[str, Any]:
        """Move an employee to another team.

        Args:
            email: Work email of the employee.
            team: Name of the new team.
        """
        if email not in self.staff:
            return {"error": "employee_not_found"}
        if team not in self.teams:
            return {"error": "team_not_found"}
        self.staff[email]["team"] = team
        return {"employee": {"email": email, **self.staff[email]}}

    def assign_manager(self, email: str, manager: str) -> dict[str, Any]:
        """Assign a manager to an employee.

        Args:
            email: Work email of the employee.
            manager: Work email of the manager.
        """
        if email not in self.staff or manager not in self.staff:
            return {"error": "employee_not_found"}
        if email == manager:
            return {"error": "cannot_manage_self"}
        self.staff[email]["manager"] = manager
        return {"status": "ok", "manager": manager}

    def update_job_title(self, email: str, job_title: str) -> dict[str, Any]:
        """Change the job title of an employee.

        Args:
            email: Work email of the employee.
            job_title: New job title.
        """
        if email not in self.staff:
            return {"error": "employee_not_found"}
        self.staff[email]["job_title"] = job_title
        return {"status": "ok"}

    def submit_leave_request(self, email: str, leave_type: LeaveType, start_date: str, days: int) -> dict[str, Any]:
        """Submit a leave request for an employee.

        Args:
            email: Work email of the employee.
            leave_type: Kind of leave.
            start_date: First day, YYYY-MM-DD.
            days: Number of working days.
        """
        if email not in self.staff:
            return {"error": "employee_not_found"}
        if days < 1:
            return {"error": "invalid_days"}
        if days > self.staff[email]["balances"][leave_type]:
            return {"error": "insufficient_balance"}
        number = len(self.requests) + 1
        request = {
            "request_id": number,
            "email": email,
            "leave_type": leave_type,
            "start_date": start_date,
            "days": days,
            "status": "pending",
            "comment": None,
        }
        self.requests.append(request)
        return {"request": request}

    def get_leave_request(self, request_id: int) -> dict[str, Any]:
        """Get a leave request.

        Args:
            request_id: ID of the request.
        """
        return next(
            ({"request": r} for r in self.requests if r["request_id"] == request_id), {"error": "request_not_found"}
        )

    def list_leave_requests(
        self, email: str | None = None, status: Literal["pending", "approved", "rejected", "withdrawn"] | None = None
    ) -> dict[str, Any]:
        """List leave requests.

        Args:
            email: Only those of this employee.
            status: Only with this status.
        """
        return {"requests": [r for r in self.requests if email in (None, r["email"]) and status in (None, r["status"])]}

    def _pending(self, request_id: int) -> dict[str, Any]:
        r = next((r for r in self.requests if r["request_id"] == request_id), None)
        if r is None:
            return {"error": "request_not_found"}
        return r if r["status"] == "pending" else {"error": "request_not_pending"}

    def approve_leave_request(self, request_id: int) -> dict[str, Any]:
        """Approve a pending leave request; its days are taken off the balance.

        Args:
            request_id: ID of the request.
        """
        r = self._pending(request_id)
        if "error" in r:
            return r
        r["status"] = "approved"
        self.staff[r["email"]]["balances"][r["leave_type"]] -= r["days"]
        return {"request": r}

    def reject_leave_request(self, request_id: int, comment: str) -> dict[str, Any]:
        """Reject a pending leave request.

        Args:
            request_id: ID of the request.
            comment: Why.
        """
        r = self._pending(request_id)
        if "error" in r:
            return r
        r["status"], r["comment"] = "rejected", comment
        return {"request": r}

    def withdraw_leave_request(self, request_id: int) -> dict[str, Any]:
        """Withdraw a pending leave request.

        Args:
            request_id: ID of the request.
        """
        r = self._pending(request_id)
        if "error" in r:
            return r
        r["status"] = "withdrawn"
        return {"request": r}

    def get_leave_balance(self, email: str, leave_type: LeaveType) -> dict[str, Any]:
        """Get the days of leave an employee has left.

        Args:
            email: Work email of the employee.
            leave_type: Kind of leave.
        """
        if email not in self.staff:
            return {"error": "employee_not_found"}
        return {"email": email, "leave_type": leave_type, "days_left": self.staff[email]["balances"][leave_type]}

    def list_public_holidays(self) -> dict[str, Any]:
        """List the public holidays."""
        return {"holidays": self.holidays}

    def add_public_holiday(self, date: str, name: str) -> dict[str, Any]:
        """Add a public holiday.

        Args:
            date: The date.
            name: Its name.
        """
        if any(h["date"] == date for h in self.holidays):
            return {"error": "date_taken"}
        self.holidays.append({"date": date, "name": name})
        return {"status": "ok"}


STATE = {
    "company": {
        "name": "Larkspur",
        "teams": ["design", "ops", "sales"],
        "employees": {
            "ada@lark.example": {
                "name": "Ada Nunn",
                "team": "ops",
                "job_title": "lead",
                "manager": None,
                "active": True,
                "balances": {"vacation": 20, "sick": 10, "parental": 5},
            },
            "ben@lark.example": {
                "name": "Ben Otto",
                "team": "sales",
                "job_title": "agent",
                "manager": "ada@lark.example",
                "active": True,
                "balances": {"vacation": 3, "sick": 7, "parental": 0},
            },
            "cy@lark.example": {
                "name": "Cy Wren",
                "team": "design",
                "job_title": "artist",
                "manager": None,
                "active": False,
                "balances": {"vacation": 0, "sick": 0, "parental": 0},
            },
        },
    },
    "leave_requests": [
        {
            "request_id": 1,
            "email": "ada@lark.example",
            "leave_type": "vacation",
            "start_date": "2030-04-01",
            "days": 3,
            "status": "pending",
            "comment": None,
        },
        {
            "request_id": 2,
            "email": "ben@lark.example",
            "leave_type": "sick",
            "start_date": "2030-02-11",
            "days": 1,
            "status": "approved",
            "comment": None,
        },
    ],
    "public_holidays": [{"date": "2030-01-01", "name": "New Year"}],
}
DOMAIN = Domain(
    name="leave",
    api=Leave,
    document=document(Leave, "openai"),
    state=STATE,
    pools={
        "email": lambda a, r: r.choice(list(a.staff)),
        "hire_employee.email": lambda a, r: f"n{r.randint(1, 99)}@lark.example",
        "manager": lambda a, r: r.choice(list(a.staff)),
        "team": lambda a, r: r.choice(a.teams),
        "request_id": lambda a, r: r.choice(a.requests)["request_id"],
        "start_date": lambda a, r: f"2030-05-{r.randint(10, 28)}",
        "date": lambda a, r: f"2030-{r.randint(10, 12)}-{r.randint(10, 28)}",
    },
    generated={"request_id": "request"},
    reads={
        "hire_employee": ("get_employee", "list_employees"),
        "deactivate_employee": ("get_employee",),
        "transfer_employee": ("get_employee",),
        "assign_manager": ("get_employee",),
        "update_job_title": ("get_employee",),
        "submit_leave_request": ("get_leave_request", "list_leave_requests email=email"),
        "approve_leave_request": ("get_leave_request", "get_leave_balance email=email leave_type=leave_type"),
        "reject_leave_request": ("get_leave_request",),
        "withdraw_leave_request": ("get_leave_request",),
        "add_public_holiday": ("list_public_holidays",),
    },
)
