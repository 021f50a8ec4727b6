"""A lending library: dicts keyed by id, loans with due dates, a waiting queue, fines; OpenAI function docs."""

from __future__ import annotations

from random import Random
from typing import Any, Literal

from ..documents import document
from ..domain import Domain

GENRES = Literal["fiction", "science", "history", "children"]


class Library:
    def __init__(self, state: dict[str, Any]) -> None:
        self.books = state["books"]
        self.members = state["members"]
        self.loans = state["loans"]
        self.holds = state["holds"]
        self.next_loan = state["next_loan_number"]
        self.next_hold = 1
        self.today = state["today"]

    def search_books(self, query: str, genre: GENRES | None = None) -> dict[str, Any]:
        """Search the catalogue by title or author.

        Args:
            query: Text to look for in the title or the author, case-insensitive.
            genre: Only books of this genre.

        Returns:
            books (list[dict]): The books that match.
            count (int): Number of books found.
        """
        text = query.lower()
        found = [
            {"isbn": isbn, **book}
            for isbn, book in self.books.items()
            if (text in book["title"].lower() or text in book["author"].lower())
            and (genre is None or book["genre"] == genre)
        ]
        return {"books": found, "count": len(found)}

    def get_book(self, isbn: str) -> dict[str, Any]:
        """Get the details of a book, including the number of available copies.

        Args:
            isbn: ISBN of the book.
        """
        if isbn not in self.books:
            return {"error": f"Book {isbn} not found."}
        return {"isbn": isbn, **self.books[isbn]}

    def add_book(self, isbn: str, title: str, author: str, genre: GENRES, copies: int = 1) -> dict[str, Any]:
        """Add a new book to the catalogue.

        Args:
            isbn: ISBN of the book.
            title: Title of the book.
            author: Author of the book.
            genre: Genre of the book.
            copies: Number of copies that the library owns.
        """
        if isbn in self.books:
            return {"error": f"A book with ISBN {isbn} is already in the catalogue."}
        if copies < 1:
            return {"error": "copies must be at least 1."}
        self.books[isbn] = {
            "title": title,
            "author": author,
            "genre": genre,
            "copies": copies,
            "available_copies": copies,
        }
        return {"isbn": isbn, **self.books[isbn]}

    def remove_book(self, isbn: str) -> dict[str, Any]:
        """Remove a book from the catalogue. Books with copies on loan cannot be removed.

        Args:
            isbn: ISBN of the book.
        """
        book = self.books.get(isbn)
        if book is None:
            return {"error": f"Book {isbn} not found."}
        if book["available_copies"] < book["copies"]:
            return {"error": "Some copies of this book are on loan."}
        del self.books[isbn]
        return {"message": f"{book['title']} was removed from the catalogue."}

    def register_member(self, name: str, email: str) -> dict[str, Any]:
        """Register a new library member.

        Args:
            name: Full name of the member.
            email: E-mail address; each address can be registered once.

        Returns:
            member_id (str): ID of the new member.
        """
        if any(member["email"] == email for member in self.members.values()):
            return {"error": "This e-mail address is already registered."}
        member_id = f"M{len(self.members) + 101}"
        self.members[member_id] = {"name": name, "email": email, "fines": 0.0, "suspended": False}
        return {"member_id": member_id}

    def get_member(self, member_id: str) -> dict[str, Any]:
        """Get a member's profile with outstanding fines.

        Args:
            member_id: ID of the member.
        """
        if member_id not in self.members:
            return {"error": f"Member {member_id} not found."}
        return {"member_id": member_id, **self.members[member_id]}

    def update_member_email(self, member_id: str, email: str) -> dict[str, Any]:
        """Change the e-mail address of a member.

        Args:
            member_id: ID of the member.
            email: New e-mail address.
        """
        if member_id not in self.members:
            return {"error": f"Member {member_id} not found."}
        self.members[member_id]["email"] = email
        return {"member_id": member_id, **self.members[member_id]}

    def checkout_book(self, member_id: str, isbn: str) -> dict[str, Any]:
        """Lend a copy of a book to a member for 21 days. Fails if no copy is available or the member is suspended.

        Args:
            member_id: ID of the member.
            isbn: ISBN of the book.

        Returns:
            loan_id (str): ID of the loan.
            due_date (str): Date the book is due back.
        """
        if member_id not in self.members:
            return {"error": f"Member {member_id} not found."}
        if isbn not in self.books:
            return {"error": f"Book {isbn} not found."}
        if self.members[member_id]["suspended"]:
            return {"error": "The member is suspended."}
        if self.books[isbn]["available_copies"] < 1:
            return {"error": "No copy of this book is available."}
        loan_id = f"LN-{self.next_loan}"
        self.next_loan += 1
        self.books[isbn]["available_copies"] -= 1
        self.loans[loan_id] = {
            "member_id": member_id,
            "isbn": isbn,
            "status": "active",
            "renewals": 0,
            "due_date": "2031-05-23",
        }
        return {"loan_id": loan_id, "due_date": "2031-05-23"}

    def return_book(self, loan_id: str) -> dict[str, Any]:
        """Return a book that is on loan.

        Args:
            loan_id: ID of the loan.
        """
        loan = self.loans.get(loan_id)
        if loan is None:
            return {"error": f"Loan {loan_id} not found."}
        if loan["status"] == "returned":
            return {"error": "This loan has been returned already."}
        loan["status"] = "returned"
        self.books[loan["isbn"]]["available_copies"] += 1
        return {"loan_id": loan_id, "status": "returned"}

    def renew_loan(self, loan_id: str) -> dict[str, Any]:
        """Renew an active loan for another 21 days. A loan can be renewed twice.

        Args:
            loan_id: ID of the loan.
        """
        loan = self.loans.get(loan_id)
        if loan is None:
            return {"error": f"Loan {loan_id} not found."}
        if loan["status"] != "active" or loan["renewals"] >= 2:
            return {"error": "This loan cannot be renewed."}
        loan["renewals"] += 1
        loan["due_date"] = "2031-06-13"
        return {"loan_id": loan_id, **loan}

    def get_loan(self, loan_id: str) -> dict[str, Any]:
        """Get the details of a loan.

        Args:
            loan_id: ID of the loan.
        """
        if loan_id not in self.loans:
            return {"error": f"Loan {loan_id} not found."}
        return {"loan_id": loan_id, **self.loans[loan_id]}

    def list_member_loans(self, member_id: str, status: Literal["active", "returned"] | None = None) -> dict[str, Any]:
        """List the loans of a member.

        Args:
            member_id: ID of the member.
            status: Only loans with this status.

        Returns:
            loans (list[dict]): The loans.
        """
        if member_id not in self.members:
            return {"error": f"Member {member_id} not found."}
        loans = [
            {"loan_id": loan_id, **loan}
            for loan_id, loan in self.loans.items()
            if loan["member_id"] == member_id and status in (None, loan["status"])
        ]
        return {"loans": loans}

    def place_hold(self, member_id: str, isbn: str) -> dict[str, Any]:
        """Put a member on the waiting list of a book.

        Args:
            member_id: ID of the member.
            isbn: ISBN of the book.
        """
        if member_id not in self.members:
            return {"error": f"Member {member_id} not found."}
        if isbn not in self.books:
            return {"error": f"Book {isbn} not found."}
        if any((h["member_id"], h["isbn"]) == (member_id, isbn) for h in self.holds.values()):
            return {"error": "This member already has a hold on the book."}
        hold_id = f"HD-{self.next_hold}"
        self.next_hold += 1
        self.holds[hold_id] = {"member_id": member_id, "isbn": isbn, "status": "waiting"}
        return {"hold_id": hold_id, **self.holds[hold_id]}

    def cancel_hold(self, hold_id: str) -> dict[str, Any]:
        """Cancel a hold.

        Args:
            hold_id: ID of the hold.
        """
        if hold_id not in self.holds:
            return {"error": f"Hold {hold_id} not found."}
        if self.holds[hold_id]["status"] == "cancelled":
            return {"error": "This hold is cancelled already."}
        self.holds[hold_id]["status"] = "cancelled"
        return {"hold_id": hold_id, "isbn": self.holds[hold_id]["isbn"], "status": "cancelled"}

    def list_holds(self, isbn: str) -> dict[str, Any]:
        """List the holds on a book, oldest first.

        Args:
            isbn: ISBN of the book.
        """
        if isbn not in self.books:
            return {"error": f"Book {isbn} not found."}
        holds = [{"hold_id": hold_id, **hold} for hold_id, hold in self.holds.items() if hold["isbn"] == isbn]
        return {"isbn": isbn, "holds": holds}

    def pay_fine(self, member_id: str, amount: float) -> dict[str, Any]:
        """Pay off (part of) the outstanding fines of a member.

        Args:
            member_id: ID of the member.
            amount: Amount paid; cannot be more than the outstanding fines.

        Returns:
            remaining_fines (float): What is left to pay.
        """
        if member_id not in self.members:
            return {"error": f"Member {member_id} not found."}
        if amount <= 0 or amount > self.members[member_id]["fines"]:
            return {"error": "Invalid amount."}
        self.members[member_id]["fines"] = round(self.members[member_id]["fines"] - amount, 2)
        return {"remaining_fines": self.members[member_id]["fines"]}

    def suspend_member(self, member_id: str) -> dict[str, Any]:
        """Suspend a member, who then cannot borrow books.

        Args:
            member_id: ID of the member.
        """
        if member_id not in self.members:
            return {"error": f"Member {member_id} not found."}
        self.members[member_id]["suspended"] = True
        return {"member_id": member_id, "suspended": True}


