// Makes world.json, the map of the report: one outline and one label point for each country of ISO 3166-1.
//
// Run once, by hand, in an empty folder:
//
//   npm install world-atlas@2.0.2 topojson-client@3.1.0 d3-geo@3.1.2 i18n-iso-countries@7.14.0
//   node PATH/TO/make-world.mjs PATH/TO/world.json
//
// The same packages give the same bytes.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// Packages are looked for where the script is run, so that none is ever installed in the tree.
const { resolve } = createRequire(pathToFileURL(`${process.cwd()}/`));
const load = (name) => import(pathToFileURL(resolve(name)));
const { geoArea, geoCentroid, geoNaturalEarth1, geoPath } = await load("d3-geo");
const { feature } = await load("topojson-client");
const codes = (await load("i18n-iso-countries")).default;

const WIDTH = 1000;

// Codes that telephone numbers lead to and that Natural Earth draws as part of another country, or not at all: latitude
// and longitude of the main place.
const WITHOUT_OUTLINE = {
  BQ: [12.2, -68.3], BV: [-54.4, 3.4], CC: [-12.2, 96.8], CX: [-10.5, 105.7], GF: [4.0, -53.0], GI: [36.1, -5.4],
  GP: [16.2, -61.5], MQ: [14.6, -61.0], RE: [-21.1, 55.5], SJ: [78.2, 16.0], TK: [-9.2, -171.8], TV: [-8.5, 179.2],
  UM: [19.3, 166.6], YT: [-12.8, 45.2],
};

// Areas that the atlas draws without a number of ISO 3166-1. XK is the user-assigned code in general use.
const WITHOUT_NUMBER = { Kosovo: "XK" };

function atlas(scale) {
  const topology = JSON.parse(readFileSync(resolve(`world-atlas/countries-${scale}.json`)));
  return feature(topology, topology.objects.countries).features;
}

function code(country) {
  return country.id ? codes.numericToAlpha2(country.id) : WITHOUT_NUMBER[country.properties.name];
}

// The largest part alone: France's label belongs in Europe, that of the United States between its coasts.
function largest(country) {
  if (country.geometry.type !== "MultiPolygon") return country.geometry;
  const parts = country.geometry.coordinates.map((coordinates) => ({ type: "Polygon", coordinates }));
  return parts.reduce((a, b) => (geoArea(b) > geoArea(a) ? b : a));
}

// Outlines in relative steps of a tenth: half the size, and no drift, because every step starts from the rounded point.
class Outline {
  text = "";
  at = [0, 0];
  start = [0, 0];
  last = "";
  moveTo(x, y) {
    this.pending = [x, y];
  }
  lineTo(x, y) {
    const to = [Math.round(x * 10), Math.round(y * 10)];
    if (this.pending) {
      const from = this.pending.map((v) => Math.round(v * 10));
      delete this.pending;
      this.step("m", from);
      this.start = from;
    }
    if (to[0] !== this.at[0] || to[1] !== this.at[1]) this.step("l", to);
  }
  closePath() {
    if (!this.pending && this.last) this.text += "z";
    delete this.pending;
    this.last = "z";
    this.at = this.start;
  }
  step(letter, to) {
    const short = (v) => String(v / 10).replace(/^(-?)0\./, "$1.");
    const [x, y] = [short(to[0] - this.at[0]), short(to[1] - this.at[1])];
    this.text += (letter === this.last ? (x.startsWith("-") ? "" : " ") : letter) + x + (y.startsWith("-") ? "" : " ") + y;
    this.last = letter;
    this.at = to;
  }
}

const coarse = atlas("110m");
const projection = geoNaturalEarth1();
// Nobody telephones from Antarctica: its outline would take a sixth of the map.
const shown = coarse.filter((country) => code(country) !== "AQ");
projection.fitWidth(WIDTH, { type: "FeatureCollection", features: shown });
const height = Math.ceil(geoPath(projection).bounds({ type: "FeatureCollection", features: shown })[1][1]);

function outline(country) {
  const context = new Outline();
  geoPath(projection, context)(country);
  return context.text;
}

function entry(d, [longitude, latitude]) {
  const [x, y] = projection([longitude, latitude]).map((v) => Math.round(v * 10) / 10);
  return { d, x, y: Math.min(y, height - 5) };
}

const countries = {};
let other = "";
for (const country of shown) {
  const key = code(country);
  if (key) countries[key] = entry(outline(country), geoCentroid(largest(country)));
  else other += outline(country).replace(/^m/, "M");
}
for (const country of [...atlas("50m"), ...atlas("10m")]) {
  const key = code(country);
  if (key && !countries[key]) countries[key] = entry("", geoCentroid(largest(country)));
}
for (const [key, [latitude, longitude]] of Object.entries(WITHOUT_OUTLINE)) {
  countries[key] ??= entry("", [longitude, latitude]);
}

const sorted = Object.fromEntries(Object.entries(countries).sort(([a], [b]) => (a < b ? -1 : 1)));
const lines = Object.entries(sorted).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
const text = `{"viewBox":"0 0 ${WIDTH} ${height}","other":${JSON.stringify(other)},"countries":{\n${lines.join(",\n")}\n}}\n`;
writeFileSync(process.argv[2], text);

const missing = Object.keys(codes.getAlpha2Codes()).filter((key) => !countries[key]);
const drawn = lines.length - Object.values(countries).filter((country) => !country.d).length;
console.log(`${lines.length} countries, ${drawn} with an outline, ${text.length} bytes; of ISO 3166-1 missing: ${missing}`);
