// The state of the page as text in its address, so that a link shows what its sender sees.
// A stack is written as on the command line, with more where it is needed: 64 (3×3, padding 1),
// 64x5, 96x11s4p0, 256x5g2 (2 groups), 64x7b0 (no bias), M (2×2 max-pool, stride 2), M3s2, LRN,
// F4096 (fully connected).

/**
 * @typedef {{kind: string, name?: string, kernel: number, stride: number, padding: number,
 *   channels: number | null, groups?: number, bias?: boolean}} StackLayer
 * @typedef {{channels: number, height: number, width: number}} Shape
 * @typedef {{code: string, [value: string]: string | number}} Problem
 * @typedef {{layer: string, channel: number, y: number, x: number}} Unit
 * @typedef {{mode: "build" | "see", language: string | null, preset: string | null,
 *   stacks: string[], input: Shape, row: string | null, sliders: {C: number, D: number, N: number},
 *   net: string | null, picture: string | null, drawing: string | null, unit: Unit | null,
 *   open: string[], before: boolean, scale: "layer" | "map"}} State
 */

export const LIMITS = {
  layers: 64,
  kernel: 99,
  stride: 32,
  padding: 49,
  channels: 65536,
  side: 4096,
};
export const SLIDERS = { C: [1, 512], D: [1, 512], N: [1, 512] };
const ITEM = /^(?:(\d+)(?:x(\d+))?|M(\d+)?)(?:s(\d+))?(?:p(\d+))?(?:g(\d+))?(b0)?$/i;
const NAME = /^[\p{L}\p{M}\p{N}_ .,:()+×/-]{1,600}$/u; // of nets, run folders, pictures, stacks

/** @returns {State} What a page shows whose address says nothing. */
export function initialState() {
  return {
    mode: "build",
    language: null,
    preset: "D",
    stacks: [],
    input: { channels: 3, height: 224, width: 224 },
    row: null,
    sliders: { C: 64, D: 64, N: 64 },
    net: null,
    picture: null,
    drawing: null,
    unit: null,
    open: [],
    before: false,
    scale: "layer",
  };
}

/**
 * @param {string} text such as "64,64,M,128x5,F10"
 * @returns {{layers: StackLayer[], problem: Problem | null}}
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

/**
 * @param {string} hash with or without its #
 * @returns {{state: State, problems: Problem[]}} parts that cannot be read have their defaults
 */
export function parseState(hash) {
  const state = initialState();
  const problems = [];
  const wrong = (part, value) =>
    problems.push({ code: "address", part, value: value.slice(0, 40) });
  let hasMode = false;
  const names = { mode: "mode", lang: "language", net: "net", picture: "picture", row: "row" };
  for (const [key, value] of readPairs(hash)) {
    if (key === "mode") {
      hasMode = true;
      if (value === "build" || value === "see") state.mode = value;
      else wrong(key, value);
    } else if (key === "lang") {
      if (value === "en" || value === "ko") state.language = value;
      else wrong(key, value);
    } else if (key === "preset" || key in names) {
      if (NAME.test(value)) state[names[key] ?? "preset"] = value;
      else wrong(key, value);
    } else if (key === "stack") {
      const { problem } = parseStack(value.slice(0, 2000));
      if (problem === null && state.stacks.length < 2) state.stacks.push(value);
      else problems.push(problem ?? { code: "address", part: key, value: value.slice(0, 40) });
    } else if (!readSetting(state, key, value)) {
      wrong(key, value);
    }
  }
  if (state.stacks.length > 0) state.preset = null;
  // an address that somebody has written by hand may only name a net or a picture
  if (!hasMode && (state.net ?? state.picture ?? state.drawing ?? state.unit) !== null)
    state.mode = "see";
  return { state, problems };
}

/** @param {string} hash @returns {[string, string][]} */
function readPairs(hash) {
  return [...new URLSearchParams(hash.replace(/^#/, "").slice(0, 20000))];
}

/** Reads one part with numbers into the state; false: it cannot be read. */
function readSetting(state, key, value) {
  let match;
  if (key === "input" && (match = /^(\d{1,5})x(\d{1,4})x(\d{1,4})$/.exec(value))) {
    const [channels, height, width] = match.slice(1).map(Number);
    const fits =
      channels >= 1 &&
      channels <= LIMITS.channels &&
      Math.min(height, width) >= 1 &&
      Math.max(height, width) <= LIMITS.side;
    if (fits) state.input = { channels, height, width };
    return fits;
  }
  if (key in SLIDERS && /^\d{1,4}$/.test(value)) {
    const [low, high] = SLIDERS[key];
    const fits = Number(value) >= low && Number(value) <= high;
    if (fits) state.sliders[key] = Number(value);
    return fits;
  }
  if (key === "unit" && (match = /^([\w.-]{1,60}):(\d{1,5}):(\d{1,5}):(\d{1,5})$/.exec(value))) {
    const [channel, y, x] = match.slice(2).map(Number);
    state.unit = { layer: match[1], channel, y, x };
    return true;
  }
  if (key === "open" && /^[\w.,-]{0,2000}$/.test(value)) {
    state.open = value.split(",").filter((name) => name !== "");
    return true;
  }
  if (key === "drawing" && /^[0-9a-f]{1,4096}$/.test(value)) {
    state.drawing = value;
    return true;
  }
  if (key === "before" && value === "1") return (state.before = true);
  if (key === "scale" && (value === "map" || value === "layer")) {
    state.scale = value;
    return true;
  }
  return false;
}

/**
 * @param {State} state
 * @returns {string} "#mode=…", without what has its default: links stay short.
 */
export function formatState(state) {
  const usual = initialState();
  const pairs = [["mode", state.mode]];
  const add = (key, value, isUsual) => (isUsual ? 0 : pairs.push([key, value]));
  add("lang", state.language, state.language === null);
  if (state.mode === "build") {
    add("preset", state.preset, state.preset === null);
    if (state.preset === null) {
      for (const text of state.stacks) add("stack", text, false);
      const { channels, height, width } = state.input;
      add("input", `${channels}x${height}x${width}`, false);
    }
    add("row", state.row, state.row === null);
    for (const key of Object.keys(SLIDERS)) {
      add(key, state.sliders[key], state.sliders[key] === usual.sliders[key]);
    }
  } else {
    add("net", state.net, state.net === null);
    add("picture", state.picture, state.picture === null);
    add("drawing", state.drawing, state.drawing === null);
    const { unit } = state;
    add("unit", unit && `${unit.layer}:${unit.channel}:${unit.y}:${unit.x}`, unit === null);
    add("open", state.open.join(","), state.open.length === 0);
    add("before", "1", !state.before);
    add("scale", state.scale, state.scale === usual.scale);
  }
  // a comma, a colon and × are allowed in a fragment, and a link is easier to read with them
  const text = pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
  return `#${text.replaceAll("%2C", ",").replaceAll("%3A", ":")}`;
}
