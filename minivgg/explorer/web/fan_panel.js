// Where the gradient of one unit comes from: the shares of all windows that it is in.

import { el, exact, real, t } from "./dom.js";
import { createFoldButton } from "./fold_button.js";
import { createLedger } from "./ledger.js";
import { signedReal } from "./loss_card.js";

const FEW_SHARES = 6; // maps of the layer above whose shares are shown
const MANY_SHARES = 64; // and at most

/**
 * @param {() => import("./draw.js").Palette} colours
 * @returns {{element: HTMLElement, summary: () => string, show: (content: {net: any,
 *   activations: any[], group: import("./layer_groups.js").Group,
 *   unit: {channel: number, y: number, x: number},
 *   parts: import("./fan_out.js").FanOut}) => void, clear: () => void}}
 */
export function createFanPanel(colours) {
  const title = el("h2", {});
  const facts = el("dl", { class: "unit-facts" });
  const sumTitle = el("h3", {});
  const text = el("p", { class: "hint" });
  const ledger = createLedger(() => {});
  const more = el("button", { type: "button", class: "quiet", onclick: () => showMore() });
  const after = el("p", {});
  const folding = createFoldButton(() => element);
  const body = el(
    "div",
    { class: "unit-body" },
    el("div", { class: "unit-head" }, title, folding.button),
    facts,
    el("section", {}, sumTitle, text, ledger.element, more),
    after,
  );
  const element = el("aside", { class: "unit-panel fan-panel", tabindex: -1 }, body);
  let all = false;
  /** @type {any} */
  let last = null;
  const showMore = () => {
    all = !all;
    show(last);
  };
  const show = (content) => {
    last = content;
    const { net, activations, group, unit, parts } = content;
    body.hidden = false;
    folding.name();
    const maps = activations[group.map];
    const place = (unit.channel * maps.height + unit.y) * maps.width + unit.x;
    const above = net.layers[group.map];
    const isFlat = group.height * group.width === 1;
    const name = group.unit === 0 ? t("picture.input") : group.name;
    const where = { layer: name, map: unit.channel, row: unit.y, column: unit.x };
    title.textContent = t(isFlat ? "unit.title-flat" : "unit.title", where);
    const pairs = [
      [t("fan.value"), exact(maps.data[place])],
      [t("fan.slope"), exact(parts.sum)],
    ];
    facts.replaceChildren(
      ...pairs.map(([key, value]) => el("div", {}, el("dt", {}, key), el("dd", {}, value))),
    );
    const sentence = parts.kind === "pool" && parts.wins === 0 ? "fan.lost" : `fan.${parts.kind}`;
    sumTitle.textContent = t("fan.title");
    text.textContent = t(sentence, {
      layer: above?.name ?? "",
      windows: parts.windows,
      wins: parts.wins,
    });
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const { items, count } = fanItems(parts, above, all);
    ledger.show(items, body.clientWidth, rem, colours());
    more.hidden = count <= FEW_SHARES;
    more.textContent = all
      ? t("sum.fewer")
      : t("sum.more", { count: Math.min(count, MANY_SHARES) });
    more.setAttribute("aria-expanded", String(all));
    after.textContent =
      group.map > group.unit ? reluText(activations[group.unit].data[place], parts.sum) : "";
  };
  return {
    element,
    show,
    summary: () =>
      last === null ? "" : `${title.textContent}: ${text.textContent} ${after.textContent}`,
    clear: () => {
      last = null;
      body.hidden = true;
    },
  };
}

function reluText(before, slope) {
  const values = { value: real(before), slope: real(slope) };
  return t(before > 0 ? "fan.relu-on" : "fan.relu-off", values);
}

/** Lines of the ledger: the largest shares, the rest, and the sum. */
function fanItems({ shares, sum }, above, all) {
  const line = (name, amount, kind, cells = []) => ({
    name,
    middle: "",
    amount,
    kind,
    cells,
    input: null,
  });
  const sorted = [...shares].sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
  const shown = sorted.slice(0, all ? MANY_SHARES : FEW_SHARES);
  const most = (key) =>
    Math.max(1e-30, ...shown.flatMap((share) => share[key].flat().map(Math.abs)));
  const cellsOf = (share) =>
    share.slopes === null
      ? []
      : ["slopes", "weights", "products"].map((key) => ({
          numbers: share[key],
          most: most(key),
          marked: null,
        }));
  const items = shown.map((share) =>
    line(t("input.map", { map: share.channel }), signedReal(share.sum), "term", cellsOf(share)),
  );
  const rest = sorted.slice(shown.length).reduce((total, share) => total + share.sum, 0);
  if (sorted.length > shown.length)
    items.push(
      line(
        t("fan.rest", { count: sorted.length - shown.length, layer: above.name }),
        signedReal(rest),
        "",
      ),
    );
  if (shares.length > 1) items.push(line(t("sum.sum"), signedReal(sum), "result"));
  return { items, count: shares.length };
}
