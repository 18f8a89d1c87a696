// Why: what an answer depends on, by three methods, and the check that a method has to pass.

import { chosenClass, className, createClassChoice } from "./class_choice.js";
import { el, percent, t } from "./dom.js";
import { createWhyCard, greyPicture } from "./why_card.js";
import { drawWhy } from "./why_draw.js";
import { METHODS } from "./why_methods.js";

const RANDOM_SEED = 1; // of random weights: the same for everybody who opens a link
const PLACE_PAUSE = 400; // milliseconds of rest at a place before it is said

/**
 * @param {HTMLElement} root
 * @param {any} app
 * @param {import("./bench.js").Bench} bench
 * @returns {{render: () => void, explanations: () => any}}
 */
export function createWhyMode(root, app, bench) {
  const none = el("p", { class: "notice" });
  const classChoice = createClassChoice(app, "why-class");
  const camLabel = el("label", { for: "why-cam" });
  const cam = el("select", { id: "why-cam" });
  const randomLabel = el("label", { for: "why-random" });
  const random = el("input", { type: "range", id: "why-random", min: 0, step: 1 });
  const randomText = el("output", { for: "why-random" });
  const progressText = el("span", {});
  const progress = el("progress", { max: 1, value: 0 });
  const busy = el("div", { class: "busy" }, progressText, progress);
  const cards = METHODS.map(({ id }) =>
    createWhyCard(
      id,
      (share) => choosePlace(why, share),
      (down, right) => movePlace(why, down, right),
    ),
  );
  const check = el("p", { class: "why-check" });
  const picture = el("canvas", { class: "why-picture", "aria-hidden": "true" });
  const [pictureTitle, pictureText] = [el("h2", {}), el("p", {})];
  const controls = el(
    "div",
    { class: "why-controls" },
    classChoice.element,
    el("div", { class: "nets" }, camLabel, cam),
    el("div", { class: "why-random" }, randomLabel, random, randomText),
  );
  const body = el(
    "div",
    { class: "why-body" },
    controls,
    check,
    busy,
    el(
      "div",
      { class: "why-cards" },
      el("section", { class: "card why-card" }, pictureTitle, picture, pictureText),
      ...cards.map(({ element }) => element),
    ),
  );
  root.append(none, body);
  cam.addEventListener("change", () => app.change({ cam: cam.value }));
  random.addEventListener("input", () => app.change({ random: Number(random.value) }));
  const why = {
    app,
    bench,
    none,
    body,
    classChoice,
    camLabel,
    cam,
    randomLabel,
    random,
    randomText,
    check,
    busy,
    progress,
    progressText,
    cards,
    picture,
    pictureTitle,
    pictureText,
    key: "", // of what is asked for
    trainedKey: "",
    /** @type {any} */ trained: null, // what is known of the net's own pictures
    /** @type {any} */ other: null, // and of those with random weights
    /** @type {ImageData | null} */ grey: null,
    /** @type {{y: number, x: number} | null} */ place: null, // shares of the picture
    isDone: false,
    /** @type {any} */ wish: null, // what the pictures are of
    /** @type {any} */ activations: null,
    correlations: new WeakMap(), // by the plane with random weights
    frame: 0,
    timer: 0,
  };
  const view = { redraw: () => updateWhy(why) };
  return {
    render: () => {
      bench.render(view, root);
      updateWhy(why);
    },
    explanations: () => (why.isDone ? { trained: why.trained, random: why.other } : null),
  };
}

/** What the address asks for, as far as the net has it. */
function whyWishes(why) {
  const { app, bench } = why;
  const groups = bench.groups.filter(({ kind }) => kind === "conv");
  const weighted = bench.net.layers.filter((layer) => "weight" in layer).map(({ name }) => name);
  let group = groups.find(({ name }) => name === app.state.cam);
  if (!group) {
    if (app.state.cam !== null) app.notice(t("problem.cam", { value: app.state.cam }));
    app.state = { ...app.state, cam: null };
    group = groups[groups.length - 1];
  }
  if (app.state.random > weighted.length) {
    app.notice(t("problem.random", { value: app.state.random, most: weighted.length }));
    app.state = { ...app.state, random: 0 };
  }
  const { random } = app.state;
  return { groups, group, weighted, random, label: chosenClass(app, bench) };
}

