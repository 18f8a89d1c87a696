// What is known about one unit: its field on the picture, the arithmetic of its number, its filter.

import { arithmetic } from "./arithmetic.js";
import { el, exact, percent, t } from "./dom.js";
import { createFoldButton } from "./fold_button.js";
import { inPicture, shareOfField, squareWithShare } from "./layer_groups.js";
import { createLedger } from "./ledger.js";
import { ledgerItems } from "./ledger_items.js";
import { drawFilters, drawHeat, drawSeen, isSmall } from "./unit_drawings.js";

/**
 * @typedef {import("./layer_groups.js").Group} Group
 * @typedef {{top: number, left: number, bottom: number, right: number}} Window
 * @typedef {{net: any, groups: Group[], activations: any[], picture: ImageData,
 *   before: boolean}} Scene  before: maps are shown before ReLU
 * @typedef {{index: number, channel: number, y: number, x: number}} Chosen index: of its group
 * @typedef {{scene: Scene, chosen: Chosen, field: Window}} Shown
 */

const FIELD_GAP = 12; // between the two pictures of a field

/**
 * @param {() => import("./draw.js").Palette} colours
 * @param {(map: number | null) => void} onPoint a pointer is on the line of a map below the unit
 * @returns {{element: HTMLElement, show: (scene: Scene, chosen: Chosen, field: Window) => void,
 *   showInfluence: (influence: Float32Array | null, chosen: Chosen) => void,
 *   rest: () => void, clear: (text: string) => void, fold: (isFolded: boolean) => void,
 *   summary: () => string}}
 */
export function createUnitPanel(colours, onPoint) {
  const title = el("h2", {});
  const value = el("p", { class: "unit-value" });
  // for phones, where the panel lies over the maps
  const folding = createFoldButton(() => element, () => showAgain());
  const facts = el("dl", { class: "unit-facts" });
  const seen = el("canvas", { role: "img" });
  const heat = el("canvas", { role: "img" });
  const [seenTitle, heatTitle] = [el("figcaption", {}), el("figcaption", {})];
  const share = el("p", { class: "hint share-text" });
  const sumTitle = el("h3", {});
  const ledger = createLedger((input) => onPoint(input === null ? null : mapOf(input)));
  const more = el("button", { type: "button", class: "quiet", onclick: () => showMore() });
  const filterTitle = el("h3", {});
  const filters = el("canvas", { role: "img", class: "filters" });
  const filterPart = el("section", { class: "filter-part" }, filterTitle, filters);
  const body = el(
    "div",
    { class: "unit-body" },
    el("div", { class: "unit-head" }, title, value, folding.button),
    facts,
    el(
      "div",
      { class: "fields" },
      el("figure", {}, seen, seenTitle),
      el("figure", {}, heat, heatTitle),
    ),
    share,
    el("section", {}, sumTitle, ledger.element, more),
    filterPart,
  );
  const empty = el("p", { class: "hint" });
  const element = el(
    "aside",
    { class: "unit-panel", "aria-labelledby": "unit-title", tabindex: -1 },
    empty,
    body,
  );
  title.id = "unit-title";
  let all = false;
  let isStopped = false; // by the ReLU of the unit itself
  /** @type {(Shown & {influence: Float32Array | null}) | null} */
  let last = null;
  /** The map of the layer below that an input of the arithmetic is in. */
  const mapOf = (input) => {
    if (last === null) return null;
    const { groups } = last.scene;
    const below = groups[last.chosen.index - 1];
    const isFlat = groups[last.chosen.index].kind === "linear";
    return isFlat ? Math.floor(input / (below.height * below.width)) : input;
  };
  const showMore = () => {
    all = !all;
    showAgain();
  };
  let drawnFilter = "";
  // for the panel's canvases; measured when the panel gets another size
  let [room, side, rem] = [0, 0, 16];
  new ResizeObserver(() => {
    room = 0;
    showAgain();
  }).observe(element);

  /** The same unit, in another size or with more lines: its influence is known already. */
  const showAgain = () => {
    if (last === null || body.hidden) return;
    const { scene, chosen, field, influence } = last;
    show(scene, chosen, field);
    rest();
    last.influence = influence;
    drawHeat(heat, side, scene, influence, field, colours());
  };

  const show = (scene, chosen, field) => {
    last = { scene, chosen, field, influence: null };
    const group = scene.groups[chosen.index];
    const parts = arithmetic(scene.net, scene.activations, group.unit, chosen);
    empty.hidden = true;
    body.hidden = false;
    folding.name();
    if (room === 0) {
      room = body.clientWidth;
      side = Math.min(
        parseInt(getComputedStyle(element).getPropertyValue("--most-side"), 10),
        Math.floor((room - FIELD_GAP) / 2),
      );
      rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    }
    title.textContent = unitTitle(group, chosen);
    value.textContent = exact(scene.before ? parts.value : (parts.relu ?? parts.value));
    isStopped = !scene.before && parts.relu === 0;
    writeFacts(facts, factTexts(group, field, scene.picture));
    seenTitle.textContent = t("field.seen");
    heatTitle.textContent =
      t("field.effective") + (isSmall(scene, field) ? t("field.enlarged") : "");
    drawSeen(seen, side, scene, field, colours());
    const pixels = pixelsText(field, scene.picture);
    seen.setAttribute("aria-label", t("field.seen.label", { field: group.field, pixels }));
    sumTitle.textContent = t("sum.title");
    const channelName = (channel) => inputName(scene, group, channel);
    const lines = ledgerItems(parts, { all, channelName });
    ledger.show(lines.items, room, rem, colours());
    more.hidden = lines.more === 0;
    more.textContent = all ? t("sum.fewer") : t("sum.more", { count: lines.more });
    more.setAttribute("aria-expanded", String(all));
    const layer = scene.net.layers[group.unit - 1];
    filterPart.hidden = layer.kind !== "conv";
    if (layer.kind === "conv") {
      const inputs = layer.weight.length / layer.channels / layer.kernel ** 2;
      const shown = { map: chosen.channel, inputs, kernel: layer.kernel };
      filterTitle.textContent = t("filter.title", shown);
      filters.style.visibility = filterKey() === drawnFilter ? "visible" : "hidden";
    }
  };
  const filterKey = () => {
    if (last === null) return "";
    const { scene, chosen } = last;
    return [scene.net.name, chosen.index, chosen.channel, colours().ink, room].join(" ");
  };
  // what takes longer is drawn when the pointer rests
  const rest = () => {
    if (last === null || filterPart.hidden || filterKey() === drawnFilter) return;
    const { scene, chosen } = last;
    const layer = scene.net.layers[scene.groups[chosen.index].unit - 1];
    const inputs = layer.weight.length / layer.channels / layer.kernel ** 2;
    drawFilters(filters, room, layer, chosen.channel, inputs, colours());
    filters.setAttribute("aria-label", filterTitle.textContent ?? "");
    filters.style.visibility = "visible";
    drawnFilter = filterKey();
  };

  return {
    element,
    show,
    rest,
    showInfluence: (influence, chosen) => {
      if (last === null) return;
      const { scene, field } = last;
      const group = scene.groups[chosen.index];
      last.influence = influence;
      drawHeat(heat, side, scene, influence, field, colours());
      if (influence === null) {
        share.textContent = " ";
        return;
      }
      const half = squareWithShare(influence, scene.picture, field, 0.5);
      const before = isStopped && half > 0 ? `${t("field.before")} ` : "";
      const text = before + halfText(half, group.field, field, scene.picture);
      share.textContent = text;
      heat.setAttribute("aria-label", `${t("field.effective")}. ${text}`);
    },
    fold: folding.fold,
    clear: (text) => {
      last = null;
      body.hidden = true;
      empty.hidden = false;
      empty.textContent = text;
    },
    summary: () => {
      if (last === null) return "";
      const { chosen, field, scene } = last;
      const group = scene.groups[chosen.index];
      return t("unit.summary", {
        title: unitTitle(group, chosen),
        value: value.textContent ?? "",
        field: group.field,
        pixels: pixelsText(field, scene.picture),
        border: `${t("fact.border")}: ${borderText(field, scene.picture)}.`,
      });
    },
  };
}

