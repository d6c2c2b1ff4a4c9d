"""Shadow prices in the test database."""

from dataclasses import replace

from leadhouse.allocate.steering import queries
from leadhouse.allocate.steering.step import paced_products, take_turn
from leadhouse.parties.current import market
from tests.allocate.allocate_world import campaign_id


def turn() -> bool:
    """Take the turn at the one paced product; return whether it was due."""
    (product,) = paced_products(market())
    return take_turn(product)


def shadow_prices() -> dict[str, float]:
    """Return all shadow prices by campaign, those of none left out."""
    found = queries.shadow_prices([one.id for one in market().products.values()])
    return {market().campaigns[one].key: price for one, price in found.items()}


def set_shadow_price(key: str, price: float) -> None:
    """Set the shadow price of a campaign that has one, as a turn does."""
    (product,) = paced_products(market())
    paces = {one.campaign_id: one for one in queries.paces(product.id)}
    changed = replace(paces[campaign_id(key)], shadow_price=price)
    queries.keep(product.id, list((paces | {changed.campaign_id: changed}).values()), begun=())
    queries.end_turn(product.id, changed.at, is_resolved=False)
