// The stacks to choose from are the package's nets, layer by layer.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { choices } from "../../minivgg/explorer/web/presets.js";
import { analyse } from "../../minivgg/explorer/web/shapes.js";
import { FOLDER } from "./case.mjs";

const LEFT_OUT = ["relu", "flatten", "dropout"]; // they change no number of the others
const PAIRS = { "3x3-7x7": ["3 of 3×3", "1 of 7×7"], "3x3-11x11": ["5 of 3×3", "1 of 11×11"] };
const nets = JSON.parse(readFileSync(join(FOLDER, "shapes.json"), "utf8"));

for (const { id, input, stacks } of choices(null)) {
  for (const [i, stack] of stacks.entries()) {
    const name = PAIRS[id]?.[i] ?? id;
    test(`${name}: layers, fields and costs are the package's`, () => {
      const net = nets.find((other) => other.name === name);
      const expected = net.rows.filter((_, j) => !LEFT_OUT.includes(net.layers[j].kind));
      const { rows, error } = analyse(stack.layers, input);
      assert.equal(error, null);
      assert.deepEqual(input, net.input);
      assert.deepEqual(
        rows.map(({ field, jump, parameters, macs, memory }) => (
          { field, jump, parameters, macs, memory })),
        expected.map(({ field: [field], jump, parameters, macs, memory }) => (
          { field, jump, parameters, macs, memory })),
      );
    });
  }
}