function updateWhy(why) {
  const { app, bench } = why;
  const { net, activations } = bench;
  why.none.hidden = net.classes !== null;
  why.body.hidden = net.classes === null;
  why.none.textContent = t("why.none");
  if (net.classes === null || activations === null || bench.isComputing) return;
  const wish = whyWishes(why);
  renderWhyControls(why, wish);
  const picture = [app.state.net, bench.version, wish.label, wish.group.name].join(" ");
  const key = `${picture} ${wish.random}`;
  if (key !== why.key) {
    if (picture !== why.trainedKey) why.trained = why.place = null;
    why.grey = greyPicture(/** @type {ImageData} */ (bench.picture));
    why.activations = activations;
    why.key = key;
    why.wish = wish;
    explainAll(why, wish, key, picture);
  }
  drawWhy(why);
}

function renderWhyControls(why, { groups, group, weighted, random, label }) {
  why.classChoice.render(why.bench.net, label, t("why.class"));
  why.camLabel.textContent = t("why.maps");
  const names = groups.map(({ name }) => name);
  if (why.cam.options.length !== names.length || why.cam.options[0].value !== names[0])
    why.cam.replaceChildren(...names.map((name) => el("option", { value: name }, name)));
  why.cam.value = group.name;
  why.randomLabel.textContent = t("why.random");
  why.random.max = String(weighted.length);
  why.random.value = String(random);
  const chosen = weighted.slice(weighted.length - random).join(", ");
  why.randomText.textContent = random === 0 ? t("why.random-none") : chosen;
  why.random.setAttribute("aria-valuetext", why.randomText.textContent);
  why.check.textContent = t("why.check");
}

/** The net's own pictures, unless they are there, and then those with random weights. */
async function explainAll(why, { label, group, random }, key, picture) {
  const { runner } = why.bench;
  const values = { label, maps: group.map, seed: RANDOM_SEED };
  const ask = (count, keep) =>
    runner
      .task("explain", { ...values, random: count }, (part) => {
        if (key !== why.key) return;
        keep(part);
        drawWhy(why);
      })
      .then((result) => (key === why.key ? keep(result) : null));
  why.isDone = false;
  why.other = null;
  try {
    if (picture !== why.trainedKey) {
      await ask(0, (part) => (why.trained = part));
      if (key !== why.key) return;
      why.trainedKey = picture;
    }
    if (random > 0) await ask(random, (part) => (why.other = part));
    if (key !== why.key) return;
    why.isDone = true;
    const { bench, app } = why;
    const name = className(bench.net.classes[label]);
    const share = percent((why.other ?? why.trained).probability);
    if (app.state.mode === "why") app.say(`${bench.news} ${t("why.done", { name, share })}`.trim());
    bench.news = "";
  } catch (error) {
    if (key !== why.key || /** @type {Error} */ (error).name === "AbortError") return;
    why.app.notice(t("problem.compute", { message: String(error) }));
  }
  drawWhy(why);
}

/** Another place, whose numbers are shown in all cards. */
function choosePlace(why, share) {
  why.place = share;
  why.frame ||= requestAnimationFrame(() => {
    why.frame = 0;
    if (why.bench.net.classes !== null) drawWhy(why);
  });
}

/** By a pixel, from the middle at first. */
function movePlace(why, down, right) {
  const { height, width } = /** @type {ImageData} */ (why.grey);
  const { y, x } = why.place ?? { y: 0.5, x: 0.5 };
  const step = (share, by, side) =>
    (Math.min(side - 1, Math.max(0, Math.floor(share * side) + by)) + 0.5) / side;
  choosePlace(why, { y: step(y, down, height), x: step(x, right, width) });
  clearTimeout(why.timer);
  why.timer = window.setTimeout(() => {
    const focused = document.activeElement?.closest(".why-card");
    why.app.say(focused?.querySelector(".why-value")?.textContent ?? "");
  }, PLACE_PAUSE);
}
