// See: what the units of a trained net make of a picture. This file holds the parts together: the net
// and its worker, the picture, the rows of maps, and the unit that is looked at.

import { el, hasText, t } from "./dom.js";
import { channelsSeen, groupLayers } from "./layer_groups.js";
import { activate, clearOverlay, createLayerRow, drawOverlay, drawRow, layOut } from "./layer_row.js";
import { decodeNet, prepare } from "./net.js";
import { createPictureBar } from "./picture_bar.js";
import { fitPicture } from "./pictures.js";
import { analyse } from "./shapes.js";
import { createUnitPanel } from "./unit_panel.js";
import { windows } from "./windows.js";
import { createRunner } from "./worker.js";

const PAUSE = 120; // milliseconds of rest on a unit before its gradient is computed

/**
 * @param {HTMLElement} root
 * @param {any} app
 * @returns {{render: () => void}}
 */
export function createSeeMode(root, app) {
  const progress = el("progress", { max: 1, value: 0 });
  const progressText = el("span", {});
  const busy = el("div", { class: "busy", hidden: true }, progressText, progress);
  const options = el("div", { class: "row-options" });
  const bar = createPictureBar(app, options);
  const rows = el("div", { class: "rows" });
  const panel = createUnitPanel(() => app.colours);
  const hint = el("p", { class: "hint", id: "maps-hint" });
  root.append(bar.element, busy, el("div", { class: "see-columns" },
    el("div", { class: "see-main" }, hint, rows), panel.element));
  const see = {
    app, bar, rows, panel, options, hint, busy, progress, progressText,
    /** @type {any} */ net: null, /** @type {any} */ runner: null, /** @type {any[]} */ analysis: [],
    /** @type {import("./layer_groups.js").Group[]} */ groups: [],
    /** @type {import("./layer_row.js").LayerRow[]} */ layerRows: [],
    /** @type {any[] | null} */ activations: null, /** @type {ImageData | null} */ picture: null,
    pictureKey: "", drawnKey: "", job: 0, frame: 0, timer: 0, sayTimer: 0, /** @type {any} */ shown: null, /** @type {any} */ hovered: null,
  };
  return { render: () => renderSee(see) };
}

function renderSee(see) {
  const { app } = see;
  const given = app.data.nets.find(({ name }) => name === app.state.net) ?? app.data.nets[0];
  if (app.state.net !== null && app.state.net !== given.name) {
    app.notice(t("problem.address", { part: "net", value: app.state.net }));
    app.state = { ...app.state, net: given.name, unit: null };
  }
  if (see.net?.name !== given.name) useNet(see, given);
  see.bar.render(see.net);
  renderOptions(see);
  see.hint.textContent = t("maps.hint");
  const chosen = see.bar.chosen(see.net);
  const key = `${see.net.name} ${chosen.key}`;
  if (key !== see.pictureKey) {
    see.pictureKey = key;
    compute(see, chosen.source);
  } else {
    redraw(see);
  }
}

function useNet(see, given) {
  see.runner?.close();
  see.net = decodeNet(given);
  see.runner = createRunner(see.net);
  see.analysis = analyse(see.net.layers, see.net.input).rows;
  see.groups = groupLayers(see.net, see.analysis);
  see.activations = null;
  see.picture = null;
  see.hovered = null;
  see.layerRows = see.groups.map((group, index) => createLayerRow(group, {
    hover: (place) => hover(see, place && { index, ...place }),
    pin: ({ channel, y, x }) => see.app.change({ unit: { layer: group.name, channel, y, x } }),
    leave: (direction, channel) => enterRow(see, index + direction, channel),
    expand: () => {
      const { open } = see.app.state;
      const isOpen = open.includes(group.name);
      see.app.change({ open: isOpen ? open.filter((name) => name !== group.name) : [...open, group.name] });
    },
  }));
  see.rows.replaceChildren(...see.layerRows.map(({ element }) => element));
  see.panel.clear(t("unit.none"));
}

function enterRow(see, index, channel) {
  const row = see.layerRows[index];
  if (!row || row.buttons.length === 0) return;
  const next = Math.min(channel, row.shown - 1);
  activate(row, next);
  row.buttons[next].focus();
}

/** Loads the picture, runs the net on it, and draws. A later call makes an earlier one stop. */
async function compute(see, source) {
  const job = (see.job += 1);
  const { height, width } = see.net.input;
  const { net } = see;
  try {
    const fitted = fitPicture(await source.load(), height, width);
    if (job !== see.job) return;
    see.picture = new ImageData(fitted.data, width, height);
    see.activations = null;
    redraw(see);
    const show = setTimeout(() => (see.busy.hidden = false), 150); // no flicker where it is quick
    const activations = await see.runner.forward(prepare(net, fitted), { height, width }, (done, total, layer) => {
      if (job !== see.job) return;
      see.progress.value = done / total;
      see.progressText.textContent = t("busy", { layer });
    }).finally(() => clearTimeout(show));
    if (job !== see.job) return;
    see.activations = activations;
    redraw(see);
  } catch (error) {
    if (job !== see.job || /** @type {Error} */ (error).name === "AbortError") return;
    see.app.notice(t("problem.compute", { message: String(error) }));
  }
  if (job === see.job) see.busy.hidden = true;
}

