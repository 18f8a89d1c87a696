// Saliency, Grad-CAM and occlusion are the package's; random weights make other pictures.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  defaultSquare, edges, explain, randomised, rankCorrelation,
} from "../../minivgg/explorer/web/explanations.js";
import { decodeNet, forward, prepare } from "../../minivgg/explorer/web/net.js";
import { difference, floats, FOLDER, readCase } from "./case.mjs";

const ALLOWED = 1e-4;

/** All parts and the result of the generator. */
function run(net, activations, values) {
  const steps = explain(net, activations, values), parts = [];
  for (;;) {
    const { value, done } = steps.next();
    if (done) return { parts, result: value };
    if (value !== undefined) parts.push(value);
  }
}

/** The index of the last convolution's maps, after ReLU. */
function lastMaps({ layers }) {
  const last = layers.findLastIndex(({ kind }) => kind === "conv");
  return layers[last + 1]?.kind === "relu" ? last + 2 : last + 1;
}

function prepared(name) {
  const found = readCase(name), net = decodeNet(found.document);
  return { found, net, activations: forward(net, prepare(net, found.picture), found.size) };
}

for (const name of readdirSync(FOLDER).filter((entry) => !entry.includes("."))) {
  const { found, net, activations } = prepared(name);
  if (found.explained === null) continue;
  const values = { label: found.explained, maps: lastMaps(net), random: 0, seed: 1 };

  test(`${name}: saliency, Grad-CAM and occlusion are the package's`, (t) => {
    const { parts, result } = run(net, activations, values);
    const expected = floats(join(FOLDER, name, "explanations"));
    let start = 0;
    for (const method of ["saliency", "cam", "occlusion"]) {
      const { height, width, data } = result[method];
      const own = expected.subarray(start, (start += height * width));
      const apart = method === "occlusion"
        ? Math.max(...data.map((value, i) => Math.abs(value - own[i])))
        : difference(data, own);
      assert.ok(apart < ALLOWED, `${method}: ${apart}`);
      t.diagnostic(`${method} differs by ${apart.toExponential(1)}`);
    }
    assert.equal(start, expected.length);
    // one row of squares after the other
    const known = parts.slice(2).map(({ occlusion }) => occlusion.data.findIndex(Number.isNaN));
    const { height, width } = result.occlusion;
    assert.deepEqual(known, [...Array(height).keys()].map((i) => (i < height - 1 ? (i + 1) * width : -1)));
  });
}

test("the square has a quarter of the picture's side, and moves by half of its own", () => {
  assert.deepEqual(defaultSquare(224, 300), { size: 56, stride: 28 });
  assert.deepEqual(defaultSquare(3, 200), { size: 1, stride: 1 });
});

test("only the last layers get random weights, the same ones for a seed", () => {
  const { net } = prepared("digits");
  const weighted = ({ layers }) => layers.filter((layer) => "weight" in layer);
  const before = weighted(net);
  for (const count of [0, 1, 3, 99]) {
    const after = weighted(randomised(net, count, 5));
    const same = before.map((layer, i) => layer.weight === after[i].weight);
    assert.deepEqual(same, before.map((_, i) => i < before.length - count));
  }
  const [one, again, other] = [5, 5, 6].map((seed) => weighted(randomised(net, 2, seed)).at(-2));
  assert.deepEqual(one.weight, again.weight);
  assert.notDeepEqual(one.weight, other.weight);
  assert.ok(one.bias.every((b) => b === 0));
  const { weight, channels } = one;
  const square = weight.reduce((sum, w) => sum + w * w, 0) / weight.length;
  const mean = weight.reduce((sum, w) => sum + w, 0) / weight.length;
  const expected = 2 / (weight.length / channels);
  assert.ok(Math.abs(square / expected - 1) < 0.15 && Math.abs(mean) < 0.1 * Math.sqrt(expected));
});

test("with random weights there is another picture, but not of the edges", () => {
  const { found, net, activations } = prepared("digits");
  const values = { label: found.explained, maps: lastMaps(net), random: 0, seed: 1 };
  const trained = run(net, activations, values).result;
  const sums = { saliency: 0, cam: 0, occlusion: 0 }, seeds = [1, 2, 3, 4, 5, 6];
  for (const seed of seeds) {
    const { result } = run(net, activations, { ...values, random: 6, seed });
    for (const method of Object.keys(sums))
      sums[method] += rankCorrelation(trained[method].data, result[method].data) ?? 0;
  }
  for (const [method, sum] of Object.entries(sums))
    assert.ok(sum / seeds.length < 0.4, `${method}: ${sum / seeds.length}`);
  const steep = edges(activations[0]);
  assert.deepEqual([steep.height, steep.width], [8, 8]);
  assert.ok(Math.max(...steep.data) > 0);
});

test("ranks are correlated as Spearman defines it", () => {
  const of = (...values) => Float32Array.from(values);
  assert.equal(rankCorrelation(of(1, 5, 2), of(10, 99, 20)), 1);
  assert.equal(rankCorrelation(of(1, 5, 2), of(3, 1, 2)), -1);
  assert.equal(rankCorrelation(of(1, 1, 1), of(1, 2, 3)), null);
  // ties have the mean of their ranks: 0.5, 0.5, 2 and 0, 1, 2
  assert.ok(Math.abs(rankCorrelation(of(4, 4, 7), of(1, 2, 3)) - Math.sqrt(3) / 2) < 1e-12);
});
