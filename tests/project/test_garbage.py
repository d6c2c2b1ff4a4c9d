"""Garbage is looked for seldom, or not at all: nearly all of ours goes without being asked."""

import gc

import pytest

from leadhouse.project.garbage import collect_seldom, uncollected


def test_a_batch_of_leads_is_too_small_to_have_everything_walked_for_it() -> None:
    before = gc.get_threshold()
    try:
        collect_seldom()
        assert gc.isenabled()
        assert gc.get_threshold()[0] == 50_000
        assert gc.get_threshold()[1:] == before[1:]
    finally:
        gc.set_threshold(*before)


def test_nothing_is_looked_for_during_a_simulation_and_everything_as_before_after_it_ended_or_failed() -> (
    None
):
    assert gc.isenabled()
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), uncollected():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_who_looked_for_nothing_before_does_not_after() -> None:
    gc.disable()
    try:
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
