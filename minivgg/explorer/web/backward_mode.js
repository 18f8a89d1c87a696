// Backward: one step of training on one picture. The loss of a label, its gradient through all
// layers, the loss after the step, and a finite difference beside the gradient.

import { createBackwardRow, drawBackwardRow } from "./backward_rows.js";
import { askCheck, askStep, drawStep, strongest, train } from "./backward_tasks.js";
import { createCheckCard } from "./check_card.js";
import { chosenClass, createClassChoice } from "./class_choice.js";
import { el, t } from "./dom.js";
import { fanOut } from "./fan_out.js";
import { createFanPanel } from "./fan_panel.js";
import { clearOverlay, drawOverlay } from "./layer_row.js";
import { createLossCard } from "./loss_card.js";
import { createStepCard } from "./step_card.js";
import { crossEntropy } from "./training_step.js";

/**
 * @param {HTMLElement} root
 * @param {any} app
 * @param {import("./bench.js").Bench} bench
 * @returns {{render: () => void}}
 */
export function createBackwardMode(root, app, bench) {
  const choice = createClassChoice(app, "label-choice");
  const none = el("p", { class: "notice" });
  const loss = createLossCard();
  const step = createStepCard((rate) => app.change({ rate }));
  const check = createCheckCard({
    choose: ({ layer, part, index }) =>
      app.change({ parameter: { layer: mode.net.layers[layer].name, part, index } }),
    strongest: (layer, part) => strongest(mode.found.parameters[layer]?.[part] ?? [0]),
    onStep: (h) => app.change({ step: h }),
  });
  const title = el("h2", {});
  const text = el("p", { class: "hint" });
  const rows = el("div", { class: "rows" });
  const panel = createFanPanel(() => app.colours);
  const cards = el("div", { class: "backward-cards" }, loss.element, step.element);
  const body = el(
    "div",
    { class: "backward-body see-columns" },
    el("div", { class: "see-main" }, cards, title, text, rows),
    el("div", { class: "backward-side" }, check.element, panel.element),
  );
  root.append(none, body);
  // on narrow screens the panel lies over the page: only while the rows are in sight
  const observer = new IntersectionObserver(([entry]) => {
    panel.element.classList.toggle("away", !entry.isIntersecting);
  });
  observer.observe(rows);
  const mode = {
    app,
    bench,
    choice,
    none,
    body,
    loss,
    step,
    check,
    title,
    text,
    rows,
    panel,
    /** @type {any} */ net: null,
    /** @type {any[]} */ layerRows: [],
    /** @type {any} */ found: null, // of the task "training"
    label: 0,
    trainedKey: "",
    drawnKey: "",
    /** @type {any} */ after: null,
    stepKey: "",
    /** @type {{rate: number, loss: number}[]} */ curve: [],
    checkKey: "",
    /** @type {any[]} */ differences: [],
    /** @type {number | null} */ exactGradient: null,
    timer: 0,
    sayTimer: 0,
    redraw: () => redrawBackward(mode),
    draw: () => draw(mode),
  };
  return {
    render: () => {
      bench.render(mode, root);
      redrawBackward(mode);
    },
  };
}

function redrawBackward(mode) {
  const { app, bench } = mode;
  const isPossible = bench.net.classes !== null;
  mode.none.hidden = isPossible;
  mode.none.textContent = t("backward.none");
  mode.body.hidden = !isPossible || bench.activations === null;
  if (!isPossible) bench.options.replaceChildren();
  if (mode.body.hidden) return;
  if (mode.net !== bench.net) makeBackwardRows(mode);
  mode.label = chosenClass(app, bench, 1);
  if (!mode.choice.element.isConnected) bench.options.replaceChildren(mode.choice.element);
  mode.choice.render(mode.net, mode.label, t("label.choose"));
  const key = `${bench.version} ${mode.label}`;
  if (key !== mode.trainedKey) {
    mode.trainedKey = key;
    mode.found = null;
    train(mode, key);
  }
  draw(mode);
}

