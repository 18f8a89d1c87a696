"""The explorer's Why by pointer, touch and keyboard: what docs/check_explorer_use.py does there."""

import time

LIVE = "return document.getElementById('live').textContent"
VALUES = "return [...document.querySelectorAll('#why .why-value')].map((p) => p.textContent).join()"
CARDS = "return [...document.querySelectorAll('#why .why-card:not([hidden]) h2')].map((h) => " \
    "h.textContent).join()"  # fmt: skip
ALL_THERE = "return String(window.explorer.explanations() !== null)"
SHOWN = "return document.getElementById('why').textContent"
FIRST_MAP = "document.querySelector('#why .why-map').focus()"
PHONE = (340, 700)
BAD = {  # addresses, and a part of the sentence that each gets
    "mode=why&net=digits&class=77": "no class 77",
    "mode=why&net=digits&cam=fc3": "“fc3”",
    "mode=why&net=digits&random=50": "6 layers with weights, so 50",
    "mode=why&net=digits&random=x": "random=x",
}


def explaining(use, notices, address):
    """Choose a class, maps and random layers, and read the numbers at a place.

    Parameters
    ----------
    use : Use
        Of docs/check_explorer_use.py.
    notices, address : str
        Scripts that return what the page complains of, and its address.
    """
    from selenium.webdriver import ActionChains, Keys

    use.open("mode=why&net=digits&picture=digit-3")
    use.see(ALL_THERE, "true", "the pictures are computed")
    use.see(LIVE, "3, 99.5%: the pictures are there", "the end is said to screen readers")
    use.require(use.ask(CARDS), "3,Saliency,Occlusion,Grad-CAM", "a card for each method")
    use.require(str("Edges" in use.ask(CARDS)), "False", "edges are no method")
    for limit in ("Not shown: whether", "Not shown: what two", "Not shown: single pixels"):
        use.require(use.ask(SHOWN), limit, "what a method does not show")

    use.ask(FIRST_MAP)
    before = use.ask(VALUES)
    use.keys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
    use.see(VALUES, "Row 3, column 4", "arrow keys move the place")
    use.require(str(before == use.ask(VALUES)), "False", "and the numbers change")
    use.see(LIVE, "Row 3, column 4: ", "the number at the place is said")
    use.keys(*[Keys.ARROW_UP] * 9)
    use.see(VALUES, "Row 0, column 4", "the place stays on the picture")
    maps = use.browser.find_elements("css selector", "#why .why-map")
    shown = [element for element in maps if element.is_displayed()]
    ActionChains(use.browser).move_to_element_with_offset(shown[1], -70, 70).perform()
    use.see(VALUES, "Row 6, column 1", "a pointer chooses a place in all maps")
    use.require(str(use.ask(VALUES).count("Row 6, column 1")), "3", "the same in each")

    use.find("#why-class").send_keys("8")
    use.see(address, "class=8", "another class goes into the address")
    use.see(SHOWN, "score of 8", "and is explained")
    use.find("#why-cam").send_keys("conv1_1")
    use.see(address, "cam=conv1_1", "other maps go into the address")
    use.see(SHOWN, "8×8 maps of conv1_1", "and are taken for Grad-CAM")
    use.find("#why-random").send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    use.see(address, "random=2", "random layers go into the address")
    use.see(CARDS, "Edges, for comparison", "edges are compared")
    use.see(ALL_THERE, "true", "the pictures of random weights are computed")
    correlations = "return String([...document.querySelectorAll('#why .why-value')].filter(" \
        "(p) => p.textContent.includes('Rank correlation')).length)"  # fmt: skip
    use.see(correlations, "4", "all are compared with those of the trained net")
    use.require(use.ask(VALUES), "Rank correlation of the two: 1.00.", "edges do not change")
    use.require(str(use.ask(notices) == ""), "True", f"no notices: {use.ask(notices)}")

    # another picture while the squares are still being covered
    use.open("mode=why&net=cifar10&picture=ship")
    use.see(SHOWN, "rows", "squares are counted")
    use.find("#why input[value=truck]").find_element("xpath", "..").click()
    use.see(address, "picture=truck", "another picture is chosen")
    use.see(ALL_THERE, "true", "its pictures are computed")
    use.see(LIVE, "truck, ", "and are said")

    use.open("mode=why&net=digits&picture=digit-3", PHONE)
    use.see(ALL_THERE, "true", "the pictures are computed on a phone")
    time.sleep(0.1)  # the page is drawn
    touched = use.find("#why .cam .why-map")
    use.ask("arguments[0].scrollIntoView({ block: 'center' })", touched)
    ActionChains(use.browser).move_to_element_with_offset(touched, 70, -70).click().perform()
    use.see(VALUES, "Row 1, column 6", "a tap chooses a place")
    for bad, part in BAD.items():
        use.open(bad)
        use.see(notices, part, f"#{bad}")
