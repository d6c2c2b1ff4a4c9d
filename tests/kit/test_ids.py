"""Ids sort by time."""

import uuid

from leadhouse.kit.ids import new_id


def test_ids_are_version_7_uuids_in_the_order_they_were_made() -> None:
    ids = [new_id() for _ in range(1_000)]
    assert {type(each) for each in ids} == {uuid.UUID}
    assert {each.version for each in ids} == {7}
    assert ids == sorted(ids)
    assert len(set(ids)) == 1_000
