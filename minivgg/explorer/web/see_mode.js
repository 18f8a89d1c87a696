// See: what the units of a trained net make of a picture. This file holds the parts together: the
// net and its worker, the picture, the rows of maps, and the unit that is looked at.

import { el, t } from "./dom.js";
import { groupLayers } from "./layer_groups.js";
import { createLayerRow, drawRow, layOut } from "./layer_row.js";
import { activate, watchPointer } from "./layer_row_input.js";
import { decodeNet, prepare } from "./net.js";
import { createPictureBar } from "./picture_bar.js";
import { fitPicture } from "./pictures.js";
import { analyse } from "./shapes.js";
import { renderMapOptions } from "./see_options.js";
import { chosenUnit, drawVisible, hoverUnit, pointMap, showUnit } from "./see_unit.js";
import { createUnitPanel } from "./unit_panel.js";
import { createRunner } from "./worker.js";

/**
 * @param {HTMLElement} root
 * @param {any} app
 * @returns {{render: () => void, net: () => any, activations: () => any[] | null,
 *   gradient: (layerIndex: number, unit: {channel: number, y: number, x: number}) =>
 *     Promise<Float32Array>}}
 */
export function createSeeMode(root, app) {
  watchPointer();
  const progress = el("progress", { max: 1, value: 0 });
  const progressText = el("span", {});
  const busy = el("div", { class: "busy", hidden: true }, progressText, progress);
  const options = el("div", { class: "row-options" });
  const bar = createPictureBar(app, options);
  const rows = el("div", { class: "rows" });
  const panel = createUnitPanel(
    () => app.colours,
    (map) => pointMap(see, map),
  );
  const hint = el("p", { class: "hint", id: "maps-hint" });
  root.append(
    bar.element,
    busy,
    el(
      "div",
      { class: "see-columns" },
      el("div", { class: "see-main" }, hint, rows),
      panel.element,
    ),
  );
  const see = {
    app,
    bar,
    rows,
    panel,
    options,
    hint,
    busy,
    progress,
    progressText,
    /** @type {any} */ net: null,
    /** @type {any} */ runner: null,
    /** @type {any[]} */ analysis: [],
    /** @type {import("./layer_groups.js").Group[]} */ groups: [],
    /** @type {import("./layer_row.js").LayerRow[]} */ layerRows: [],
    /** @type {any[] | null} */ activations: null,
    /** @type {ImageData | null} */ picture: null,
    pictureKey: "",
    drawnKey: "",
    job: 0,
    version: 0, // of what is drawn
    isComputing: false,
    news: "", // to say to screen readers with the next unit
    /** @type {IntersectionObserver | null} */ observer: null,
    /** @type {any} */ overlay: null,
    /** @type {number | null} */ pointed: null, // a map of the layer below the unit
    frame: 0,
    timer: 0,
    sayTimer: 0,
    /** @type {any} */ shown: null,
    /** @type {any} */ hovered: null,
  };
  return {
    render: () => renderSee(see),
    net: () => see.net,
    activations: () => (see.isComputing ? null : see.activations),
    gradient: (layerIndex, unit) => see.runner.gradient(layerIndex, unit),
  };
}

function renderSee(see) {
  const { app } = see;
  const given = app.data.nets.find(({ name }) => name === app.state.net) ?? app.data.nets[0];
  if (see.net?.name !== given.name) useNet(see, given);
  see.bar.render(see.net);
  renderMapOptions(see);
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
  see.version += 1;
  see.hovered = null;
  see.layerRows = see.groups.map((group, index) =>
    createLayerRow(group, {
      hover: (place) => hoverUnit(see, place && { index, ...place }),
      pin: ({ channel, y, x }) => {
        see.hovered = null;
        see.app.change({ unit: { layer: group.name, channel, y, x } });
      },
      leave: (direction, channel) => enterRow(see, index, index + direction, channel),
      expand: () => {
        const { open } = see.app.state;
        const isOpen = open.includes(group.name);
        see.app.change({
          open: isOpen ? open.filter((name) => name !== group.name) : [...open, group.name],
        });
      },
    }),
  );
  see.rows.replaceChildren(...see.layerRows.map(({ element }) => element));
  see.observer?.disconnect();
  see.observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const row = see.layerRows.find(({ element }) => element === target);
      if (row) row.isVisible = isIntersecting;
    }
    drawVisible(see);
  });
  for (const { element } of see.layerRows) see.observer.observe(element);
  see.panel.clear(t("unit.none"));
}

