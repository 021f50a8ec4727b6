"""A job board for seekers: sign-in, rows in lists with integer ids, wrapped results; camelCase, output schemas."""

from __future__ import annotations

from random import Random
from typing import Any, Literal

from ..documents import document
from ..domain import Domain

Stage = Literal["submitted", "interview", "declined", "withdrawn"]


def _find(rows: list[dict[str, Any]], key: str, value: Any) -> dict[str, Any] | None:
    return next((row for row in rows if row[key] == value), None)


class JobBoard:
    def __init__(self, state: dict[str, Any]) -> None:
        self.seekers = state["seekers"]
        self.postings = state["postings"]
        self.applications = state["applications"]
        self.alerts = state["alerts"]
        self.signedIn = state["signedInSeeker"]

    def _me(self) -> dict[str, Any]:
        me = _find(self.seekers, "email", self.signedIn)
        if me is None:
            raise PermissionError("Sign in first.")
        return me

    def signIn(self, email: str, password: str) -> dict[str, Any]:
        """Sign in as a job seeker.

        Args:
            email: E-mail address of the seeker.
            password: Password of the seeker.

        Returns:
            signedIn (bool): Whether somebody is signed in now.
            email (str): Who is signed in.
        """
        seeker = _find(self.seekers, "email", email)
        if seeker is None or seeker["password"] != password:
            return {"error": "E-mail address or password is wrong."}
        self.signedIn = email
        return {"signedIn": True, "email": email}

    def signOut(self) -> dict[str, Any]:
        """Sign out. Only possible while signed in.

        Returns:
            signedIn (bool): Whether somebody is signed in now.
        """
        self._me()
        self.signedIn = None
        return {"signedIn": False}

    def getProfile(self) -> dict[str, Any]:
        """Get the profile of the seeker who is signed in.

        Returns:
            profile (dict): E-mail address, full name, headline and whether recruiters can see the profile.
        """
        me = self._me()
        return {"profile": {name: me[name] for name in ("email", "fullName", "headline", "visible")}}

    def updateProfile(self, headline: str | None = None, visible: bool | None = None) -> dict[str, Any]:
        """Update your own profile; what is left out stays as it is.

        Args:
            headline: One line about yourself.
            visible: Whether recruiters can see the profile.

        Returns:
            profile (dict): The updated profile.
        """
        me = self._me()
        if headline is not None:
            me["headline"] = headline
        if visible is not None:
            me["visible"] = visible
        return self.getProfile()

    def searchPostings(self, keyword: str, remote: bool | None = None, minSalary: int | None = None) -> dict[str, Any]:
        """Search open postings by a word in the title. Signing in is not needed.

        Args:
            keyword: Word in the title, in any case.
            remote: Only postings that are (not) remote.
            minSalary: Lowest yearly salary.

        Returns:
            postings (list[dict]): The postings found.
        """
        found = [
            row
            for row in self.postings
            if row["open"]
            and keyword.lower() in row["title"].lower()
            and remote in (None, row["remote"])
            and row["salary"] >= (minSalary or 0)
        ]
        return {"postings": found}

    def getPosting(self, postingId: int) -> dict[str, Any]:
        """Get a posting. Signing in is not needed.

        Args:
            postingId: ID of the posting.

        Returns:
            posting (dict): The posting.
        """
        row = _find(self.postings, "postingId", postingId)
        return {"error": "Posting not found."} if row is None else {"posting": row}

    def bookmarkPosting(self, postingId: int) -> dict[str, Any]:
        """Bookmark a posting for yourself.

        Args:
            postingId: ID of the posting.

        Returns:
            bookmarks (list[int]): IDs of all the postings you have bookmarked.
        """
        me = self._me()
        if _find(self.postings, "postingId", postingId) is None:
            return {"error": "Posting not found."}
        if postingId in me["bookmarks"]:
            return {"error": "Already bookmarked."}
        me["bookmarks"].append(postingId)
        return {"bookmarks": me["bookmarks"]}

    def removeBookmark(self, postingId: int) -> dict[str, Any]:
        """Remove a posting from your bookmarks.

        Args:
            postingId: ID of the bookmarked posting.

        Returns:
            bookmarks (list[int]): IDs of the postings that are still bookmarked.
        """
        me = self._me()
        if postingId not in me["bookmarks"]:
            return {"error": "Not bookmarked."}
        me["bookmarks"].remove(postingId)
        return {"bookmarks": me["bookmarks"]}

    def listBookmarks(self) -> dict[str, Any]:
        """List the IDs of the postings you have bookmarked.

        Returns:
            bookmarks (list[int]): IDs of postings.
        """
        return {"bookmarks": self._me()["bookmarks"]}

    def submitApplication(self, postingId: int, letter: str) -> dict[str, Any]:
        """Apply to an open posting. You can apply to a posting once.

        Args:
            postingId: ID of the posting.
            letter: Cover letter.

        Returns:
            application (dict): The new application.
        """
        me = self._me()
        row = _find(self.postings, "postingId", postingId)
        if row is None:
            return {"error": "Posting not found."}
        if not row["open"]:
            return {"error": "This posting is closed."}
        if any((one["postingId"], one["email"]) == (postingId, me["email"]) for one in self.applications):
            return {"error": "You have applied to this posting."}
        number = max(one["applicationId"] for one in self.applications) + 1
        application = {
            "applicationId": number,
            "postingId": postingId,
            "email": me["email"],
            "letter": letter,
            "stage": "submitted",
        }
        self.applications.append(application)
        return {"application": application}

    def _own(self, number: int) -> dict[str, Any] | None:
        row = _find(self.applications, "applicationId", number)
        return row if row is not None and row["email"] == self._me()["email"] else None

    def getApplication(self, applicationId: int) -> dict[str, Any]:
        """Get one of your own applications.

        Args:
            applicationId: ID of the application.

        Returns:
            application (dict): The application.
        """
        self._me()
        row = self._own(applicationId)
        return {"error": "Application not found."} if row is None else {"application": row}

    def listApplications(self, stage: Stage | None = None) -> dict[str, Any]:
        """List your own applications.

        Args:
            stage: Only applications in this stage.

        Returns:
            applications (list[dict]): The applications.
        """
        email = self._me()["email"]
        rows = [row for row in self.applications if row["email"] == email and stage in (None, row["stage"])]
        return {"applications": rows}

    def withdrawApplication(self, applicationId: int) -> dict[str, Any]:
        """Withdraw one of your applications. Declined or withdrawn applications cannot be withdrawn.

        Args:
            applicationId: ID of the application.

        Returns:
            application (dict): The application, now withdrawn.
        """
        self._me()
        row = self._own(applicationId)
        if row is None:
            return {"error": "Application not found."}
        if row["stage"] in ("declined", "withdrawn"):
            return {"error": "This application is over."}
        row["stage"] = "withdrawn"
        return {"application": row}

    def createAlert(self, keyword: str, frequency: Literal["daily", "weekly"]) -> dict[str, Any]:
        """Create an alert that mails you new postings with a keyword.

        Args:
            keyword: Word in the title.
            frequency: How often mails are sent.

        Returns:
            alert (dict): The new alert.
        """
        me = self._me()
        number = max(row["alertId"] for row in self.alerts) + 1
        alert = {"alertId": number, "email": me["email"], "keyword": keyword, "frequency": frequency}
        self.alerts.append(alert)
        return {"alert": alert}

    def listAlerts(self) -> dict[str, Any]:
        """List your alerts.

        Returns:
            alerts (list[dict]): The alerts.
        """
        email = self._me()["email"]
        return {"alerts": [row for row in self.alerts if row["email"] == email]}

    def deleteAlert(self, alertId: int) -> dict[str, Any]:
        """Delete one of your alerts.

        Args:
            alertId: ID of the alert.

        Returns:
            deleted (bool): Whether the alert was deleted.
        """
        email = self._me()["email"]
        row = _find(self.alerts, "alertId", alertId)
        if row is None or row["email"] != email:
            return {"error": "Alert not found."}
        self.alerts.remove(row)
        return {"deleted": True}


