// The numbers of the table: they change with every key, its lines only when layers come or go.

import { bytes, count, short, t } from "./dom.js";

/** The numbers of the table. */
export function updateNumbers(element, { layers, analysis, most }) {
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (
    element.querySelectorAll("tr.layer")
  )) {
    const index = Number(line.dataset.row);
    const row = analysis.rows[index];
    for (const input of line.querySelectorAll("input")) {
      const value = String(layers[index][/** @type {string} */ (input.dataset.field)]);
      if (input !== document.activeElement && input.value !== value) input.value = value;
      if (input.value === value) input.setAttribute("aria-invalid", "false");
    }
    for (const cell of /** @type {NodeListOf<HTMLElement>} */ (
      line.querySelectorAll("[data-column]")
    )) {
      fill(cell, /** @type {string} */ (cell.dataset.column), row, most);
    }
    /** @type {HTMLElement} */ (line.querySelector("[data-spec]")).textContent = specOf(
      layers[index],
    );
    line.classList.toggle("unknown", row.height === null);
    const message = line.nextElementSibling?.querySelector(".layer-error");
    if (message && row.error)
      message.textContent = t(`error.${row.error.code}`, /** @type {any} */ (row.error));
  }
}

/** What a layer is, in short, where its numbers have no columns: 3×3 s1 p1. */
function specOf({ kind, kernel, stride, padding }) {
  return kind === "conv" || kind === "pool" ? `${kernel}×${kernel} s${stride} p${padding}` : "";
}

function fill(cell, column, row, most) {
  cell.dataset.value =
    column === "output" ? `${row.channels}x${row.height}x${row.width}` : String(row[column]);
  if (row.height === null) {
    cell.textContent = "–";
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
    cell.title = count(row[column]);
    cell.style.setProperty("--share", String(most[column] > 0 ? row[column] / most[column] : 0));
  }
}
