// The shapes of states and counties, each asked for once; and the colours of maps.
window.leadhouseShapes = (function () {
  const asked = new Map();

  async function read(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    const shapes = await answer.json();
    return shapes.type === "Topology" ? window.leadhouseCharts.counties(shapes) : shapes.features;
  }

  return {
    // The features of a file, `name` being a state's letters or a county's key.
    at(address) {
      if (!asked.has(address)) asked.set(address, read(address));
      return asked.get(address);
    },
    colour: (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim(),
  };
})();
