"""Personal banking: a login, accounts nested under the customer, transfers, cards, payees; bare docstring functions."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain


class Bank:
    def __init__(self, state: dict[str, Any]) -> None:
        self.users: dict[str, dict[str, Any]] = state["users"]
        self.current_user: str | None = state["current_user"]
        self.transaction_count = state["transaction_count"]

    @property
    def _user(self) -> dict[str, Any] | None:
        return self.users.get(self.current_user or "")

    def _account(self, account_number: str) -> dict[str, Any] | None:
        accounts: dict[str, dict[str, Any]] = (self._user or {"accounts": {}})["accounts"]
        return accounts.get(account_number)

    def _log(self, account: dict[str, Any], kind: str, amount: float) -> str:
        self.transaction_count += 1
        transaction_id = f"T{self.transaction_count:05}"
        account["transactions"].append({"transaction_id": transaction_id, "type": kind, "amount": amount})
        return transaction_id

    def login(self, username: str, password: str) -> dict[str, Any]:
        """Log a customer in.

        Args:
            username: User name of the customer.
            password: Password of the customer.

        Returns:
            status (bool): Whether the login succeeded.
        """
        user = self.users.get(username)
        if user is None or user["password"] != password:
            return {"error": "Wrong user name or password."}
        self.current_user = username
        return {"status": True}

    def logout(self) -> dict[str, Any]:
        """Log the current customer out.

        Returns:
            status (bool): Whether the logout succeeded.
        """
        if self._user is None:
            return {"error": "Nobody is logged in."}
        self.current_user = None
        return {"status": True}

    def login_status(self) -> dict[str, Any]:
        """Tell whether a customer is logged in.

        Returns:
            logged_in (bool): Whether a customer is logged in.
        """
        return {"logged_in": self._user is not None}

    def list_accounts(self) -> dict[str, Any]:
        """List the accounts of the customer who is logged in.

        Returns:
            accounts (list[dict]): Number, type and balance of each account.
        """
        if self._user is None:
            return {"error": "Please log in first."}
        return {
            "accounts": [
                {"account_number": number, "type": account["type"], "balance": account["balance"]}
                for number, account in self._user["accounts"].items()
            ]
        }

    def get_balance(self, account_number: str) -> dict[str, Any]:
        """Get the balance of an account of the customer who is logged in.

        Args:
            account_number: Number of the account.

        Returns:
            balance (float): The balance.
        """
        account = self._account(account_number)
        return {"balance": account["balance"]} if account else {"error": "Account not found."}

    def open_account(self, type: Literal["checking", "savings"]) -> dict[str, Any]:
        """Open a new account with a balance of zero.

        Args:
            type: Type of the account.

        Returns:
            account_number (str): Number of the new account.
        """
        if self._user is None:
            return {"error": "Please log in first."}
        number = f"{70_001 + sum(len(user['accounts']) for user in self.users.values())}"
        self._user["accounts"][number] = {"type": type, "balance": 0.0, "frozen": False, "transactions": []}
        return {"account_number": number}

    def deposit(self, account_number: str, amount: float) -> dict[str, Any]:
        """Deposit money into an account.

        Args:
            account_number: Number of the account.
            amount: Amount to deposit.

        Returns:
            transaction_id (str): ID of the transaction.
            new_balance (float): Balance after the deposit.
        """
        account = self._account(account_number)
        if account is None:
            return {"error": "Account not found."}
        if amount <= 0:
            return {"error": "The amount must be positive."}
        account["balance"] = round(account["balance"] + amount, 2)
        return {"transaction_id": self._log(account, "deposit", amount), "new_balance": account["balance"]}

    def withdraw(self, account_number: str, amount: float) -> dict[str, Any]:
        """Withdraw money from an account.

        Args:
            account_number: Number of the account.
            amount: Amount to withdraw.

        Returns:
            transaction_id (str): ID of the transaction.
            new_balance (float): Balance after the withdrawal.
        """
        account = self._account(account_number)
        if account is None:
            return {"error": "Account not found."}
        if account["frozen"]:
            return {"error": "The account is frozen."}
        if amount <= 0 or amount > account["balance"]:
            return {"error": "Insufficient funds."}
        account["balance"] = round(account["balance"] - amount, 2)
        return {"transaction_id": self._log(account, "withdrawal", amount), "new_balance": account["balance"]}

    def transfer(self, from_account: str, to_account: str, amount: float) -> dict[str, Any]:
        """Transfer money from one of the customer's accounts to another.

        Args:
            from_account: Number of the account the money comes from.
            to_account: Number of the account the money goes to.
            amount: Amount to transfer.

        Returns:
            transaction_id (str): ID of the transaction.
            status (str): "completed".
        """
        source, target = self._account(from_account), self._account(to_account)
        if source is None or target is None:
            return {"error": "Account not found."}
        if source is target:
            return {"error": "Choose two different accounts."}
        if source["frozen"]:
            return {"error": "The account is frozen."}
        if amount <= 0 or amount > source["balance"]:
            return {"error": "Insufficient funds."}
        source["balance"] = round(source["balance"] - amount, 2)
        target["balance"] = round(target["balance"] + amount, 2)
        return {"transaction_id": self._log(source, "transfer", amount), "status": "completed"}

    def get_transactions(self, account_number: str) -> dict[str, Any]:
        """Get the transactions of an account, oldest first.

        Args:
            account_number: Number of the account.

        Returns:
            transactions (list[dict]): The transactions with ID, type and amount.
        """
        account = self._account(account_number)
        return {"transactions": account["transactions"]} if account else {"error": "Account not found."}

    def freeze_account(self, account_number: str) -> dict[str, Any]:
        """Freeze an account; no money can be taken from it until it is unfrozen.

        Args:
            account_number: Number of the account.

        Returns:
            frozen (bool): Whether the account is frozen.
        """
        account = self._account(account_number)
        if account is None:
            return {"error": "Account not found."}
        account["frozen"] = True
        return {"frozen": True}

    def unfreeze_account(self, account_number: str) -> dict[str, Any]:
        """Unfreeze an account.

        Args:
            account_number: Number of the account.

        Returns:
            frozen (bool): Whether the account is frozen.
        """
        account = self._account(account_number)
        if account is None:
            return {"error": "Account not found."}
        account["frozen"] = False
        return {"frozen": False}

    def get_account_info(self, account_number: str) -> dict[str, Any]:
        """Get type, balance and state of an account.

        Args:
            account_number: Number of the account.

        Returns:
            account_number (str): Number of the account.
            type (str): Type of the account.
            balance (float): The balance.
            frozen (bool): Whether the account is frozen.
        """
        account = self._account(account_number)
        if account is None:
            return {"error": "Account not found."}
        return {
            "account_number": account_number,
            **{key: account[key] for key in ("type", "balance", "frozen")},
        }

    def add_payee(self, name: str, iban: str) -> dict[str, Any]:
        """Add somebody to the list of payees.

        Args:
            name: Name of the payee.
            iban: IBAN of the payee.

        Returns:
            message (str): Confirmation.
        """
        if self._user is None:
            return {"error": "Please log in first."}
        if name in self._user["payees"]:
            return {"error": "There is a payee with this name already."}
        self._user["payees"][name] = iban
        return {"message": f"Payee {name} added."}

    def remove_payee(self, name: str) -> dict[str, Any]:
        """Remove somebody from the list of payees.

        Args:
            name: Name of the payee.

        Returns:
            message (str): Confirmation.
        """
        if self._user is None or name not in self._user["payees"]:
            return {"error": "Payee not found."}
        del self._user["payees"][name]
        return {"message": f"Payee {name} removed."}

    def list_payees(self) -> dict[str, Any]:
        """List the payees of the customer who is logged in.

        Returns:
            payees (dict): IBAN by name.
        """
        return {"payees": self._user["payees"]} if self._user else {"error": "Please log in first."}


def _account(kind: str, balance: float, frozen: bool = False) -> dict[str, Any]:
    return {"type": kind, "balance": balance, "frozen": frozen, "transactions": []}


STATE: dict[str, Any] = {
    "users": {
        "nadia": {
            "password": "sunfish7",
            "accounts": {"70001": _account("checking", 950.0), "70002": _account("savings", 4200.0)},
            "payees": {"City Power": "XX11 2222 3333", "Landlord": "XX99 8888 7777"},
        },
        "bo": {
            "password": "rivet22",
            "accounts": {"70003": _account("checking", 60.5), "70004": _account("savings", 15.0, True)},
            "payees": {},
        },
    },
    "current_user": "nadia",
    "transaction_count": 40,
}


def _login(api: Bank, random: Any) -> dict[str, Any]:
    name = random.choice(list(api.users))
    return {"username": name, "password": api.users[name]["password"]}


def _own(api: Bank, random: Any) -> str:
    return str(random.choice(list((api._user or {"accounts": {}})["accounts"])))


DOMAIN = Domain(
    name="banking",
    api=Bank,
    document=document(Bank, "docstring"),
    state=STATE,
    pools={
        "login": _login,
        "account_number": _own,
        "from_account": _own,
        "to_account": _own,
        "amount": lambda api, random: random.choice([5, 12.5, 40, 120, 3000]),
        "name": lambda api, random: random.choice(list((api._user or {"payees": {}})["payees"])),
        "add_payee.name": lambda api, random: f"Payee {random.randint(1, 99)}",
        "iban": lambda api, random: f"XX{random.randint(10, 99)} 1234 5678",
    },
    generated={
        "account_number": "account",
        "from_account": "account",
        "to_account": "account",
        "transaction_id": "transaction",
    },
    reads={
        "login": ("login_status", "list_accounts"),
        "logout": ("login_status", "list_accounts"),
        "open_account": ("get_account_info", "list_accounts"),
        "deposit": ("get_balance", "get_transactions"),
        "withdraw": ("get_balance", "get_transactions"),
        "transfer": (
            "get_balance account_number=from_account",
            "get_balance account_number=to_account",
            "get_transactions account_number=from_account",
        ),
        "freeze_account": ("get_account_info",),
        "unfreeze_account": ("get_account_info",),
        "add_payee": ("list_payees",),
        "remove_payee": ("list_payees",),
    },
)
