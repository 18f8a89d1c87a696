// Two dialogs that give a picture: one of the camera, and one to draw a digit in.

import { el, t } from "./dom.js";
import { drawnPixels } from "./pictures.js";

const PAD = 280; // pixels of the drawing
const PEN = 34; // a stroke is as wide, beside the field, as in the images of digits

/**
 * @param {string} heading
 * @param {(close: () => void) => Node[]} content
 * @param {() => void} [onClose]
 */
function openDialog(heading, content, onClose = () => {}) {
  const dialog = el("dialog", { class: "dialog", "aria-label": heading });
  const close = () => dialog.close();
  dialog.append(el("h2", {}, heading), ...content(close));
  dialog.addEventListener("close", () => {
    onClose();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * @param {string} label what the main button does
 * @param {() => void} use
 * @param {() => void} close
 * @param {...Node} others buttons between the main one and the one that cancels
 */
function dialogButtons(label, use, close, ...others) {
  return el(
    "div",
    { class: "dialog-buttons" },
    el("button", { type: "button", class: "primary", onclick: use }, label),
    ...others,
    el("button", { type: "button", onclick: close }, t("dialog.cancel")),
  );
}

/**
 * @param {(pixels: import("./pictures.js").Pixels) => void} onPicture
 * @param {(text: string) => void} onProblem
 */
export async function openCamera(onPicture, onProblem) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment" },
      audio: false,
    });
  } catch {
    // no camera, no permission, or a browser that gives none to files
    onProblem(t("problem.camera"));
    return;
  }
  const video = el("video", { autoplay: true, playsinline: true, muted: true });
  video.muted = true;
  video.srcObject = stream;
  openDialog(
    t("camera.title"),
    (close) => {
      const take = () => {
        if (video.videoWidth === 0) return;
        onPicture(drawnPixels(video, video.videoWidth, video.videoHeight));
        close();
      };
      const hint = el("p", { class: "hint" }, t("camera.hint"));
      return [video, hint, dialogButtons(t("camera.take"), take, close)];
    },
    () => stream.getTracks().forEach((track) => track.stop()),
  );
}

/** @param {(pixels: import("./pictures.js").Pixels) => boolean} onPicture false: it is empty */
export function openPad(onPicture) {
  const canvas = el("canvas", {
    class: "pad",
    width: PAD,
    height: PAD,
    tabindex: 0,
    role: "application",
    "aria-label": t("pad.label"),
    "aria-describedby": "pad-hint",
  });
  const context = /** @type {CanvasRenderingContext2D} */ (
    canvas.getContext("2d", { willReadFrequently: true })
  );
  const cursor = el("span", { class: "pen", hidden: true });
  const problem = el("p", { class: "field-error", role: "alert" });
  const clear = () => {
    context.fillStyle = "#000";
    context.fillRect(0, 0, PAD, PAD);
  };
  clear();
  listenPointer(canvas, context);
  listenKeys(canvas, context, cursor);
  for (const name of ["pointerdown", "keydown"])
    canvas.addEventListener(name, () => (problem.textContent = ""));
  openDialog(t("pad.title"), (close) => {
    const use = () => {
      if (onPicture(context.getImageData(0, 0, PAD, PAD))) close();
      else problem.textContent = t("problem.drawing-empty");
    };
    const clearButton = el("button", { type: "button", onclick: clear }, t("pad.clear"));
    return [
      el("div", { class: "pad-frame" }, canvas, cursor),
      el("p", { class: "hint", id: "pad-hint" }, t("pad.hint")),
      el("p", { class: "hint" }, t("pad.centred")),
      problem,
      dialogButtons(t("pad.use"), use, close, clearButton),
    ];
  });
  canvas.focus();
}

function stroke(context, from, to) {
  context.strokeStyle = "#fff";
  context.lineWidth = PEN;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(to[0] + 0.01, to[1]); // a point, too, is drawn
  context.stroke();
}

function listenPointer(canvas, context) {
  let last = null;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * PAD,
      ((event.clientY - box.top) / box.height) * PAD,
    ];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    stroke(context, last, last);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (last === null) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const next = place(part);
      stroke(context, last, next);
      last = next;
    }
  });
  for (const name of ["pointerup", "pointercancel"])
    canvas.addEventListener(name, () => (last = null));
}

/** Arrow keys move the pen, the space bar puts it down and lifts it. */
function listenKeys(canvas, context, cursor) {
  const step = PAD / 16;
  let pen = [PAD / 2, PAD / 4];
  let isDown = false;
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const show = () => {
    cursor.hidden = false;
    cursor.classList.toggle("down", isDown);
    cursor.style.left = `${(100 * pen[0]) / PAD}%`;
    cursor.style.top = `${(100 * pen[1]) / PAD}%`;
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      isDown = !isDown;
      if (isDown) stroke(context, pen, pen);
    } else if (event.key in moves) {
      const next = pen.map((place, i) =>
        Math.min(Math.max(place + moves[event.key][i] * step, PEN / 2), PAD - PEN / 2),
      );
      if (isDown) stroke(context, pen, next);
      pen = next;
    } else {
      return;
    }
    event.preventDefault();
    show();
  });
  canvas.addEventListener("pointerdown", () => (cursor.hidden = true));
}
