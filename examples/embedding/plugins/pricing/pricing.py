"""Prices of baskets, with the shop's own rates and whatever discounts there are."""

from parley import call, emit, provide

PRICES = {"tea": 4.0, "cup": 9.5, "pot": 32.0}


@provide("pricing.quote")
def quote(customer: str, items: list[str], currency: str) -> dict:
    total = sum(PRICES[item] for item in items)
    total -= call("discounts.of", {"customer": customer, "total": total})
    rate = call("shop.rates", {"currency": currency})["rate"]
    made = {"customer": customer, "total": round(total * rate, 2), "currency": currency}
    emit("quote:made", made, confirm="all")  # so that nobody pays what is not written down
    return made
