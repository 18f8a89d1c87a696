// The tasks: what their addresses open, their texts, and the numbers in their answers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { readGuesses } from "../../minivgg/explorer/web/guesses.js";
import {
  LESSON_TASKS,
  opensOf,
  questionOf,
  QUESTIONS,
  taskOf,
  withTask,
} from "../../minivgg/explorer/web/lesson_tasks.js";
import { decodeNet } from "../../minivgg/explorer/web/net.js";
import { choices, filterCounts } from "../../minivgg/explorer/web/presets.js";
import { analyse } from "../../minivgg/explorer/web/shapes.js";
import { parseStack } from "../../minivgg/explorer/web/stack_text.js";
import { formatState, MODES, parseState } from "../../minivgg/explorer/web/state.js";
import { windows } from "../../minivgg/explorer/web/windows.js";
import { readCase } from "./case.mjs";

const WEB = new URL("../../minivgg/explorer/web/", import.meta.url);
const strings = JSON.parse(readFileSync(new URL("strings.json", WEB), "utf8"));

function open(task) {
  return parseState(withTask(`#task=${task.id}`));
}

test("there are ten tasks, and a question for each mode", () => {
  assert.equal(LESSON_TASKS.length, 10);
  assert.equal(new Set(LESSON_TASKS.map(({ id }) => id)).size, 10);
  assert.deepEqual(Object.keys(QUESTIONS), MODES);
});

for (const task of LESSON_TASKS) {
  test(`${task.id}: its short address opens what it shows first, without a problem`, () => {
    const { state, problems } = open(task);
    assert.deepEqual(problems, []);
    assert.equal(state.task, task.id);
    assert.equal(state.mode, opensOf(task).mode);
    assert.equal(state.net, opensOf(task).net);
    assert.deepEqual(parseState(formatState(state)), { state, problems: [] }, "as a long address");
    if (state.mode === "build") {
      assert.ok(state.preset === null || choices(null).some(({ id }) => id === state.preset));
      return;
    }
    const net = decodeNet(readCase(state.net).document);
    if (state.unit === null) return;
    const { rows } = analyse(net.layers, net.input);
    const { channels, height, width } = rows.find(({ name }) => name === state.unit.layer);
    const { channel, y, x } = state.unit;
    assert.ok(channel < channels && y < height && x < width);
  });

  test(`${task.id}: both languages have all of its texts`, () => {
    const names = ["title", "ask", "do", "check", ...optionNames(task.question)];
    for (const language of ["en", "ko"]) {
      for (const name of names) assert.ok(strings[language][`task.${task.id}.${name}`], name);
      if ("unit" in task.question) hasUnit(language, task.question.unit);
    }
  });
}

function optionNames(question) {
  return "options" in question
    ? Array.from({ length: question.options }, (_, i) => `option.${i}`)
    : [];
}

function hasUnit(language, unit) {
  assert.match(strings[language][`guess.${unit}`], /\{value\}/);
  assert.ok(strings[language][`guess.unit.${unit}`]);
}

test("both languages have the questions of all modes", () => {
  for (const [mode, question] of Object.entries(QUESTIONS)) {
    for (const name of ["ask", "do", "check", ...optionNames(question)])
      for (const language of ["en", "ko"])
        assert.ok(strings[language][`question.${mode}.${name}`], `${mode} ${name}`);
    if ("unit" in question) for (const language of ["en", "ko"]) hasUnit(language, question.unit);
  }
});

test("an address with a task and a mode is of a reader who went on from there", () => {
  const went = "#mode=see&task=field&net=digits";
  assert.equal(withTask(went), went);
  assert.equal(withTask("#task=nothing"), "#task=nothing");
  assert.equal(withTask(""), "");
  const { state, problems } = parseState(withTask("#task=field&lang=ko&projector=1"));
  assert.deepEqual(problems, []);
  assert.deepEqual([state.task, state.language, state.projector], ["field", "ko", true]);
  assert.equal(taskOf("nothing"), null);
});

test("the task asks in place of the mode", () => {
  assert.equal(questionOf({ mode: "see", task: null }).id, "question.see");
  assert.equal(questionOf({ mode: "see", task: "field" }).id, "task.field");
});