def _book(title: str, author: str, genre: str, copies: int, available: int) -> dict[str, Any]:
    return {"title": title, "author": author, "genre": genre, "copies": copies, "available_copies": available}


STATE: dict[str, Any] = {
    "books": {
        "978-0-01": _book("The Salt Road", "Mara Quill", "fiction", 3, 2),
        "978-0-02": _book("Tides and Moons", "Idris Vale", "science", 2, 0),
        "978-0-03": _book("The Long Wall", "Hedda Orn", "history", 1, 1),
        "978-0-04": _book("Otter at Sea", "Mara Quill", "children", 4, 4),
    },
    "members": {
        "M101": {"name": "Ana Beck", "email": "ana@mail.example", "fines": 4.5, "suspended": False},
        "M102": {"name": "Tom Iversen", "email": "tom@mail.example", "fines": 0.0, "suspended": False},
        "M103": {"name": "Lin Okoro", "email": "lin@mail.example", "fines": 12.0, "suspended": True},
    },
    "loans": {
        "LN-501": {
            "member_id": "M101",
            "isbn": "978-0-01",
            "status": "active",
            "renewals": 0,
            "due_date": "2031-05-10",
        },
        "LN-502": {
            "member_id": "M102",
            "isbn": "978-0-02",
            "status": "active",
            "renewals": 2,
            "due_date": "2031-05-12",
        },
        "LN-503": {
            "member_id": "M103",
            "isbn": "978-0-02",
            "status": "active",
            "renewals": 1,
            "due_date": "2031-04-12",
        },
        "LN-504": {
            "member_id": "M101",
            "isbn": "978-0-04",
            "status": "returned",
            "renewals": 0,
            "due_date": "2031-03-01",
        },
    },
    "holds": {"HD-0": {"member_id": "M103", "isbn": "978-0-02", "status": "waiting"}},
    "next_loan_number": 505,
    "today": "2031-05-02",
}


