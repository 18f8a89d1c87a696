// What Dense computes: the pass over the larger picture, that over other sizes of it, and the window
// by itself.

import { quietly } from "./bench.js";
import {
  apartFromWhole,
  classMap,
  cutWindow,
  firstLinear,
  meanOverPositions,
  withoutZeros,
} from "./dense_net.js";
import { t } from "./dom.js";
import { largest } from "./draw.js";
import { largePicture, rescaled } from "./large_picture.js";
import { prepare } from "./net.js";
import { analyse } from "./shapes.js";

/** The dense pass over the picture, which all else is drawn from. */
export async function usePicture(mode, key) {
  const { app, bench, net, dense } = mode;
  Object.assign(mode, {
    large: null,
    results: new Map(),
    sizesJob: "",
    visited: new Set(),
    aloneKey: "",
    alone: null,
  });
  await quietly(mode.app, async () => {
    const pixels = await largePicture(app, net, app.state.large, bench.source());
    if (mode.largeKey !== key) return;
    const found = await densePass(mode, pixels);
    if (mode.largeKey !== key) return;
    const { rows } = analyse(dense.layers, {
      ...net.input,
      height: pixels.height,
      width: pixels.width,
    });
    const image = new ImageData(pixels.data, pixels.width, pixels.height);
    mode.large = { pixels, image, rows, jump: rows[firstLinear(net)].jump, ...found };
    mode.results.set(1, sizeResult(mode, 1, pixels, found));
    mode.draw();
  });
  if (mode.largeKey === key) mode.busy.hidden = true;
}

/** The class map of the picture, with progress where it takes longer. */
async function densePass({ net, denseRunner, busy, progress, progressText }, pixels) {
  const show = setTimeout(() => (busy.hidden = false), 150);
  const onProgress = (done, total, layer) => {
    progress.value = done / total;
    progressText.textContent = t("busy", { layer });
  };
  const activations = await denseRunner
    .forward(prepare(net, pixels), sizeOf(pixels), onProgress)
    .finally(() => clearTimeout(show));
  const scores = activations[activations.length - 1];
  return { activations, scores, shares: classMap(scores) };
}

function sizeOf({ height, width }) {
  return { height, width };
}

function sizeResult({ net }, size, { height, width }, { scores, shares }) {
  return { size, height, width, map: scores, mean: meanOverPositions(shares, net.classes.length) };
}

/** The other sizes, one after the other. */
export async function askSizes(mode) {
  const { app, large, net } = mode;
  const job = `${mode.largeKey} ${app.state.sizes}`;
  if (mode.sizesJob === job) return;
  mode.sizesJob = job;
  await quietly(mode.app, async () => {
    for (const size of app.state.sizes) {
      if (mode.results.has(size)) continue;
      const pixels = rescaled(large.pixels, size, net.input);
      const activations = await mode.denseRunner.forward(prepare(net, pixels), sizeOf(pixels));
      if (mode.sizesJob !== job) return;
      const scores = activations[activations.length - 1];
      mode.results.set(size, sizeResult(mode, size, pixels, { scores, shares: classMap(scores) }));
      mode.draw();
    }
  });
}

export function chosenResults(mode) {
  return mode.app.state.sizes.map((size) => mode.results.get(size)).filter(Boolean);
}

/** The net on the window by itself. */
export async function askAlone(mode, { y, x }) {
  const { large, net } = mode;
  const key = `${mode.largeKey} ${y} ${x}`;
  if (key === mode.aloneKey) return;
  mode.aloneKey = key;
  const { height, width } = net.input;
  const cut = cutWindow(large.activations[0], y * large.jump, x * large.jump, height, width);
  await quietly(mode.app, async () => {
    const alone = await mode.aloneRunner.forward(cut, { height, width });
    if (mode.aloneKey !== key) return;
    mode.alone = alone;
    mode.draw();
  });
}

/** What zeros around the window change in the layers before the fully connected ones. */
export function zerosLayers(mode, position) {
  const { bench, large, net, alone } = mode;
  const { height, width } = net.input;
  const [top, left] = [position.y * large.jump, position.x * large.jump];
  const goesOn = {
    top: top > 0,
    left: left > 0,
    bottom: top + height < large.image.height,
    right: left + width < large.image.width,
  };
  return bench.groups
    .filter(({ kind, jump }) => (kind === "conv" || kind === "pool") && large.jump % jump === 0)
    .map(({ name, map, row, jump, height: down, width: across }) => ({
      name,
      height: down,
      width: across,
      apart: apartFromWhole(alone[map], large.activations[map], top / jump, left / jump),
      most: largest(alone[map].data),
      inside: withoutZeros(bench.analysis, row, { height, width }, goesOn),
    }));
}
