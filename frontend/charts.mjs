// What the console's charts and maps are drawn with: the few parts of Apache ECharts that pages use, and the
// projection of the vendored shapes, so that a place given in degrees falls where it lies.
import { init, registerMap, use } from "echarts/core";
import { BarChart, LineChart, MapChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GeoComponent, GridComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import { geoAlbersUsa } from "d3-geo";

use([
  BarChart, LineChart, MapChart, ScatterChart,
  AriaComponent, GeoComponent, GridComponent, TooltipComponent, VisualMapComponent, CanvasRenderer,
]);

// As us-atlas projected its shapes; their y grows downwards, a map's upwards.
const albers = geoAlbersUsa().scale(1300).translate([487.5, 305]);

window.leadhouseCharts = {
  init,
  registerMap,
  project(longitude, latitude) {
    const point = albers([longitude, latitude]);
    return point && [point[0], -point[1]];
  },
};
