/** The parts of the page that need no browser: rows, the ledger, cones, pictures, numbers. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { coneLevels } from "../../minivgg/explorer/web/cone.js";
import {
  bytes,
  count,
  percent,
  real,
  short,
  t,
  useLanguage,
} from "../../minivgg/explorer/web/dom.js";
import { ramp, strong } from "../../minivgg/explorer/web/draw.js";
import {
  channelsSeen,
  groupLayers,
  inPicture,
  shareOfField,
  squareWithShare,
} from "../../minivgg/explorer/web/layer_groups.js";
import { ledgerItems } from "../../minivgg/explorer/web/ledger_items.js";
import { drawingPixels, drawingText, fitPicture } from "../../minivgg/explorer/web/pictures.js";
import { choices } from "../../minivgg/explorer/web/presets.js";
import { analyse } from "../../minivgg/explorer/web/shapes.js";
import { columnsIn, tileBox, tileScale } from "../../minivgg/explorer/web/tiles.js";

const input = { channels: 3, height: 8, width: 8 };
const net = {
  input,
  layers: [
    { kind: "conv", name: "conv1_1", kernel: 3, stride: 1, padding: 1, channels: 4 },
    { kind: "relu", name: "relu1_1" },
    { kind: "pool", name: "pool1", kernel: 2, stride: 2, padding: 0 },
    { kind: "conv", name: "conv2_1", kernel: 3, stride: 1, padding: 1, channels: 6, groups: 2 },
    { kind: "relu", name: "relu2_1" },
    { kind: "linear", name: "fc3", channels: 10 },
  ],
};
const { rows } = analyse(net.layers, input);
const groups = groupLayers(net, rows);

test("a ReLU is shown with its convolution, whose sums are before it", () => {
  assert.deepEqual(
    groups.map(({ name, unit, map, row }) => [name, unit, map, row]),
    [
      ["picture", 0, 0, -1],
      ["conv1_1", 1, 2, 1],
      ["pool1", 3, 3, 2],
      ["conv2_1", 4, 5, 4],
      ["fc3", 6, 6, 5],
    ],
  );
});

test("a unit sees its own channel through a pool, its group's through a convolution", () => {
  assert.deepEqual(channelsSeen(net, groups, 2, 3), [
    [0, 2],
    [3, 3],
    [3, 3],
  ]);
  assert.deepEqual(channelsSeen(net, groups, 3, 5), [
    [0, 2],
    [2, 3],
    [2, 3],
    [5, 5],
  ]);
  assert.deepEqual(channelsSeen(net, groups, 4, 9), [
    [0, 2],
    [0, 3],
    [0, 3],
    [0, 5],
    [9, 9],
  ]);
});

test("an LRN layer looks at neighbouring channels", () => {
  const layers = [{ kind: "lrn", name: "lrn", size: 5 }];
  const [picture, lrn] = groupLayers(
    { layers, input: { channels: 9, height: 2, width: 2 } },
    analyse(layers, { channels: 9, height: 2, width: 2 }).rows,
  );
  assert.deepEqual(channelsSeen({ layers }, [picture, lrn], 1, 7)[0], [5, 8]);
});

test("the square with half of the influence", () => {
  const influence = new Float32Array(49);
  influence[24] = 5; // in the middle of 7×7
  influence[0] = influence[48] = 2;
  const field = { top: 0, left: 0, bottom: 6, right: 6 };
  const size = { height: 7, width: 7 };
  assert.equal(squareWithShare(influence, size, field, 0.5), 1);
  assert.equal(squareWithShare(influence, size, field, 0.6), 7);
  assert.equal(squareWithShare(new Float32Array(49), size, field, 0.5), 0);
  influence.fill(0);
  influence[8] = 1; // of an even field, the nearest four pixels are a square of two
  assert.equal(squareWithShare(influence, size, { top: 0, left: 0, bottom: 1, right: 1 }, 0.5), 2);
});

test("the part of a field in the picture, and the share of a square in its middle", () => {
  const size = { height: 8, width: 8 };
  const field = { top: 0, left: 2, bottom: 9, right: 11 }; // 10×10, 6 columns and 8 rows inside
  assert.deepEqual(inPicture(field, size), { top: 0, left: 2, bottom: 7, right: 7, area: 48 });
  assert.equal(shareOfField(10, field, size), 1);
  assert.equal(shareOfField(4, field, size), (4 * 3) / 48); // rows 3 to 6, columns 5 to 7
  const whole = { top: -30, left: -30, bottom: 61, right: 61 }; // 92×92 around 32×32
  assert.equal(shareOfField(18, whole, { height: 32, width: 32 }), (18 / 32) ** 2);
  assert.equal(shareOfField(40, whole, { height: 32, width: 32 }), 1);
  assert.equal(inPicture({ top: -4, left: 0, bottom: -1, right: 3 }, size).area, 0);
});

test("maps are whole pixels where they are small, and reduced where they are large", () => {
  const wish = { target: 64, least: 24 };
  assert.deepEqual(
    [8, 32, 16, 1, 2, 224].map((side) => tileScale(side, side, wish)),
    [8, 2, 4, 24, 24, 0.5],
  );
  assert.equal(columnsIn(300, 64, 10), 3);
  assert.equal(columnsIn(20, 64, 10), 1);
  const row = { group: { width: 8, height: 8 }, scale: 8, columns: 3 };
  assert.deepEqual(tileBox(row, 4), { x: 84, y: 84, width: 64, height: 64 });
});

test("the ledger of a convolution adds up", () => {
  const term = (channel, sum) => ({
    channel,
    sum,
    window: [
      [1, 0],
      [0, 0],
    ],
    filter: [
      [sum, 0],
      [0, 0],
    ],
    products: [
      [sum, 0],
      [0, 0],
    ],
  });
  const sums = [1, -5, 0.5, 3, 0.25, -2];
  const parts = {
    kind: "conv",
    terms: sums.map((sum, i) => term(i, sum)),
    bias: 0.5,
    sum: -2.25,
    value: -1.75,
    relu: 0,
  };
  const options = { all: false, channelName: String };
  const { items, more } = ledgerItems(parts, options);
  assert.equal(more, 6);
  assert.deepEqual(
    items.slice(0, 4).map(({ name }) => name),
    ["0", "1", "3", "5"],
  ); // the strongest
  assert.deepEqual(
    items.map(({ amount }) => amount),
    ["+1.00", "−5.00", "+3.00", "−2.00", "+0.75", "+0.50", "−1.75", "0"],
  );
  assert.equal(ledgerItems(parts, { ...options, all: true }).items.length, 6 + 3);
});

test("the ledgers of pooling and of a fully connected layer", () => {
  const options = { all: false, channelName: (i) => `map ${i}` };
  const pool = {
    kind: "pool",
    terms: [
      {
        channel: 2,
        window: [
          [1, null],
          [3, 2],
        ],
        filter: null,
        products: null,
        sum: 3,
      },
    ],
    winner: [1, 0],
    bias: 0,
    sum: 3,
    value: 3,
    relu: null,
  };
  const { items } = ledgerItems(pool, options);
  assert.deepEqual(
    items.map(({ name, amount }) => [name, amount]),
    [
      ["map 2", ""],
      ["sum.pool", "3.00"],
    ],
  );
  assert.deepEqual(items[0].cells[0].marked, [1, 0]);
  const linear = {
    kind: "linear",
    terms: [],
    inputs: Float32Array.from({ length: 20 }, (_, i) => i),
    weights: new Float32Array(20).fill(0.5),
    bias: 1,
    sum: 95,
    value: 96,
    relu: 96,
  };
  const shown = ledgerItems(linear, options).items;
  assert.equal(shown.length, 8 + 1 + 3);
  assert.equal(shown[0].name, "map 12"); // the eight largest products, in order
  assert.equal(shown[8].amount, "+33.0"); // 0 + 0.5 + … + 5.5
});

test("the cone of pool5 of D ends in 212 pixels", () => {
  const D = choices(null).find(({ id }) => id === "D");
  const all = analyse(D.stacks[0].layers, D.input).rows;
  const levels = coneLevels(
    all,
    all.findIndex(({ name }) => name === "pool5"),
    D.input,
  );
  assert.deepEqual(
    levels.slice(0, 3).map(({ left, right }) => right - left + 1),
    [1, 2, 4],
  );
  assert.equal(levels.at(-1).right - levels.at(-1).left + 1, 212);
});

const grey = (values, width, height) => ({
  width,
  height,
  data: Uint8ClampedArray.from(values.flatMap((v) => [v, v, v, 255])),
});

test("a picture is cut to the net's proportions and reduced by means", () => {
  const wide = grey([9, 0, 100, 50, 60, 9, 9, 20, 80, 30, 40, 9], 6, 2);
  assert.deepEqual([...fitPicture(wide, 1, 1).data], [65, 65, 65, 255]); // of 100, 50, 80 and 30
  const whole = fitPicture(grey([0, 100, 200, 40], 2, 2), 1, 1);
  assert.deepEqual([...whole.data], [85, 85, 85, 255]);
});

test("a picture of the right size stays as it is, and an even one stays even", () => {
  const picture = grey(
    Array.from({ length: 64 }, (_, i) => (i * 37) % 256),
    8,
    8,
  );
  assert.deepEqual(fitPicture(picture, 8, 8).data, picture.data);
  for (const side of [3, 8, 11, 20]) {
    const { data } = fitPicture(grey(new Array(64).fill(77), 8, 8), side, side);
    assert.ok(
      data.every((value, i) => value === (i % 4 === 3 ? 255 : 77)),
      String(side),
    );
  }
});

test("what is transparent becomes white", () => {
  const clear = { width: 1, height: 1, data: Uint8ClampedArray.of(0, 0, 0, 0) };
  assert.deepEqual([...fitPicture(clear, 2, 2).data.slice(0, 4)], [255, 255, 255, 255]);
});

test("a drawing is enlarged to fill the square, and survives its text", () => {
  const side = 40;
  const values = new Array(side * side).fill(0);
  for (let y = 10; y < 20; y += 1) for (let x = 4; x < 7; x += 1) values[y * side + x] = 255;
  const text = drawingText(grey(values, side, side), 8);
  assert.equal(text.length, 64);
  const pixels = drawingPixels(text);
  const ink = (row) => [0, 1, 2, 3, 4, 5, 6, 7].map((x) => pixels.data[4 * (8 * row + x)]);
  assert.ok(ink(0).some((v) => v > 100) && ink(7).some((v) => v > 100)); // from top to bottom
  assert.equal(Math.max(...ink(4).slice(0, 2), ...ink(4).slice(6)), 0); // and in the middle
  assert.equal(drawingText(pixels, 8)?.length, 64);
});

test("nothing drawn, and texts that are no drawing", () => {
  assert.equal(drawingText(grey(new Array(16).fill(0), 4, 4), 8), null);
  for (const text of ["", "0", "012", "zzzz", "0".repeat(33 * 33)])
    assert.equal(drawingPixels(text), null);
  assert.equal(drawingPixels("0f0f").width, 2);
});

test("colours go from first to last, and a few large numbers do not make others pale", () => {
  const table = ramp(["#000000", "#102030", "#ffffff"]);
  assert.deepEqual([...table.slice(0, 3), ...table.slice(-3)], [0, 0, 0, 255, 255, 255]);
  const numbers = Float32Array.from({ length: 2000 }, (_, i) => (i < 2 ? 100 : 1));
  assert.ok(strong(numbers, 0.003) < 1.5);
  assert.equal(strong(Float32Array.of(3, -7), 0.003), 7);
});

test("numbers as text", () => {
  assert.deepEqual([138357544, 1792, 0, 999, 1e9, 15470264320].map(short), [
    "138 M",
    "1.79 K",
    "0",
    "999",
    "1 G",
    "15.5 G",
  ]);
  assert.deepEqual([12845056, 4000, 512].map(bytes), ["12.8 MB", "4 kB", "512 B"]);
  assert.deepEqual([0, 1.5, -0.0123, 12345, 1e-5].map(real), [
    "0",
    "1.50",
    "−0.012",
    "1.2e+4",
    "1.0e−5",
  ]);
  assert.deepEqual([0, 0.0001, 0.05, 0.814, 0.997, 0.99999, 1].map(percent), [
    "0%",
    "< 0.1%",
    "5.0%",
    "81%",
    "99.7%",
    "> 99.9%",
    "100%",
  ]);
  assert.equal(count(null), "–");
});

test("texts have their values, and a missing text shows its key", () => {
  useLanguage({ en: { a: "{n} of {m}" } }, "en");
  assert.equal(t("a", { n: 1234, m: "x" }), "1,234 of x");
  assert.equal(t("missing"), "missing");
});

const WEB = new URL("../../minivgg/explorer/web/", import.meta.url);
const sources = readdirSync(WEB)
  .filter((name) => /\.(js|html)$/.test(name))
  .map((name) => readFileSync(new URL(name, WEB), "utf8"))
  .join("\n");
const { en, ko } = JSON.parse(readFileSync(new URL("strings.json", WEB), "utf8"));
const prefixes = [...sources.matchAll(/`([a-z]+\.[\w.-]*)\$\{/g)].map((match) => match[1]);

test("every text that is asked for exists, and every text is asked for", () => {
  const asked = [...sources.matchAll(/\bt\(\s*"([^"]+)"|data-t(?:-label)?="([^"]+)"/g)].map(
    (match) => match[1] ?? match[2],
  );
  assert.ok(asked.length > 50);
  assert.deepEqual(
    asked.filter((key) => !(key in en)),
    [],
  );
  const written = new Set([...sources.matchAll(/"([a-z][\w.-]*)"/g)].map((match) => match[1]));
  const isUsed = (key) => written.has(key) || prefixes.some((prefix) => key.startsWith(prefix));
  assert.deepEqual(
    Object.keys(en).filter((key) => !isUsed(key)),
    [],
  );
});

test("texts have the same values in both languages", () => {
  const values = (text) =>
    [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([whole]) => whole))].sort();
  for (const key of Object.keys(en)) {
    const optional = ["share.parameters", "share.macs"].includes(key);
    if (!optional) assert.deepEqual(values(ko[key]), values(en[key]), key);
  }
});

test("there is a sentence for every error of shapes.js and every problem of an address", () => {
  const codes = (name) =>
    [...readFileSync(new URL(name, WEB), "utf8").matchAll(/code: "([\w-]+)"/g)].map(
      (match) => match[1],
    );
  for (const code of codes("shapes.js")) assert.ok(`error.${code}` in en, code);
  for (const code of [...codes("state.js"), ...codes("stack_text.js")])
    assert.ok(`problem.${code}` in en, code);
});
