"""The market of the database as it stands: what its companies may spend, and how much is rejected."""

from leadhouse.allocate.prices.rates import rejection_rates
from leadhouse.allocate.selling.gathering import knowledge
from leadhouse.billing.queries import room_of
from leadhouse.simulate.running import Setting
from leadhouse.store.run import database_now


def present() -> Setting:
    """Return the newest market with its wallets, rejection rates and thresholds of this moment."""
    known = knowledge(database_now())
    market = known.index.market
    rates = rejection_rates(known.experience, known.at)
    return Setting(market, room_of(market.companies), rates, known.over_threshold)
