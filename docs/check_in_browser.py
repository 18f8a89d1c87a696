"""Load every page of the built site in a browser: ``python docs/check_in_browser.py [SITE]``.

From the folder, without a server. It fails on a request to another host, on an error in the
console, on a page that is wider than a phone, and where the search does not find what it should.
It needs Selenium (``.[docs]``), a Chromium and its driver: on Debian, the packages chromium and
chromium-driver. Without them it says so; where CI=true, that is a failure.
"""

import json
import os
import shutil
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LOCAL = {"file", "data", "blob", "about", "chrome", "chrome-error"}
SEARCHES = {"im2col": "api", "receptive": "course"}  # a word: the folder of a page that is found
SEARCH_SECONDS = 20
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}


def start(chromium, driver, *arguments):
    """A browser without a window that notes its requests and its console; further arguments."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", *arguments):
        options.add_argument(argument)
    service = webdriver.ChromeService(driver)
    browser = webdriver.Chrome(options=options, service=service)
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    return browser


def complaints(browser):
    """What went wrong since the last call: requests to other hosts, errors in the console."""
    found = []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            if urlsplit(url).scheme not in LOCAL:
                found.append(f"a request to {url}")
    found += [
        f"in the console: {entry['message']}"
        for entry in browser.get_log("browser")
        if entry["level"] in {"SEVERE", "WARNING"}
    ]
    return found


def check_page(browser, page):
    """The complaints about one page."""
    browser.get(page.as_uri())
    width = browser.execute_script("return document.documentElement.scrollWidth")
    too_wide = width > PHONE["width"]
    return complaints(browser) + [f"is {width} pixels wide on a phone"] * too_wide


def check_search(browser, site, word, folder):
    """The complaints about a search: it must find a page below ``folder``."""
    browser.get(f"{(site / 'search.html').as_uri()}?q={word}")
    links = f"#search-results a[href*='{folder}/']"
    deadline = time.monotonic() + SEARCH_SECONDS
    while not browser.find_elements("css selector", links):
        if time.monotonic() > deadline:
            complaint = f"finds no page in {folder}/ within {SEARCH_SECONDS} s"
            return [complaint, *complaints(browser)]
        time.sleep(0.1)
    return complaints(browser)


def check(site, browser):
    """{page or search: its complaints} of the whole site."""
    found = {
        str(page.relative_to(site)): check_page(browser, page)
        for page in sorted(site.rglob("*.html"))
    }
    for word, folder in SEARCHES.items():
        found[f"search.html?q={word}"] = check_search(browser, site, word, folder)
    return found


def main():
    """Check the site given, or build/site."""
    site = Path(sys.argv[1] if len(sys.argv) > 1 else "build/site").resolve()
    if not (site / "index.html").is_file():
        sys.exit(f"there is no site in {site}: build it with python docs/build.py")
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if not (chromium and driver):
        print(
            "left out: the check of the site in a browser. It needs Chromium and chromedriver "
            "(on Debian: apt-get install chromium chromium-driver)"
        )
        sys.exit(os.environ.get("CI") == "true")
    started = time.perf_counter()
    browser = start(chromium, driver)
    try:
        found = check(site, browser)
    finally:
        browser.quit()
    for name, sentences in found.items():
        for sentence in sentences:
            print(f"{name}: {sentence}")
    failed = sum(map(bool, found.values()))
    seconds = time.perf_counter() - started
    print(
        f"pages and searches in a browser: {len(found)}, with complaints: {failed}, {seconds:.0f} s"
    )
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