def _email(_: Library, random: Random) -> str:
    return f"reader{random.randint(1, 999)}@mail.example"


DOMAIN = Domain(
    name="library",
    api=Library,
    document=document(Library, "openai"),
    state=STATE,
    pools={
        "isbn": lambda api, random: random.choice(list(api.books)),
        "add_book.isbn": lambda api, random: f"978-1-{random.randint(10, 99)}",
        "member_id": lambda api, random: random.choice(list(api.members)),
        "loan_id": lambda api, random: random.choice(list(api.loans)),
        "hold_id": lambda api, random: random.choice(list(api.holds)),
        "query": lambda api, random: random.choice(["quill", "sea", "the", "wall", "tides"]),
        "email": _email,
        "amount": lambda api, random: random.choice([0.5, 1.0, 2.25, 4.0]),
    },
    generated={"loan_id": "loan", "hold_id": "hold", "member_id": "member"},
    reads={
        "add_book": ("get_book", "search_books query=title"),
        "remove_book": ("get_book",),
        "register_member": ("get_member",),
        "update_member_email": ("get_member",),
        "checkout_book": ("get_loan", "list_member_loans", "get_book"),
        "return_book": ("get_loan",),
        "renew_loan": ("get_loan",),
        "place_hold": ("list_holds",),
        "cancel_hold": ("list_holds",),
        "pay_fine": ("get_member",),
        "suspend_member": ("get_member",),
    },
)
