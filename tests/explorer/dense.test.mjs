// Dense evaluation: the class map is the package's, and zeros change what it is said they change.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { meanOf } from "../../minivgg/explorer/web/dense_cards.js";
import {
  apartFromWhole, classMap, cutWindow, denseNet, firstLinear, fullyConnected, meanOverPositions,
  withoutZeros,
} from "../../minivgg/explorer/web/dense_net.js";
import { mosaic, spanOf } from "../../minivgg/explorer/web/large_picture.js";
import { decodeNet, forward } from "../../minivgg/explorer/web/net.js";
import { analyse } from "../../minivgg/explorer/web/shapes.js";
import { difference, floats, FOLDER, readCase } from "./case.mjs";

const FORWARD = 1e-5;
const EVERYWHERE = { top: true, left: true, bottom: true, right: true };

for (const name of ["digits", "cifar10"]) {
  const { document, dense: { size, shape } } = readCase(name);
  const net = decodeNet(document), { rows } = analyse(net.layers, net.input);
  const dense = denseNet(net, rows);
  const activations = forward(dense, floats(join(FOLDER, name, "large")), size);
  const scores = activations.at(-1), [classes, height, width] = shape;

  test(`${name}: the class map is the package's`, (t) => {
    assert.deepEqual([scores.channels, scores.height, scores.width], shape);
    const apart = difference(scores.data, floats(join(FOLDER, name, "scores")));
    assert.ok(apart < FORWARD, String(apart));
    t.diagnostic(`largest difference ${apart.toExponential(1)}`);
    const mean = meanOverPositions(classMap(scores), classes);
    assert.ok(Math.abs(mean.reduce((a, b) => a + b) - 1) < 1e-12);
  });

  test(`${name}: fully connected layers give the same numbers at each place`, () => {
    const side = rows[firstLinear(net) - 1].height;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const own = fullyConnected(net, activations[firstLinear(net)], side, { y, x });
        const at = Float32Array.from({ length: classes }, (_, c) => scores.data[(c * height + y) * width + x]);
        assert.ok(difference(own, at) < 1e-6);
      }
    }
  });

  test(`${name}: a window alone has other numbers only where it sees zeros`, () => {
    const { jump } = analyse(dense.layers, { ...net.input, ...size }).rows[firstLinear(net)];
    const [top, left] = [(height - 1) * jump, jump]; // at the lower edge of the picture
    assert.equal(top + net.input.height, size.height);
    const input = cutWindow(activations[0], top, left, net.input.height, net.input.width);
    const alone = forward(net, input, net.input);
    const goesOn = { ...EVERYWHERE, bottom: false };
    let changed = 0, kept = 0;
    for (let i = 0; i < firstLinear(net); i++) {
      const row = rows[i], inside = withoutZeros(rows, i, net.input, goesOn);
      const apart = apartFromWhole(alone[i + 1], activations[i + 1], top / row.jump, left / row.jump);
      const most = alone[i + 1].data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      for (const [k, value] of apart.entries()) {
        const [y, x] = [Math.floor(k / row.width), k % row.width];
        const isInside = inside !== null && y >= inside.top && y <= inside.bottom
          && x >= inside.left && x <= inside.right;
        if (isInside) assert.ok(value <= 1e-6 * most, `${net.layers[i].name} ${y} ${x}: ${value}`);
        kept += isInside;
        changed += !isInside && value > 1e-3 * most;
      }
      if (inside !== null) assert.equal(inside.bottom, row.height - 1); // zeros of the picture itself
    }
    assert.ok(kept > 50 && changed > 50);
  });
}

test("places of the class map that see no zeros of the picture's edge", () => {
  const net = decodeNet(readCase("digits").document);
  const dense = denseNet(net, analyse(net.layers, net.input).rows);
  const size = { height: 48, width: 48 };
  const { rows } = analyse(dense.layers, { ...net.input, ...size });
  // the field of the class map has 20 pixels, from 6 before the window: places 2 to 8 of 0 to 10
  const inside = withoutZeros(rows, dense.layers.length - 1, size, EVERYWHERE);
  assert.deepEqual(inside, { top: 2, left: 2, bottom: 8, right: 8 });
});

test("nets that do not end in fully connected layers on a square map are told apart", () => {
  for (const name of ["vgg16-pool3", "pooled", "odd"]) {
    const net = decodeNet(readCase(name).document);
    assert.equal(denseNet(net, analyse(net.layers, net.input).rows), null, name);
  }
});

test("pictures are as large as can be computed in some seconds", () => {
  const spans = ["digits", "cifar10"].map((name) => spanOf(decodeNet(readCase(name).document)));
  assert.deepEqual(spans, [6, 4]);
  const layers = [{ kind: "conv", name: "", kernel: 3, stride: 1, padding: 1, channels: 64 }];
  const span = (channels, side) => spanOf({ layers, input: { channels, height: side, width: side } });
  assert.equal(span(512, 224), 1.25);
  assert.equal(span(64, 100).toFixed(2), Math.sqrt(3e9 / (64 * 64 * 9 * 100 * 100)).toFixed(2));
});

test("a mosaic, and the mean over sizes", () => {
  const part = (value) => ({ width: 1, height: 2, data: new Uint8ClampedArray(8).fill(value) });
  const { width, height, data } = mosaic([1, 2, 3, 4].map(part), 2);
  assert.deepEqual([width, height], [2, 4]);
  assert.deepEqual([0, 1, 2, 3, 4, 5, 6, 7].map((i) => data[4 * i]), [1, 2, 1, 2, 4, 1, 4, 1]);
  assert.deepEqual([...meanOf([Float64Array.of(0, 1), Float64Array.of(1, 0)])], [0.5, 0.5]);
});
