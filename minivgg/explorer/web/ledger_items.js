// The arithmetic of one number as lines of a ledger: each channel, the bias, the sum, ReLU.

import { real, t } from "./dom.js";

const FEW = 4; // channels that are shown at first
const MANY = 64; // and at most
const FEW_INPUTS = 8; // of a fully connected layer

/**
 * @typedef {ReturnType<typeof import("./arithmetic.js").arithmetic>} Arithmetic
 * @typedef {{numbers: (number | null)[][], most: number, marked: [number, number] | null}} Cells
 * @typedef {{name: string, middle: string, amount: string, kind: "" | "term" | "total" | "result",
 *   cells: Cells[], input: number | null}} LedgerItem
 *   cells: window, filter and products of a term; input: the channel, or the input of a fully
 *   connected layer, that the line is about
 */

/**
 * @param {Arithmetic} parts
 * @param {{all: boolean, channelName: (channel: number) => string}} options
 * @returns {{items: LedgerItem[], more: number}} more: so many channels can be shown, 0 if all are
 */
export function ledgerItems(parts, { all, channelName }) {
  if (parts.kind === "conv") return convItems(parts, all, channelName);
  const items =
    parts.kind === "linear" ? linearItems(parts, channelName) : windowItems(parts, channelName);
  return { items, more: 0 };
}

/** @returns {LedgerItem} */
function item(name, middle, amount, kind = "", cells = [], input = null) {
  return { name, middle, amount, kind: /** @type {LedgerItem["kind"]} */ (kind), cells, input };
}

function mostOf(grids) {
  let most = 1e-12;
  for (const grid of grids) {
    for (const line of grid) {
      for (const value of line)
        if (value !== null && Math.abs(value) > most) most = Math.abs(value);
    }
  }
  return most;
}

function convItems(parts, all, channelName) {
  const { terms } = parts;
  const sorted = [...terms].sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
  const shown = sorted.slice(0, all ? MANY : FEW).sort((a, b) => a.channel - b.channel);
  const rest = sorted.slice(shown.length);
  const kinds = ["window", "filter", "products"];
  const most = kinds.map((kind) => mostOf(terms.map((term) => term[kind])));
  const items = shown.map((term) => {
    const cells = kinds.map((kind, i) => ({ numbers: term[kind], most: most[i], marked: null }));
    const name = channelName(term.channel);
    return item(name, "", signed(term.sum), "term", cells, term.channel);
  });
  if (rest.length > 0) {
    const sum = rest.reduce((before, term) => before + term.sum, 0);
    const name = t(rest.length === 1 ? "sum.rest-one" : "sum.rest", { count: rest.length });
    items.push(item(name, "", signed(sum)));
  }
  const more = terms.length > FEW ? Math.min(terms.length, MANY) : 0;
  return { items: [...items, ...lastItems(parts)], more };
}

function lastItems({ bias, sum, value, relu }) {
  const items = bias === 0 ? [] : [item(t("sum.bias"), "", signed(bias))];
  items.push(item(t("sum.sum"), "", real(sum + bias), relu === null ? "result" : "total"));
  if (relu !== null) items.push(item("ReLU", `max(0, ${real(value)})`, real(relu), "result"));
  return items;
}

function linearItems(parts, channelName) {
  const { inputs, weights } = parts;
  const products = inputs.map((input, i) => input * weights[i]);
  const order = Array.from(products.keys());
  order.sort((a, b) => Math.abs(products[b]) - Math.abs(products[a]));
  const shown = order.slice(0, FEW_INPUTS).sort((a, b) => a - b);
  const items = shown.map((i) =>
    item(
      channelName(i),
      `${real(inputs[i])} × ${real(weights[i])}`,
      signed(products[i]),
      "",
      [],
      i,
    ),
  );
  if (inputs.length > shown.length) {
    const part = shown.reduce((sum, i) => sum + products[i], 0);
    const name = t("sum.rest-inputs", { count: inputs.length - shown.length });
    items.push(item(name, "", signed(parts.sum - part)));
  }
  return [...items, ...lastItems(parts)];
}

/** Pooling, and whatever else looks at one window. */
function windowItems(parts, channelName) {
  const { window, channel } = parts.terms[0];
  const cells = { numbers: window, most: mostOf([window]), marked: parts.winner ?? null };
  const values = { count: window.length * window[0].length, scale: real(parts.scale ?? 0) };
  return [
    item(channelName(channel), "", "", "term", window.length <= 16 ? [cells] : [], channel),
    item(t(`sum.${parts.kind}`, values), "", real(parts.value), "result"),
  ];
}

/** @param {number} value @returns {string} +0.42 or −0.42 */
function signed(value) {
  return value > 0 ? `+${real(value)}` : real(value);
}
