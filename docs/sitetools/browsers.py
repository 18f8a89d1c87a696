"""Chromium and Firefox for the check of the explorer: what each does by commands of its own."""

import os
import shutil
import sys
from urllib.parse import urlsplit

from check_in_browser import BROWSERS, LOCAL, complaints, start

from sitetools.bidi import Firefox

SIZE = {"width": 1400, "height": 1000}


class InChromium:
    """Chromium; ``driver`` opens pages and runs scripts in them.

    Parameters
    ----------
    seconds : float
        How long a script may take.
    """

    name = "Chromium"

    def __init__(self, seconds):
        chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
        driver = shutil.which("chromedriver")
        if not (chromium and driver):
            leave_out("Chromium and chromedriver", "chromium chromium-driver")
        self.driver = start(chromium, driver)
        self.driver.set_script_timeout(seconds)
        metrics = SIZE | {"deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def run_first(self, script):
        """Run a script before those of every page; returns what ``forget`` needs."""
        command = "Page.addScriptToEvaluateOnNewDocument"
        return self.driver.execute_cdp_cmd(command, {"source": script})

    def forget(self, added):
        """No longer run a script of ``run_first``."""
        self.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)

    def workers(self):
        """The workers of the page."""
        targets = self.driver.execute_cdp_cmd("Target.getTargets", {})["targetInfos"]
        return [target for target in targets if target["type"] == "worker"]

    def complaints(self):
        """Requests to other hosts, and errors in the console."""
        return complaints(self.driver)


class InFirefox:
    """Firefox, with the methods of ``InChromium``."""

    name = "Firefox"

    def __init__(self, seconds):
        program = next(filter(None, map(shutil.which, ("firefox", "firefox-esr"))), None)
        if not program:
            leave_out("Firefox", "firefox-esr")
        self.driver = Firefox(program, seconds)
        self.driver.set_window_size(**SIZE)
        self.run_first, self.forget = self.driver.run_first, self.driver.forget

    def workers(self):
        """The workers of the page."""
        return self.driver.command("script.getRealms", type="dedicated-worker")["realms"]

    def complaints(self):
        """Requests to other hosts, and errors in the console."""
        found = []
        self.driver.execute_script("return null")  # what happened before it is told before it
        for event in self.driver.events:
            params = event["params"]
            if event["method"] == "network.beforeRequestSent":
                if urlsplit(url := params["request"]["url"]).scheme not in LOCAL:
                    found.append(f"a request to {url}")
            elif params["level"] in {"error", "warn"}:
                found.append(f"in the console: {params['text']}")
        return found


def leave_out(needs, packages):
    """Say what is not there, and end: where CI=true, that is a failure."""
    print(f"left out: the explorer in a browser. It needs {needs} "
          f"(on Debian: apt-get install {packages})")  # fmt: skip
    sys.exit(os.environ.get("CI") == "true")
