"""The explorer's guesses, tasks and projector mode: what docs/check_explorer_use.py does there."""

import re
from importlib.resources import files

CARD = "return document.querySelector('.question:not([hidden])')?.textContent ?? 'none'"
LIST = "return document.querySelector('#task-list:not([hidden])')?.textContent ?? 'closed'"
LIVE = "return document.getElementById('live').textContent"
MODE = "return window.explorer.state().mode"
KEPT = "return String(localStorage.getItem('minivgg-explorer-guesses'))"
FOCUS = "return document.activeElement.id || document.activeElement.textContent"
PROJECTOR = "return String('projector' in document.documentElement.dataset)"
SHOWN = "return document.querySelector('.mode:not([hidden])').innerText"
PANEL = "return document.querySelector('.unit-panel').className"
FULL = "Storage.prototype.setItem = () => { throw new Error('refused') };"
# what is said in the answer of a task is what the page shows there
ANSWERS = {
    "person": ["82%"],
    "winner": ["max-pool stops it at 75%", "ReLU stops it at 89%"],
    "middle": ["the inner 8 × 8 pixels of 16 × 16: 25%"],
    "step": ["13.3 → 10.2"],
    "zeros": ["11 × 11", "48 × 48 pixels"],
    "cat": ["82%"],
}
ELSEWHERE = {  # further addresses that answers speak of
    "mode=see&net=cifar10&picture=stripes": "79%",
    "mode=backward&net=digits&picture=digit-3&class=5&rate=0.1": "13.3 → 57.8",
    "mode=backward&net=digits&picture=digit-3&class=5&rate=0.005": "13.3 → 1.95",
}


def teaching(use, notices, address, without_nets):
    """Guess, open all tasks, and use the mode for projectors.

    Parameters
    ----------
    use : Use
        Of docs/check_explorer_use.py, of a browser that keeps guesses from page to page.
    notices, address : str
        Scripts that return what the page complains of, and its address.
    without_nets : Path
        A page that builds only.
    """
    guessing(use, address)
    tasks(use, notices, address, without_nets)
    projector(use, address)


def guessing(use, address):
    """A guess is kept on the device, stands beside the answer, and can be deleted."""
    from selenium.webdriver import Keys

    use.open("mode=see&net=digits")
    use.ask("localStorage.clear()")
    use.open("mode=see&net=digits")
    use.require(use.ask(CARD), "kept on this device only", "where the guess is kept")
    use.require(str("Answer" in use.ask(CARD)), "False", "no answer before the guess")
    use.find(".guess .primary").click()
    use.see(CARD, "A number is needed", "an empty guess gets a sentence")
    use.find("[name=guess]").send_keys("7", Keys.ENTER)
    use.see(CARD, "Your guess: 7 pixels", "a guess is shown")
    use.require(use.ask(FOCUS), "question-ask", "the focus stays in the card")
    use.open("mode=see&net=digits")
    use.require(use.ask(CARD), "Your guess: 7 pixels", "the guess is there in another visit")
    use.find(".question > p > button").click()
    use.see(CARD, "Answer: 5.", "the answer stands beside the guess")
    use.find("#language").click()
    use.see(CARD, "내 짐작: 7픽셀", "guess and answer follow the language")
    use.find("#language").click()
    use.find(".question-head button").click()
    use.see(CARD, "none", "the question is closed")
    use.require(use.ask(FOCUS), "tasks", "the focus goes to the list of tasks")
    use.open("mode=backward&net=digits")
    use.require(use.ask(CARD), "probability of 0.99", "each mode has its question")
    use.find(".guess button[type=button]").click()
    use.see(CARD, "none", "a question can be skipped")
    use.find("#tasks").click()
    use.see(LIST, "Delete my guesses (1)", "skipped questions are no guesses")
    use.find("#task-list .guesses-kept button:last-child").click()
    use.see(LIVE, "are deleted", "that guesses are deleted is said")
    use.require(use.ask(KEPT), "null", "nothing is left of them")
    use.see(CARD, "probability of 0.99", "and the question is asked again")
    use.ask("localStorage.clear();" + FULL)
    use.find(".guess .chip:nth-child(2)").click()
    use.find(".guess .primary").click()
    use.see(CARD, "Your guess: −0.01", "a guess is shown where the browser keeps nothing")
    use.find("#tasks").click()
    use.see(LIST, "This browser keeps nothing", "and it is said that it is forgotten")
    use.require(use.ask(address), "mode=backward", "a guess is not part of the address")