def _posting(number: int, title: str, company: str, remote: bool, salary: int, is_open: bool = True) -> dict[str, Any]:
    return {
        "postingId": number,
        "title": title,
        "company": company,
        "remote": remote,
        "salary": salary,
        "open": is_open,
    }


def _seeker(email: str, name: str, password: str, headline: str, bookmarks: list[int]) -> dict[str, Any]:
    return {
        "email": email,
        "fullName": name,
        "password": password,
        "headline": headline,
        "visible": True,
        "bookmarks": bookmarks,
    }


def _application(number: int, posting: int, email: str, stage: Stage) -> dict[str, Any]:
    return {"applicationId": number, "postingId": posting, "email": email, "letter": "Dear team", "stage": stage}


STATE: dict[str, Any] = {
    "seekers": [
        _seeker("noor@post.example", "Noor Haddad", "plum-42", "Welder", [702]),
        _seeker("emil@post.example", "Emil Strand", "fern-17", "Baker", [701, 704]),
    ],
    "postings": [
        _posting(701, "Night baker", "Crumb & Sons", False, 31000),
        _posting(702, "Pipe welder", "Northdock", False, 44000),
        _posting(703, "Welder trainer", "Arc School", True, 47500),
        _posting(704, "Pastry lead", "Crumb & Sons", False, 39000, False),
        _posting(705, "Recipe editor", "Ladle Press", True, 36000),
    ],
    "applications": [
        _application(9001, 702, "noor@post.example", "interview"),
        _application(9002, 704, "noor@post.example", "declined"),
        _application(9003, 701, "emil@post.example", "submitted"),
    ],
    "alerts": [
        {"alertId": 31, "email": "noor@post.example", "keyword": "welder", "frequency": "weekly"},
        {"alertId": 32, "email": "emil@post.example", "keyword": "baker", "frequency": "daily"},
    ],
    "signedInSeeker": "noor@post.example",
}


