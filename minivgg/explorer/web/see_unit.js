// The unit that is looked at: which one it is, its windows in the rows below, its gradient.

import { t } from "./dom.js";
import { channelsSeen } from "./layer_groups.js";
import { clearOverlay, drawOverlay } from "./layer_row.js";
import { windows } from "./windows.js";

const PAUSE = 120; // milliseconds of rest on a unit before its gradient is computed

/** The unit of the address, or an interesting one. */
export function chosenUnit(see) {
  const { unit } = see.app.state;
  // Backward also has the gradients of the picture's own numbers
  if (unit !== null && unit.layer !== see.bench.groups[0].name) {
    const index = see.bench.groups.findIndex(({ name }) => name === unit.layer);
    const group = see.bench.groups[index];
    if (index > 0 && unit.channel < group.channels && unit.y < group.height && unit.x < group.width)
      return { index, ...unit };
    see.app.notice(
      t("problem.unit", { layer: unit.layer, map: unit.channel, row: unit.y, column: unit.x }),
    );
    see.app.state = { ...see.app.state, unit: null };
  }
  const index = Math.min(4, see.bench.groups.length - 1);
  const group = see.bench.groups[index];
  const { data } = see.bench.activations[group.map];
  const size = group.height * group.width;
  const seen = data.subarray(0, Math.min(4, group.channels) * size);
  const place = seen.reduce((best, value, i) => (value > seen[best] ? i : best), 0);
  const at = place % size;
  return {
    index,
    channel: Math.floor(place / size),
    y: Math.floor(at / group.width),
    x: at % group.width,
  };
}

export function hoverUnit(see, chosen) {
  if (see.bench.activations === null) return;
  see.hovered = chosen;
  if (see.frame) return;
  see.frame = requestAnimationFrame(() => {
    see.frame = 0;
    if (see.bench.activations !== null) showUnit(see, see.hovered ?? chosenUnit(see));
  });
}

/** Windows in all rows below a unit, and the panel; its gradient when nothing moves any more. */
export function showUnit(see, chosen) {
  const key = `${chosen.index} ${chosen.channel} ${chosen.y} ${chosen.x}`;
  if (see.shown === key) return;
  see.shown = key;
  const { app, bench } = see;
  const { groups } = bench;
  const found = windows(see.bench.analysis, groups[chosen.index].row, chosen);
  const at = new Map(found.map((window) => [window.layer, window]));
  const channels = channelsSeen(see.bench.net, groups, chosen.index, chosen.channel);
  see.pointed = null;
  see.overlay = { index: chosen.index, at, channels };
  see.layerRows.forEach(({ element }, i) =>
    element.classList.toggle("has-unit", i === chosen.index),
  );
  drawVisible(see);
  const field = at.get(-1);
  const { net, activations, picture } = bench;
  const scene = { net, groups, activations, picture, before: app.state.before };
  see.panel.show(scene, chosen, field);
  clearTimeout(see.timer);
  see.panel.showInfluence(null, chosen);
  see.timer = window.setTimeout(() => {
    see.panel.rest();
    influence(see, chosen, key);
  }, PAUSE);
  clearTimeout(see.sayTimer);
  if (see.hovered === null)
    see.sayTimer = window.setTimeout(() => {
      app.say(`${see.bench.news} ${see.panel.summary()}`.trim());
      see.bench.news = "";
    }, 500);
}

/** Windows in the rows that can be seen; the others follow when they are scrolled to. */
export function drawVisible(see) {
  if (see.overlay === null || see.shown === null) return;
  const { index, at, channels } = see.overlay;
  see.layerRows.forEach((row, i) => {
    if (!row.isVisible || row.overlayKey === see.shown) return;
    row.overlayKey = see.shown;
    if (i > index) clearOverlay(row);
    else {
      const isBelow = i === index - 1 && see.pointed !== null;
      const shown = isBelow ? [see.pointed, see.pointed] : channels[i];
      drawOverlay(row, at.get(row.group.row), shown, i === index, see.app.colours);
    }
  });
}

/** In the row below the unit, only the window on one map. */
export function pointMap(see, map) {
  const row = see.overlay && see.layerRows[see.overlay.index - 1];
  if (!row || see.pointed === map) return;
  see.pointed = map;
  row.overlayKey = "";
  drawVisible(see);
}

async function influence(see, chosen, key) {
  const { net, activations } = see.bench;
  const { channels, height, width } = net.input;
  let slopes;
  try {
    slopes = await see.bench.runner.gradient(see.bench.groups[chosen.index].unit, {
      channel: chosen.channel,
      y: chosen.y,
      x: chosen.x,
    });
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "AbortError")
      see.app.notice(t("problem.compute", { message: String(error) }));
    return;
  }
  if (see.shown !== key || see.bench.activations !== activations) return;
  const total = new Float32Array(height * width);
  for (let i = 0; i < channels * height * width; i += 1)
    total[i % (height * width)] += Math.abs(slopes[i]);
  see.panel.showInfluence(total, chosen);
}
