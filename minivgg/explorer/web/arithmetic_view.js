// The arithmetic of one number, as a ledger: window ⊙ filter for each channel, bias, sum, ReLU.

import { count, el, real, t } from "./dom.js";
import { cssColour, inkOn } from "./draw.js";

const FEW = 4; // channels that are shown at first

/**
 * @typedef {ReturnType<typeof import("./arithmetic.js").arithmetic>} Arithmetic
 * @typedef {import("./draw.js").Palette} Palette
 */

/**
 * @param {Arithmetic} parts
 * @param {{colours: Palette, all: boolean, onAll: () => void,
 *   channelName: (channel: number) => string}} options
 * @returns {Node[]}
 */
export function arithmeticView(parts, options) {
  if (parts.kind === "conv") return convView(parts, options);
  if (parts.kind === "linear") return linearView(parts, options);
  return oneWindowView(parts, options);
}

/** A square of numbers in their colours. */
function grid(numbers, scale, colours, { marked = null, label = "" } = {}) {
  const side = numbers[0].length;
  const element = el("span", {
    class: `cells${side > 4 ? " many" : ""}`,
    role: "img",
    "aria-label": label,
    style: `--side: ${side}`,
  });
  numbers.forEach((line, i) =>
    line.forEach((value, j) => {
      const isMarked = marked !== null && marked[0] === i && marked[1] === j;
      const cell = el(
        "span",
        { class: isMarked ? "marked" : null },
        value === null ? "" : side > 4 ? "" : brief(value),
      );
      if (value === null) cell.className = "none";
      else {
        cell.style.background = cssColour(value, scale, colours);
        cell.style.color = inkOn(value, scale, colours);
      }
      element.append(cell);
    }),
  );
  return element;
}

/** Two or three digits, which fit into a cell. */
function brief(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = value.toFixed(size >= 9.95 ? 0 : size >= 0.995 ? 1 : 2);
  return text
    .replace(/^-0\.00$/, ".00")
    .replace(/^(-?)0\./, "$1.")
    .replace("-", "−");
}

function mostOf(grids) {
  return Math.max(...grids.flat(2).map((value) => Math.abs(value ?? 0)), 1e-12);
}

function line(name, middle, amount, kind = "") {
  return el(
    "div",
    { class: `ledger-line ${kind}${middle.length === 0 ? " wide" : ""}`, role: "row" },
    el("span", { class: "ledger-name", role: "cell" }, name),
    el("span", { class: "ledger-middle", role: "cell" }, ...middle),
    el("span", { class: "ledger-amount", role: "cell" }, amount),
  );
}

function ledger(lines) {
  return el("div", { class: "ledger", role: "table", "aria-label": t("sum.title") }, ...lines);
}

function convView(parts, { colours, all, onAll, channelName }) {
  const sorted = [...parts.terms].sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
  const shown = sorted.slice(0, all ? 64 : FEW).sort((a, b) => a.channel - b.channel);
  const rest = sorted.slice(shown.length);
  const [windowMost, filterMost, productMost] = ["window", "filter", "products"].map((key) =>
    mostOf(sorted.map((term) => term[key])),
  );
  const lines = shown.map((term) =>
    line(
      channelName(term.channel),
      [
        grid(term.window, windowMost, colours, { label: t("sum.window") }),
        el("span", { class: "sign", "aria-hidden": "true" }, "⊙"),
        grid(term.filter, filterMost, colours, { label: t("sum.filter") }),
        el("span", { class: "sign equals", "aria-hidden": "true" }, "="),
        grid(term.products, productMost, colours, { label: t("sum.products") }),
      ],
      signed(term.sum),
      "term",
    ),
  );
  if (rest.length > 0) {
    const sum = rest.reduce((before, term) => before + term.sum, 0);
    lines.push(
      line(
        t(rest.length === 1 ? "sum.rest-one" : "sum.rest", { count: rest.length }),
        [],
        signed(sum),
      ),
    );
  }
  return [
    ledger([...lines, ...lastLines(parts)]),
    ...(parts.terms.length > FEW
      ? [
          el(
            "button",
            {
              type: "button",
              class: "quiet",
              "aria-expanded": String(all),
              onclick: onAll,
              "data-key": "all-terms",
            },
            all ? t("sum.fewer") : t("sum.more", { count: Math.min(parts.terms.length, 64) }),
          ),
        ]
      : []),
  ];
}

function lastLines({ bias, sum, value, relu }) {
  const lines = [];
  if (bias !== 0) lines.push(line(t("sum.bias"), [], signed(bias)));
  lines.push(line(t("sum.sum"), [], real(sum + bias), relu === null ? "result" : "total"));
  if (relu !== null) lines.push(line("ReLU", [`max(0, ${real(value)})`], real(relu), "result"));
  return lines;
}

function linearView(parts, { channelName }) {
  const { inputs, weights } = parts;
  const order = Array.from(inputs.keys()).sort(
    (a, b) => Math.abs(inputs[b] * weights[b]) - Math.abs(inputs[a] * weights[a]),
  );
  const shown = order.slice(0, 2 * FEW).sort((a, b) => a - b);
  const part = shown.reduce((sum, i) => sum + inputs[i] * weights[i], 0);
  const lines = shown.map((i) =>
    line(
      channelName(i),
      [`${real(inputs[i])} × ${real(weights[i])}`],
      signed(inputs[i] * weights[i]),
    ),
  );
  if (inputs.length > shown.length) {
    lines.push(
      line(
        t("sum.rest-inputs", { count: inputs.length - shown.length }),
        [],
        signed(parts.sum - part),
      ),
    );
  }
  return [ledger([...lines, ...lastLines(parts)])];
}

/** Pooling, and whatever else looks at one window. */
function oneWindowView(parts, { colours, channelName }) {
  const [term] = parts.terms;
  const cells =
    term.window.length <= 16
      ? grid(term.window, mostOf([term.window]), colours, {
          marked: parts.winner ?? null,
          label: t("sum.window"),
        })
      : "";
  const lines = [line(channelName(term.channel), [cells], "", "term")];
  lines.push(
    line(
      t(`sum.${parts.kind}`, { count: term.window.flat().length, scale: real(parts.scale ?? 0) }),
      [],
      real(parts.value),
      "result",
    ),
  );
  return [ledger(lines)];
}

/** @param {number} value @returns {string} +0.42 or −0.42 */
function signed(value) {
  return value > 0 ? `+${real(value)}` : real(value);
}

/** @param {number} value @returns {string} for texts about one number */
export function exact(value) {
  return count(Number(value.toPrecision(4))).replace("-", "−");
}