function unitTitle(group, { channel, y, x }) {
  const where = group.height * group.width === 1 ? "unit.title-flat" : "unit.title";
  return t(where, { layer: group.name, map: channel, row: y, column: x });
}

/** The rows and columns of the picture that a field has. */
function pixelsText(field, picture) {
  const inside = inPicture(field, picture);
  return inside.area > 0 ? t("fact.pixels.text", inside) : t("fact.pixels.none");
}

/** How many rows and columns of a field are zeros beyond the edges of the picture. */
function borderText(field, picture) {
  const counts = {
    top: -field.top,
    bottom: field.bottom + 1 - picture.height,
    left: -field.left,
    right: field.right + 1 - picture.width,
  };
  const sides = Object.keys(counts)
    .filter((side) => counts[side] > 0)
    .map((side) => t(`border.${side}`, { count: counts[side] }));
  return sides.length > 0
    ? t("fact.border.zeros", { sides: sides.join(", ") })
    : t("fact.border.none");
}

/** Where half of the influence comes from. */
function halfText(half, side, field, picture) {
  if (half === 0) return t("field.none");
  const share = shareOfField(half, field, picture);
  if (share === 1) return t("field.whole");
  const whole = (field.bottom - field.top + 1) * (field.right - field.left + 1);
  const isInside = inPicture(field, picture).area === whole;
  return t(isInside ? "field.half" : "field.half-inside", {
    half,
    field: side,
    share: percent(share),
  });
}

/** Names and texts of what is said about the place of a unit. */
function factTexts(group, field, picture) {
  const isAlone = group.height * group.width === 1; // it has no neighbour to jump to
  return [
    [t("fact.field"), t("fact.field.text", { field: group.field })],
    ...(isAlone ? [] : [[t("fact.jump"), t("fact.jump.text", { jump: group.jump })]]),
    [t("fact.pixels"), pixelsText(field, picture)],
    [t("fact.border"), borderText(field, picture)],
  ];
}

function writeFacts(facts, texts) {
  while (facts.children.length > texts.length) facts.lastChild.remove();
  while (facts.children.length < texts.length) {
    facts.append(el("div", {}, el("dt", {}), el("dd", {})));
  }
  texts.forEach((pair, i) =>
    pair.forEach((text, k) => {
      const cell = facts.children[i].children[k];
      if (cell.textContent !== text) cell.textContent = text;
    }),
  );
}

/** The name of an input of the arithmetic: a colour of the picture, or a map of the layer below. */
function inputName({ groups, net }, group, channel) {
  const below = groups[groups.indexOf(group) - 1];
  if (below.kind === "picture")
    return net.input.channels === 3 ? t(`colour.${channel}`) : t("colour.grey");
  if (group.kind === "linear" && below.height * below.width > 1) {
    const size = below.height * below.width;
    const place = channel % size;
    return t("input.place", {
      map: Math.floor(channel / size),
      row: Math.floor(place / below.width),
      column: place % below.width,
    });
  }
  return t("input.map", { map: channel });
}
