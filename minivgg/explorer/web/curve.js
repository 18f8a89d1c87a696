// A small diagram of curves over a logarithmic axis.

import { el, svg } from "./dom.js";

const CURVE = { width: 320, height: 170 };
const CURVE_MARGIN = { left: 44, right: 8, top: 8, bottom: 32 };

/**
 * @typedef {{kind: string, points: [number, number][]}} Line  kind: its class
 */

/** @returns {{element: HTMLElement, show: (content: {label: string, xName: string, yName: string,
 *   x: [number, number], y: [number, number], isLog: boolean, lines: Line[], at: number,
 *   names: [string, string][]}) => void}}
 *   x: decades of the axis; y: its range, decades where isLog; at: the x that is marked; names: kinds
 *   of lines with their names
 */
export function createCurve() {
  const drawing = svg("svg", {
    viewBox: `0 0 ${CURVE.width} ${CURVE.height}`,
    class: "curve",
    role: "img",
  });
  const key = el("p", { class: "curve-key hint" });
  const element = el("div", {}, drawing, key);
  return {
    element,
    show: ({ label, xName, yName, x, y, isLog, lines, at, names }) => {
      const inner = {
        width: CURVE.width - CURVE_MARGIN.left - CURVE_MARGIN.right,
        height: CURVE.height - CURVE_MARGIN.top - CURVE_MARGIN.bottom,
      };
      const px = (value) =>
        CURVE_MARGIN.left + ((Math.log10(value) - x[0]) / (x[1] - x[0])) * inner.width;
      const py = (value) => {
        const place = isLog ? Math.log10(Math.max(value, 1e-300)) : value;
        const share = Math.min(Math.max((place - y[0]) / (y[1] - y[0]), 0), 1);
        return CURVE_MARGIN.top + (1 - share) * inner.height;
      };
      drawing.setAttribute("aria-label", label);
      drawing.replaceChildren(...axes(x, y, isLog, inner, xName, yName));
      const mark = {
        x1: px(at),
        x2: px(at),
        y1: CURVE_MARGIN.top,
        y2: CURVE_MARGIN.top + inner.height,
      };
      drawing.append(svg("line", { class: "mark", ...mark }));
      for (const { kind, points } of lines) {
        const path = points.map(([a, b]) => `${px(a).toFixed(1)},${py(b).toFixed(1)}`).join(" ");
        drawing.append(svg("polyline", { class: kind, points: path }));
        for (const [a, b] of points)
          drawing.append(svg("circle", { class: kind, cx: px(a), cy: py(b), r: 2.2 }));
      }
      key.replaceChildren(
        ...names.map(([kind, name]) =>
          el("span", {}, el("span", { class: `dash ${kind}`, "aria-hidden": "true" }), name),
        ),
      );
    },
  };
}

function axes(x, y, isLog, inner, xName, yName) {
  const parts = [];
  const [left, top] = [CURVE_MARGIN.left, CURVE_MARGIN.top];
  const text = (kind, place, content) =>
    parts.push(svg("text", { class: kind, ...place }, content));
  const step = x[1] - x[0] > 6 ? 2 : 1;
  for (let decade = x[0]; decade <= x[1]; decade += step) {
    const place = left + ((decade - x[0]) / (x[1] - x[0])) * inner.width;
    parts.push(
      svg("line", { class: "grid", x1: place, x2: place, y1: top, y2: top + inner.height }),
    );
    text("tick", { x: place, y: CURVE.height - 18 }, power(decade));
  }
  const lines = isLog ? 4 : 2;
  for (let i = 0; i <= lines; i += 1) {
    const value = y[0] + ((y[1] - y[0]) * i) / lines;
    const place = top + (1 - i / lines) * inner.height;
    parts.push(
      svg("line", { class: "grid", x1: left, x2: left + inner.width, y1: place, y2: place }),
    );
    const name = isLog ? power(Math.round(value)) : String(Number(value.toPrecision(2)));
    text("tick side", { x: left - 5, y: place + 4 }, name);
  }
  text("tick", { x: left + inner.width / 2, y: CURVE.height - 3 }, xName);
  text(
    "tick",
    { x: 9, y: top + inner.height / 2, transform: `rotate(-90 9 ${top + inner.height / 2})` },
    yName,
  );
  return parts;
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @param {number} exponent @returns {string} 10⁻⁵ */
export function power(exponent) {
  if (exponent === 0) return "1";
  const digits = [...String(Math.abs(exponent))].map((digit) => RAISED[Number(digit)]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}
