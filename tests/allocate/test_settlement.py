"""How a lead goes on once its buyers have answered."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadhouse.allocate.settlement import Course, course, revenue, sold, unsold
from leadhouse.parties.types import Notify, Payout, PayoutKind, Source
from leadhouse.timeline.types import (
    AnswerStage,
    Change,
    Event,
    NewWork,
    Outcome,
    Passport,
    Stage,
    Status,
    Step,
)

LEAD = UUID("019a0000-0000-7000-8000-00000000000a")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
STATUSES = ("held", "delivering", "accepted", "refused", "failed")


@dataclass(frozen=True)
class One:
    """An assignment as settlement reads it."""

    status: str
    sale_size: int = 1
    price_minor: int = 2_500
    is_uncertain: bool = False
    run: int = 1
    decided_at: datetime = NOW
    is_rejected: bool = False

    def fills(self, *, refills: bool) -> bool:
        if self.status == "accepted":
            return not (refills and self.is_rejected)
        return self.is_uncertain


def three(*statuses: str) -> list[One]:
    """A trio's assignments; a question mark says uncertain, an exclamation mark rejected later."""
    return [
        One(one.rstrip("?!"), 3, is_uncertain=one.endswith("?"), is_rejected=one.endswith("!"))
        for one in statuses
    ]


COURSES = [
    (["accepted", "accepted", "accepted"], Course.END),
    (["accepted", "accepted", "delivering"], Course.WAIT),
    (["accepted", "held", "refused"], Course.WAIT),
    (["delivering", "refused", "refused"], Course.WAIT),
    (["accepted", "accepted", "refused"], Course.SEARCH),
    (["accepted", "accepted", "failed"], Course.SEARCH),
    (["refused", "refused", "refused"], Course.SEARCH),
    (["accepted", "accepted", "failed?"], Course.END),
    (["failed?", "failed?", "failed?"], Course.END),
    (["accepted", "failed?", "refused"], Course.SEARCH),
    (["accepted", "accepted", "refused", "accepted"], Course.END),
    (["accepted", "failed?", "refused", "accepted"], Course.END),
    (["accepted", "accepted", "refused", "refused"], Course.SEARCH),
    (["accepted", "accepted"], Course.END),
]


@pytest.mark.parametrize(("statuses", "way"), COURSES)
def test_a_trio_waits_is_searched_again_or_ends(statuses: list[str], way: Course) -> None:
    assert course(three(*statuses), 1, refills=False) is way


@pytest.mark.parametrize(
    ("statuses", "way"),
    [
        (["accepted", "accepted", "accepted!"], Course.SEARCH),
        (["accepted", "accepted", "accepted!", "accepted"], Course.END),
        (["accepted", "delivering", "accepted!"], Course.WAIT),
        (["accepted!", "accepted!", "accepted!"], Course.SEARCH),
        (["accepted", "failed?", "accepted!"], Course.SEARCH),
        (["accepted", "failed?", "accepted!", "accepted"], Course.END),
    ],
)
def test_where_the_product_refills_a_rejected_place_is_searched_for_again(
    statuses: list[str], way: Course
) -> None:
    assert course(three(*statuses), 1, refills=True) is way
    settled = [one for one in three(*statuses) if one.status == "accepted"]
    assert course(settled, 1, refills=False) is Course.END


def test_an_exclusive_that_may_have_arrived_is_never_sold_again() -> None:
    assert course([One("failed", is_uncertain=True)], 1, refills=False) is Course.END
    assert course([One("failed")], 1, refills=False) is Course.SEARCH
    assert course([One("refused")], 1, refills=False) is Course.SEARCH


def test_a_smaller_sale_after_a_refused_larger_one_is_complete_with_its_own_size() -> None:
    assert (
        course([*three("refused", "refused", "refused"), One("accepted", 1)], 1, refills=False) is Course.END
    )


