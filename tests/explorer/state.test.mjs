/** The state of the page and its address. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { choices, filterCounts, withSliders } from "../../minivgg/explorer/web/presets.js";
import {
  formatStack,
  LIMITS,
  nameLayers,
  parseStack,
} from "../../minivgg/explorer/web/stack_text.js";
import { formatState, initialState, parseState } from "../../minivgg/explorer/web/state.js";

test("a stack is read with the usual numbers of a net", () => {
  const { layers, problem } = parseStack("64, 64x5 ,M,128x1,F10");
  assert.equal(problem, null);
  assert.deepEqual(
    layers.map(({ kind, kernel, stride, padding, channels }) => [
      kind,
      kernel,
      stride,
      padding,
      channels,
    ]),
    [
      ["conv", 3, 1, 1, 64],
      ["conv", 5, 1, 2, 64],
      ["pool", 2, 2, 0, null],
      ["conv", 1, 1, 0, 128],
      ["linear", 1, 1, 0, 10],
    ],
  );
  assert.deepEqual(
    layers.map(({ name }) => name),
    ["conv1_1", "conv1_2", "pool1", "conv2_1", "fc3"],
  );
});

test("stride, padding, groups and a missing bias are read and written", () => {
  for (const text of ["96x11s4p0", "M3s2", "256x5g2", "64x7b0", "64p0", "M2s1p1", "LRN,F1000"]) {
    const { layers, problem } = parseStack(text);
    assert.equal(problem, null, text);
    assert.equal(formatStack(layers), text === "M2s1p1" ? "Ms1p1" : text);
    assert.deepEqual(parseStack(formatStack(layers)).layers, layers);
  }
});

test("all stacks to choose survive the address", () => {
  for (const { stacks } of choices(null)) {
    for (const { layers } of stacks) {
      assert.deepEqual(parseStack(formatStack(layers)).layers, nameLayers(layers));
    }
  }
});

test("what is no layer is said, and a stack that is too long", () => {
  for (const item of [
    "hello",
    "64x",
    "x3",
    "M0",
    "64s0",
    "64x100",
    "70000",
    "F0",
    "Mg2",
    "64p50",
    "-1",
  ]) {
    assert.deepEqual(parseStack(`64,${item}`).problem, { code: "stack-item", item }, item);
  }
  const long = new Array(LIMITS.layers + 1).fill("64").join(",");
  assert.equal(parseStack(long).problem.code, "stack-too-long");
  assert.equal(parseStack(new Array(LIMITS.layers).fill("64").join(",")).problem, null);
  assert.deepEqual(parseStack(""), { layers: [], problem: null });
});

test("names of layers are the paper's, and different", () => {
  const names = nameLayers(parseStack("LRN,LRN,64,M,M,F10,F10").layers).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  const paper = choices(null)
    .find(({ id }) => id === "D")
    .stacks[0].layers.map(({ name }) => name);
  assert.deepEqual(
    [paper[0], paper[9], paper.at(-3), paper.at(-1)],
    ["conv1_1", "pool3", "fc6", "fc8"],
  );
});

test("a state survives its address", () => {
  const states = [
    {},
    { language: "ko", row: "0:3" },
    { preset: "A-LRN" },
    { preset: "3x3-11x11" },
    {
      preset: null,
      stacks: ["64x7b0,M", "96x11s4p0"],
      input: { channels: 7, height: 20, width: 30 },
    },
    { sliders: { C: 1, D: 512, N: 30 } },
    { preset: "64,64,M,128x5" },
    { task: "field", projector: true },
  ].map((part) => ({ ...initialState(), ...part }));
  const seen = [
    {
      net: "vgg16-pool3",
      picture: "digit-3",
      before: true,
      scale: "map",
      open: ["conv1_1", "fc5"],
    },
    { net: "내 신경망 (é)", unit: { layer: "conv2_1", channel: 5, y: 3, x: 0 } },
    { picture: "drawing", drawing: "0123456789abcdef" },
    { task: "border", projector: true },
  ].map((part) => ({ ...initialState(), mode: "see", ...part }));
  for (const state of [...states, ...seen]) {
    assert.deepEqual(parseState(formatState(state)), { state, problems: [] });
  }
});

test("links are short and can be read", () => {
  const unit = { layer: "conv2_1", channel: 5, y: 3, x: 7 };
  const state = { ...initialState(), mode: "see", net: "cifar10", unit };
  assert.equal(formatState(state), "#mode=see&net=cifar10&unit=conv2_1:5:3:7");
  const own = { ...initialState(), preset: null, stacks: ["64,M"] };
  assert.equal(formatState(own), "#mode=build&stack=64,M&input=3x224x224");
});

test("each part of an address that cannot be read is said, and the rest is kept", () => {
  const bad = {
    mode: "fly",
    lang: "xx",
    preset: "<b>",
    input: "0x1x1",
    C: "513",
    unit: "conv1_1:1:2",
    open: "a b",
    drawing: "xyz",
    scale: "big",
    before: "yes",
    task: "<b>",
    projector: "yes",
    other: "1",
    net: "x".repeat(601),
    picture: "<i>",
  };
  for (const [part, value] of Object.entries(bad)) {
    const { state, problems } = parseState(`#${part}=${encodeURIComponent(value)}&N=7`);
    assert.deepEqual(problems, [{ code: "address", part, value: value.slice(0, 40) }], part);
    assert.deepEqual(state, { ...initialState(), sliders: { C: 64, D: 64, N: 7 } }, part);
  }
});

test("an address that names a net, a picture or a unit opens See, if it does not say Build", () => {
  for (const part of ["net=cifar10", "picture=ship", "unit=conv1_1:0:1:2", "drawing=0f0f"]) {
    assert.equal(parseState(`#${part}`).state.mode, "see", part);
    assert.equal(parseState(`#mode=build&${part}`).state.mode, "build", part);
  }
  assert.equal(parseState("#lang=ko").state.mode, "build");
});

test("an address can be anything", () => {
  for (const text of [
    "#",
    "",
    "#%E0%A4%A",
    "#====&&&",
    `#stack=${"64,".repeat(5000)}`,
    "#__proto__=1",
    "#constructor=1&toString=2",
    "#input=99999x1x1",
    "#mode=see&mode=build",
  ]) {
    const { state, problems } = parseState(text);
    assert.ok(["build", "see"].includes(state.mode));
    assert.ok(Array.isArray(problems));
    assert.doesNotThrow(() => parseState(formatState(state)));
  }
});

test("three stacks are one too many", () => {
  const { state, problems } = parseState("#stack=64&stack=64x7&stack=32");
  assert.deepEqual(state.stacks, ["64", "64x7"]);
  assert.equal(problems.length, 1);
});

test("small filters: 27C² against 49C², 9DN + 36N² against 121DN", () => {
  const counts = filterCounts({ C: 10, D: 9, N: 28 });
  assert.deepEqual([counts.three, counts.seven], [2700, 4900]);
  assert.equal(counts.limit, 28);
  assert.equal(counts.five, counts.eleven); // at the limit
  const below = filterCounts({ C: 1, D: 9, N: 27 });
  assert.ok(below.five < below.eleven);
});

test("sliders change the channels of the pairs only", () => {
  const sliders = { C: 5, D: 2, N: 3 };
  for (const choice of choices(null)) {
    const changed = withSliders(choice, sliders);
    if (!choice.pair) assert.equal(changed, choice);
    else {
      const [inputs, outputs] = choice.id === "3x3-7x7" ? [5, 5] : [2, 3];
      assert.equal(changed.input.channels, inputs);
      assert.ok(changed.stacks.every(({ layers }) => layers.every((l) => l.channels === outputs)));
    }
  }
});

test("the page's own stack is the first to choose, if it can be read", () => {
  const input = { channels: 3, height: 32, width: 32 };
  const [own] = choices({ text: "64x5,M", input });
  assert.deepEqual([own.id, own.title, own.input], ["64x5,M", "64×5,M", input]);
  assert.equal(choices({ text: "bad" })[0].id, "A");
  assert.equal(choices({ preset: "D" })[0].id, "A");
});

test("the modes with a net share what is chosen, and have settings of their own", () => {
  const shared = "net=digits&picture=digit-3";
  for (const hash of [
    `#mode=backward&${shared}&class=5&rate=0.25&h=0.001&parameter=conv1_1:weight:12`,
    `#mode=dense&${shared}&large=picture&window=12,3&zeros=1&sizes=0.75,1,1.5`,
    `#mode=why&${shared}&class=2&cam=conv2_1&random=3`,
    "#mode=why",
  ]) {
    const { state, problems } = parseState(hash);
    assert.deepEqual(problems, []);
    assert.equal(formatState(state), hash);
  }
  const { state } = parseState("#mode=backward&class=5&parameter=fc3:bias:7&h=1e-8");
  assert.deepEqual(state.parameter, { layer: "fc3", part: "bias", index: 7 });
  assert.deepEqual([state.label, state.step], [5, 1e-8]);
  for (const part of [
    "class=x",
    "rate=0",
    "rate=1e9",
    "h=.",
    "h=2",
    "parameter=conv1_1:12",
    "large=both",
    "window=1",
    "zeros=0",
    "sizes=1,9",
    "cam=a/b",
    "random=-1",
    "random=100",
    "sizes=1,1,1,1,1,1",
  ]) {
    const { state: kept, problems } = parseState(`#mode=backward&${part}`);
    assert.equal(problems[0]?.code, "address", part);
    assert.deepEqual(kept, { ...parseState("").state, mode: "backward" });
  }
});