def _sign_in(api: JobBoard, random: Random) -> dict[str, Any]:
    seeker = random.choice(api.seekers)
    return {"email": seeker["email"], "password": seeker["password"]}


DOMAIN = Domain(
    name="jobs",
    api=JobBoard,
    document=document(JobBoard, "mcp-output", "job-board"),
    state=STATE,
    pools={
        "signIn": _sign_in,
        "keyword": lambda api, random: random.choice(["welder", "baker", "recipe", "lead"]),
        "minSalary": lambda api, random: random.choice([30000, 40000]),
        "postingId": lambda api, random: random.choice(api.postings)["postingId"],
        "removeBookmark.postingId": lambda api, random: (
            random.choice(api._me()["bookmarks"]) if api.signedIn else random.choice([701, 702])
        ),
        "applicationId": lambda api, random: random.choice(api.applications)["applicationId"],
        "alertId": lambda api, random: random.choice(api.alerts)["alertId"],
    },
    generated={"applicationId": "application", "alertId": "alert"},
    reads={
        "signIn": ("getProfile", "listApplications", "listBookmarks"),
        "signOut": ("getProfile", "listAlerts"),
        "updateProfile": ("getProfile",),
        "bookmarkPosting": ("listBookmarks",),
        "removeBookmark": ("listBookmarks",),
        "submitApplication": ("getApplication", "listApplications stage=submitted!"),
        "withdrawApplication": ("getApplication", "listApplications stage=withdrawn!"),
        "createAlert": ("listAlerts",),
        "deleteAlert": ("listAlerts",),
    },
)
