// The choice of a net and of a picture, and what the net says about it.

import { className } from "./class_choice.js";
import { el, percent, t } from "./dom.js";
import { openCamera, openPad } from "./picture_dialogs.js";
import { drawingPixels, drawingText, filePixels, fitPicture, sampleSources } from "./pictures.js";

const OWN = ["file", "camera"]; // pictures that no address can hold
const TOP = 5; // predictions

/**
 * @param {any} app
 * @param {HTMLElement} options how maps are drawn
 */
export function createPictureBar(app, options) {
  const netSelect = el(
    "select",
    { id: "net-choice" },
    ...app.data.nets.map(({ name, title }) => el("option", { value: name }, title)),
  );
  netSelect.addEventListener("change", () => {
    const net = netSelect.value;
    app.change({ net, picture: null, drawing: null, unit: null, open: [] });
  });
  const netLabel = el("label", { for: "net-choice" });
  const nets = el("div", { class: "nets" }, netLabel, netSelect);
  const pictures = el("div", { class: "pictures", role: "radiogroup" });
  const button = (action) => el("button", { type: "button", onclick: action });
  const fileButton = button(() => picker.click());
  const cameraButton = button(() => openCamera((pixels) => use("camera", pixels), app.notice));
  const padButton = button(() => openPad((pixels) => draw(pixels)));
  const buttons = el("div", { class: "picture-buttons" }, fileButton, cameraButton, padButton);
  const picker = el("input", { type: "file", accept: "image/*", hidden: true });
  const answer = el("section", { class: "answer" });
  const element = el(
    "div",
    { class: "see-bar" },
    el("div", { class: "see-choice" }, nets, buttons, pictures, options, picker),
    answer,
  );
  /** @type {Map<string, import("./pictures.js").Pixels>} */
  const own = new Map();
  let numbers = 0; // of own pictures so far: another file is another picture
  let [key, language] = ["", ""];

  const use = (id, pixels) => {
    own.set(id, pixels);
    numbers += 1;
    app.change({ picture: id, drawing: null });
  };
  const read = async (file) => {
    try {
      use("file", await filePixels(file));
    } catch (error) {
      app.notice(/** @type {Error} */ (error).message);
    }
  };
  picker.addEventListener("change", () => {
    if (picker.files?.[0]) read(picker.files[0]);
    picker.value = "";
  });
  acceptDrops(app, read);

  const render = (net) => {
    if (language !== t("net.choose")) {
      language = t("net.choose");
      netLabel.textContent = t("net.choose");
      fileButton.textContent = t("picture.file");
      cameraButton.textContent = t("picture.camera");
      padButton.textContent = t("picture.draw");
      pictures.setAttribute("aria-label", t("picture.choose"));
    }
    netSelect.value = net.name;
    padButton.hidden = net.input.channels !== 1;
    const now = JSON.stringify([net.name, language, [...own.keys()], app.state.drawing, numbers]);
    if (now !== key) {
      key = now;
      const thumbs = allSources(app, net, own).map((source) => thumb(source, app, net));
      pictures.replaceChildren(...thumbs);
    }
    const chosenId = chosen(net).source.id;
    for (const radio of pictures.querySelectorAll("input"))
      radio.checked = radio.value === chosenId;
  };
  const draw = (pixels) => {
    const net = app.data.nets.find(({ name }) => name === netSelect.value);
    const drawing = drawingText(pixels, net.input.width);
    if (drawing !== null) app.change({ picture: "drawing", drawing });
    return drawing !== null;
  };
  const chosen = (net) => {
    const sources = allSources(app, net, own);
    const { picture } = app.state;
    let source = sources.find(({ id }) => id === picture);
    if (!source) {
      if (picture !== null) {
        const gone = OWN.includes(picture) || picture === "drawing";
        app.notice(t(gone ? "problem.picture-gone" : "problem.picture", { value: picture }));
        app.state = { ...app.state, picture: null, drawing: null };
      }
      source = sources[0];
    }
    return { source, key: `${source.id} ${OWN.includes(source.id) ? numbers : app.state.drawing}` };
  };
  return {
    element,
    render,
    chosen,
    answer: (net, activations) => {
      const classes = classProbabilities(net, activations);
      return classes
        ? `${t("answer.title")}: ${classes[0].name}, ${percent(classes[0].share)}.`
        : "";
    },
    predictions: (net, activations) =>
      fillAnswer(answer, net, activations && classProbabilities(net, activations)),
  };
}

/** Samples; after them the drawing, the file and the picture of the camera, if there are any. */
function allSources(app, net, own) {
  const { drawing } = app.state;
  const pixels = drawing === null ? null : drawingPixels(drawing);
  return [
    ...sampleSources(app.data, net),
    ...(pixels
      ? [{ id: "drawing", title: t("picture.drawing"), load: () => Promise.resolve(pixels) }]
      : []),
    ...[...own].map(([id, picture]) => ({
      id,
      title: t(`picture.own-${id}`),
      load: () => Promise.resolve(picture),
    })),
  ];
}

/** A picture to choose, as small as the net sees it. */
function thumb(source, app, net) {
  const { height, width } = net.input;
  const canvas = el("canvas", { width, height, "aria-hidden": "true" });
  source.load().then(
    (pixels) => {
      const fitted = fitPicture(pixels, height, width);
      canvas.getContext("2d")?.putImageData(new ImageData(fitted.data, width, height), 0, 0);
    },
    () => {},
  );
  return el(
    "label",
    { class: "thumb", title: source.title },
    el("input", {
      type: "radio",
      name: "picture",
      value: source.id,
      "aria-label": source.title,
      onchange: () => app.change({ picture: source.id }),
    }),
    canvas,
  );
}

function fillAnswer(answer, net, classes) {
  if (net.classes === null) {
    answer.replaceChildren(
      el("h2", {}, t("answer.title")),
      el("p", { class: "hint" }, t("answer.none")),
    );
    return;
  }
  const lines = (classes ?? net.classes.slice(0, TOP).map(() => ({ name: "–", share: 0 }))).slice(
    0,
    TOP,
  );
  answer.replaceChildren(
    el("h2", {}, t("answer.title")),
    el(
      "ol",
      { class: "classes" },
      ...lines.map(({ name, share }) =>
        el(
          "li",
          {},
          el("span", { class: "class-name" }, name),
          el(
            "span",
            { class: "track", "aria-hidden": "true" },
            el("span", { class: "fill", style: `width: ${100 * share}%` }),
          ),
          el("span", { class: "amount" }, classes ? percent(share) : ""),
        ),
      ),
    ),
  );
}

/** A picture can be dropped anywhere on the page. */
function acceptDrops(app, read) {
  document.addEventListener("dragover", (event) => {
    if (app.state.mode !== "build") event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (app.state.mode === "build") return;
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) read(file);
  });
}

/** @returns {{name: string, share: number}[] | null} null: the net names no classes */
function classProbabilities(net, activations) {
  if (net.classes === null) return null;
  const scores = activations[activations.length - 1].data;
  const most = Math.max(...scores);
  const sizes = Array.from(scores, (score) => Math.exp(score - most));
  const sum = sizes.reduce((a, b) => a + b, 0);
  return net.classes
    .map((name, i) => ({ name: className(name), share: sizes[i] / sum }))
    .sort((a, b) => b.share - a.share);
}
