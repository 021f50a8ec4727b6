"""A small brokerage: a PIN session, cash, limit orders that set money aside, followed symbols; the ``dict`` dialect."""

from __future__ import annotations

from random import Random
from typing import Any, Literal

from ..documents import document
from ..domain import Domain

Side = Literal["buy", "sell"]


class Brokerage:
    def __init__(self, state: dict[str, Any]) -> None:
        self.client = state["client"]
        self.signed_on = state["signed_on"]
        self.instruments = state["instruments"]
        self.holdings = state["holdings"]
        self.orders = {int(number): order for number, order in state["orders"].items()}
        self.followed = state["followed"]
        self.movements = state["cash_movements"]
        self.next_order = state["next_order_number"]

    def sign_on(self, client_name: str, pin: str) -> dict[str, Any]:
        """Sign on to the brokerage account. Orders and cash can only be moved while signed on.

        Args:
            client_name: Name the account was opened under.
            pin: The four-digit PIN.

        Returns:
            signed_on (bool): Whether the session is open now.
        """
        if client_name != self.client["client_name"] or pin != self.client["pin"]:
            return {"error": "Name or PIN is wrong."}
        if self.signed_on:
            return {"error": "Already signed on."}
        self.signed_on = True
        return {"signed_on": True}

    def sign_off(self) -> dict[str, Any]:
        """Sign off from the brokerage account.

        Returns:
            signed_on (bool): Whether the session is open now.
        """
        if not self.signed_on:
            return {"error": "Not signed on."}
        self.signed_on = False
        return {"signed_on": False}

    def session_state(self) -> dict[str, Any]:
        """Tell whether somebody is signed on.

        Returns:
            signed_on (bool): Whether the session is open.
        """
        return {"signed_on": self.signed_on}

    def instrument_details(self, symbol: str) -> dict[str, Any]:
        """Get the data sheet of a listed instrument.

        Args:
            symbol: Ticker symbol of the instrument.

        Returns:
            symbol (str): Ticker symbol.
            company (str): Name of the company.
            sector (str): Sector the company works in.
            last_price (float): Price of the last trade.
        """
        if symbol not in self.instruments:
            return {"error": f"No instrument trades as {symbol}."}
        return {"symbol": symbol, **self.instruments[symbol]}

    def symbol_of_company(self, company: str) -> dict[str, Any]:
        """Find the ticker symbol of a company.

        Args:
            company: Exact name of the company.

        Returns:
            symbol (str): Ticker symbol.
        """
        for symbol, sheet in self.instruments.items():
            if sheet["company"] == company:
                return {"symbol": symbol}
        return {"error": "No such company is listed."}

    def symbols_in_sector(self, sector: str) -> dict[str, Any]:
        """List the ticker symbols of a sector.

        Args:
            sector: Name of the sector.

        Returns:
            symbols (list[str]): Ticker symbols.
        """
        return {"symbols": [symbol for symbol, sheet in self.instruments.items() if sheet["sector"] == sector]}

    def submit_order(self, symbol: str, side: Side, shares: int, limit_price: float) -> dict[str, Any]:
        """Submit a limit order. A buy sets aside shares times limit price from the available cash; a sell needs the
        shares in the portfolio. The order stays working until it is executed or withdrawn.

        Args:
            symbol: Ticker symbol of the instrument.
            side: Whether to buy or to sell.
            shares: Number of shares, at least one.
            limit_price: Worst acceptable price a share.

        Returns:
            order_number (int): Number of the new order.
            symbol (str): Ticker symbol.
            side (str): Buy or sell.
            shares (int): Number of shares.
            limit_price (float): Limit price.
            status (str): Status of the order.
        """
        if not self.signed_on:
            return {"error": "Sign on first."}
        if symbol not in self.instruments:
            return {"error": f"No instrument trades as {symbol}."}
        if shares < 1 or limit_price <= 0:
            return {"error": "Shares and limit price must be positive."}
        if side == "buy" and shares * limit_price > self.client["available_cash"]:
            return {"error": "Available cash does not cover this order."}
        if side == "sell" and shares > self.holdings.get(symbol, 0):
            return {"error": "Not enough shares in the portfolio."}
        if side == "buy":
            self.client["available_cash"] = round(self.client["available_cash"] - shares * limit_price, 2)
        number = self.next_order
        self.next_order += 1
        self.orders[number] = {
            "order_number": number,
            "symbol": symbol,
            "side": side,
            "shares": shares,
            "limit_price": limit_price,
            "status": "working",
        }
        return dict(self.orders[number])

    def order_status(self, order_number: int) -> dict[str, Any]:
        """Look up an order by its number.

        Args:
            order_number: Number of the order.

        Returns:
            order_number (int): Number of the order.
            symbol (str): Ticker symbol.
            side (str): Buy or sell.
            shares (int): Number of shares.
            limit_price (float): Limit price.
            status (str): working, executed or withdrawn.
        """
        if not self.signed_on:
            return {"error": "Sign on first."}
        return dict(self.orders.get(order_number) or {"error": f"There is no order {order_number}."})

    def withdraw_order(self, order_number: int) -> dict[str, Any]:
        """Withdraw a working order. Cash set aside for a buy becomes available again.

        Args:
            order_number: Number of the order.

        Returns:
            order_number (int): Number of the order.
            status (str): New status.
        """
        if not self.signed_on:
            return {"error": "Sign on first."}
        order = self.orders.get(order_number)
        if order is None:
            return {"error": f"There is no order {order_number}."}
        if order["status"] != "working":
            return {"error": f"Order {order_number} is already {order['status']}."}
        order["status"] = "withdrawn"
        if order["side"] == "buy":
            bound = order["shares"] * order["limit_price"]
            self.client["available_cash"] = round(self.client["available_cash"] + bound, 2)
        return {"order_number": order_number, "status": "withdrawn"}

    def working_orders(self) -> dict[str, Any]:
        """List the numbers of the orders that are still working.

        Returns:
            order_numbers (list[int]): Numbers of working orders.
        """
        if not self.signed_on:
            return {"error": "Sign on first."}
        return {"order_numbers": [number for number, order in self.orders.items() if order["status"] == "working"]}

    def account_summary(self) -> dict[str, Any]:
        """Show the account: who holds it, available cash and the card used for deposits.

        Returns:
            client_name (str): Holder of the account.
            available_cash (float): Cash that can be spent.
            card_ending (str): Last digits of the card on file.
        """
        if not self.signed_on:
            return {"error": "Sign on first."}
        return {name: self.client[name] for name in ("client_name", "available_cash", "card_ending")}

    def deposit_cash(self, amount: float) -> dict[str, Any]:
        """Deposit cash from the card on file.

        Args:
            amount: Amount in dollars, above zero.

        Returns:
            available_cash (float): Available cash afterwards.
        """
        if not self.signed_on:
            return {"error": "Sign on first."}
        if amount <= 0:
            return {"error": "The amount must be positive."}
        return self._move("deposit", amount)

    def pay_out_cash(self, amount: float) -> dict[str, Any]:
        """Pay cash out to the card on file.

        Args:
            amount: Amount in dollars, at most the available cash.

        Returns:
            available_cash (float): Available cash afterwards.
        """
        if not self.signed_on:
            return {"error": "Sign on first."}
        if amount <= 0:
            return {"error": "The amount must be positive."}
        if amount > self.client["available_cash"]:
            return {"error": "There is not that much cash available."}
        return self._move("payout", -amount)

    def _move(self, kind: str, amount: float) -> dict[str, Any]:
        self.client["available_cash"] = round(self.client["available_cash"] + amount, 2)
        self.movements.append({"kind": kind, "amount": abs(amount)})
        return {"available_cash": self.client["available_cash"]}

    def cash_movements(self, kind: Literal["deposit", "payout"] | None = None) -> dict[str, Any]:
        """List deposits and payouts, oldest first.

        Args:
            kind: Only movements of this kind.

        Returns:
            movements (list[dict]): Movements, each with kind and amount.
        """
        if not self.signed_on:
            return {"error": "Sign on first."}
        return {"movements": [one for one in self.movements if kind in (None, one["kind"])]}

    def portfolio(self) -> dict[str, Any]:
        """Show how many shares of each symbol are held.

        Returns:
            holdings (dict): Number of shares by symbol.
        """
        if not self.signed_on:
            return {"error": "Sign on first."}
        return {"holdings": self.holdings}

    def follow_symbol(self, symbol: str) -> dict[str, Any]:
        """Put a symbol on the watchlist.

        Args:
            symbol: Ticker symbol of a listed instrument.

        Returns:
            followed (list[str]): The watchlist afterwards.
        """
        if symbol not in self.instruments:
            return {"error": f"No instrument trades as {symbol}."}
        if symbol in self.followed:
            return {"error": f"{symbol} is on the watchlist already."}
        self.followed.append(symbol)
        return {"followed": list(self.followed)}

    def unfollow_symbol(self, symbol: str) -> dict[str, Any]:
        """Take a symbol off the watchlist.

        Args:
            symbol: Ticker symbol on the watchlist.

        Returns:
            followed (list[str]): The watchlist afterwards.
        """
        if symbol not in self.followed:
            return {"error": f"{symbol} is not on the watchlist."}
        self.followed.remove(symbol)
        return {"followed": list(self.followed)}

    def watchlist(self) -> dict[str, Any]:
        """Show the watchlist.

        Returns:
            followed (list[str]): Symbols on the watchlist.
        """
        return {"followed": list(self.followed)}


