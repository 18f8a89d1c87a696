// See: what the units of a trained net make of a picture. This file holds the parts together: the
// rows of maps, and the unit that is looked at.

import { el, t } from "./dom.js";
import { createLayerRow, drawRow, layOut } from "./layer_row.js";
import { activate, watchPointer } from "./layer_row_input.js";
import { renderMapOptions } from "./see_options.js";
import { chosenUnit, drawVisible, hoverUnit, pointMap, showUnit } from "./see_unit.js";
import { createUnitPanel } from "./unit_panel.js";

/**
 * @param {HTMLElement} root
 * @param {any} app
 * @param {import("./bench.js").Bench} bench
 * @returns {{render: () => void, fold: (isFolded: boolean) => void}}
 */
export function createSeeMode(root, app, bench) {
  watchPointer();
  const rows = el("div", { class: "rows" });
  const panel = createUnitPanel(
    () => app.colours,
    (map) => pointMap(see, map),
  );
  const hint = el("p", { class: "hint", id: "maps-hint" });
  root.append(
    el(
      "div",
      { class: "see-columns" },
      el("div", { class: "see-main" }, hint, rows),
      panel.element,
    ),
  );
  const see = {
    app,
    bench,
    rows,
    panel,
    hint,
    /** @type {any} */ net: null, // the one that the rows are made for
    /** @type {import("./layer_row.js").LayerRow[]} */ layerRows: [],
    drawnKey: "",
    /** @type {IntersectionObserver | null} */ observer: null,
    /** @type {any} */ overlay: null,
    /** @type {number | null} */ pointed: null, // a map of the layer below the unit
    frame: 0,
    timer: 0,
    sayTimer: 0,
    /** @type {any} */ shown: null,
    /** @type {any} */ hovered: null,
    redraw: () => redrawSee(see),
    drawReady: (ready, from) => drawReady(see, ready, from),
  };
  // more or fewer maps fit when the panel is folded
  new ResizeObserver(() => {
    if (bench.net && rows.clientWidth > 0) redrawSee(see);
  }).observe(rows);
  return { render: () => renderSee(see, root), fold: panel.fold };
}

function renderSee(see, root) {
  see.bench.render(see, root);
  renderMapOptions(see);
  see.hint.textContent = t("maps.hint");
  redrawSee(see);
}

function makeSeeRows(see) {
  const { groups } = see.bench;
  see.net = see.bench.net;
  see.hovered = null;
  see.layerRows = groups.map((group, index) =>
    createLayerRow(group, {
      hover: (place) => hoverUnit(see, place && { index, ...place }),
      pin: ({ channel, y, x }) => {
        see.hovered = null;
        see.app.change({ unit: { layer: group.name, channel, y, x } });
      },
      leave: (direction, channel) => enterSeeRow(see, index, index + direction, channel),
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
function enterSeeRow(see, from, index, channel) {
  const [last, row] = [see.layerRows[from], see.layerRows[index]];
  if (!row || row.buttons.length === 0) return;
  const same = (place, side) => Math.floor(((place + 0.5) * row.group[side]) / last.group[side]);
  row.place = { y: same(last.place.y, "height"), x: same(last.place.x, "width") };
  const next = Math.min(channel, row.shown - 1);
  activate(row, next);
  row.buttons[next].focus();
}

/** The rows of a slow net appear one after the other. */
function drawReady(see, ready, from) {
  const { before, scale } = see.app.state;
  for (const row of see.layerRows) {
    const index = before ? row.group.unit : row.group.map;
    if (index < from || index >= ready.length || index === 0) continue;
    drawRow(row, ready[index], see.bench.picture, { colours: see.app.colours, scale });
  }
}

function redrawSee(see) {
  const { app, bench } = see;
  const { activations, picture } = bench;
  if (see.net !== bench.net) makeSeeRows(see);
  const { before, scale, open, unit, projector } = app.state;
  const isLarge = projector || window.innerWidth >= 1700;
  const wish = {
    target: isLarge ? 96 : 64,
    least: matchMedia("(pointer: coarse)").matches ? 44 : 24,
  };
  const key = JSON.stringify([
    bench.version,
    before,
    scale,
    open,
    see.rows.clientWidth,
    projector,
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
      drawRow(row, activations?.[before ? group.unit : group.map] ?? null, picture, {
        colours: app.colours,
        scale,
      });
      row.hasOverlay = false;
      row.overlayKey = "";
    }
    see.shown = null;
  }
  if (activations) showUnit(see, see.hovered ?? chosenUnit(see));
}
