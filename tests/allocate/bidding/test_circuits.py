"""Buyers that do not answer are left alone, and tried again."""

from leadhouse.allocate.bidding.circuits import MOST_SILENCES, REST_SECONDS, Circuits
from leadhouse.allocate.types import Refusal


def test_a_buyer_rests_after_so_many_silences_in_a_row() -> None:
    circuits = Circuits()
    for _ in range(MOST_SILENCES - 1):
        circuits.note("a", Refusal.BID_LATE, 0.0)
    circuits.note("a", None, 0.0)
    for _ in range(MOST_SILENCES - 1):
        circuits.note("a", Refusal.BID_UNREACHABLE, 0.0)
    assert not circuits.is_resting("a", 0.0)
    circuits.note("a", Refusal.BID_ERROR, 0.0)
    assert circuits.is_resting("a", REST_SECONDS - 0.1)
    assert not circuits.is_resting("b", 0.0)
    # After its rest one more silence is enough, and one answer makes all good.
    assert not circuits.is_resting("a", REST_SECONDS)
    circuits.note("a", Refusal.BID_LATE, REST_SECONDS)
    assert circuits.is_resting("a", REST_SECONDS + 1)
    circuits.note("a", Refusal.BID_MALFORMED, 2 * REST_SECONDS)
    assert not circuits.is_resting("a", 2 * REST_SECONDS)