function makeBackwardRows(mode) {
  const { groups } = mode.bench;
  mode.net = mode.bench.net;
  const events = (group, index) => ({
    hover: () => {},
    pin: ({ channel, y, x }) => mode.app.change({ unit: { layer: group.name, channel, y, x } }),
    leave: (direction, channel) => enterBackwardRow(mode, index - direction, channel),
    expand: () => {
      const { open } = mode.app.state;
      const others = open.filter((name) => name !== group.name);
      mode.app.change({ open: others.length < open.length ? others : [...open, group.name] });
    },
  });
  // the picture has gradients as other maps have
  const shown = groups.map((group) =>
    group.kind === "picture" ? { ...group, kind: "input" } : group,
  );
  mode.layerRows = shown.map((group, index) => createBackwardRow(group, events(group, index)));
  mode.rows.replaceChildren(...[...mode.layerRows].reverse().map(({ element }) => element));
  mode.drawnKey = "";
}

/** From one row of maps to the next: they stand from the loss down to the picture. */
function enterBackwardRow(mode, index, channel) {
  const row = mode.layerRows[index];
  row?.buttons[Math.min(channel, row.shown - 1)]?.focus();
}

function draw(mode) {
  const { app, bench, found, net, label } = mode;
  if (bench.activations === null) return; // of another picture soon
  const scores = bench.activations[net.layers.length].data;
  const now = crossEntropy(scores, label);
  mode.loss.render(net, scores, label, now);
  mode.title.textContent = t("flow.title");
  mode.text.textContent = t("flow.text");
  drawStep(mode);
  mode.rows.hidden = found === null;
  if (found === null) {
    mode.panel.clear();
    return;
  }
  askStep(mode);
  askCheck(mode);
  const { open, unit } = app.state;
  const key = JSON.stringify([
    mode.trainedKey,
    open,
    window.innerWidth,
    app.colours.ink,
    t("row.fewer"),
    unit?.layer,
  ]);
  if (key !== mode.drawnKey) {
    mode.drawnKey = key;
    const wish = { target: 48, least: matchMedia("(pointer: coarse)").matches ? 44 : 24 };
    for (const row of mode.layerRows) {
      const least = unit?.layer === row.group.name ? unit.channel + 1 : 1;
      const isOpen = open.includes(row.group.name);
      drawBackwardRow(row, {
        net,
        activations: bench.activations,
        found,
        colours: app.colours,
        wish,
        isOpen,
        least,
      });
    }
  }
  showFan(mode);
}

/** The unit of the address, or the one with the strongest gradient in the last convolution. */
function chosen(mode) {
  const { unit } = mode.app.state;
  if (unit !== null) {
    const row = mode.layerRows.find(({ group }) => group.name === unit.layer);
    const { channels = 0, height = 0, width = 0 } = row?.group ?? {};
    if (unit.channel < channels && unit.y < height && unit.x < width) return { row, ...unit };
    mode.app.notice(
      t("problem.unit", { layer: unit.layer, map: unit.channel, row: unit.y, column: unit.x }),
    );
    mode.app.state = { ...mode.app.state, unit: null };
  }
  const row = mode.layerRows.findLast(({ group }) => group.kind === "conv") ?? mode.layerRows[0];
  const { height, width, map } = row.group;
  const place = strongest(mode.found.maps[map]);
  const at = place % (height * width);
  return {
    row,
    channel: Math.floor(place / (height * width)),
    y: Math.floor(at / width),
    x: at % width,
  };
}

function showFan(mode) {
  const { app, bench, found, net } = mode;
  const { row, channel, y, x } = chosen(mode);
  for (const each of mode.layerRows) {
    clearOverlay(each);
    each.element.classList.toggle("has-unit", each === row);
  }
  const unit = { channel, y, x };
  if (channel < row.shown)
    drawOverlay(
      row,
      { top: y, left: x, bottom: y, right: x },
      [channel, channel],
      true,
      app.colours,
    );
  const parts = fanOut(net, bench.activations, found.maps, row.group.map, unit);
  const above = mode.layerRows[mode.layerRows.indexOf(row) + 1];
  if (above && parts.area) {
    /** @type {[number, number]} */
    const channels = parts.kind === "pool" ? [channel, channel] : [0, above.group.channels - 1];
    drawOverlay(above, parts.area, channels, false, app.colours);
  }
  mode.panel.show({ net, activations: bench.activations, group: row.group, unit, parts });
  clearTimeout(mode.sayTimer);
  mode.sayTimer = window.setTimeout(() => {
    app.say(`${bench.news} ${mode.panel.summary()}`.trim());
    bench.news = "";
  }, 500);
}