def _order(number: int, symbol: str, side: Side, shares: int, price: float, status: str) -> dict[str, Any]:
    return {
        "order_number": number,
        "symbol": symbol,
        "side": side,
        "shares": shares,
        "limit_price": price,
        "status": status,
    }


STATE: dict[str, Any] = {
    "client": {"client_name": "Ines Okoro", "pin": "4471", "available_cash": 2650.0, "card_ending": "9032"},
    "signed_on": True,
    "instruments": {
        "FJRD": {"company": "Fjord Tidal", "sector": "energy", "last_price": 41.2},
        "MOSS": {"company": "Mossbank Foods", "sector": "groceries", "last_price": 12.75},
        "QLAY": {"company": "Quarry & Clay", "sector": "materials", "last_price": 88.0},
        "SOLV": {"company": "Solvane", "sector": "energy", "last_price": 7.4},
    },
    "holdings": {"MOSS": 60, "QLAY": 5},
    "orders": {
        "811": _order(811, "FJRD", "buy", 10, 40.0, "executed"),
        "812": _order(812, "MOSS", "sell", 15, 13.5, "working"),
        "813": _order(813, "SOLV", "buy", 50, 7.0, "working"),
    },
    "followed": ["FJRD", "SOLV"],
    "cash_movements": [{"kind": "deposit", "amount": 3000.0}],
    "next_order_number": 814,
}


