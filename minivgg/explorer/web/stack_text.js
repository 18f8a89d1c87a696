// A stack of layers as text, for the address: written as on the command line, with more where it is
// needed: 64 (3×3, padding 1), 64x5, 96x11s4p0, 256x5g2 (2 groups), 64x7b0 (no bias), M (2×2
// max-pool, stride 2), M3s2, LRN, F4096 (fully connected).

/**
 * @typedef {{kind: string, name?: string, kernel: number, stride: number, padding: number,
 *   channels: number | null, groups?: number, bias?: boolean}} StackLayer
 */

export const LIMITS = {
  layers: 64,
  kernel: 99,
  stride: 32,
  padding: 49,
  channels: 65536,
  side: 4096,
};
const ITEM = /^(?:(\d+)(?:x(\d+))?|M(\d+)?)(?:s(\d+))?(?:p(\d+))?(?:g(\d+))?(b0)?$/i;

/**
 * @param {string} text such as "64,64,M,128x5,F10"
 * @returns {{layers: StackLayer[], problem: import("./state.js").Problem | null}}
 */
export function parseStack(text) {
  const items = text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
  if (items.length > LIMITS.layers) {
    return {
      layers: [],
      problem: { code: "stack-too-long", count: items.length, limit: LIMITS.layers },
    };
  }
  const layers = [];
  for (const item of items) {
    const layer = parseLayer(item);
    if (layer === null)
      return { layers: [], problem: { code: "stack-item", item: item.slice(0, 20) } };
    layers.push(layer);
  }
  return { layers: nameLayers(layers), problem: null };
}

/** @param {string} item @returns {StackLayer | null} null: it is no layer */
function parseLayer(item) {
  if (/^LRN$/i.test(item)) return { kind: "lrn", kernel: 1, stride: 1, padding: 0, channels: null };
  const linear = /^F(\d+)$/i.exec(item);
  if (linear) {
    const layer = { kind: "linear", kernel: 1, stride: 1, padding: 0, channels: Number(linear[1]) };
    return inLimits(layer) ? layer : null;
  }
  const match = ITEM.exec(item);
  if (match === null) return null;
  const [, channels, size, pool, stride, padding, groups, noBias] = match;
  const isPool = channels === undefined;
  if (isPool && (groups || noBias)) return null;
  const kernel = Number((isPool ? pool : size) ?? (isPool ? 2 : 3));
  const layer = {
    kind: isPool ? "pool" : "conv",
    kernel,
    stride: Number(stride ?? (isPool ? kernel : 1)),
    padding: Number(padding ?? (isPool ? 0 : Math.floor((kernel - 1) / 2))),
    channels: isPool ? null : Number(channels),
    ...(groups ? { groups: Number(groups) } : {}),
    ...(noBias ? { bias: false } : {}),
  };
  return inLimits(layer) ? layer : null;
}

/** @param {StackLayer} layer */
function inLimits(layer) {
  const within = (value, low, high) => Number.isInteger(value) && value >= low && value <= high;
  return (
    within(layer.kernel, 1, LIMITS.kernel) &&
    within(layer.stride, 1, LIMITS.stride) &&
    within(layer.padding, 0, LIMITS.padding) &&
    within(layer.groups ?? 1, 1, LIMITS.channels) &&
    (layer.channels === null || within(layer.channels, 1, LIMITS.channels))
  );
}

/** @param {StackLayer[]} layers @returns {string} The shortest text that parseStack understands. */
export function formatStack(layers) {
  return layers
    .map((layer) => {
      if (layer.kind === "lrn") return "LRN";
      if (layer.kind === "linear") return `F${layer.channels}`;
      const isPool = layer.kind === "pool";
      const usual = isPool
        ? { stride: layer.kernel, padding: 0 }
        : { stride: 1, padding: Math.floor((layer.kernel - 1) / 2) };
      const size = isPool
        ? layer.kernel === 2
          ? "M"
          : `M${layer.kernel}`
        : `${layer.channels}${layer.kernel === 3 ? "" : `x${layer.kernel}`}`;
      return (
        size +
        (layer.stride === usual.stride ? "" : `s${layer.stride}`) +
        (layer.padding === usual.padding ? "" : `p${layer.padding}`) +
        ((layer.groups ?? 1) === 1 ? "" : `g${layer.groups}`) +
        (layer.bias === false ? "b0" : "")
      );
    })
    .join(",");
}

/**
 * The paper's names: conv3_2 is the second convolution of block 3, pool3 ends it, fc6 comes after
 * block 5.
 *
 * @param {StackLayer[]} layers
 * @returns {StackLayer[]}
 */
export function nameLayers(layers) {
  let block = 1;
  let index = 0;
  let linear = 0;
  const used = new Set();
  return layers.map((layer) => {
    let name = layer.kind === "lrn" ? `lrn${block}_${index}` : `${layer.kind}${block}`;
    for (let copy = 2; used.has(name); copy += 1) name = `lrn${block}_${index}_${copy}`;
    if (layer.kind === "conv") {
      index += 1;
      name = `conv${block}_${index}`;
    } else if (layer.kind === "linear") {
      linear ||= index > 0 ? block + 1 : Math.max(block, 1);
      name = `fc${linear}`;
      linear += 1;
    } else if (layer.kind === "pool") {
      block += 1;
      index = 0;
    }
    used.add(name);
    return { ...layer, name };
  });
}
