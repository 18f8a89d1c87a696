"""Load every page of the built site in a browser: ``python docs/check_in_browser.py [SITE]``.

From the folder, without a server. It fails on a request to another host, on an error in the
console, on a page that is wider than a phone, and where the search does not find what it should.
It needs Selenium and Debian's packages chromium and chromium-driver.
"""

import json
import os
import shutil
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

LOCAL = {"file", "data", "blob", "about", "chrome", "chrome-error"}
SEARCHES = {"im2col": "api", "receptive": "course"}  # a word: the folder of a page that is found
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}


def start(chromium, driver):
    """A browser without a window that notes its requests and its console."""
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=Service(driver))
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
    try:
        WebDriverWait(browser, 20).until(lambda b: b.find_elements(By.CSS_SELECTOR, links))
    except TimeoutException:
        return [f"the search for {word!r} finds no page in {folder}/", *complaints(browser)]
    return complaints(browser)


def main():
    """Check the site given, or build/site."""
    site = Path(sys.argv[1] if len(sys.argv) > 1 else "build/site").resolve()
    pages = sorted(site.rglob("*.html"))
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not pages:
        sys.exit(f"there are no pages in {site}: build them with python docs/build.py")
    if not (chromium and driver):
        print(
            "not checked in a browser: chromium and chromedriver are needed (Debian's packages"
            " chromium and chromium-driver)"
        )
        sys.exit(1 if os.environ.get("CI") else 0)
    started, failed = time.perf_counter(), 0
    browser = start(chromium, driver)
    try:
        checks = [(page.relative_to(site), check_page(browser, page)) for page in pages]
        for word, folder in SEARCHES.items():
            checks.append((f"search.html?q={word}", check_search(browser, site, word, folder)))
    finally:
        browser.quit()
    for name, found in checks:
        failed += bool(found)
        print(*(f"{name}: {complaint}" for complaint in found), sep="\n", end="\n" * bool(found))
    print(
        f"{len(pages)} pages and {len(SEARCHES)} searches in a browser, {failed} with complaints, "
        f"{time.perf_counter() - started:.0f} s"
    )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
