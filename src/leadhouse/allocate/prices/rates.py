"""How much of a campaign's sales comes back: money-weighted, fading, shrunk towards company and network.

Two things go wrong, and each has a rate of its own: a parcel fails (or is never answered), which is known
at once; and an accepted lead comes back, which takes time, so that young assignments count in part
(ripening.py). What is expected to be lost is what fails, and of the rest what comes back. A rate is a share
of the money; how far it is believed rests on the number of trials.

Shrinkage is the beta-binomial model fitted by moments (Kleinman 1973): companies around the network's rate,
campaigns around their company's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from pyroaring import BitMap

from leadhouse.allocate.prices.experience import Experience, Figures, weight
from leadhouse.allocate.prices.ripening import AgeCurve, Whole, ages_of, part, sums_by
from leadhouse.allocate.types import WHOLE
from leadhouse.parties.types import Thresholds

# Bounds of the prior's weight in trials: below the first a single sale would settle a rate, above the last
# nobody's own record would count any more. Between few to compare, the middle one.
LEAST_PRIOR, USUAL_PRIOR, MOST_PRIOR = 2.0, 20.0, 500.0
_FEW = 3


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


def rejection_rates(experience: Experience, now: datetime) -> Rates:
    """Return all rejection rates as of now; all exactly 0 while nothing was ever rejected."""
    campaigns, companies, sold, failed, rejected, trials, accepted, _, _ = experience.records.columns
    if not (failed.any() or rejected.any()):
        return NO_REJECTIONS
    ids, owners = np.unique(companies.astype(int), return_inverse=True)
    unripe, unripe_trials = _unripe(experience, campaigns, now)
    faded = weight(now)
    failing = _shrunk(_Tallies(trials / faded, sold, failed), owners)
    ripe = np.maximum(0.0, accepted - unripe_trials) / faded
    returning = _shrunk(_Tallies(ripe, np.maximum(0.0, sold - failed - unripe), rejected), owners)
    network, of_companies, of_campaigns = (
        one + (1 - one) * other for one, other in zip(failing, returning, strict=True)
    )
    return Rates(
        float(network),
        dict(zip(ids.tolist(), of_companies.tolist(), strict=True)),
        dict(zip(campaigns.astype(int).tolist(), of_campaigns.tolist(), strict=True)),
    )


def _unripe(experience: Experience, campaigns: Figures, now: datetime) -> tuple[Figures, Figures]:
    """Return each campaign's money and trials of which it has not shown yet whether they come back."""
    owners, _, _, sold, trials = experience.cohorts.columns
    unripe = 1 - AgeCurve(experience, now).shares(*ages_of(experience, now))
    length = 1 + int(campaigns.max())
    places = campaigns.astype(int)
    money, counts = (sums_by(owners.astype(int), unripe * one, length)[places] for one in (sold, trials))
    return money, counts


@dataclass(frozen=True, slots=True)
class _Tallies:
    """Trials, as many as they count today, the money they were about, and what of it was lost."""

    trials: Figures
    money: Figures
    lost: Figures

    @property
    def rates(self) -> Figures:
        return part(self.lost, self.money)

    def joined(self, owners: Whole) -> "_Tallies":
        return _Tallies(*(sums_by(owners, one) for one in (self.trials, self.money, self.lost)))

    def shrunk(self, towards: Figures, prior: float) -> Figures:
        shrunk = (self.trials * self.rates + prior * towards) / (self.trials + prior)
        return np.minimum(1.0, shrunk)


def _shrunk(tallies: _Tallies, owners: Whole) -> tuple[Figures, Figures, Figures]:
    """Return the rates of the network, of companies and of campaigns (`owners`: their companies' places)."""
    network = np.minimum(1.0, part(tallies.lost.sum(), tallies.money.sum()))
    whole = tallies.joined(owners)
    means = np.full_like(whole.money, network)
    of_companies = whole.shrunk(means, _prior_weight(whole, means))
    # A company's only campaign has its company's rate: shrinking it again would count its record twice.
    means, has_sisters = of_companies[owners], np.bincount(owners, tallies.trials > 0)[owners] > 1
    prior = _prior_weight(tallies, np.where(has_sisters, means, 0.0))
    return network, of_companies, np.where(has_sisters, tallies.shrunk(means, prior), means)


def _prior_weight(tallies: _Tallies, means: Figures) -> float:
    """Return the prior's weight in trials: more, the less rates differ about their means beyond chance."""
    # Less than a trial says nothing, and may say it loudly: one rejection of a lead sold this hour.
    enough = (tallies.trials >= 1) & (means > 0) & (means < 1)
    by_chance = int(enough.sum()) - 1
    if by_chance + 1 < _FEW:
        return USUAL_PRIOR
    trials, rates, means = tallies.trials[enough], tallies.rates[enough], means[enough]
    spread = float((trials * (rates - means) ** 2 / (means * (1 - means))).sum())
    most = float(trials.sum()) - by_chance
    likeness = (spread - by_chance) / most if most > 0 else 0.0
    if likeness <= 0:
        return MOST_PRIOR
    return min(MOST_PRIOR, max(LEAST_PRIOR, (1 - likeness) / likeness))


def over_threshold(experience: Experience, rates: Rates, thresholds: Thresholds) -> BitMap:
    """Return the campaigns beyond the market's thresholds, judged from `from_decisions` answers on."""
    campaigns, companies, _, _, _, _, accepted, refused, decisions = experience.records.columns
    beyond = np.zeros(len(campaigns), dtype=bool)
    if thresholds.max_rejection_rate is not None:
        owned = zip(campaigns.astype(int).tolist(), companies.astype(int).tolist(), strict=True)
        beyond |= np.array([rates.of(*one) for one in owned]) > thresholds.max_rejection_rate
    if thresholds.min_acceptance_rate is not None:
        beyond |= part(accepted, accepted + refused, otherwise=1) < thresholds.min_acceptance_rate
    return BitMap(campaigns[beyond & (decisions >= thresholds.from_decisions)].astype(int).tolist())