def test_only_the_present_run_asks_for_another_search() -> None:
    earlier = [One("refused", 3, run=1), One("accepted", 3, run=1)]
    assert course([*earlier, One("accepted", 1, run=2)], 2, refills=False) is Course.END
    assert course([*earlier, One("refused", 1, run=2)], 2, refills=False) is Course.SEARCH
    assert course(earlier, 2, refills=False) is Course.END


def test_nothing_given_ends() -> None:
    assert course([], 1, refills=False) is Course.END


ASSIGNED = st.builds(
    One,
    st.sampled_from(STATUSES),
    st.just(3),
    st.integers(0, 9_999),
    is_uncertain=st.booleans(),
    is_rejected=st.booleans(),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(ASSIGNED, max_size=6))
def test_it_never_sells_on_while_an_answer_is_out_nor_beyond_the_size(given_: list[One]) -> None:
    way = course(given_, 1, refills=True)
    if any(one.status in ("held", "delivering") for one in given_):
        assert way is Course.WAIT
    taken = [one for one in given_ if one.fills(refills=True)]
    if len(taken) >= 3:
        assert way is not Course.SEARCH
    assert revenue(given_) == sum(one.price_minor for one in given_ if one.status == "accepted")


def source(**changes: object) -> Source:
    """A source with a fixed payout that answers when the lead is qualified, and wants no notices."""
    values: dict[str, object] = {
        "id": 1,
        "key": "form",
        "name": "Form",
        "products": ("roofing",),
        "channel": "Web Forms",
        "criteria": None,
        "payout": Payout(PayoutKind.FIXED, 1_000),
        "answer": AnswerStage.QUALIFIED,
        "answer_timeout": timedelta(seconds=2),
        "notify": None,
        "caps": (),
        "rate_per_minute": None,
    }
    return Source(**(values | changes))  # type: ignore[arg-type]


def passport(**changes: object) -> Passport:
    """A passport of a lead on its way to its buyers."""
    values: dict[str, object] = {
        "lead_id": LEAD,
        "consumer_id": 7,
        "product_id": 1,
        "source_id": 1,
        "status": Status.DELIVERING,
        "reason": None,
        "good_to_sell": True,
        "classification": 5,
        "contact_requests": None,
        "channel": "Web Forms",
        "is_test": False,
        "run": 1,
        "unique_lead_id": None,
        "sales_potential_minor": None,
        "waiting_until": None,
        "sale_size": 3,
        "revenue_minor": 0,
        "received_at": NOW,
        "settled_at": None,
    }
    return Passport(**(values | changes))  # type: ignore[arg-type]


LATER = NOW + timedelta(hours=1)


def test_a_lead_that_somebody_took_ends_delivered_with_its_revenue() -> None:
    end = sold(passport(), three("accepted", "accepted", "refused"), source(), at=LATER, is_open=False)
    assert end
    assert end.event == Event(
        LEAD,
        Step.SETTLE,
        "delivered",
        Outcome.SUCCESS,
        data={"accepted": 2, "revenue_minor": 5_000},
        change=Change(status=Status.DELIVERED, revenue_minor=5_000, settled_at=LATER),
    )
    assert end.work == (NewWork(Stage.CONFIRM, LEAD),)


def test_an_open_parcel_holds_up_the_delivered_lead_and_nothing_else() -> None:
    end = sold(passport(), three("accepted"), source(), at=LATER, is_open=True)
    assert end
    assert (end.event.type, end.event.data) == ("settled", {"accepted": 1, "revenue_minor": 2_500})
    assert end.event.change == Change(status=Status.DELIVERING, revenue_minor=2_500, settled_at=LATER)
    assert end.work == (NewWork(Stage.CONFIRM, LEAD),)
    settled = passport(settled_at=LATER)
    assert sold(settled, three("accepted"), source(), at=LATER, is_open=True) is None
    end = sold(settled, three("accepted"), source(), at=LATER, is_open=False)
    assert end
    assert end.event.change == Change(status=Status.DELIVERED, revenue_minor=2_500)
    assert end.work == ()


