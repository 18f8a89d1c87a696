/**
 * What each layer of a stack makes of a picture, without running it: sizes, fields and costs.
 *
 * The same numbers as minivgg.analysis.trace. A multiply-add is one multiplication and the addition
 * that goes with it, in a convolution or a matrix product.
 */

/**
 * @typedef {object} Layer  One layer of a stack; what its kind does not need may be left out.
 * @property {"conv"|"pool"|"linear"|"relu"|"lrn"|"batchnorm"|"flatten"|"dropout"|"gap"} kind
 * @property {string} [name]
 * @property {number} [kernel]  side of the window, of a convolution or a max-pool
 * @property {number} [stride]  1 for a convolution and the kernel for a max-pool, if left out
 * @property {number} [padding]  0 if left out
 * @property {number} [channels]  outputs of a convolution or a fully connected layer
 * @property {number} [groups]  1 if left out
 * @property {boolean|Float32Array|null} [bias]  false: it has none; true if left out
 *
 * @typedef {{channels: number, height: number, width: number}} Shape
 * @typedef {{code: string, [number: string]: number|string}} ShapeError
 *
 * @typedef {object} Row  What one layer makes of one picture; numbers are null after an error.
 * @property {string} name
 * @property {string} kind
 * @property {number|null} kernel  of layers with a window, else null
 * @property {number|null} stride
 * @property {number|null} padding
 * @property {number|null} inChannels
 * @property {number|null} inHeight
 * @property {number|null} inWidth
 * @property {number|null} channels
 * @property {number|null} height
 * @property {number|null} width
 * @property {number|null} field  r along the height, in pixels
 * @property {number|null} fieldWidth  r along the width: another only where a fully connected layer
 *   or a global average takes a map that is not square
 * @property {number|null} jump  j
 * @property {number|null} start  centre of the field of the first unit, from the top edge
 * @property {number|null} startWidth  the same from the left edge
 * @property {number|null} parameters
 * @property {number|null} macs
 * @property {number|null} memory  bytes of the outputs, in float32
 * @property {ShapeError|null} error
 */

export const MAX_LAYERS = 200;
const MOST = { channels: 1 << 20, height: 1 << 14, width: 1 << 14, kernel: 1 << 14, stride: 1 << 14,
  padding: 1 << 14, groups: 1 << 20 };
const KINDS = ["conv", "pool", "linear", "relu", "lrn", "batchnorm", "flatten", "dropout", "gap"];
const BYTES = 4;

/**
 * @param {Layer[]} stack
 * @param {Shape} input
 * @returns {{rows: Row[], totals: {parameters: number, macs: number, memory: number},
 *   error: ShapeError|null}}  totals are of the rows before an error; error is the first one
 */
export function analyse(stack, input) {
  const totals = { parameters: 0, macs: 0, memory: 0 };
  /** @type {ShapeError|null} */
  let error = wrongNumber("channels", input.channels, 1) || wrongNumber("height", input.height, 1)
    || wrongNumber("width", input.width, 1);
  if (!error && stack.length > MAX_LAYERS) {
    error = { code: "too-many-layers", layers: stack.length, most: MAX_LAYERS };
  }
  /** @type {any} */
  let state = {
    channels: input.channels, height: input.height, width: input.width,
    field: 1, fieldWidth: 1, jump: 1, start: 0.5, startWidth: 0.5,
    isFlat: false, flattened: [1, 1], // of the map that a flatten before a linear layer has taken
  };
  const rows = [];
  for (const layer of stack.slice(0, MAX_LAYERS)) {
    if (error) {
      rows.push(emptyRow(layer, null));
      continue;
    }
    error = check(layer, state);
    const next = error ? null : through(layer, state);
    error = next ? misfit(next, state) : error;
    if (!next || error) {
      rows.push(emptyRow(layer, error));
      continue;
    }
    rows.push(next.row);
    state = next.state;
    for (const key of Object.keys(totals)) totals[key] += next.row[key];
  }
  return { rows, totals, error };
}

/**
 * The error about a number that is no whole one from `least`, else null.
 *
 * @returns {ShapeError|null}
 */
function wrongNumber(what, value, least) {
  if (!Number.isInteger(value) || value < least) {
    return { code: "not-a-number", what, value: value === undefined ? "" : value, least };
  }
  return value > MOST[what] ? { code: "too-large", what, value, most: MOST[what] } : null;
}

/**
 * What is wrong with the numbers of a layer, or null.
 *
 * @returns {ShapeError|null}
 */