/** From one row of maps to the next, at the same place of the picture. */
function enterRow(see, from, index, channel) {
  const [last, row] = [see.layerRows[from], see.layerRows[index]];
  if (!row || row.buttons.length === 0) return;
  const same = (place, side) => Math.floor(((place + 0.5) * row.group[side]) / last.group[side]);
  row.place = { y: same(last.place.y, "height"), x: same(last.place.x, "width") };
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
    const picture = new ImageData(fitted.data, width, height);
    /** @type {any[]} */
    const ready = [null]; // the maps so far; the picture is no map
    const show = setTimeout(() => {
      // no flicker where it is quick
      see.busy.hidden = false;
      replaceMaps(see, picture, null);
      drawReady(see, ready, 1);
    }, 150);
    see.isComputing = true;
    const onProgress = (done, total, layer) => {
      if (job !== see.job) return;
      see.progress.value = done / total;
      see.progressText.textContent = t("busy", { layer });
    };
    const onLayer = (activation) => {
      ready.push(activation);
      if (job === see.job && !see.busy.hidden) drawReady(see, ready, ready.length - 1);
    };
    const activations = await see.runner
      .forward(prepare(net, fitted), { height, width }, onProgress, onLayer)
      .finally(() => clearTimeout(show));
    if (job !== see.job) return;
    see.isComputing = false;
    see.news = see.bar.answer(net, activations);
    replaceMaps(see, picture, activations);
  } catch (error) {
    if (job !== see.job || /** @type {Error} */ (error).name === "AbortError") return;
    see.app.notice(t("problem.compute", { message: String(error) }));
  }
  if (job === see.job) see.busy.hidden = true;
}

/** The rows of a slow net appear one after the other. */
function drawReady(see, ready, from) {
  const { before, scale } = see.app.state;
  for (const row of see.layerRows) {
    const index = before ? row.group.unit : row.group.map;
    if (index < from || index >= ready.length || index === 0) continue;
    drawRow(row, ready[index], see.picture, { colours: see.app.colours, scale });
  }
}

function replaceMaps(see, picture, activations) {
  see.picture = picture;
  see.activations = activations;
  see.version += 1;
  redraw(see);
}

function redraw(see) {
  const { app, activations } = see;
  const { before, scale, open, unit } = app.state;
  const isWide = window.innerWidth >= 1700;
  const wish = {
    target: isWide ? 96 : 64,
    least: matchMedia("(pointer: coarse)").matches ? 44 : 24,
  };
  const key = JSON.stringify([
    see.version,
    before,
    scale,
    open,
    window.innerWidth,
    app.colours.ink,
    t("row.fewer"),
    see.layerRows.map(({ group, shown }) => unit?.layer === group.name && unit.channel >= shown),
  ]);
  if (key !== see.drawnKey) {
    see.drawnKey = key;
    for (const row of see.layerRows) {
      const { group } = row;
      const least = unit?.layer === group.name ? unit.channel + 1 : 1;
      layOut(row, { isOpen: open.includes(group.name), least, wish });
      drawRow(row, activations?.[before ? group.unit : group.map] ?? null, see.picture, {
        colours: app.colours,
        scale,
      });
      row.hasOverlay = false;
      row.overlayKey = "";
    }
    see.shown = null;
  }
  see.bar.predictions(see.net, activations);
  if (activations) showUnit(see, see.hovered ?? chosenUnit(see));
}