def _sign_on(api: Brokerage, random: Random) -> dict[str, Any]:
    return {"client_name": "Ines Okoro", "pin": "4471"}


DOMAIN = Domain(
    name="brokerage",
    api=Brokerage,
    document=document(Brokerage, "dict"),
    state=STATE,
    pools={
        "sign_on": _sign_on,
        "symbol": lambda api, random: random.choice(list(api.instruments)),
        "unfollow_symbol.symbol": lambda api, random: random.choice(api.followed),
        "company": lambda api, random: random.choice(list(api.instruments.values()))["company"],
        "sector": lambda api, random: random.choice(["energy", "groceries", "materials"]),
        "limit_price": lambda api, random: random.choice([6.5, 12.0, 39.5, 90.0]),
        "order_number": lambda api, random: random.choice(list(api.orders)),
        "amount": lambda api, random: random.choice([25, 99.5, 400, 5000]),
    },
    generated={"order_number": "order", "order_numbers": "order"},
    reads={
        "sign_on": ("session_state", "account_summary"),
        "sign_off": ("session_state", "portfolio"),
        "submit_order": ("order_status", "working_orders", "account_summary"),
        "withdraw_order": ("order_status", "working_orders", "account_summary"),
        "deposit_cash": ("account_summary", "cash_movements"),
        "pay_out_cash": ("account_summary", "cash_movements kind=payout!"),
        "follow_symbol": ("watchlist",),
        "unfollow_symbol": ("watchlist",),
    },
)
