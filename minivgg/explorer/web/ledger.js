// The ledger on the page. Its lines stay and change their texts: new ones for each unit under a
// moving pointer would be laid out anew. Windows and filters are drawn.

import { el, t } from "./dom.js";
import { cssColour, fit, inkOn } from "./draw.js";

const BESIDE = 7.5; // rem of names and amounts beside the squares
const SIGN = 16; // pixels of ⊙ and = between the squares
const SIGNS = ["⊙", "="];

/** @typedef {import("./ledger_items.js").LedgerItem} LedgerItem */

/**
 * @param {(input: number | null) => void} onPoint a pointer is on the line of an input, or on none
 * @returns {{element: HTMLElement, show: (items: LedgerItem[], room: number, rem: number,
 *   colours: import("./draw.js").Palette) => void}}
 */
export function createLedger(onPoint) {
  const element = el("div", { class: "ledger", role: "table" });
  /** @type {ReturnType<typeof createLine>[]} */
  const lines = [];
  const show = (items, room, rem, colours) => {
    element.setAttribute("aria-label", t("sum.title"));
    while (lines.length > items.length) lines.pop()?.root.remove();
    while (lines.length < items.length) {
      lines.push(createLine(onPoint));
      element.append(lines[lines.length - 1].root);
    }
    items.forEach((item, i) => fillLine(lines[i], item, room - BESIDE * rem, rem, colours));
  };
  return { element, show };
}

function createLine(onPoint) {
  const name = el("span", { class: "ledger-name", role: "cell" });
  const text = el("span", {});
  const canvas = el("canvas", { role: "img", hidden: true });
  const middle = el("span", { class: "ledger-middle", role: "cell" }, text, canvas);
  const amount = el("span", { class: "ledger-amount", role: "cell" });
  const root = el("div", { class: "ledger-line", role: "row" }, name, middle, amount);
  const line = { root, name, text, canvas, amount, input: /** @type {number | null} */ (null) };
  root.addEventListener("pointerenter", () => onPoint(line.input));
  root.addEventListener("pointerleave", () => onPoint(null));
  return line;
}

function fillLine(line, item, room, rem, colours) {
  const { root, name, text, canvas, amount } = line;
  line.input = item.input;
  const isWide = item.middle === "" && item.cells.length === 0;
  write(root, "className", `ledger-line ${item.kind}${isWide ? " wide" : ""}`);
  write(name, "textContent", item.name);
  write(text, "textContent", item.middle);
  write(amount, "textContent", item.amount);
  if (canvas.hidden !== (item.cells.length === 0)) canvas.hidden = item.cells.length === 0;
  if (item.cells.length > 0) drawTerm(canvas, item.cells, room, rem, colours);
}

/** Sets a property only if it changes, which keeps the page's layout valid. */
function write(element, property, value) {
  if (element[property] !== value) element[property] = value;
}

/** Squares of numbers in their colours, with signs between them. */
function drawTerm(canvas, cells, room, rem, colours) {
  const side = cells[0].numbers[0].length;
  const signs = SIGN * (cells.length - 1);
  const cell = Math.max(3, Math.min(1.75 * rem, (room - signs) / (3 * side)));
  const height = cell * cells[0].numbers.length;
  const context = fit(canvas, Math.ceil(3 * side * cell + SIGN * 2), Math.ceil(height));
  context.textAlign = "center";
  context.textBaseline = "middle";
  const words = [];
  cells.forEach((square, k) => {
    const x0 = k * (side * cell + SIGN);
    drawSquare(context, square, x0, cell, colours);
    if (k > 0) {
      context.fillStyle = colours.ink;
      context.font = `${0.9 * rem}px system-ui, sans-serif`;
      context.fillText(SIGNS[k - 1], x0 - SIGN / 2, height / 2);
    }
    const name = t(["sum.window", "sum.filter", "sum.products"][k]);
    const numbers = square.numbers.flat().map((value) => brief(value ?? 0));
    words.push(`${name}: ${numbers.join(" ")}`);
  });
  canvas.setAttribute("aria-label", words.join("; "));
}

function drawSquare(context, { numbers, most, marked }, x0, cell, colours) {
  const hasText = cell >= 17;
  context.font = `${Math.min(0.4 * cell, 11)}px system-ui, sans-serif`;
  numbers.forEach((line, i) =>
    line.forEach((value, j) => {
      if (value === null) return;
      const [x, y] = [x0 + j * cell, i * cell];
      context.fillStyle = cssColour(value, most, colours);
      context.fillRect(x, y, cell - 1, cell - 1);
      if (hasText) {
        context.fillStyle = inkOn(value, most, colours);
        context.fillText(brief(value), x + (cell - 1) / 2, y + cell / 2);
      }
    }),
  );
  if (marked !== null) {
    context.lineWidth = 2.5;
    context.strokeStyle = colours.winner;
    const [row, column] = marked;
    context.strokeRect(x0 + column * cell + 1, row * cell + 1, cell - 3, cell - 3);
  }
}

/** @param {number} value @returns {string} two or three digits, which fit into a cell */
function brief(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = value.toFixed(size >= 9.95 ? 0 : size >= 0.995 ? 1 : 2);
  return text
    .replace(/^-0\.00$/, ".00")
    .replace(/^(-?)0\./, "$1.")
    .replace("-", "−");
}