test("guesses that another page has written are read as far as they can be", () => {
  for (const text of [null, "", "{", "3", "null", '"text"'])
    assert.deepEqual(readGuesses(text), {}, String(text));
  const long = "9".repeat(41);
  const written = { a: { guess: "5" }, b: { guess: 5 }, c: null, d: { guess: long }, e: "5" };
  assert.deepEqual(readGuesses(JSON.stringify(written)), {
    a: { guess: "5", shown: false, closed: false },
  });
  const kept = { f: { guess: null, shown: true, closed: true } };
  assert.deepEqual(readGuesses(JSON.stringify(kept)), kept);
});

/** A text in English must contain a number. */
function says(id, number) {
  const text = strings.en[`${id}.check`];
  assert.ok(text.includes(number), `${id}: ${number} is not in “${text}”`);
}

test("the numbers in the answers on stacks are those of the page", () => {
  const input = { channels: 3, height: 32, width: 32 };
  const fields = (text) => analyse(parseStack(text).layers, input).rows.map(({ field }) => field);
  assert.deepEqual(fields("64,64,64,64").at(-1), 9);
  const between = fields("64,64,M,64,64");
  says("task.field", between.slice(2).join(" → "));
  says("task.field", `: ${fields("M,64,64,64,64").at(-1)}.`);
  says("question.see", String(fields("64,64").at(-1)));

  const { input: size, stacks } = choices(null).find(({ id }) => id === "D");
  const { rows, totals } = analyse(stacks[0].layers, size);
  const most = rows.reduce((a, b) => (b.parameters > a.parameters ? b : a));
  assert.equal(most.name, "fc6");
  says("task.parameters", `${most.parameters.toLocaleString("en")}, or ${Math.round((100 * most.parameters) / totals.parameters)}%`);
  assert.ok(strings.en["task.parameters.ask"].includes(totals.parameters.toLocaleString("en")));
  const conv = rows.find(({ name }) => name === "conv1_2");
  for (const { parameters } of [conv, most])
    assert.ok(strings.en["question.build.ask"].includes(parameters.toLocaleString("en")));
  says("question.build", `${Math.round(conv.macs / most.macs)} times`);

  const fewer = (N) => filterCounts({ C: 1, D: 3, N }).five < filterCounts({ C: 1, D: 3, N }).eleven;
  const last = Array.from({ length: 96 }, (_, i) => i + 1).filter(fewer).at(-1);
  says("task.small", `N = ${last}.`);
  const { five, eleven } = filterCounts({ C: 1, D: 3, N: 96 });
  assert.ok(five / eleven > 9.5 && five / eleven < 10, "nearly 10 times");
});

test("the numbers of units that see zeros are those of the page", () => {
  const net = decodeNet(readCase("digits").document);
  const { rows } = analyse(net.layers, net.input);
  const seeing = (name) => {
    const index = rows.findIndex((row) => row.name === name);
    const { height, width } = rows[index];
    let count = 0;
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const { top, left, bottom, right } = windows(rows, index, { y, x }).at(-1);
        if (top < 0 || left < 0 || bottom >= net.input.height || right >= net.input.width) count += 1;
      }
    }
    return count;
  };
  says("task.border", `${seeing("conv1_1")}. `);
  says("task.border", `${seeing("pool1")} of its 16`);
});

test("the step of a net with four pools is that of the answer", () => {
  const net = decodeNet(readCase("cifar10").document);
  const { rows } = analyse(net.layers, net.input);
  const { jump } = rows.find(({ name }) => name === "pool4");
  const places = (64 - net.input.width) / jump + 1;
  says("question.dense", `${places * places}. `);
  says("question.dense", `= ${jump} pixels`);
});

test("the places of the class map that see zeros are those of the answer", () => {
  const net = decodeNet(readCase("digits").document);
  const { rows } = analyse(net.layers, net.input);
  const { jump } = rows.findLast(({ kind }) => kind === "pool");
  const { field } = rows.at(-1);
  const [picture, side] = [48, net.input.width];
  const beyond = (field - side) / 2;
  const starts = Array.from({ length: (picture - side) / jump + 1 }, (_, i) => i * jump - beyond);
  const inside = starts.filter((start) => start >= 0 && start + field <= picture).length;
  assert.ok(strings.en["task.zeros.ask"].includes(`${starts.length} × ${starts.length} places`));
  assert.ok(strings.en["task.zeros.ask"].includes(`${field} × ${field} pixels`));
  says("task.zeros", `${starts.length ** 2 - inside ** 2}: all but ${inside} · ${inside}`);
  says("task.zeros", `reaches ${beyond} pixels`);
});
