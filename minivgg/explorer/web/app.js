/** The page. */
import { analyse } from "./shapes.js";

if (typeof document !== "undefined") start();

function start() {
  const { rows } = analyse([{ kind: "conv", kernel: 3, channels: 64 }],
    { channels: 3, height: 224, width: 224 });
  document.querySelector("main").append(JSON.stringify(rows));
}