function redraw(see) {
  const { app, activations } = see;
  const { before, scale, open, unit } = app.state;
  const isWide = window.innerWidth >= 1700;
  const wish = { target: isWide ? 80 : 64, least: matchMedia("(pointer: coarse)").matches ? 44 : 24 };
  const key = JSON.stringify([see.pictureKey, activations !== null, see.picture !== null, before, scale, open, window.innerWidth,
    app.colours.ink, t("row.fewer"), see.layerRows.map(({ group, shown }) => unit?.layer === group.name && unit.channel >= shown)]);
  if (key !== see.drawnKey) {
    see.drawnKey = key;
    for (const row of see.layerRows) {
      const { group } = row;
      const least = unit?.layer === group.name ? unit.channel + 1 : 1;
      layOut(row, { isOpen: open.includes(group.name), least, wish });
      drawRow(row, activations?.[before ? group.unit : group.map] ?? null, see.picture, { colours: app.colours, scale });
      row.hasOverlay = false;
    }
    see.shown = null;
  }
  see.bar.predictions(see.net, activations && classProbabilities(see.net, activations));
  if (activations) show(see, see.hovered ?? chosenUnit(see));
}

/** The unit of the address, or an interesting one. */
function chosenUnit(see) {
  const { unit } = see.app.state;
  if (unit !== null) {
    const index = see.groups.findIndex(({ name }) => name === unit.layer);
    const group = see.groups[index];
    if (index > 0 && unit.channel < group.channels && unit.y < group.height && unit.x < group.width) return { index, ...unit };
    see.app.notice(t("problem.unit", { layer: unit.layer, map: unit.channel, row: unit.y, column: unit.x }));
    see.app.state = { ...see.app.state, unit: null };
  }
  const index = Math.min(4, see.groups.length - 1);
  const group = see.groups[index];
  const { data } = see.activations[group.map];
  const size = group.height * group.width;
  const seen = data.subarray(0, Math.min(4, group.channels) * size);
  const place = seen.reduce((best, value, i) => (value > seen[best] ? i : best), 0);
  const at = place % size;
  return { index, channel: Math.floor(place / size), y: Math.floor(at / group.width), x: at % group.width };
}

function hover(see, chosen) {
  if (see.activations === null) return;
  see.hovered = chosen;
  if (see.frame) return;
  see.frame = requestAnimationFrame(() => {
    see.frame = 0;
    if (see.activations !== null) show(see, see.hovered ?? chosenUnit(see));
  });
}

/** Windows in all rows below a unit, and the panel; its gradient when nothing moves any more. */
function show(see, chosen) {
  const key = `${chosen.index} ${chosen.channel} ${chosen.y} ${chosen.x}`;
  if (see.shown === key) return;
  see.shown = key;
  const { groups, app } = see;
  const found = windows(see.analysis, groups[chosen.index].row, chosen);
  const at = new Map(found.map((window) => [window.layer, window]));
  const channels = channelsSeen(see.net, groups, chosen.index, chosen.channel);
  see.layerRows.forEach((row, i) => {
    if (i > chosen.index) clearOverlay(row);
    else drawOverlay(row, at.get(row.group.row), channels[i], i === chosen.index, app.colours);
    row.element.classList.toggle("has-unit", i === chosen.index);
  });
  const field = at.get(-1);
  see.panel.show({ net: see.net, groups, activations: see.activations, picture: see.picture }, chosen, field);
  clearTimeout(see.timer);
  see.panel.showInfluence(null, chosen);
  see.timer = window.setTimeout(() => influence(see, chosen, key), PAUSE);
  clearTimeout(see.sayTimer);
  if (see.hovered === null) see.sayTimer = window.setTimeout(() => app.say(see.panel.summary()), 500);
}

async function influence(see, chosen, key) {
  const { net, activations } = see;
  const { channels, height, width } = net.input;
  let slopes;
  try {
    slopes = await see.runner.gradient(see.groups[chosen.index].unit, { channel: chosen.channel, y: chosen.y, x: chosen.x });
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "AbortError") see.app.notice(t("problem.compute", { message: String(error) }));
    return;
  }
  if (see.shown !== key || see.activations !== activations) return;
  const total = new Float32Array(height * width);
  for (let i = 0; i < channels * height * width; i += 1) total[i % (height * width)] += Math.abs(slopes[i]);
  see.panel.showInfluence(total, chosen);
}

/** @returns {{name: string, share: number}[] | null} null: the net names no classes */
function classProbabilities(net, activations) {
  if (net.classes === null) return null;
  const scores = activations[activations.length - 1].data;
  const most = Math.max(...scores);
  const sizes = Array.from(scores, (score) => Math.exp(score - most));
  const sum = sizes.reduce((a, b) => a + b, 0);
  return net.classes.map((name, i) => ({ name: hasText(`class.${name}`) ? t(`class.${name}`) : name, share: sizes[i] / sum }))
    .sort((a, b) => b.share - a.share);
}

function renderOptions(see) {
  const { state } = see.app;
  const box = (key, checked, change) => el("label", { class: "check" },
    el("input", { type: "checkbox", checked, "data-key": key, onchange: (event) => change(event.target.checked) }), ` ${t(`option.${key}`)}`);
  const focused = /** @type {HTMLElement} */ (document.activeElement)?.dataset?.key;
  see.options.replaceChildren(
    box("before", state.before, (on) => see.app.change({ before: on })),
    box("scale", state.scale === "map", (on) => see.app.change({ scale: on ? "map" : "layer" })),
    legend(),
  );
  if (focused) /** @type {HTMLElement | null} */ (see.options.querySelector(`[data-key="${focused}"]`))?.focus();
}

function legend() {
  return el("p", { class: "legend" }, el("span", { class: "ramp", "aria-hidden": "true" }), t("legend"));
}
