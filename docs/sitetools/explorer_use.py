"""The explorer's modes Backward and Dense in use: a part of docs/check_explorer_use.py."""

PHONE = (340, 700)
ADDRESS = "return decodeURIComponent(location.hash)"
FOCUSED = "const a = document.activeElement; return a.dataset.key ?? a.getAttribute('aria-label')"


def step(use):
    """Label, learning rate, parameter and unit are chosen by keyboard, mouse and touch."""
    from selenium.webdriver import ActionChains, Keys

    use.open("mode=see&net=digits&picture=digit-4")
    use.ask("document.getElementById('tab-see').focus()")
    use.keys(Keys.ARROW_RIGHT)
    use.see(ADDRESS, "mode=backward&net=digits&picture=digit-4", "an arrow key goes to Backward")
    text = "return document.querySelector('#backward .{}').textContent"
    use.find("#label-choice").send_keys("7")
    use.see(ADDRESS, "class=7", "the label is chosen by its letter")
    use.see(text.format("formula-line"), "log p(7)", "the loss is that of the label")
    use.ask("document.getElementById('rate').focus()")
    use.keys(Keys.HOME, *[Keys.ARROW_RIGHT] * 10)
    use.see(ADDRESS, "rate=0.000032", "arrow keys change the learning rate")
    use.see("return document.querySelector('.step-facts').textContent", "→", "the loss after it")
    use.ask("document.getElementById('h').focus()")
    use.keys(Keys.ARROW_RIGHT)
    use.see(ADDRESS, "h=0.0001", "an arrow key changes h")
    use.find("#check-layer").send_keys("fc4")
    use.see(ADDRESS, "parameter=fc4:weight:", "the layer of the checked weight")
    use.find("[data-axis=output]").send_keys(Keys.CONTROL + "a", "3")
    use.see(ADDRESS, "parameter=fc4:weight:", "the output of the checked weight")
    rows = use.browser.find_elements("css selector", "#backward .layer-row .maps")
    ActionChains(use.browser).move_to_element_with_offset(rows[-2], 0, 0).click().perform()
    use.see(ADDRESS, "unit=conv1_1:", "a click chooses a unit")
    fan = "return document.querySelector('.fan-panel').textContent"
    use.see(fan, "windows of conv1_2", "its gradient is a sum over windows")
    use.ask("document.querySelector('#backward .pool button.map').focus()")
    use.keys(Keys.ARROW_RIGHT, Keys.ENTER, Keys.ARROW_DOWN)
    use.see(ADDRESS, "unit=pool2:1:", "arrow keys go through maps, and into one")
    use.see(fan, "All 32 units of fc3", "the gradient comes from a fully connected layer")
    use.keys(Keys.ESCAPE, Keys.ARROW_DOWN)
    use.see(FOCUSED, "conv2_2, map 1", "arrow down follows the gradient")
    use.open("mode=backward&unit=conv1_2:3:3:3", PHONE)
    use.see(fan, "pool1", "a unit on a phone")
    use.ask("document.querySelectorAll('#backward .layer-row .maps')[7].scrollIntoView()")
    touched = use.browser.find_elements("css selector", "#backward .layer-row .maps")[7]
    ActionChains(use.browser).move_to_element_with_offset(touched, -40, 0).click().perform()
    use.see(ADDRESS, "unit=conv1_1:", "a tap chooses a unit")


def slide(use):
    """The window of Dense is moved by keyboard, mouse and touch, and fills the class map."""
    from selenium.webdriver import ActionChains, Keys

    live = "return document.getElementById('live').textContent"
    handle = "return document.querySelector('.window-handle').ariaLabel"
    use.open("mode=dense&net=digits")
    use.see(handle, "Row 0, column 0", "the window begins at the first place")
    use.ask("document.querySelector('.window-handle').focus()")
    use.keys(Keys.ARROW_DOWN, *[Keys.ARROW_RIGHT] * 20)
    use.see(ADDRESS, "window=1,10", "arrow keys move the window as far as the edge")
    use.see(live, "Row 1, column 10", "the place is said to screen readers")
    stage = use.find(".stage canvas")
    chain = ActionChains(use.browser).move_to_element_with_offset(stage, -100, -100)
    chain.click_and_hold().move_to_element_with_offset(stage, 0, 0).release().perform()
    use.see(ADDRESS, "window=5,5", "the window is dragged")
    chain = ActionChains(use.browser).move_to_element_with_offset(use.find(".class-map"), -60, 0)
    chain.click().perform()
    use.see(ADDRESS, "window=5,4", "a click into the class map moves it")
    place = "return document.querySelector('.place-table tbody tr').textContent"
    use.see(place, "0", "one place in three ways")
    for key, part in (("filled", "filled=1"), ("zeros", "zeros=1"), ("picture", "large=picture")):
        use.find(f"#dense [data-key={key}]").send_keys(" ")
        use.see(ADDRESS, part, f"the space bar switches {key}")
    use.see("return document.querySelector('.zeros-strip').textContent", "pool2", "zeros by layer")
    use.find("[data-size='0.75']").send_keys(" ")
    use.see(ADDRESS, "sizes=0.75,1", "another size is added")
    mean = "return document.querySelector('#dense tr.chosen').textContent"
    use.see(mean, "%", "the mean over sizes")
    use.open("mode=dense&net=digits", PHONE)
    use.see(handle, "Row 0", "Dense on a phone")
    ActionChains(use.browser).move_to_element(use.find(".stage canvas")).click().perform()
    use.see(ADDRESS, "window=5,5", "a tap moves the window")
