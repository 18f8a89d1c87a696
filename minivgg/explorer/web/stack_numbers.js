// The numbers of the table: they change with every key, its lines only when layers come or go.

import { bytes, count, percent, short, t } from "./dom.js";
import { showNumber } from "./number_field.js";

/** The numbers and names of the table. */
export function updateNumbers(element, { layers, analysis, most, caption }) {
  element.querySelector("table").setAttribute("aria-label", caption);
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (
    element.querySelectorAll("tr.layer")
  )) {
    const index = Number(line.dataset.row);
    const row = analysis.rows[index];
    const name = layers[index].name ?? row.name;
    line.dataset.layer = name;
    /** @type {HTMLElement} */ (line.querySelector("[data-name]")).textContent = name;
    for (const input of line.querySelectorAll("input")) {
      const field = /** @type {string} */ (input.dataset.field);
      input.setAttribute("aria-label", `${name}, ${t(`table.${field}.title`)}`);
      showNumber(input, layers[index][field]);
    }
    for (const cell of /** @type {NodeListOf<HTMLElement>} */ (
      line.querySelectorAll("[data-column]")
    )) {
      fill(cell, /** @type {string} */ (cell.dataset.column), row, most, analysis.totals);
    }
    /** @type {HTMLElement} */ (line.querySelector("[data-spec]")).textContent = specOf(
      layers[index],
    );
    line.classList.toggle("unknown", row.height === null);
    const text = row.error ? t(`error.${row.error.code}`, /** @type {any} */ (row.error)) : "";
    writeMessage(/** @type {HTMLElement} */ (line.nextElementSibling), text);
  }
  const selected = element.querySelector("tr.selected");
  if (selected) writeShares(element, analysis.rows[Number(selected.dataset.row)], analysis.totals);
}

/**
 * What is wrong with a layer or with a number that is typed; nothing with an empty text.
 *
 * @param {HTMLElement} line below the layer's
 * @param {string} text
 */
export function writeMessage(line, text) {
  line.hidden = text === "";
  /** @type {HTMLElement} */ (line.firstElementChild).textContent = text;
}

/** What part of all costs the selected layer has. */
function writeShares(element, row, totals) {
  const known = row.height !== null && totals.parameters > 0;
  element.querySelector(".layer-share").textContent = known
    ? t("share.layer", {
        layer: row.name,
        parameters: percent(row.parameters / totals.parameters),
        macs: percent(row.macs / totals.macs),
      })
    : "";
}

/** What a layer is, in short, where its numbers have no columns: 3×3 s1 p1. */
function specOf({ kind, kernel, stride, padding }) {
  return kind === "conv" || kind === "pool" ? `${kernel}×${kernel} s${stride} p${padding}` : "";
}

function fill(cell, column, row, most, totals) {
  cell.dataset.value =
    column === "output" ? `${row.channels}x${row.height}x${row.width}` : String(row[column]);
  if (row.height === null) {
    cell.textContent = "–";
    cell.title = "";
    cell.style.setProperty("--share", "0");
  } else if (column === "output") {
    cell.textContent =
      row.height === 1 && row.width === 1
        ? count(row.channels)
        : `${count(row.channels)} × ${row.height} × ${row.width}`;
  } else if (column === "field") {
    cell.textContent =
      row.field === row.fieldWidth ? count(row.field) : `${row.field} × ${row.fieldWidth}`;
  } else if (column === "jump" || column === "start") {
    cell.textContent = count(row[column]);
  } else {
    const format = column === "memory" ? bytes : short;
    cell.textContent = format(row[column]);
    cell.title = t("share.cell", {
      value: row[column],
      share: percent(totals[column] > 0 ? row[column] / totals[column] : 0),
    });
    cell.style.setProperty("--share", String(most[column] > 0 ? row[column] / most[column] : 0));
  }
}