def test_who_accepts_after_a_lead_was_settled_is_news() -> None:
    settled = passport(settled_at=NOW)
    earlier, later = One("accepted"), One("accepted", decided_at=LATER)
    end = sold(settled, [earlier, later], source(), at=LATER, is_open=False)
    assert end
    assert end.event.change == Change(status=Status.DELIVERED, revenue_minor=5_000, settled_at=LATER)
    assert end.work == (NewWork(Stage.CONFIRM, LEAD),)


def test_a_search_that_found_nobody_puts_a_settled_lead_back_on_its_way() -> None:
    searching = passport(status=Status.ALLOCATING, settled_at=LATER)
    end = sold(searching, three("accepted"), source(), at=LATER, is_open=True)
    assert end
    assert (end.event.type, end.work) == ("settled", ())
    assert end.event.change == Change(status=Status.DELIVERING, revenue_minor=2_500)


def test_a_lead_that_nobody_took_ends_unsold_with_a_reason() -> None:
    end = unsold(LEAD, source(), at=NOW)
    assert end.event == Event(
        LEAD,
        Step.SETTLE,
        "unsold",
        Outcome.FAILURE,
        reason="nobody_accepted",
        data={"accepted": 0, "revenue_minor": 0},
        change=Change(status=Status.UNSOLD, reason="nobody_accepted", revenue_minor=0, settled_at=NOW),
    )
    assert end.work == ()


NOTIFY = Notify("https://source.example/outcomes")
SHARE = {"payout_minor": None, "share_percent": Decimal(60)}


@pytest.mark.parametrize(
    ("terms", "after_sale"),
    [
        ({"answer": AnswerStage.SOLD, "payout_minor": 1_000}, [Stage.PAYOUT, Stage.CONFIRM]),
        (SHARE, [Stage.PAYOUT, Stage.CONFIRM]),
        ({**SHARE, "answer": AnswerStage.QUALIFIED}, [Stage.PAYOUT, Stage.CONFIRM]),
        ({"answer": AnswerStage.QUALIFIED, "payout_minor": 1_000}, [Stage.CONFIRM]),
        ({"answer": AnswerStage.RECEIVED, "payout_minor": 1_000}, [Stage.CONFIRM]),
    ],
)
def test_a_payout_follows_a_sale_where_the_leads_terms_say_so(
    terms: dict[str, object], after_sale: list[Stage]
) -> None:
    end = sold(passport(**terms), [One("accepted")], source(), at=LATER, is_open=False)
    assert end
    assert end.work == tuple(NewWork(one, LEAD) for one in after_sale)
    assert unsold(LEAD, source(), at=LATER).work == ()


def test_a_source_is_told_of_both_ends_where_it_wants_to_be() -> None:
    wanted = source(notify=NOTIFY)
    end = sold(passport(), [One("accepted")], wanted, at=LATER, is_open=False)
    assert end
    assert end.work == (NewWork(Stage.NOTICE, LEAD), NewWork(Stage.CONFIRM, LEAD))
    assert unsold(LEAD, wanted, at=LATER).work == (NewWork(Stage.NOTICE, LEAD),)


def test_a_share_is_of_the_first_sale_rounded_once_whatever_is_sold_later() -> None:
    end = sold(passport(**SHARE), [One("accepted", price_minor=1_234)], source(), at=LATER, is_open=False)
    assert end
    assert end.event.change
    assert end.event.change.payout_minor == 740
    known = passport(**{**SHARE, "payout_minor": 740, "settled_at": NOW})
    again = sold(known, [One("accepted", decided_at=LATER)], source(), at=LATER, is_open=False)
    assert again
    assert again.event.change == Change(status=Status.DELIVERED, revenue_minor=2_500, settled_at=LATER)
