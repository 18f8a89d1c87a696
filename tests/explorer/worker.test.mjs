// Computing in slices: the same numbers, and a later picture ends an earlier one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeNet, forward, prepare } from "../../minivgg/explorer/web/net.js";
import { gradient } from "../../minivgg/explorer/web/backward.js";
import { localRunner } from "../../minivgg/explorer/web/worker.js";
import { readCase } from "./case.mjs";

const found = readCase("cifar10");
const net = decodeNet(found.document);
const input = prepare(net, found.picture);

test("slices give the same numbers and report progress", async () => {
  const reports = [];
  const runner = localRunner(net, 0);
  const activations = await runner.forward(input, found.size, (...report) => reports.push(report));
  assert.deepEqual(activations, forward(net, input, found.size));
  assert.ok(reports.length > net.layers.length / 2);
  const { index, ...unit } = found.units[0];
  const slow = gradient(net, activations, index, unit);
  assert.deepEqual(await runner.gradient(index, unit), slow);
});

test("a later picture ends an earlier one", async () => {
  const runner = localRunner(net, 0);
  const earlier = assert.rejects(runner.forward(input, found.size), { name: "AbortError" });
  const later = await runner.forward(input, found.size);
  await earlier;
  assert.equal(later.length, net.layers.length + 1);
});

test("closing ends what is computed, and a gradient needs a picture", async () => {
  const runner = localRunner(net, 0);
  await assert.rejects(runner.gradient(1, { channel: 0, y: 0, x: 0 }), /no picture/);
  const ended = assert.rejects(runner.forward(input, found.size), { name: "AbortError" });
  runner.close();
  await ended;
});
