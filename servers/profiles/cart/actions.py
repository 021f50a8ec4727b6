"""The profile of carts: what its tools are called, and what their arguments are."""

from __future__ import annotations

from inftool.servers.profiles.cart import lines
from inftool.servers.profiles.cart.binding import bound
from inftool.servers.profiles.cart.lines import NAME
from inftool.servers.profiles.cart.placing import kept, placed, seeded
from inftool.servers.profiles.profile import Action, Profile, Role

_CART = "cart/basket/bag/trolley"
_THING = "*"
_OTHER = "coupon promo promotion discount voucher gift note address shipping tip code point payment"
_OPENED = {"open": {"opened": True}}
_FROM_CART = r"\b(cart|basket|bag|trolley)\b"

CART = Profile(
    name=NAME,
    title="a cart",
    roles={
        "item": Role(
            "any",
            "item product itemid productid sku productsku itemname productname "
            "productcode bookid isbn dishid articleid",
            ends="id sku isbn",
        ),
        "quantity": Role("whole", "quantity qty amount count number units newquantity"),
        "owner": Role(
            "any",
            "userid customerid cartid basketid user customer username customername cart memberid buyerid shopperid",
        ),
    },
    actions=(
        Action("open", f"create/open/start/new {_CART}", deep=lines.opened),
        Action(
            "add",
            f"add/put {_THING}? shopping? {_CART}, {_CART} add {_THING}?",
            never=_OTHER,
            deep=lines.add,
            needs="item",
            takes="quantity owner",
            beside=_OPENED,
            anchor=True,
        ),
        Action(
            "change",
            f"update/set/change {_CART} {_THING}? quantity?, update/set/change {_THING}? quantity? {_CART}",
            never=_OTHER,
            deep=lines.change,
            needs="item quantity",
            takes="owner",
            beside=_OPENED,
        ),
        Action(
            "change_quantity",
            f"update/set/change {_THING}? quantity",
            never=_OTHER,
            deep=lines.change,
            needs="item quantity",
            takes="owner",
            said=_FROM_CART,
            beside=_OPENED,
        ),
        Action(
            "remove",
            f"remove/delete/take/drop out? {_THING}? shopping? {_CART} {_THING}?, {_CART} remove {_THING}?",
            never=_OTHER,
            deep=lines.remove,
            needs="item",
            takes="quantity owner",
            beside=_OPENED,
        ),
        Action(
            "clear",
            f"clear/empty/reset shopping? {_CART}, remove all shopping? {_CART}",
            never=_OTHER,
            deep=lines.clear,
            takes="owner",
            beside=_OPENED,
        ),
        Action(
            "total",
            f"get/calculate/compute/show {_CART} total/price/cost, get/calculate/compute total {_CART}, {_CART} total",
            never=_OTHER,
            deep=lines.total,
            takes="owner",
            beside=_OPENED,
            writes=False,
        ),
        Action(
            "count",
            f"count {_CART} {_THING}?, count {_THING} {_CART}, get {_CART} count/size",
            never=_OTHER,
            deep=lines.count,
            takes="owner",
            beside=_OPENED,
            writes=False,
        ),
        Action(
            "view",
            f"get/view/show/list/read/check/see/display shopping? {_CART} {_THING}?/content?/summary?/detail?, "
            f"{_CART}, list {_THING} {_CART}",
            never=_OTHER,
            deep=lines.view,
            takes="owner",
            beside=_OPENED,
            writes=False,
        ),
        Action(
            "checkout",
            f"checkout, check out, checkout {_CART}, check out {_CART}, place/submit/create/make/confirm/complete "
            f"{_CART}?/order/purchase, purchase/buy/order {_CART}",
            never=_OTHER,
            deep=lines.checkout,
            takes="owner",
            more=True,
            beside=_OPENED,
        ),
    ),
    seed=seeded,
    keep=kept,
    place=placed,
    bind=bound,
    least=3,
    core="view checkout total",
)
"""One cart, one a caller, or one for each owner that a call names."""
