// The state of the page as text in its address, so that a link shows what its sender sees.

import { LIMITS, parseStack } from "./stack_text.js";

/**
 * @typedef {{channels: number, height: number, width: number}} Shape
 * @typedef {{code: string, [value: string]: string | number}} Problem
 * @typedef {{layer: string, channel: number, y: number, x: number}} Unit
 * @typedef {{layer: string, part: "weight" | "bias", index: number}} Parameter
 * @typedef {{y: number, x: number}} Place
 * @typedef {"build" | "see" | "backward" | "dense" | "why"} Mode
 * @typedef {{mode: Mode, language: string | null, preset: string | null,
 *   stacks: string[], input: Shape, row: string | null, sliders: {C: number, D: number, N: number},
 *   net: string | null, picture: string | null, drawing: string | null, unit: Unit | null,
 *   open: string[], before: boolean, scale: "layer" | "map", label: number | null, rate: number,
 *   step: number, parameter: Parameter | null, large: "mosaic" | "picture", window: Place,
 *   zeros: boolean, filled: boolean, sizes: number[], cam: string | null, random: number,
 *   task: string | null, projector: boolean}} State
 */

/** @type {Mode[]} */
export const MODES = ["build", "see", "backward", "dense", "why"];

export const SLIDERS = { C: [1, 512], D: [1, 512], N: [1, 512] };
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
    label: null,
    rate: 1e-4,
    step: 1e-5, // of minivgg.analysis.gradcheck
    parameter: null,
    large: "mosaic",
    window: { y: 0, x: 0 },
    zeros: false,
    filled: false,
    sizes: [1],
    cam: null,
    random: 0,
    task: null,
    projector: false,
  };
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
  const names = { net: "net", picture: "picture", row: "row", task: "task" };
  for (const [key, value] of readPairs(hash)) {
    if (key === "mode") {
      hasMode = true;
      const mode = MODES.find((name) => name === value);
      if (mode) state.mode = mode;
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
  if (["before", "projector"].includes(key) && value === "1") return (state[key] = true);
  if (key === "scale" && (value === "map" || value === "layer")) {
    state.scale = value;
    return true;
  }
  if (key in SETTINGS) {
    const { name, read } = SETTINGS[key];
    const found = read(value);
    if (found !== null) state[name] = found;
    return found !== null;
  }
  return false;
}

/** @returns {(text: string) => number | null} reads a number within limits */
function numberFrom(low, high) {
  return (text) => {
    if (!/^\d{0,6}(\.\d{1,12})?(e-?\d{1,2})?$/.test(text) || text === "") return null;
    const value = Number(text);
    return value >= low && value <= high ? value : null;
  };
}

/** @param {string} text @returns {true | null} */
function isOn(text) {
  return text === "1" ? true : null;
}

/** Parts of the address that only some modes have: the name in the state, reader and writer. */
const SETTINGS = {
  class: {
    name: "label",
    modes: ["backward", "why"],
    read: (text) => (/^\d{1,5}$/.test(text) ? Number(text) : null),
    write: String,
  },
  rate: { name: "rate", modes: ["backward"], read: numberFrom(1e-5, 1), write: String },
  h: { name: "step", modes: ["backward"], read: numberFrom(1e-10, 0.1), write: String },
  parameter: {
    name: "parameter",
    modes: ["backward"],
    read: (text) => {
      const match = /^([\w.-]{1,60}):(weight|bias):(\d{1,9})$/.exec(text);
      return match && { layer: match[1], part: match[2], index: Number(match[3]) };
    },
    write: ({ layer, part, index }) => `${layer}:${part}:${index}`,
  },
  large: {
    name: "large",
    modes: ["dense"],
    read: (text) => (["mosaic", "picture"].includes(text) ? text : null),
    write: String,
  },
  window: {
    name: "window",
    modes: ["dense"],
    read: (text) => {
      const match = /^(\d{1,4}),(\d{1,4})$/.exec(text);
      return match && { y: Number(match[1]), x: Number(match[2]) };
    },
    write: ({ y, x }) => `${y},${x}`,
  },
  zeros: { name: "zeros", modes: ["dense"], read: isOn, write: (on) => (on ? "1" : "0") },
  filled: { name: "filled", modes: ["dense"], read: isOn, write: (on) => (on ? "1" : "0") },
  sizes: {
    name: "sizes",
    modes: ["dense"],
    read: (text) => {
      const sizes = text.split(",").map(numberFrom(0.25, 4));
      return sizes.length <= 5 && sizes.every((size) => size !== null) ? sizes : null;
    },
    write: (sizes) => sizes.join(","),
  },
  cam: {
    name: "cam",
    modes: ["why"],
    read: (text) => (/^[\w.-]{1,60}$/.test(text) ? text : null),
    write: String,
  },
  random: {
    name: "random",
    modes: ["why"],
    read: (text) => (/^\d{1,2}$/.test(text) ? Number(text) : null),
    write: String,
  },
};

/**
 * @param {State} state
 * @returns {string} "#mode=…", without what has its default: links stay short.
 */
export function formatState(state) {
  const usual = initialState();
  const pairs = [["mode", state.mode]];
  const add = (key, value, isUsual) => (isUsual ? 0 : pairs.push([key, value]));
  add("lang", state.language, state.language === null);
  add("task", state.task, state.task === null);
  add("projector", "1", !state.projector);
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
    for (const [key, { name, modes, write }] of Object.entries(SETTINGS)) {
      const isUsual = JSON.stringify(state[name]) === JSON.stringify(usual[name]);
      if (modes.includes(state.mode)) add(key, isUsual ? "" : write(state[name]), isUsual);
    }
  }
  // a comma, a colon and × are allowed in a fragment, and a link is easier to read with them
  const text = pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
  return `#${text.replaceAll("%2C", ",").replaceAll("%3A", ":")}`;
}
