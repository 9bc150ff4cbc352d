// Draws each map of the page: the streets of the address list as lines, what is to be seen as marks. No tile server.
const COLOURS = { high: "#a4161a", medium: "#b25a00", low: "#2b6580" };

function drawn(box) {
  const map = L.map(box, { attributionControl: false, scrollWheelZoom: false, preferCanvas: true });
  map.createPane("streets").style.zIndex = 300;
  const marks = JSON.parse(box.dataset.map);
  const group = L.featureGroup();
  for (const mark of marks) {
    const colour = COLOURS[mark.severity] ?? "#1d1a22";
    if (mark.radius_m) L.circle([mark.lat, mark.lon], { radius: mark.radius_m, color: colour, weight: 2, fillOpacity: 0.08 }).addTo(group);
    const dot = L.circleMarker([mark.lat, mark.lon], { radius: mark.size ?? 7, color: "#fff", weight: 1.5, fillColor: colour, fillOpacity: 0.9 });
    const said = document.createElement("span");
    if (mark.href) {
      const link = document.createElement("a");
      link.href = mark.href;
      link.textContent = mark.text;
      said.append(link);
    } else said.textContent = mark.text;
    dot.bindPopup(said).addTo(group);
  }
  group.addTo(map);
  if (marks.length) map.fitBounds(group.getBounds().pad(0.25), { maxZoom: 16 });
  else map.setView([53.24, -1.43], 12);
  L.control.scale({ imperial: false }).addTo(map);
  return map;
}

async function streets(map, path) {
  const answer = await fetch(path);
  if (!answer.ok) return;
  const found = await answer.json();
  const lines = found.lines.map((line) => line.map(([lat, lon]) => [lat / 1e5, lon / 1e5]));
  L.polyline(lines, { pane: "streets", color: "#b9b2aa", weight: 2, interactive: false }).addTo(map);
  if (found.tiles) {
    L.tileLayer(found.tiles, { maxZoom: 18 }).addTo(map);
    const credit = document.createElement("p"); // whose the ground is; as text, whatever the file says
    credit.className = "tocsin-quiet";
    credit.textContent = found.credit;
    map.getContainer().after(credit);
  }
  if (!JSON.parse(map.getContainer().dataset.map).length && lines.length) map.fitBounds(L.latLngBounds(lines.flat()));
}

for (const figure of document.querySelectorAll("[data-map-figure]")) {
  figure.hidden = false;
  const box = figure.querySelector("[data-map]");
  const map = drawn(box);
  if (box.dataset.streets) streets(map, box.dataset.streets).catch(() => { /* the marks stand without streets */ });
}
