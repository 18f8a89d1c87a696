// The cards of Why: pictures, numbers and sentences for what is known so far.

import { className } from "./class_choice.js";
import { percent, t } from "./dom.js";
import { rankCorrelation } from "./explanations.js";
import { METHODS } from "./why_methods.js";

/** @param {any} why of createWhyMode, with a wish */
export function drawWhy(why) {
  const { app, bench, wish, trained, other, grey } = why;
  const current = other ?? trained; // what is being computed
  const covering = current?.occlusion;
  why.busy.hidden = why.isDone;
  const known = covering ? covering.data.findIndex(Number.isNaN) : 0;
  const rows = covering ? known / covering.width : 0;
  why.progress.value = covering ? rows / covering.height : 0;
  why.progressText.textContent = t("why.busy", { row: rows, rows: covering?.height ?? "…" });
  if (grey === null) return;
  why.place ??= trained && placeOfMost(trained.saliency);
  const at = why.place;
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const isPair = wish.random > 0;
  const side = Math.round((isPair ? 7.2 : 12.5) * rem);
  const captions = isPair ? [t("why.trained"), t("why.randomised")] : [""];
  const name = className(bench.net.classes[wish.label]);
  drawWhyPicture(why, name);
  METHODS.forEach((method, i) => {
    const { element, say, draw: drawCard } = why.cards[i];
    element.hidden = method.id === "edges" && !isPair; // for comparison only
    if (element.hidden) return;
    const planes = (isPair ? [trained, other] : [trained]).map((found) =>
      method.plane(found, why.activations),
    );
    const looks = planes.map((plane) => ({
      picture: grey,
      plane,
      side,
      least: method.least,
      covers: method.covers,
      ...method.lay(plane, grey, at),
    }));
    drawCard(looks, captions, app.colours);
    const values = { name, layer: wish.group.name, ...method.facts(planes[0], grey) };
    say({
      title: t(`why.${method.id}.title`),
      shows: t(`why.${method.id}.shows`, values),
      not: t(`why.${method.id}.not`),
      value: [isPair ? correlationText(why, planes) : "", numbersAt(method, planes, grey, at)]
        .join("\n")
        .trim(),
    });
  });
}

/** The picture itself, and what the net says of the class. */
function drawWhyPicture({ bench, picture, pictureTitle, pictureText, trained, other }, name) {
  const { width, height } = bench.picture;
  [picture.width, picture.height] = [width, height];
  picture.getContext("2d")?.putImageData(bench.picture, 0, 0);
  pictureTitle.textContent = name;
  const shares = [trained, other].map((found) => found && percent(found.probability));
  const values = { trained: shares[0] ?? "…", random: shares[1] ?? "…" };
  pictureText.textContent = t(other ? "why.probabilities" : "why.probability", values);
}

/** Where a plane has its largest number. @param {import("./explanations.js").Plane} plane */
function placeOfMost({ height, width, data }) {
  const at = data.indexOf(Math.max(...data));
  return { y: (Math.floor(at / width) + 0.5) / height, x: ((at % width) + 0.5) / width };
}

/** @param {any} why @param {any[]} planes */
function correlationText(why, [a, b]) {
  if (a === null || b === null || [a, b].some(({ data }) => data.some(Number.isNaN))) return "";
  if (!why.correlations.has(b)) why.correlations.set(b, rankCorrelation(a.data, b.data));
  const value = why.correlations.get(b);
  return value === null
    ? t("why.correlation-none")
    : t("why.correlation", { value: value.toFixed(2) });
}

/** The numbers at the chosen place. */
function numbersAt(method, planes, grey, at) {
  const values = planes.map((plane) => method.at(plane, grey, at)).filter((text) => text !== null);
  if (at === null || values.length === 0) return "";
  const [row, column] = [Math.floor(at.y * grey.height), Math.floor(at.x * grey.width)];
  return t("why.at", { row, column, value: values.join(" | ") });
}
