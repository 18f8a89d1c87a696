// What is known about one unit: its field on the picture, the arithmetic of its number, its filter.

import { arithmetic } from "./arithmetic.js";
import { arithmeticView, exact } from "./arithmetic_view.js";
import { count, el, percent, t } from "./dom.js";
import { squareWithShare } from "./layer_groups.js";
import { drawFilters, drawHeat, drawSeen, isSmall } from "./unit_drawings.js";

/**
 * @typedef {import("./layer_groups.js").Group} Group
 * @typedef {{top: number, left: number, bottom: number, right: number}} Window
 * @typedef {{net: any, groups: Group[], activations: any[], picture: ImageData}} Scene
 * @typedef {{index: number, channel: number, y: number, x: number}} Chosen index: of its group
 */

/**
 * @param {() => import("./draw.js").Palette} colours
 * @returns {{element: HTMLElement, show: (scene: Scene, chosen: Chosen, field: Window) => void,
 *   showInfluence: (influence: Float32Array | null, chosen: Chosen) => void,
 *   clear: (text: string) => void,
 *   summary: () => string}}
 */
export function createUnitPanel(colours) {
  const title = el("h2", {});
  const value = el("p", { class: "unit-value" });
  // for phones, where the panel lies over the maps
  const fold = el("button", { type: "button", class: "quiet fold" });
  const facts = el("dl", { class: "unit-facts" });
  const seen = el("canvas", { role: "img" });
  const heat = el("canvas", { role: "img" });
  const [seenTitle, heatTitle] = [el("figcaption", {}), el("figcaption", {})];
  const share = el("p", { class: "hint share-text" });
  const sumTitle = el("h3", {});
  const sums = el("div", { class: "sums" });
  const filterTitle = el("h3", {});
  const filters = el("canvas", { role: "img", class: "filters" });
  const filterPart = el("section", { class: "filter-part" }, filterTitle, filters);
  const body = el(
    "div",
    { class: "unit-body" },
    el("div", { class: "unit-head" }, title, value, fold),
    facts,
    el(
      "div",
      { class: "fields" },
      el("figure", {}, seen, seenTitle),
      el("figure", {}, heat, heatTitle),
    ),
    share,
    el("section", {}, sumTitle, sums),
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
  const nameFold = () => {
    const isFolded = element.classList.contains("folded");
    fold.textContent = isFolded ? "▴" : "▾";
    fold.setAttribute("aria-label", t(isFolded ? "panel.unfold" : "panel.fold"));
    fold.setAttribute("aria-expanded", String(!isFolded));
  };
  fold.addEventListener("click", () => {
    element.classList.toggle("folded");
    nameFold();
    if (last) show(last.scene, last.chosen, last.field);
  });
  let all = false;
  /** @type {{scene: Scene, chosen: Chosen, field: Window} | null} */
  let last = null;
  let filterKey = "";

  const show = (scene, chosen, field) => {
    last = { scene, chosen, field };
    const group = scene.groups[chosen.index];
    const parts = arithmetic(scene.net, scene.activations, group.unit, chosen);
    empty.hidden = true;
    body.hidden = false;
    nameFold();
    title.textContent = unitTitle(group, chosen);
    value.textContent = exact(parts.relu ?? parts.value);
    facts.replaceChildren(...factLines(group, field, scene.picture));
    seenTitle.textContent = t("field.seen");
    heatTitle.textContent =
      t("field.effective") + (isSmall(scene, field) ? t("field.enlarged") : "");
    drawSeen(seen, scene, field, colours());
    seen.setAttribute("aria-label", t("field.seen.label", { ...plain(field), field: group.field }));
    sumTitle.textContent = t("sum.title");
    sums.replaceChildren(
      ...arithmeticView(parts, {
        colours: colours(),
        all,
        channelName: (channel) => inputName(scene, group, channel),
        onAll: () => {
          all = !all;
          show(scene, chosen, field);
          /** @type {HTMLElement | null} */ (sums.querySelector("[data-key=all-terms]"))?.focus();
        },
      }),
    );
    const layer = scene.net.layers[group.unit - 1];
    filterPart.hidden = layer.kind !== "conv";
    const { ink } = colours();
    const key = [scene.net.name, group.name, chosen.channel, ink, element.clientWidth].join(" ");
    if (layer.kind === "conv") {
      const inputs = layer.weight.length / layer.channels / layer.kernel ** 2;
      filterTitle.textContent = t("filter.title", {
        map: chosen.channel,
        inputs,
        kernel: layer.kernel,
      });
      filters.setAttribute("aria-label", filterTitle.textContent);
      if (key !== filterKey)
        drawFilters(filters, layer, chosen.channel, inputs, colours(), element.clientWidth);
      filterKey = key;
    }
  };

  return {
    element,
    show,
    showInfluence: (influence, chosen) => {
      if (last === null) return;
      const { scene, field } = last;
      const group = scene.groups[chosen.index];
      drawHeat(heat, scene, influence, field, colours());
      if (influence === null) {
        share.textContent = " ";
        return;
      }
      const half = squareWithShare(influence, scene.picture, field, 0.5);
      const text =
        half === 0
          ? t("field.none")
          : t("field.half", {
              half,
              field: group.field,
              share: percent(Math.min(1, (half / group.field) ** 2)),
            });
      share.textContent = text;
      heat.setAttribute("aria-label", `${t("field.effective")}. ${text}`);
    },
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
      const known = {
        title: unitTitle(group, chosen),
        value: value.textContent ?? "",
        field: group.field,
        jump: group.jump,
      };
      return t("unit.summary", { ...known, ...plain(field) });
    },
  };
}

function unitTitle(group, { channel, y, x }) {
  const where = group.height * group.width === 1 ? "unit.title-flat" : "unit.title";
  return t(where, { layer: group.name, map: channel, row: y, column: x });
}

function plain({ top, left, bottom, right }) {
  return { top, left, bottom, right };
}

function factLines(group, field, picture) {
  const fact = (name, text) => el("div", {}, el("dt", {}, name), el("dd", {}, text));
  const zeros =
    field.top < 0 ||
    field.left < 0 ||
    field.bottom >= picture.height ||
    field.right >= picture.width;
  const middle = (from, to) => count((from + to + 1) / 2);
  return [
    fact(t("fact.field"), t("fact.field.text", { field: group.field })),
    fact(t("fact.jump"), t("fact.jump.text", { jump: group.jump })),
    fact(
      t("fact.middle"),
      t("fact.middle.text", {
        y: middle(field.top, field.bottom),
        x: middle(field.left, field.right),
      }),
    ),
    ...(zeros ? [fact(t("fact.border"), t("fact.border.text"))] : []),
  ];
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
