// What the console's charts and maps are drawn with: the few parts of Apache ECharts that pages use, and the
// projection of the vendored shapes, so that a place given in degrees falls where it lies.
import { init, registerMap, use } from "echarts/core";
import { BarChart, CustomChart, LineChart, MapChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GeoComponent, GridComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import { geoAlbersUsa, geoCircle } from "d3-geo";
import { feature } from "topojson-client";

use([
  BarChart, CustomChart, LineChart, MapChart, ScatterChart,
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
  unproject([x, y]) {
    return albers.invert([x, -y]);
  },
  // The points of a circle on the ground; a degree along the earth is 69.0934 miles (IUGG's mean radius).
  circle(longitude, latitude, miles) {
    return geoCircle().center([longitude, latitude]).radius(miles / 69.0934).precision(2)().coordinates[0];
  },
  counties(topology) {
    return feature(topology, topology.objects.counties).features;
  },
};
