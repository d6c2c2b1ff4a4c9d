"""Which holds a wallet bears, and what a source has earned."""

from collections.abc import Mapping, Sequence

from leadhouse.billing.types import Hold, Owed
from leadhouse.kit.money import share_of
from leadhouse.parties.types import AnswerStage, PayoutKind, Source
from leadhouse.timeline.types import Passport, Status

_UNPAID = frozenset({Status.UNSOLD, Status.DISQUALIFIED})


def affordable(holds: Sequence[Hold], room: Mapping[int, int]) -> list[Hold]:
    """Return the holds that fit, in the given order: what fits is taken even after one that did not.

    A price of 0 fits always, even where a lowered limit has left less than nothing.
    """
    left = dict(room)
    borne = []
    for one in holds:
        if not one.amount_minor or one.amount_minor <= left.get(one.company_id, 0):
            borne.append(one)
            left[one.company_id] = left.get(one.company_id, 0) - one.amount_minor
    return borne


def owed(passport: Passport, source: Source) -> Owed:
    """Return what the source has earned with this lead by now, in minor units; test leads earn nothing.

    A fixed amount is earned when the source's answer stage is reached, a share and what was promised when
    the lead is settled.
    """
    return Owed(passport.lead_id, source.id, 0 if passport.is_test else _earned(passport, source))


def _earned(passport: Passport, source: Source) -> int:
    if passport.promised_minor is not None:
        return passport.promised_minor if passport.settled_at and passport.status not in _UNPAID else 0
    if source.payout.kind is PayoutKind.SHARE:
        return share_of(passport.revenue_minor, source.payout.percent) if passport.settled_at else 0
    return source.payout.amount if _is_reached(source.answer, passport) else 0


def _is_reached(stage: AnswerStage, passport: Passport) -> bool:
    if stage is AnswerStage.RECEIVED:
        return True
    if stage is AnswerStage.QUALIFIED:
        return passport.good_to_sell
    return passport.sale_size is not None
