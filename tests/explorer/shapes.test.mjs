// Sizes, fields and costs of all nets of the paper equal the package's; mistakes are said at a layer.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { analyse, MAX_LAYERS } from "../../minivgg/explorer/web/shapes.js";
import { windows } from "../../minivgg/explorer/web/windows.js";
import { FOLDER } from "./case.mjs";

const PICTURE = { channels: 3, height: 224, width: 224 };
const CONV = { kind: "conv", kernel: 3, padding: 1, channels: 8 };

for (const { name, layers, input, rows } of JSON.parse(readFileSync(join(FOLDER, "shapes.json")))) {
  test(`${name}: every number of every layer is the package's`, () => {
    const found = analyse(layers, input);
    assert.equal(found.error, null);
    assert.equal(found.rows.length, rows.length);
    for (const [i, row] of rows.entries()) {
      const own = found.rows[i];
      const shape = row.shape.length === 1 ? [own.channels] : [own.channels, own.height, own.width];
      const { parameters, macs, memory, jump } = own;
      assert.deepEqual(
        { shape, parameters, macs, memory, field: [own.field, own.fieldWidth], jump }, row);
    }
    for (const key of ["parameters", "macs", "memory"]) {
      assert.equal(found.totals[key], rows.reduce((sum, row) => sum + row[key], 0));
    }
  });

  test(`${name}: the window in the picture has the size of the field`, () => {
    const found = analyse(layers, input);
    for (const [i, row] of found.rows.entries()) {
      if (row.height === 1 && row.width === 1) continue; // a whole map, also where padding was seen
      const unit = { y: row.height - 1, x: Math.floor(row.width / 2) };
      const picture = windows(found.rows, i, unit).at(-1);
      assert.equal(picture.bottom - picture.top + 1, row.field);
      assert.equal((picture.top + picture.bottom + 1) / 2, row.start + unit.y * row.jump);
    }
  });
}

test("VGG-16: start and fields as in the paper's calculation", () => {
  const net = JSON.parse(readFileSync(join(FOLDER, "shapes.json"))).find(({ name }) => name === "D");
  const rows = analyse(net.layers, net.input).rows.filter(({ kind }) => kind === "pool");
  assert.deepEqual(rows.map(({ field, jump, start }) => [field, jump, start]),
    [[6, 2, 1], [16, 4, 2], [44, 8, 4], [100, 16, 8], [212, 32, 16]]);
});

test("the first mistake is said at its layer, and nothing is known after it", () => {
  const found = analyse([CONV, { ...CONV, kernel: 300, padding: 2 }, CONV], PICTURE);
  assert.equal(found.rows[0].error, null);
  assert.deepEqual(found.rows[1].error, { code: "kernel-does-not-fit", kernel: 300, padding: 2,
    height: 228, width: 228 });
  const low = analyse([{ ...CONV, kernel: 7 }], { ...PICTURE, height: 3 }).error;
  assert.deepEqual([low.height, low.width], [5, 226]); // padding included
  assert.deepEqual(found.rows[2].height, null);
  assert.deepEqual(found.rows[2].error, null);
  assert.deepEqual(found.totals.parameters, found.rows[0].parameters);
});

for (const [code, stack] of [
  ["not-a-number", [{ ...CONV, channels: 1.5 }]],
  ["not-a-number", [{ ...CONV, kernel: 0 }]],
  ["not-a-number", [{ ...CONV, kernel: NaN }]],
  ["not-a-number", [{ ...CONV, stride: -1 }]],
  ["not-a-number", [{ ...CONV, padding: "1" }]],
  ["not-a-number", [{ kind: "linear" }]],
  ["too-large", [{ ...CONV, channels: 2 ** 30 }]],
  ["too-large", Array(4).fill({ ...CONV, kernel: 16383, padding: 8191, channels: 2 ** 20 })],
  ["unknown-kind", [{ kind: "attention" }]],
  ["padding-too-large", [{ kind: "pool", kernel: 2, padding: 2 }]],
  ["needs-a-map", [{ kind: "flatten" }, CONV]],
  ["needs-a-map", [{ kind: "linear", channels: 4 }, { kind: "pool", kernel: 1 }]],
  ["groups-do-not-divide", [{ ...CONV, groups: 2 }]],
  ["kernel-does-not-fit", Array(9).fill({ kind: "pool", kernel: 2 })],
  ["too-many-layers", Array(MAX_LAYERS + 1).fill(CONV)],
]) {
  test(`${code} is found`, () => {
    assert.equal(analyse(stack, PICTURE).error.code, code);
  });
}

test("a picture that is none is refused", () => {
  assert.equal(analyse([CONV], { ...PICTURE, height: 0 }).error.what, "height");
  assert.equal(analyse([], PICTURE).error, null);
});

test("a unit of a flattened map has its place in the map", () => {
  const { rows } = analyse([{ kind: "flatten" }], { channels: 2, height: 3, width: 4 });
  const [, picture] = windows(rows, 0, { y: 0, x: 0, channel: 12 + 6 });
  assert.deepEqual([picture.top, picture.left], [1, 2]);
});