function check(layer, state) {
  if (!KINDS.includes(layer.kind)) return { code: "unknown-kind", kind: String(layer.kind) };
  const { kind, kernel, channels, stride, padding = 0, groups = 1 } = layer;
  if (kind === "conv" || kind === "pool") {
    const wrong = wrongNumber("kernel", kernel, 1) || wrongNumber("padding", padding, 0)
      || (stride === undefined ? null : wrongNumber("stride", stride, 1));
    if (wrong) return wrong;
    if (kind === "pool" && padding >= kernel) return { code: "padding-too-large", padding, kernel };
  }
  if (kind === "conv" || kind === "linear") {
    const wrong = wrongNumber("channels", channels, 1) || wrongNumber("groups", groups, 1);
    if (wrong) return wrong;
  }
  if (state.isFlat && ["conv", "pool", "lrn", "gap"].includes(kind)) return { code: "needs-a-map" };
  if (kind === "conv" && (state.channels % groups || channels % groups)) {
    return { code: "groups-do-not-divide", groups, inChannels: state.channels, channels };
  }
  return null;
}

/**
 * What is wrong with the result of a layer, or null.
 *
 * @returns {ShapeError|null}
 */
function misfit(next, state) {
  const { row } = next;
  if (row.height < 1 || row.width < 1) {
    return { code: "kernel-does-not-fit", kernel: row.kernel, padding: row.padding,
      height: state.height + 2 * row.padding, width: state.width + 2 * row.padding };
  }
  const counts = [row.parameters, row.macs, row.memory, row.field, row.jump];
  return counts.every(Number.isSafeInteger) ? null : { code: "too-large", what: "layer" };
}

/** The window of a layer: [kernel height, kernel width, stride, padding]. */
function windowOf(layer, state) {
  if (layer.kind === "conv") return [layer.kernel, layer.kernel, layer.stride ?? 1, layer.padding ?? 0];
  if (layer.kind === "pool") {
    return [layer.kernel, layer.kernel, layer.stride ?? layer.kernel, layer.padding ?? 0];
  }
  if (layer.kind === "gap") return [state.height, state.width, 1, 0];
  if (layer.kind === "linear") {
    return state.isFlat ? [...state.flattened, 1, 0] : [state.height, state.width, 1, 0];
  }
  return [1, 1, 1, 0];
}

/** The row of a layer, and the state after it. */
function through(layer, state) {
  const { kind, groups = 1 } = layer;
  const [kernel, kernelWidth, stride, padding] = windowOf(layer, state);
  const hasWindow = kind === "conv" || kind === "pool";
  const isFlat = state.isFlat || kind === "flatten" || kind === "linear" || kind === "gap";
  const size = (side, k) => (hasWindow ? Math.floor((side + 2 * padding - k) / stride) + 1 : side);
  const inputs = state.channels * state.height * state.width;
  let { channels } = state;
  if (kind === "conv" || kind === "linear") channels = layer.channels;
  if (kind === "flatten") channels = inputs;
  const height = isFlat ? 1 : size(state.height, kernel);
  const width = isFlat ? 1 : size(state.width, kernelWidth);
  let weights = 0;
  if (kind === "conv") weights = channels * (state.channels / groups) * kernel * kernel;
  if (kind === "linear") weights = channels * inputs;
  let parameters = weights;
  if (weights && layer.bias !== false) parameters += channels;
  if (kind === "batchnorm") parameters = 2 * channels;
  const seen = {
    field: state.field + (kernel - 1) * state.jump,
    fieldWidth: state.fieldWidth + (kernelWidth - 1) * state.jump,
    jump: state.jump * stride,
    start: state.start + ((kernel - 1) / 2 - padding) * state.jump,
    startWidth: state.startWidth + ((kernelWidth - 1) / 2 - padding) * state.jump,
  };
  const row = {
    name: layer.name ?? kind, kind,
    kernel: hasWindow ? kernel : null, stride: hasWindow ? stride : null,
    padding: hasWindow ? padding : null,
    inChannels: state.channels, inHeight: state.height, inWidth: state.width,
    channels, height, width, ...seen,
    parameters, macs: weights * height * width, memory: BYTES * channels * height * width,
    error: null,
  };
  let { flattened } = state;
  if (kind === "flatten") flattened = state.isFlat ? flattened : [state.height, state.width];
  if (kind === "linear" || kind === "gap") flattened = [1, 1];
  return { row, state: { channels, height, width, ...seen, isFlat, flattened } };
}

/** The row of a layer about which nothing is known. */
function emptyRow(layer, error) {
  const { kind, kernel = null, stride = null, padding = null } = layer;
  return {
    name: layer.name ?? kind, kind, kernel, stride, padding,
    inChannels: null, inHeight: null, inWidth: null, channels: null, height: null, width: null,
    field: null, fieldWidth: null, jump: null, start: null, startWidth: null,
    parameters: null, macs: null, memory: null, error,
  };
}
