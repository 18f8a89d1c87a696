/**
 * The net's computations beside the page: in a worker made of the page's own script or, where the
 * browser allows none, in the page itself, in slices.
 */
import { gradient } from "./backward.js";
import { forwardSteps } from "./net.js";
import { TASKS } from "./tasks.js";

/**
 * @typedef {import("./net.js").Net} Net
 * @typedef {import("./net.js").Activation} Activation
 * @typedef {(done: number, total: number, layer: string) => void} OnProgress
 *
 * @typedef {object} Runner
 * @property {(input: Float32Array, size: {height: number, width: number}, onProgress?: OnProgress,
 *   onLayer?: (activation: Activation) => void) => Promise<Activation[]>} forward  rejects with an
 *   AbortError when a later forward begins; onLayer gets each layer's maps as soon as they are there
 * @property {(layerIndex: number, unit: {channel: number, y: number, x: number})
 *   => Promise<Float32Array>} gradient  for the picture of the last forward
 * @property {(name: string, values: any, onPart?: (part: any) => void) => Promise<any>} task  one of
 *   TASKS, for the picture of the last forward; rejects with an AbortError when a later forward, or
 *   a later task of this name, begins; onPart gets what the task finds on its way
 * @property {() => void} close
 */

const WORKER_SLICE = 100; // milliseconds, after which the worker looks for messages
const PAGE_SLICE = 12; // so that the page can draw, 60 times a second

if (typeof document === "undefined" && "importScripts" in globalThis) serveWorker();

/**
 * @param {Net} net  of `decodeNet`
 * @returns {Runner}
 */
export function createRunner(net) {
  const worker = startWorker();
  return worker ? workerRunner(net, worker) : localRunner(net, PAGE_SLICE);
}

/** A worker that runs the page's script; null where the browser allows none. */
function startWorker() {
  const element = document.getElementById("explorer-script");
  if (element === null || typeof Worker === "undefined") return null;
  const url = URL.createObjectURL(new Blob([element.textContent], { type: "text/javascript" }));
  try {
    return new Worker(url);
  } catch {
    URL.revokeObjectURL(url); // not before: the worker may not have read it yet
    return null;
  }
}

/** A runner that asks a worker, and goes on in the page if the worker fails. */
function workerRunner(net, worker) {
  const pending = new Map(); // by the number of the request
  let count = 0, last = null, local = null;
  const ask = (request) => new Promise((resolve, reject) => {
    const id = ++count;
    pending.set(id, { ...request, resolve, reject });
    if (request.kind === "forward") last = { ...request, id, layers: [pictureOf(net, request)] };
    const { kind, input, size, layerIndex, unit, name, values } = request;
    worker.postMessage({ id, kind, input, size, layerIndex, unit, name, values });
  });
  worker.onmessage = ({ data: { id, progress, activation, part, result, error } }) => {
    const request = pending.get(id);
    if (!request) return;
    if (progress) {
      request.onProgress?.(...progress);
    } else if (activation) {
      last.layers.push(activation);
      request.onLayer?.(activation);
    } else if (part) {
      request.onPart?.(part);
    } else {
      pending.delete(id);
      if (error) request.reject(Object.assign(new Error(error.message), { name: error.name }));
      else request.resolve(request.kind === "forward" ? last.layers : result);
    }
  };
  worker.onerror = (event) => {
    event.preventDefault();
    if (local) return;
    worker.terminate();
    local = localRunner(net, PAGE_SLICE);
    const computed = last && local.forward(last.input, last.size, last.onProgress, last.onLayer);
    computed?.catch(() => {}); // it is told to those who wait for it
    for (const request of pending.values()) {
      const answer = request.kind === "forward" ? computed
        : Promise.resolve(computed).then(() => answerOf(local, request, request.onPart));
      answer.then(request.resolve, request.reject);
    }
    pending.clear();
  };
  worker.postMessage({ kind: "net", net });
  return {
    forward(input, size, onProgress, onLayer) {
      if (local) return local.forward(input, size, onProgress, onLayer);
      pending.get(last?.id)?.reject(abortError());
      pending.delete(last?.id);
      return ask({ kind: "forward", input, size, onProgress, onLayer });
    },
    gradient(layerIndex, unit) {
      if (local) return local.gradient(layerIndex, unit);
      return ask({ kind: "gradient", layerIndex, unit });
    },
    task(name, values, onPart) {
      if (local) return local.task(name, values, onPart);
      return ask({ kind: "task", name, values, onPart });
    },
    close() {
      worker.terminate();
      local?.close();
      for (const { reject } of pending.values()) reject(abortError());
      pending.clear();
    },
  };
}

/** What a runner answers to a request for a gradient or a task. */
function answerOf(runner, { kind, layerIndex, unit, name, values }, onPart) {
  return kind === "task" ? runner.task(name, values, onPart) : runner.gradient(layerIndex, unit);
}

/** The first of the activations, which the worker need not send back. */
function pictureOf(net, { input, size: { height, width } }) {
  const { channels } = net.input;
  return { name: "input", kind: "input", channels, height, width, data: input };
}

/**
 * A runner that computes where it is, in slices.
 *
 * @param {Net} net
 * @param {number} slice  milliseconds between two looks at what else there is to do
 * @returns {Runner}
 */
export function localRunner(net, slice) {
  let latest = 0, activations = null;
  const tasks = new Map(); // how often each has begun
  return {
    async forward(input, size, onProgress, onLayer) {
      const own = ++latest;
      activations = await inSlices(forwardSteps(net, input, size), slice, () => own !== latest,
        (step, isLast) => {
          if (step.activation) onLayer?.(step.activation);
          if (isLast) onProgress?.(step.done, step.total, step.layer);
        });
      return activations;
    },
    async gradient(layerIndex, unit) {
      if (activations === null) throw new Error("there is no picture yet");
      return gradient(net, activations, layerIndex, unit);
    },
    async task(name, values, onPart) {
      if (activations === null) throw new Error("there is no picture yet");
      const own = latest, number = (tasks.get(name) ?? 0) + 1;
      tasks.set(name, number);
      const isOver = () => own !== latest || tasks.get(name) !== number;
      return inSlices(TASKS[name](net, activations, values), slice, isOver,
        (part) => { if (part !== undefined) onPart?.(part); });
    },
    close() {
      latest++;
      activations = null;
    },
  };
}

/** Runs a generator, with pauses in which others can say that it is over. */
async function inSlices(steps, slice, isOver, onStep) {
  let began = performance.now();
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
    const isLast = performance.now() - began >= slice; // of this slice
    onStep(value, isLast);
    if (!isLast) continue;
    await new Promise((resolve) => { setTimeout(resolve); });
    if (isOver()) throw abortError();
    began = performance.now();
  }
}

function abortError() {
  return Object.assign(new Error("a later picture was chosen"), { name: "AbortError" });
}

/** In the worker: answer the requests of the page. */
function serveWorker() {
  let runner = null;
  globalThis.onmessage = async ({ data: { id, ...request } }) => {
    const { kind, net, input, size } = request;
    if (kind === "net") {
      runner = localRunner(net, WORKER_SLICE);
      return;
    }
    try {
      if (kind === "forward") {
        const onProgress = (...progress) => { postMessage({ id, progress }); };
        await runner.forward(input, size, onProgress, (activation) => postMessage({ id, activation }));
        postMessage({ id });
      } else {
        const result = await answerOf(runner, request, (part) => postMessage({ id, part }));
        postMessage({ id, result });
      }
    } catch (error) {
      const { name, message } = /** @type {Error} */ (error);
      postMessage({ id, error: { name, message } });
    }
  };
}
