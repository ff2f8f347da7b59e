"""Prices of baskets, with the shop's own catalogue and rates, and whatever discounts there are."""

from parley import call, emit, provide, stream


@provide("pricing.quote")
def quote(customer: str, items: list[str], currency: str) -> dict:
    prices = {item["name"]: item["price"] for item in stream("shop.catalogue", {})}
    total = sum(prices[item] for item in items)
    total -= call("discounts.of", {"customer": customer, "total": total})
    rate = call("shop.rates", {"currency": currency})["rate"]
    made = {"customer": customer, "total": round(total * rate, 2), "currency": currency}
    emit("quote:made", made, confirm="all")  # so that nobody pays what is not written down
    return made
