// The modes that need a trained net, and all of their numbers for the browser's console.

import { createBackwardMode } from "./backward_mode.js";
import { createBench } from "./bench.js";
import { createDenseMode } from "./dense_mode.js";
import { createSeeMode } from "./see_mode.js";
import { createWhyMode } from "./why_mode.js";

/**
 * @param {(id: string) => HTMLElement} byId
 * @param {any} app
 * @returns {{modes: Record<string, {render: () => void, fold?: (isFolded: boolean) => void}>,
 *   numbers: Record<string, (...values: any[]) => any>}}
 */
export function createNetModes(byId, app) {
  const bench = createBench(app);
  const dense = createDenseMode(byId("dense"), app, bench);
  const why = createWhyMode(byId("why"), app, bench);
  return {
    modes: {
      see: createSeeMode(byId("see"), app, bench),
      backward: createBackwardMode(byId("backward"), app, bench),
      dense,
      why,
    },
    numbers: {
      net: () => bench.net,
      activations: () => (bench.isComputing ? null : bench.activations),
      gradient: (layerIndex, unit) => bench.runner.gradient(layerIndex, unit),
      task: (name, values) => bench.runner.task(name, values),
      dense: () => dense.numbers(),
      explanations: () => why.explanations(),
    },
  };
}