def tasks(use, notices, address, without_nets):
    """Each task opens by its short address, and shows what its answer says."""
    from selenium.webdriver import Keys

    text = files("minivgg.explorer").joinpath("web", "lesson_tasks.js").read_text("utf-8")
    names = re.findall(r'\bid: "(\w+)"', text)
    for number, name in enumerate(names, 1):
        use.open(f"task={name}")
        use.require(use.ask(CARD), f"Task {number}: ", f"the card of {name}")
        use.require(str(use.ask(notices) == ""), "True", f"{name}: {use.ask(notices)}")
        for part in ANSWERS.get(name, ()):
            use.see(SHOWN, part, f"the task {name}")
    for elsewhere, part in ELSEWHERE.items():
        use.open(elsewhere)
        use.see(SHOWN, part, elsewhere)

    use.open("task=border&lang=ko&projector=1")
    use.require(use.ask("return document.documentElement.lang"), "ko", "a task in Korean")
    use.require(use.ask(PROJECTOR), "true", "a task on a projector")
    use.ask("document.getElementById('tasks').focus()")
    use.keys(Keys.ENTER, Keys.TAB, Keys.TAB)
    use.see(FOCUS, "사이에 놓은 풀링", "tasks are reached by the keyboard")
    use.keys(Keys.ENTER)
    use.see(address, "task=field&lang=ko&projector=1", "another task, as the page is shown")
    use.see(MODE, "build", "and its mode")
    use.see(LIST, "closed", "the list closes")
    use.open("task=field")
    use.find("[data-key=tool-pool]").click()
    use.see(SHOWN, "pool1", "the task can be done")
    use.see(address, "task=field", "what is done is added to the address")
    use.require(use.ask(address), "stack=64,64,M,64,64", "with the task")
    use.find(".task-links a").click()
    use.see("return String(window.explorer.state().stacks)", "64,64,64,64", "it begins again")
    use.find(".question-head button").click()
    use.see("return String(window.explorer.state().task)", "null", "a task is closed")
    use.open("task=winner", path=without_nets)
    use.require(use.ask(notices), "needs a net", "a task without its net gets a sentence")
    use.require(use.ask(MODE), "build", "and the page works")
    use.find("#tasks").click()
    use.see(LIST, "needs the net digits", "so does the list")


def projector(use, address):
    """Large type and a folded panel, by the key P and by the address."""
    size = "return getComputedStyle(document.body).fontSize"
    use.open("mode=see&net=cifar10&unit=conv2_1:3:5:5")
    before = float(use.ask(size).removesuffix("px"))
    use.keys("p")
    use.see(PROJECTOR, "true", "the key P")
    use.see(address, "projector=1", "it is part of the address")
    use.require(str(float(use.ask(size).removesuffix("px")) > 1.2 * before), "True", "large type")
    use.require(use.ask(PANEL), "folded", "the panel is folded")
    use.find(".unit-panel .fold").click()
    use.require(str("folded" in use.ask(PANEL)), "False", "and can be unfolded")
    overlap = (
        "return String([...document.querySelectorAll('.maps canvas')].some((c) => c.getBounding"
        "ClientRect().right > document.querySelector('.unit-panel').getBoundingClientRect().left))"
    )
    use.see(overlap, "false", "beside the panel fewer maps are shown")
    use.keys("p")
    use.see(PROJECTOR, "false", "the key P again")
    use.open("mode=build&preset=D&row=0:0")
    use.find("[data-key=channels-0]").send_keys("p")
    use.require(use.ask(PROJECTOR), "false", "a letter that is typed is no key")
