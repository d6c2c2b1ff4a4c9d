"""Processes that serve for long look for garbage seldom: nearly all of theirs goes without being asked."""

import gc

from leadhouse.project.garbage import collect_seldom


def test_a_batch_of_leads_is_too_small_to_have_everything_walked_for_it() -> None:
    before = gc.get_threshold()
    try:
        collect_seldom()
        assert gc.isenabled()
        assert gc.get_threshold()[0] == 50_000
        assert gc.get_threshold()[1:] == before[1:]
    finally:
        gc.set_threshold(*before)
