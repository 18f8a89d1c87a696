// The stacks that can be chosen: the page's own, those of the paper, AlexNet, the pairs of §2.3.

import { parseStack } from "./stack_text.js";

/**
 * @typedef {import("./stack_text.js").StackLayer} StackLayer
 * @typedef {import("./state.js").Shape} Shape
 * @typedef {{C: number, D: number, N: number}} Sliders
 * @typedef {{id: string, title: string, stacks: {title: string, layers: StackLayer[]}[],
 *   input: Shape, pair: boolean}} Choice
 */

const HEAD = "F4096,F4096,F1000";
const IMAGENET = { channels: 3, height: 224, width: 224 };

// Simonyan & Zisserman 2014, Table 1, and the net with 5×5 filters of §4.1
const NETS = {
  A: `64,M,128,M,256,256,M,512,512,M,512,512,M,${HEAD}`,
  "A-LRN": `64,LRN,M,128,M,256,256,M,512,512,M,512,512,M,${HEAD}`,
  B: `64,64,M,128,128,M,256,256,M,512,512,M,512,512,M,${HEAD}`,
  "B-5x5": `64x5,M,128x5,M,256x5,M,512x5,M,512x5,M,${HEAD}`,
  C: `64,64,M,128,128,M,256,256,256x1,M,512,512,512x1,M,512,512,512x1,M,${HEAD}`,
  D: `64,64,M,128,128,M,256,256,256,M,512,512,512,M,512,512,512,M,${HEAD}`,
  E: `64,64,M,128,128,M,256,256,256,256,M,512,512,512,512,M,512,512,512,512,M,${HEAD}`,
};
// Krizhevsky et al. 2012, with its two groups
const ALEXNET = `96x11s4p0,LRN,M3s2,256x5g2,LRN,M3s2,384,384g2,256g2,M3s2,${HEAD}`;
const ALEXNET_NAMES = [
  "conv1",
  "lrn1",
  "pool1",
  "conv2",
  "lrn2",
  "pool2",
  "conv3",
  "conv4",
  "conv5",
  "pool5",
  "fc6",
  "fc7",
  "fc8",
];
// §2.3: the same receptive field, without biases
const PAIRS = {
  "3x3-7x7": { texts: ["64b0,64b0,64b0", "64x7b0"], titles: ["3 × (3×3)", "1 × (7×7)"] },
  "3x3-11x11": {
    texts: ["64b0,64b0,64b0,64b0,64b0", "64x11b0"],
    titles: ["5 × (3×3)", "1 × (11×11)"],
  },
};

/**
 * @param {{preset?: string, text?: string, input?: Shape} | null} own what the page was made for
 * @returns {Choice[]} in the order of the page
 */
export function choices(own) {
  const single = (id, text, input) => {
    const title = id.replace(/(\d)x(\d)/g, "$1×$2");
    return { id, title, input, pair: false, stacks: [{ title, layers: parseStack(text).layers }] };
  };
  const alexnet = single("AlexNet", ALEXNET, { channels: 3, height: 227, width: 227 });
  alexnet.stacks[0].layers.forEach((layer, i) => (layer.name = ALEXNET_NAMES[i]));
  const mine =
    own?.text && parseStack(own.text).problem === null
      ? [single(own.text, own.text, own.input ?? IMAGENET)]
      : [];
  return [
    ...mine,
    ...Object.entries(NETS).map(([id, text]) => single(id, text, IMAGENET)),
    alexnet,
    ...Object.entries(PAIRS).map(([id, { texts, titles }]) => ({
      id,
      title: titles.join(" | "),
      input: { channels: 64, height: 56, width: 56 },
      pair: true,
      stacks: texts.map((text, i) => ({ title: titles[i], layers: parseStack(text).layers })),
    })),
  ];
}

/**
 * A pair with the channels of the sliders: C to C for 7×7, D to N for 11×11.
 *
 * @param {Choice} choice
 * @param {Sliders} sliders
 * @returns {Choice}
 */
export function withSliders(choice, { C, D, N }) {
  if (!choice.pair) return choice;
  const [inputs, outputs] = choice.id === "3x3-7x7" ? [C, C] : [D, N];
  return {
    ...choice,
    input: { ...choice.input, channels: inputs },
    stacks: choice.stacks.map((stack) => ({
      ...stack,
      layers: stack.layers.map((layer) => ({ ...layer, channels: outputs })),
    })),
  };
}

/**
 * §2.3: weights of small filters one after the other, and of one large filter, without biases.
 *
 * @param {Sliders} sliders
 * @returns {{three: number, seven: number, five: number, eleven: number, limit: number}}
 */
export function filterCounts({ C, D, N }) {
  return {
    three: 27 * C * C,
    seven: 49 * C * C,
    five: 9 * D * N + 36 * N * N,
    eleven: 121 * D * N,
    limit: (28 / 9) * D, // five 3×3 have fewer weights while N is below this
  };
}
