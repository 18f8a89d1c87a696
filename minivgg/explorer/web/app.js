/** The page. */
import { analyse } from "./shapes.js";
import { windows } from "./windows.js";

export function startExplorer() {
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  const { stacks } = data;
  const d = stacks.find(stack => stack.name === "D");
  const { rows } = analyse(d.layers, d.input);
  const list = document.createElement("pre");
  list.textContent = rows.map(r => [r.name, r.channels, r.height, r.field, r.jump].join("\t")).join("\n")
    + "\n" + JSON.stringify(windows(rows, 17, { y: 3, x: 0 }).at(-1));
  document.querySelector("main").append(list);
}
