// A row of maps by pointer, touch and keyboard: which unit is meant.

import { GAP, tileBox } from "./tiles.js";

/** @typedef {import("./layer_row.js").LayerRow} LayerRow */

let pointer = "";
let isMoving = false;

/**
 * Notes whether the pointer itself moves: where the keyboard scrolls the page under a pointer at
 * rest, the unit of the keyboard is meant.
 */
export function watchPointer() {
  const note = ({ clientX, clientY }) => {
    isMoving = pointer !== `${clientX} ${clientY}`;
    pointer = `${clientX} ${clientY}`;
  };
  document.addEventListener("pointermove", note, { capture: true });
}

/** The unit under a pointer, or null. */
function placeAt(row, event) {
  const bounds = row.base.getBoundingClientRect();
  const [px, py] = [event.clientX - bounds.left, event.clientY - bounds.top];
  const { group, scale, columns } = row;
  const [stepX, stepY] = [group.width * scale + GAP, group.height * scale + GAP];
  const [column, line] = [Math.floor((px - GAP / 2) / stepX), Math.floor((py - GAP / 2) / stepY)];
  const channel = line * columns + column;
  if (column < 0 || column >= columns || line < 0 || channel >= row.shown) return null;
  const inMap = (value, start, size) =>
    Math.min(Math.max(Math.floor((value - start) / scale), 0), size - 1);
  const box = tileBox(row, channel);
  return { channel, y: inMap(py, box.y, group.height), x: inMap(px, box.x, group.width) };
}

export function listenMaps(row, events) {
  const { maps } = row;
  maps.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch" && isMoving) events.hover(placeAt(row, event));
  });
  maps.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") events.hover(null);
  });
  maps.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (
      /** @type {Element} */ (event.target).closest("button.map")
    );
    // a click without a pointer comes from the keyboard or a screen reader
    const place =
      event.detail === 0 && button
        ? { channel: Number(button.dataset.channel), ...row.place }
        : placeAt(row, event);
    if (place === null) return;
    activate(row, place.channel);
    row.place = { y: place.y, x: place.x };
    events.pin(place);
  });
}

/** @param {LayerRow} row @param {number} channel */
export function activate(row, channel) {
  if (channel >= row.shown) return;
  if (row.buttons[row.active]) row.buttons[row.active].tabIndex = -1;
  row.active = channel;
  row.buttons[channel].tabIndex = 0;
}

const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** Arrow keys go from map to map and from row to row; Enter goes into a map, Escape out of it. */
export function listenMapKeys(row, events) {
  const { maps, group } = row;
  const pin = (channel) => events.pin({ channel, ...row.place });
  maps.addEventListener("focusin", () => {
    row.place = {
      y: Math.min(row.place.y, group.height - 1),
      x: Math.min(row.place.x, group.width - 1),
    };
    if (row.buttons[row.active]?.matches(":focus-visible")) pin(row.active);
  });
  maps.addEventListener("focusout", () => setInside(row, false));
  maps.addEventListener("keydown", (event) => {
    const channel = Number(/** @type {HTMLElement} */ (event.target).dataset.channel);
    if (Number.isNaN(channel)) return;
    if (event.key === "Enter" || event.key === " ") {
      setInside(row, !row.inside && group.height * group.width > 1);
      pin(channel);
    } else if (event.key === "Escape" && row.inside) {
      setInside(row, false);
    } else if (event.key in ARROWS && (row.inside || event.shiftKey)) {
      const [dy, dx] = ARROWS[event.key];
      const clamp = (value, size) => Math.min(Math.max(value, 0), size - 1);
      row.place = {
        y: clamp(row.place.y + dy, group.height),
        x: clamp(row.place.x + dx, group.width),
      };
      pin(channel);
    } else if (event.key in ARROWS || event.key === "Home" || event.key === "End") {
      const [dy, dx] = ARROWS[event.key] ?? [0, 0];
      const next =
        event.key === "Home"
          ? 0
          : event.key === "End"
            ? row.shown - 1
            : channel + dy * row.columns + dx;
      if (next < 0 || next >= row.shown) {
        if (dy !== 0) events.leave(/** @type {-1 | 1} */ (dy), channel % row.columns);
      } else {
        activate(row, next);
        row.buttons[next].focus();
      }
    } else {
      return;
    }
    event.preventDefault();
  });
}

function setInside(row, inside) {
  row.inside = inside;
  row.maps.classList.toggle("inside", inside);
}
