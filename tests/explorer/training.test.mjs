// A step of training: gradients of all parameters, the fan-out of units, central differences.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fanOut, stoppedAt } from "../../minivgg/explorer/web/fan_out.js";
import { decodeNet, forward, prepare } from "../../minivgg/explorer/web/net.js";
import { TASKS } from "../../minivgg/explorer/web/tasks.js";
import { crossEntropy, steppedNet } from "../../minivgg/explorer/web/training_step.js";
import { difference, floats, FOLDER, readCase, split } from "./case.mjs";

const BACKWARD = 1e-4;

/** The result of a task, and what it has told on its way. */
function run(name, net, activations, values) {
  const parts = [], steps = TASKS[name](net, activations, values);
  for (;;) {
    const { value, done } = steps.next();
    if (done) return { result: value, parts };
    if (value !== undefined) parts.push(value);
  }
}

for (const name of ["digits", "cifar10"]) {
  const found = readCase(name), net = decodeNet(found.document), { label } = found;
  const activations = forward(net, prepare(net, found.picture), found.size);
  const { result } = run("training", net, activations, { label });

  test(`${name}: the loss and the gradients of all parameters are the package's`, (t) => {
    assert.ok(Math.abs(result.loss - found.loss) < 1e-5 * Math.max(1, found.loss));
    const expected = split(floats(join(FOLDER, name, "parameters")), found.counts);
    const own = result.parameters.filter(Boolean).flatMap(({ weight, bias }) => [weight, bias]);
    assert.equal(own.length, expected.length);
    const apart = own.map((values, i) => difference(values, expected[i]));
    assert.ok(apart.every((each) => each < BACKWARD), String(apart));
    t.diagnostic(`largest difference ${Math.max(...apart).toExponential(1)}`);
  });

  test(`${name}: the shares of a unit's windows add up to its gradient`, () => {
    const kinds = new Set();
    for (const [index, { channels, height, width, data }] of activations.entries()) {
      const most = result.maps[index].reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      for (let i = 0; i < data.length; i += Math.ceil(data.length / 40)) {
        const channel = Math.floor(i / (height * width)), y = Math.floor(i / width) % height;
        const parts = fanOut(net, activations, result.maps, index, { channel, y, x: i % width });
        const sum = parts.shares.reduce((total, share) => total + share.sum, 0);
        kinds.add(parts.kind);
        if (parts.kind === "loss" || parts.kind === "relu") continue;
        assert.ok(Math.abs(sum - result.maps[index][i]) <= 1e-6 * most, `${index} ${i} of ${channels}`);
        assert.equal(sum, parts.sum);
        if (parts.kind === "conv") {
          const products = parts.shares[0].products.flat();
          assert.equal(parts.windows, products.filter((p) => p !== null).length * parts.shares.length);
        }
      }
    }
    assert.deepEqual([...kinds].sort(), ["conv", "linear", "loss", "pool", "relu"]);
  });

  test(`${name}: ReLU and max-pool stop gradients exactly where it is said`, () => {
    for (const [i, layer] of net.layers.entries()) {
      if (layer.kind !== "relu" && layer.kind !== "pool") continue;
      const stopped = stoppedAt(layer, activations[i], activations[i + 1]);
      assert.ok(stopped.every((is, k) => !is || result.maps[i][k] === 0), layer.name);
      const open = stopped.filter((is) => !is).length;
      if (layer.kind === "pool") assert.equal(open, activations[i + 1].data.length);
      else assert.equal(open, activations[i + 1].data.filter((value) => value > 0).length);
    }
  });

  test(`${name}: a small step changes the loss as the gradient says`, () => {
    const square = result.parameters.filter(Boolean).flatMap(({ weight, bias }) => [...weight, ...bias])
      .reduce((sum, slope) => sum + slope * slope, 0);
    const rate = Number((1e-3 * result.loss / square).toPrecision(2));
    const [{ loss }] = run("step", net, activations, { label, rates: [rate] }).parts;
    assert.ok(Math.abs((result.loss - loss) / (rate * square) - 1) < 0.02, `${result.loss - loss}`);
    const stepped = steppedNet(net, result.parameters, rate);
    assert.ok(stepped.layers[0].weight instanceof Float32Array);
    const again = forward(stepped, activations[0].data, found.size);
    assert.equal(crossEntropy(again.at(-1).data, label).loss, loss);
  });

  test(`${name}: central differences in float64 give the gradient`, (t) => {
    let largest = 0;
    for (const [layer, { weight, bias, kind }] of net.layers.entries()) {
      if (!weight) continue;
      for (const [part, values] of [["weight", weight], ["bias", bias]]) {
        const slopes = result.parameters[layer][part];
        const most = slopes.reduce((best, slope, i) => (Math.abs(slope) > Math.abs(slopes[best]) ? i : best), 0);
        const { parts } = run("differences", net, activations, { label, place: { layer, part, index: most }, steps: [1e-6] });
        const [{ gradient }, { double, single }] = parts;
        const apart = Math.abs(double.slope / gradient - 1);
        assert.ok(Math.abs(gradient / slopes[most] - 1) < 1e-4);
        assert.ok(apart < 1e-6, `${kind} ${layer} ${part} of ${values.length}: ${apart}`);
        assert.ok(Math.abs(single.above - double.above) < 1e-4 * Math.max(1, found.loss));
        largest = Math.max(largest, apart);
      }
    }
    t.diagnostic(`largest difference ${largest.toExponential(1)}`);
  });
}

test("softmax and its gradient, also of large scores", () => {
  const { probabilities, loss, gradient } = crossEntropy([1000, 1000, -1000], 1);
  assert.deepEqual([...probabilities], [0.5, 0.5, 0]);
  assert.equal(loss, Math.log(2));
  assert.deepEqual([...gradient], [0.5, -0.5, 0]);
});

test("windows of a convolution with a stride, and of a pool whose windows overlap", () => {
  const maps = (height, data) => ({ name: "", kind: "", channels: 1, height, width: height, data });
  const conv = { kind: "conv", kernel: 3, stride: 2, padding: 1, weight: Float32Array.from({ length: 9 }, (_, i) => i + 1) };
  const x = maps(4, new Float32Array(16)), y = maps(2, new Float32Array(4));
  const slopes = [new Float64Array(16), Float64Array.of(1, 10, 100, 1000)];
  const at = (unit) => fanOut({ layers: [conv] }, [x, y], slopes, 0, { channel: 0, ...unit });
  assert.equal(at({ y: 1, x: 1 }).sum, 9 * 1 + 7 * 10 + 3 * 100 + 1 * 1000); // all four windows
  assert.equal(at({ y: 0, x: 0 }).windows, 1);
  assert.equal(at({ y: 0, x: 0 }).sum, 5);
  assert.deepEqual(at({ y: 2, x: 3 }).area, { top: 1, left: 1, bottom: 1, right: 1 });
  const pool = { kind: "pool", kernel: 2, stride: 1, padding: 0 };
  const z = maps(3, Float32Array.of(0, 0, 0, 0, 9, 0, 0, 0, 1));
  const won = (unit) => fanOut({ layers: [pool] }, [z, y], [new Float64Array(9), slopes[1]], 0, { channel: 0, ...unit });
  assert.deepEqual([won({ y: 1, x: 1 }).wins, won({ y: 1, x: 1 }).sum], [4, 1111]);
  assert.deepEqual([won({ y: 2, x: 2 }).wins, won({ y: 2, x: 2 }).windows], [0, 1]);
});
