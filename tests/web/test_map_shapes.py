"""The shapes that maps are drawn with: the names by which leads and targeting find them."""

import json
from pathlib import Path

from leadhouse.kit.places import STATE_NAMES, all_zips, by_zip, county_key
from leadhouse.report.today.figures import Sums
from leadhouse.report.today.places import by_county
from leadhouse.web import console

VENDOR = Path(console.__file__).parents[1] / "static" / "web" / "vendor"
# Seven ZIPs are told with a county over the border: the map of their state says that they are not on it.
WITHOUT_SHAPE = {
    "PA": {"monongalia"},
    "VA": {"mcdowell"},
    "WV": {"washington"},
    "GA": {"cleburne"},
    "ND": {"mcpherson"},
    "NE": {"todd"},
    "OR": {"modoc"},
}


def counties(state: str) -> dict[str, str]:
    """Return the labels of a state's counties by the names under which they are found."""
    topology = json.loads((VENDOR / "us-counties" / f"{state}.json").read_text("utf-8"))
    found = [one["properties"] for one in topology["objects"]["counties"]["geometries"]]
    assert len(found) == len({one["name"] for one in found})
    return {one["name"]: one["label"] for one in found}


def test_every_state_has_its_shape_and_its_name() -> None:
    shapes = json.loads((VENDOR / "us-states.json").read_text("utf-8"))["features"]
    assert {one["properties"]["name"]: one["properties"]["label"] for one in shapes} == STATE_NAMES


def test_every_county_of_a_zip_has_a_shape_under_its_own_name() -> None:
    places = [place for code in all_zips() if (place := by_zip(code)) and place.county]
    for state in STATE_NAMES:
        shapes = counties(state)
        assert {county_key(label): label for label in shapes.values()} == shapes
        zips = {one.zip_code: Sums(1) for one in places if one.state == state}
        named = {one.key for one in by_county(zips, state)}
        assert named - set(shapes) == WITHOUT_SHAPE.get(state, set()), state


def test_a_page_loads_little_of_them() -> None:
    sizes = [one.stat().st_size for one in (VENDOR / "us-counties").iterdir()]
    assert len(sizes) == len(STATE_NAMES)
    assert max(sizes) < 64 * 1024
    assert sum(sizes) < 900 * 1024
