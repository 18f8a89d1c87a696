"""The explorer in Firefox, by pointer and keyboard: what docs/check_explorer.py --firefox uses."""

import time

SECONDS = 30
ENTER, TAB, ESCAPE, DOWN, RIGHT, CONTROL, DELETE = "\ue007\ue004\ue00c\ue015\ue014\ue009\ue017"
ADDRESS = "return decodeURIComponent(location.hash)"
UNIT = "return document.getElementById('unit-title').textContent"
MESSAGE = "return document.querySelector('tr.message:not([hidden])')?.textContent ?? ''"
FOCUSED = "const a = document.activeElement; return a.dataset.key ?? a.getAttribute('aria-label')"
WIDTH = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
MIDDLE = """
const element = document.querySelectorAll(arguments[0])[arguments[1]];
element.scrollIntoView({ block: "center" });
const box = element.getBoundingClientRect();
return [box.left + box.width / 2, box.top + box.height / 2].map(Math.floor);
"""


def use(check, path):
    """Choose units and type numbers as people do; ``path`` is a page with the net for digits."""
    driver = check.browser

    def see(script, expected, sentence):
        deadline = time.monotonic() + SECONDS
        while expected not in (found := driver.execute_script(script) or ""):
            if time.monotonic() > deadline:
                check.require(False, f"{sentence}: {expected!r} is not in {found!r}")
                break
            time.sleep(0.05)

    def point(selector, index=0, click=False):
        x, y = driver.execute_script(MIDDLE, selector, index)
        button = [{"type": step, "button": 0} for step in ("pointerDown", "pointerUp")]
        driver.act("pointer", {"type": "pointerMove", "x": x, "y": y}, *button * click)

    def type_over(selector, *keys):
        point(selector, click=True)
        all_of_it = (("keyDown", CONTROL), ("keyDown", "a"), ("keyUp", "a"), ("keyUp", CONTROL))
        driver.act("key", *({"type": step, "value": key} for step, key in all_of_it))
        driver.keys(*keys)

    for width, height in ((340, 700), (1280, 800)):
        driver.set_window_size(width, height)
        for mode in ("mode=build&row=0:2", "mode=see&net=digits&lang=ko"):
            check.open(path, mode)
            found, room = driver.execute_script(WIDTH)
            check.require(found <= room, f"{mode} in Firefox: {found} pixels wide, not {room}")

    check.open(path, "mode=see&net=digits&lang=en")
    check.wait()
    point(".layer-row .maps", 3)
    see(UNIT, "pool1", "a pointer shows a unit")
    point(".layer-row .maps", 3, click=True)
    see(ADDRESS, "unit=pool1:", "a click keeps the unit")
    driver.execute_script("document.querySelector('button.map[tabindex=\"0\"]').focus()")
    driver.keys(RIGHT, DOWN)
    see(FOCUSED, "conv1_2, map 1", "arrow keys go through the maps")
    driver.keys(ENTER, RIGHT, DOWN)
    see(ADDRESS, "unit=conv1_2:1:5:5", "inside a map, arrow keys move the unit")
    driver.keys(ESCAPE, DOWN)
    see(FOCUSED, "pool1, map 1", "after Escape they go through the maps again")

    check.open(path, "mode=build&preset=D")
    type_over("[data-key=kernel-0]", "1", "3")
    see(ADDRESS, "stack=64x13p1,64", "a number is typed")
    type_over("[data-key=kernel-0]", "0")
    see(MESSAGE, "from 1 to 99", "a kernel of 0 gets a sentence")
    check.open(path, "mode=build&preset=D")
    type_over("[data-key=kernel-1]", DELETE, TAB)
    see(MESSAGE, "from 1 to 99", "an empty field gets a sentence when it is left")
    see(FOCUSED, "stride-1", "the focus goes on to the next field")
    driver.execute_script("document.querySelector('[data-key=name-0]').focus()")
    driver.keys(DOWN, DOWN, ENTER)
    see(ADDRESS, "row=0:2", "Enter selects a layer")
