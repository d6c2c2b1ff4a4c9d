"""Where a place lies on a drawn map, so that a test can press it as people do."""

from playwright.sync_api import Locator

_WHERE = """
async (frame, [longitude, latitude]) => {
  const features = await leadhouseShapes.at(frame.dataset.drawn);
  const points = features.flatMap(({ geometry }) => geometry.coordinates.flat(Infinity));
  const [xs, ys] = [0, 1].map((odd) => points.filter((_, place) => place % 2 === odd));
  const least = (list) => list.reduce((one, other) => Math.min(one, other));
  const most = (list) => list.reduce((one, other) => Math.max(one, other));
  const [left, right, bottom, top] = [least(xs), most(xs), least(ys), most(ys)];
  const { width, height } = frame.getBoundingClientRect();
  const scale = Math.min((width - 32) / (right - left), (height - 32) / (top - bottom));
  const [x, y] = leadhouseCharts.project(longitude, latitude);
  const [across, up] = [x - (left + right) / 2, y - (bottom + top) / 2];
  return { x: width / 2 + across * scale, y: height / 2 - up * scale };
}
"""


def press_place(frame: Locator, latitude: float, longitude: float) -> None:
    """Press the map where the place (degrees) is drawn."""
    frame.scroll_into_view_if_needed()
    frame.click(position=frame.evaluate(_WHERE, [longitude, latitude]))
