// Forward, gradient, arithmetic and windows equal the package's numbers with the same weights.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { arithmetic } from "../../minivgg/explorer/web/arithmetic.js";
import { gradient } from "../../minivgg/explorer/web/backward.js";
import { decodeHalves, decodeNet, forward, prepare } from "../../minivgg/explorer/web/net.js";
import { analyse } from "../../minivgg/explorer/web/shapes.js";
import { windows } from "../../minivgg/explorer/web/windows.js";
import { difference, FOLDER, readCase } from "./case.mjs";

const FORWARD = 1e-5, BACKWARD = 1e-4;

for (const name of readdirSync(FOLDER).filter((entry) => !entry.includes("."))) {
  const found = readCase(name);
  const net = decodeNet(found.document);
  const input = prepare(net, found.picture);
  const progress = [];
  const activations = forward(net, input, found.size, (...numbers) => progress.push(numbers));

  test(`${name}: all feature maps are the package's`, (t) => {
    assert.equal(activations.length, found.maps.length);
    let largest = 0;
    for (const [i, { data, name: layer }] of activations.entries()) {
      const apart = difference(data, found.maps[i]);
      assert.ok(apart < FORWARD, `${layer}: ${apart}`);
      largest = Math.max(largest, apart);
    }
    t.diagnostic(`largest difference ${largest.toExponential(1)}`);
  });

  test(`${name}: progress ends with all multiply-adds`, () => {
    const { totals } = analyse(net.layers, { ...net.input, ...found.size });
    assert.deepEqual(progress.at(-1).slice(0, 2), [totals.macs, totals.macs]);
    assert.ok(progress.every(([done], i) => i === 0 || done >= progress[i - 1][0]));
  });

  test(`${name}: gradients with respect to the picture are the package's`, (t) => {
    let largest = 0;
    for (const [i, { index, ...unit }] of found.units.entries()) {
      const apart = difference(gradient(net, activations, index, unit), found.gradients[i]);
      assert.ok(apart < BACKWARD, `${activations[index].name} ${JSON.stringify(unit)}: ${apart}`);
      largest = Math.max(largest, apart);
    }
    t.diagnostic(`largest difference ${largest.toExponential(1)}`);
  });

  test(`${name}: gradients are zero outside of the windows, and fill some`, () => {
    const { rows } = analyse(net.layers, { ...net.input, ...found.size });
    let reached = 0;
    for (const [i, { index, ...unit }] of found.units.entries()) {
      const { inside } = windows(rows, index - 1, unit).at(-1);
      const nonZero = places(found.gradients[i], found.size);
      for (const [y, x] of nonZero) {
        assert.ok(y >= inside.top && y <= inside.bottom && x >= inside.left && x <= inside.right);
      }
      reached += nonZero.length > 0
        && Math.min(...nonZero.map(([y]) => y)) === inside.top
        && Math.max(...nonZero.map(([y]) => y)) === inside.bottom;
    }
    assert.ok(reached > 0, "no unit depends on the first and the last row of its window");
  });

  test(`${name}: the arithmetic of a unit gives its number`, () => {
    for (const { index, ...unit } of found.units) {
      const parts = arithmetic(net, activations, index, unit);
      const { data } = activations[index];
      const scale = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const near = (a, b) => assert.ok(Math.abs(a - b) <= FORWARD * scale, `${parts.kind}: ${a} ${b}`);
      near(parts.sum + parts.bias, parts.value);
      if (parts.kind === "conv") {
        for (const { products, window, filter, sum } of parts.terms) {
          assert.equal(products[0][0], window[0][0] * filter[0][0]);
          near(products.flat().reduce((a, b) => a + b), sum);
        }
      }
      if (parts.kind === "pool") {
        const [{ window }] = parts.terms, [row, column] = parts.winner;
        assert.equal(window[row][column], parts.value);
        assert.equal(Math.max(...window.flat().filter((v) => v !== null)), parts.value);
      }
      if (parts.relu !== null) assert.equal(parts.relu, Math.max(0, parts.value));
    }
  });
}

/** Where numbers are not zero; the package's Winograd algorithm leaves rounding errors elsewhere. */
function places(numbers, { height, width }) {
  const least = FORWARD * numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const found = [];
  for (let i = 0; i < numbers.length; i++) {
    if (Math.abs(numbers[i]) > least) found.push([Math.floor(i / width) % height, i % width]);
  }
  return found;
}

test("half-precision numbers are decoded exactly", () => {
  const bits = [0, 0x3c00, 0xbc00, 0x7bff, 0x0001, 0x8001, 0x0400, 0x3555];
  const text = Buffer.from(Uint16Array.from(bits).buffer).toString("base64");
  const exact = [0, 1, -1, 65504, 2 ** -24, -(2 ** -24), 2 ** -14, 0.333251953125];
  assert.deepEqual([...decodeHalves(text)], exact);
});

test("a net for grey pictures takes the luminance that Pillow computes", () => {
  const { colours, greys } = JSON.parse(readFileSync(join(FOLDER, "greys.json"), "utf8"));
  const data = new Uint8ClampedArray(colours.flatMap((colour) => [...colour, 255]));
  const net = { input: { channels: 1 }, preprocess: { mean: [0], std: [1], unit: 1 } };
  assert.deepEqual([...prepare(net, { data, width: greys.length, height: 1 })], greys);
});

test("a picture of another size is refused by a net with fully connected layers", () => {
  const net = decodeNet(readCase("digits").document);
  assert.throws(() => forward(net, new Float32Array(9), { height: 3, width: 3 }), RangeError);
});
