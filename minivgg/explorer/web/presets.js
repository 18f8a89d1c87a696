// The stacks that can be chosen: Table 1 of the paper, its 5×5 net, AlexNet, and the pairs of §2.3.

import { nameLayers, parseStack } from "./state.js";

/**
 * @typedef {import("./state.js").StackLayer} StackLayer
 * @typedef {import("./state.js").Shape} Shape
 * @typedef {{titles: string[], stacks: StackLayer[][], input: Shape}} Chosen
 */

const HEAD = "F4096,F4096,F1000";
const IMAGENET = { channels: 3, height: 224, width: 224 };

/** The nets as text; ids are those of the address. */
const NETS = {
  A: `64,M,128,M,256,256,M,512,512,M,512,512,M,${HEAD}`,
  "A-LRN": `64,LRN,M,128,M,256,256,M,512,512,M,512,512,M,${HEAD}`,
  B: `64,64,M,128,128,M,256,256,M,512,512,M,512,512,M,${HEAD}`,
  "B-5x5": `64x5,M,128x5,M,256x5,M,512x5,M,512x5,M,${HEAD}`,
  C: `64,64,M,128,128,M,256,256,256x1,M,512,512,512x1,M,512,512,512x1,M,${HEAD}`,
  D: `64,64,M,128,128,M,256,256,256,M,512,512,512,M,512,512,512,M,${HEAD}`,
  E: `64,64,M,128,128,M,256,256,256,256,M,512,512,512,512,M,512,512,512,512,M,${HEAD}`,
  AlexNet: `96x11s4p0,LRN,M3s2,256x5,LRN,M3s2,384,384,256,M3s2,${HEAD}`,
};
const ALEXNET_NAMES = ["conv1", "lrn1", "pool1", "conv2", "lrn2", "pool2", "conv3", "conv4", "conv5",
  "pool5", "fc6", "fc7", "fc8"];

/** @type {{id: string, title: string, pair: boolean}[]} In the order of the page. */
export const PRESETS = [
  ...Object.keys(NETS).map((id) => ({ id, title: id.replace("x", "×"), pair: false })),
  { id: "3x3-7x7", title: "3 · 3×3 | 7×7", pair: true },
  { id: "3x3-11x11", title: "5 · 3×3 | 11×11", pair: true },
];

/**
 * @param {string} id
 * @param {{C: number, D: number, N: number}} sliders channels of the pairs
 * @returns {Chosen | null} null: there is none of this name
 */
export function preset(id, { C, D, N }) {
  if (id === "3x3-7x7") {
    return {
      titles: ["3×3 · 3", "7×7"],
      stacks: [`${C},${C},${C}`, `${C}x7`].map((text) => parseStack(text).layers),
      input: { channels: C, height: 56, width: 56 },
    };
  }
  if (id === "3x3-11x11") {
    return {
      titles: ["3×3 · 5", "11×11"],
      stacks: [`${N},${N},${N},${N},${N}`, `${N}x11`].map((text) => parseStack(text).layers),
      input: { channels: D, height: 56, width: 56 },
    };
  }
  if (!Object.hasOwn(NETS, id)) return null;
  const { layers } = parseStack(NETS[id]);
  const named = id === "AlexNet"
    ? layers.map((layer, i) => ({ ...layer, name: ALEXNET_NAMES[i] })) : nameLayers(layers);
  const input = id === "AlexNet" ? { channels: 3, height: 227, width: 227 } : IMAGENET;
  return { titles: [id], stacks: [named], input };
}

/**
 * §2.3: weights of small filters one after the other, and of one large filter, without biases.
 *
 * @param {{C: number, D: number, N: number}} sliders
 * @returns {{three: number, seven: number, five: number, eleven: number, limit: number}}
 */
export function filterCounts({ C, D, N }) {
  return {
    three: 27 * C * C, seven: 49 * C * C,
    five: 9 * D * N + 36 * N * N, eleven: 121 * D * N,
    limit: (28 / 9) * D, // five 3×3 have fewer weights while N is below this
  };
}
