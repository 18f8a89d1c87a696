// Computing in slices: the same numbers, and a later picture ends an earlier one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeNet, forward, prepare } from "../../minivgg/explorer/web/net.js";
import { gradient } from "../../minivgg/explorer/web/backward.js";
import { createRunner, localRunner } from "../../minivgg/explorer/web/worker.js";
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

test("layers are told as soon as they are computed", async () => {
  const layers = [];
  const activations = await localRunner(net, 0).forward(input, found.size, undefined,
    (activation) => layers.push(activation));
  assert.deepEqual(layers, activations.slice(1));
});

test("tasks tell their parts, and a later one of the same name ends an earlier one", async () => {
  const runner = localRunner(net, 0), parts = [];
  await assert.rejects(runner.task("training", { label: 1 }), /no picture/);
  await runner.forward(input, found.size);
  const rates = [1e-5, 1e-4], values = { label: 1, rates };
  const earlier = assert.rejects(runner.task("steps", values), { name: "AbortError" });
  await runner.task("steps", values, (part) => parts.push(part));
  await earlier;
  assert.deepEqual(parts.map(({ rate }) => rate), rates);
  assert.ok(parts[1].loss < parts[0].loss);
  const ended = assert.rejects(runner.task("training", { label: 2 }), { name: "AbortError" });
  await runner.forward(input, found.size);
  await ended;
});

/** A page with a worker that does what `answer` does with a request. */
function pageWith(t, answer) {
  class StandIn {
    postMessage(request) {
      if (request.kind !== "net") setTimeout(answer, 0, this, request);
    }

    terminate() { this.isTerminated = true; }
  }
  globalThis.document = { getElementById: () => ({ textContent: "" }) };
  globalThis.Worker = StandIn;
  t.after(() => { delete globalThis.document; delete globalThis.Worker; });
}

test("what a worker sends is put together", async (t) => {
  const expected = forward(net, input, found.size);
  pageWith(t, (worker, { id, kind, name, values }) => {
    if (kind === "task") worker.onmessage({ data: { id, part: { name, ...values } } });
    if (kind === "forward") {
      worker.onmessage({ data: { id, progress: [1, 2, "conv1_1"] } });
      for (const activation of expected.slice(1)) worker.onmessage({ data: { id, activation } });
    }
    worker.onmessage({ data: { id, result: { gradient: "slopes", task: "done" }[kind] } });
  });
  const runner = createRunner(net), seen = [];
  const activations = await runner.forward(input, found.size, (...report) => seen.push(report),
    ({ name }) => seen.push(name));
  assert.deepEqual(activations, expected);
  assert.deepEqual(seen[0], [1, 2, "conv1_1"]);
  assert.deepEqual(seen.slice(1), net.layers.map(({ name }) => name));
  assert.equal(await runner.gradient(1, found.units[0]), "slopes");
  const parts = [];
  assert.equal(await runner.task("steps", { label: 1 }, (part) => parts.push(part)), "done");
  assert.deepEqual(parts, [{ name: "steps", label: 1 }]);
});

test("an error in the worker is told, and a later picture aborts an earlier one", async (t) => {
  pageWith(t, (worker, { id }) => {
    worker.onmessage({ data: { id, error: { name: "RangeError", message: "too small" } } });
  });
  const runner = createRunner(net);
  const earlier = assert.rejects(runner.forward(input, found.size), { name: "AbortError" });
  await assert.rejects(runner.forward(input, found.size), { name: "RangeError", message: "too small" });
  await earlier;
});

test("where the worker fails the page goes on by itself", async (t) => {
  const event = { preventDefault() {} };
  pageWith(t, (worker) => worker.onerror(event));
  const runner = createRunner(net);
  const expected = forward(net, input, found.size);
  const { index, ...unit } = found.units[0];
  const waiting = runner.forward(input, found.size), slopes = runner.gradient(index, unit);
  const training = runner.task("training", { label: 1 });
  assert.deepEqual(await waiting, expected);
  assert.deepEqual(await slopes, gradient(net, expected, index, unit));
  assert.ok((await training).loss > 0);
  assert.deepEqual(await runner.forward(input, found.size), expected);
});

test("a page without workers computes by itself", async (t) => {
  pageWith(t, () => {});
  delete globalThis.Worker;
  assert.equal((await createRunner(net).forward(input, found.size)).length, net.layers.length + 1);
});
