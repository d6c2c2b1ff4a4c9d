"""How much of a campaign's sales comes back: money-weighted, fading, shrunk towards company and network.

Sums fade with a half-life of 30 days. They are kept as they will have faded by a fixed epoch: an event at t
weighs 2^((t − EPOCH) / half-life), so that a sum only ever grows by additions and nothing has to be aged.
Shrinkage is the beta-binomial model fitted by moments (Kleinman 1973): companies around the network's rate,
campaigns around their company's. Money is turned into trials by the network's mean price.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pyroaring import BitMap

from leadhouse.allocate.types import WHOLE
from leadhouse.parties.types import Thresholds

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
HALF_LIFE = timedelta(days=30)
# Bounds of the prior's weight in trials: below the first a single sale would settle a rate, above the last
# nobody's own record would count any more. Between few to compare, the middle one.
LEAST_PRIOR, USUAL_PRIOR, MOST_PRIOR = 2.0, 20.0, 500.0
_FEW = 3


@dataclass(frozen=True, slots=True)
class Sums:
    """A campaign's record in faded sums (see the module); `decisions` alone is a plain count of answers.

    `sold` is the money of what was accepted or failed, in minor units, and `trials` their number; `rejected`
    is the money of what failed or came back later; `accepted` and `refused` count answers at the door.
    """

    campaign_id: int
    company_id: int
    sold: float
    rejected: float
    trials: float
    accepted: float
    refused: float
    decisions: int


@dataclass(frozen=True, slots=True)
class Rates:
    """The rejection rates (0..1) at one instant; who has none has its company's, or the network's."""

    network: float
    companies: Mapping[int, float]
    campaigns: Mapping[int, float]

    def of(self, campaign_id: int, company_id: int) -> float:
        """Return a campaign's rejection rate."""
        own = self.campaigns.get(campaign_id)
        return own if own is not None else self.companies.get(company_id, self.network)

    def keep(self, campaign_id: int, company_id: int) -> int:
        """Return the share expected to stay sold, in parts of WHOLE; exactly WHOLE at a rate of 0."""
        return WHOLE - round(self.of(campaign_id, company_id) * WHOLE)


NO_REJECTIONS = Rates(0.0, {}, {})


def weight(at: datetime) -> float:
    """Return how much an event at this instant weighs."""
    return float(2.0 ** ((at - EPOCH) / HALF_LIFE))


def rejection_rates(records: Iterable[Sums], now: datetime) -> Rates:
    """Return all rejection rates as of now; all exactly 0 while nothing was ever rejected."""
    faded = weight(now)
    campaigns = {one.campaign_id: one for one in records if one.sold > 0}
    sold = sum(one.sold for one in campaigns.values())
    rejected = sum(one.rejected for one in campaigns.values())
    if not rejected:
        return NO_REJECTIONS
    price = sold / sum(one.trials for one in campaigns.values())
    network = rejected / sold
    unit = price * faded
    own = {key: _Trials(one.sold / unit, one.rejected / unit) for key, one in campaigns.items()}
    members = defaultdict(list)
    for key, one in campaigns.items():
        members[one.company_id].append(key)
    whole = {company: _joined([own[key] for key in keys]) for company, keys in members.items()}
    prior = _prior_weight([(trials, network) for trials in whole.values()])
    companies = {company: trials.shrunk(network, prior) for company, trials in whole.items()}
    # A company's only campaign has its company's rate: shrinking it again would count its record twice.
    around = [
        (key, own[key], companies[company])
        for company, keys in members.items()
        if len(keys) > 1
        for key in keys
    ]
    prior = _prior_weight([(trials, mean) for _, trials, mean in around])
    return Rates(network, companies, {key: trials.shrunk(mean, prior) for key, trials, mean in around})


@dataclass(frozen=True, slots=True)
class _Trials:
    made: float
    lost: float

    def shrunk(self, towards: float, prior: float) -> float:
        return min(1.0, (self.lost + prior * towards) / (self.made + prior))


def _joined(parts: Sequence[_Trials]) -> _Trials:
    return _Trials(sum(one.made for one in parts), sum(one.lost for one in parts))


def _prior_weight(groups: Sequence[tuple[_Trials, float]]) -> float:
    """Return the prior's weight in trials: more, the less rates differ about their means beyond chance."""
    enough = [(one, mean) for one, mean in groups if one.made > 0 and 0 < mean < 1]
    if len(enough) < _FEW:
        return USUAL_PRIOR
    spread = sum(one.made * (one.lost / one.made - mean) ** 2 / (mean * (1 - mean)) for one, mean in enough)
    by_chance = len(enough) - 1
    most = sum(one.made for one, _ in enough) - by_chance
    likeness = (spread - by_chance) / most if most > 0 else 0.0
    if likeness <= 0:
        return MOST_PRIOR
    return min(MOST_PRIOR, max(LEAST_PRIOR, (1 - likeness) / likeness))


def over_threshold(records: Iterable[Sums], rates: Rates, thresholds: Thresholds) -> BitMap:
    """Return the campaigns beyond the market's thresholds, judged from `from_decisions` answers on."""
    return BitMap(
        one.campaign_id
        for one in records
        if one.decisions >= thresholds.from_decisions and _falls_short(one, rates, thresholds)
    )


def _falls_short(one: Sums, rates: Rates, thresholds: Thresholds) -> bool:
    most, least = thresholds.max_rejection_rate, thresholds.min_acceptance_rate
    if most is not None and rates.of(one.campaign_id, one.company_id) > most:
        return True
    return least is not None and acceptance_rate(one) < least


def acceptance_rate(one: Sums) -> float:
    """Return the share of door answers that were yes, 1 while there was none."""
    answers = one.accepted + one.refused
    return one.accepted / answers if answers else 1.0
