// What all modes with a trained net share: the choice of net and picture, the net's worker, and the
// maps of the picture. The mode that is shown is told when they change.

import { el, t } from "./dom.js";
import { groupLayers } from "./layer_groups.js";
import { decodeNet, prepare } from "./net.js";
import { createPictureBar } from "./picture_bar.js";
import { fitPicture } from "./pictures.js";
import { analyse } from "./shapes.js";
import { createRunner } from "./worker.js";

/**
 * @typedef {object} View  The mode that is shown.
 * @property {() => void} redraw  the picture or its maps are others; maps may be null for a while
 * @property {(ready: any[], from: number) => void} [drawReady]  a slow net has the maps up to here
 *
 * @typedef {object} Bench
 * @property {any} app
 * @property {HTMLElement} element  bar and progress, for the mode that is shown
 * @property {HTMLElement} options  beside the choice of a picture, for the mode that is shown
 * @property {any} net  of decodeNet
 * @property {import("./worker.js").Runner} runner
 * @property {any[]} analysis  the rows of analyse for the net
 * @property {import("./layer_groups.js").Group[]} groups
 * @property {any[] | null} activations  of the last picture that was computed
 * @property {ImageData | null} picture  fitted to the net's input
 * @property {number} version  of net, picture and activations
 * @property {boolean} isComputing
 * @property {string} news  to say to screen readers with what is said next
 * @property {(view: View, root: HTMLElement) => void} render  before a mode draws itself
 * @property {() => import("./pictures.js").Source} source  of the chosen picture, in its own size
 */

/** @param {any} app @returns {Bench} */
export function createBench(app) {
  const progress = el("progress", { max: 1, value: 0 });
  const progressText = el("span", {});
  const busy = el("div", { class: "busy", hidden: true }, progressText, progress);
  const options = el("div", { class: "row-options" });
  const bar = createPictureBar(app, options);
  const bench = {
    app,
    element: el("div", { class: "bench" }, bar.element, busy),
    options,
    bar,
    busy,
    progress,
    progressText,
    /** @type {any} */ net: null,
    /** @type {any} */ runner: null,
    /** @type {any[]} */ analysis: [],
    /** @type {import("./layer_groups.js").Group[]} */ groups: [],
    /** @type {any[] | null} */ activations: null,
    /** @type {ImageData | null} */ picture: null,
    pictureKey: "",
    job: 0,
    version: 0,
    isComputing: false,
    news: "",
    /** @type {View | null} */ view: null,
    render: (view, root) => renderBench(bench, view, root),
    source: () => bar.chosen(bench.net).source,
  };
  return bench;
}

function renderBench(bench, view, root) {
  const { app } = bench;
  if (bench.view !== view) {
    bench.view = view;
    bench.options.replaceChildren();
    root.querySelector(".lead")?.after(bench.element);
  }
  const given = app.data.nets.find(({ name }) => name === app.state.net) ?? app.data.nets[0];
  if (bench.net?.name !== given.name) useNet(bench, given);
  bench.bar.render(bench.net);
  const chosen = bench.bar.chosen(bench.net);
  const key = `${bench.net.name} ${chosen.key}`;
  if (key !== bench.pictureKey) {
    bench.pictureKey = key;
    compute(bench, chosen.source);
  }
  bench.bar.predictions(bench.net, bench.activations);
}

function useNet(bench, given) {
  bench.runner?.close();
  bench.net = decodeNet(given);
  bench.runner = createRunner(bench.net);
  bench.analysis = analyse(bench.net.layers, bench.net.input).rows;
  bench.groups = groupLayers(bench.net, bench.analysis);
  bench.activations = null;
  bench.picture = null;
  bench.version += 1;
}

/** Loads the picture, runs the net on it, and draws. A later call makes an earlier one stop. */
async function compute(bench, source) {
  const job = (bench.job += 1);
  const { height, width } = bench.net.input;
  const { net } = bench;
  bench.isComputing = true;
  try {
    const fitted = fitPicture(await source.load(), height, width);
    if (job !== bench.job) return;
    const picture = new ImageData(fitted.data, width, height);
    /** @type {any[]} */
    const ready = [null]; // the maps so far; the picture is no map
    const show = setTimeout(() => {
      // no flicker where it is quick
      bench.busy.hidden = false;
      replaceMaps(bench, picture, null);
      bench.view.drawReady?.(ready, 1);
    }, 150);
    const onProgress = (done, total, layer) => {
      if (job !== bench.job) return;
      bench.progress.value = done / total;
      bench.progressText.textContent = t("busy", { layer });
    };
    const onLayer = (activation) => {
      ready.push(activation);
      if (job === bench.job && !bench.busy.hidden) bench.view.drawReady?.(ready, ready.length - 1);
    };
    const activations = await bench.runner
      .forward(prepare(net, fitted), { height, width }, onProgress, onLayer)
      .finally(() => clearTimeout(show));
    if (job !== bench.job) return;
    bench.isComputing = false;
    bench.news = bench.bar.answer(net, activations);
    replaceMaps(bench, picture, activations);
  } catch (error) {
    if (job !== bench.job || /** @type {Error} */ (error).name === "AbortError") return;
    bench.app.notice(t("problem.compute", { message: String(error) }));
  }
  if (job === bench.job) bench.busy.hidden = true;
}

function replaceMaps(bench, picture, activations) {
  bench.picture = picture;
  bench.activations = activations;
  bench.version += 1;
  bench.bar.predictions(bench.net, activations);
  bench.view.redraw();
}

/**
 * Waits for work that asks the worker; what a later choice has ended is no error.
 *
 * @param {any} app
 * @param {() => Promise<void>} work
 */
export async function quietly(app, work) {
  try {
    await work();
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "AbortError")
      app.notice(t("problem.compute", { message: String(error) }));
  }
}
