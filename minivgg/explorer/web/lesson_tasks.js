// The question of each mode, and ten tasks: what they open, and how their questions are answered.
// Their texts are in strings.json: ask, do and check, and the options of a choice.

/**
 * @typedef {{options: number} | {unit: string}} Question  a choice among options, or a number
 * @typedef {{id: string, lesson: string, address: string, question: Question}} Task
 *   lesson: that uses it; address: what is shown first
 */

/** @type {Record<string, Question>} */
export const QUESTIONS = {
  build: { options: 3 },
  see: { unit: "pixels" },
  backward: { options: 3 },
  dense: { unit: "places" },
  why: { options: 2 },
};

/** @type {Task[]} in the order of the lessons */
export const LESSON_TASKS = [
  {
    id: "person",
    lesson: "0",
    address: "mode=see&net=cifar10&picture=hopper&unit=fc6:3:0:0",
    question: { unit: "percent" },
  },
  {
    id: "border",
    lesson: "1",
    address: "mode=see&net=digits&picture=digit-0&unit=conv1_1:1:0:3",
    question: { unit: "units" },
  },
  {
    id: "winner",
    lesson: "2",
    address: "mode=backward&net=digits&picture=digit-3&class=5&unit=conv1_2:4:3:3",
    question: { unit: "percent" },
  },
  {
    id: "field",
    lesson: "3",
    address: "mode=build&stack=64,64,64,64&input=3x32x32&row=0:1",
    question: { unit: "pixels" },
  },
  {
    id: "middle",
    lesson: "3",
    address: "mode=see&net=cifar10&picture=hopper&unit=pool2:0:3:3",
    question: { unit: "pixels" },
  },
  { id: "parameters", lesson: "4", address: "mode=build&preset=D", question: { options: 4 } },
  {
    id: "small",
    lesson: "4",
    address: "mode=build&preset=3x3-11x11&D=3&N=96",
    question: { unit: "channels" },
  },
  {
    id: "step",
    lesson: "6",
    address: "mode=backward&net=digits&picture=digit-3&class=5&rate=0.001",
    question: { options: 3 },
  },
  {
    id: "zeros",
    lesson: "9",
    address: "mode=dense&net=digits&zeros=1&filled=1",
    question: { unit: "places" },
  },
  {
    id: "cat",
    lesson: "10",
    address: "mode=why&net=cifar10&picture=hopper&class=3",
    question: { options: 2 },
  },
];

/** @param {string | null} id @returns {Task | null} */
export function taskOf(id) {
  return LESSON_TASKS.find((task) => task.id === id) ?? null;
}

/** @param {Task} task @returns {{mode: string, net: string | null}} what its address opens */
export function opensOf({ address }) {
  const parts = new URLSearchParams(address);
  return { mode: parts.get("mode") ?? "", net: parts.get("net") };
}

/**
 * An address that names a task and nothing else opens what the task shows first. One that has a
 * mode, too, is of a reader who went on from there.
 *
 * @param {string} hash
 * @returns {string}
 */
export function withTask(hash) {
  const given = hash.replace(/^#/, "");
  const parts = new URLSearchParams(given);
  const task = taskOf(parts.get("task"));
  return task === null || parts.has("mode") ? hash : `#${task.address}&${given}`;
}

/**
 * The question that is asked: of the task, or else of the mode.
 *
 * @param {{mode: string, task: string | null}} state
 * @returns {{id: string, question: Question}} id: of its texts and of the guess
 */
export function questionOf({ mode, task }) {
  const found = taskOf(task);
  return found
    ? { id: `task.${found.id}`, question: found.question }
    : { id: `question.${mode}`, question: QUESTIONS[mode] };
}
