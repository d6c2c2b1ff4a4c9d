"""Market files as simulations need them: compiled without a database, numbered like another market."""

from collections.abc import Callable, Iterable, Mapping
from itertools import count

from leadhouse.parties.compile import MarketBuilder
from leadhouse.parties.documents import MarketFileDocument, PrepaidWallet
from leadhouse.parties.leaves import minor_of
from leadhouse.parties.types import Market

Numbers = Callable[[str], int]
# More than anybody could spend in a month.
WITHOUT_END = 10**15


def compiled(file: MarketFileDocument, like: Market | None = None) -> Market:
    """Return a file's market; whom `like` knows by the same key has the same number in both."""
    builder = MarketBuilder(like.revision if like else 0, file.market)
    product, source, company, campaign = _numbers(like)
    for one in file.products:
        builder.add_product(product(one.key), one, is_closed=False)
    for each in file.sources:
        builder.add_source(source(each.key), each, is_closed=False)
    for buyer in file.companies:
        number = company(buyer.key)
        builder.add_company(number, buyer, is_closed=False)
        for order in buyer.campaigns:
            builder.add_campaign(campaign(order.key), order, company_id=number, is_closed=False)
    return builder.build()


def _numbers(like: Market | None) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    if like is None:
        return _numbering({}), _numbering({}), _numbering({}), _numbering({})
    return (
        _numbering({one.key: one.id for one in like.products.values()}),
        _numbering({one.key: one.id for one in like.sources.values()}),
        _numbering({one.key: one.id for one in like.companies.values()}),
        _numbering({one.key: one.id for one in like.campaigns.values()}),
    )


def _numbering(known: Mapping[str, int]) -> Numbers:
    fresh = count(max(known.values(), default=0) + 1)
    return lambda key: known[key] if key in known else next(fresh)


def opening_wallets(file: MarketFileDocument, market: Market) -> dict[int, int]:
    """Return what each company may spend when a file's market opens: its limit or its opening deposit."""
    deposits = {
        one.key: minor_of(one.wallet.balance, market.currency)
        for one in file.companies
        if isinstance(one.wallet, PrepaidWallet)
    }
    return {one.id: one.wallet_limit + deposits.get(one.key, 0) for one in market.companies.values()}


def wallets_like(
    file: MarketFileDocument, market: Market, known: Market, wallets: Mapping[int, int]
) -> dict[int, int]:
    """Return what a file's companies may spend: as much as now, limits that the file changes changed.

    Companies that are not known have what their file opens them with.
    """
    opening = opening_wallets(file, market)
    return {
        number: wallets.get(number, 0) + one.wallet_limit - known.companies[number].wallet_limit
        if number in known.companies
        else opening[number]
        for number, one in market.companies.items()
    }


def endless_wallets(companies: Iterable[int]) -> dict[int, int]:
    """Return wallets that never run out."""
    return dict.fromkeys(companies, WITHOUT_END)
