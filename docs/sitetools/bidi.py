"""Firefox by WebDriver BiDi, its own protocol: without geckodriver, with the WebSocket of Selenium.

``Firefox`` has the methods of Selenium's drivers that the checks use, under the same names.
https://w3c.github.io/webdriver-bidi/ describes the commands and events.
"""

import json
import subprocess
import time
from itertools import count
from tempfile import TemporaryDirectory

START_SECONDS = 60
EVENTS = ["log.entryAdded", "network.beforeRequestSent"]


class Firefox:
    """A Firefox without a window; ``events`` holds the requests and lines of the console.

    Parameters
    ----------
    program : str
        The path of Firefox.
    seconds : float
        How long an answer may take.
    """

    def __init__(self, program, seconds):
        from websocket import create_connection

        self.events, self.numbers = [], count(1)
        self.folder = TemporaryDirectory(ignore_cleanup_errors=True)
        command = [program, "--headless", "--no-remote", "--profile", self.folder.name,
                   "--remote-debugging-port", "0"]  # fmt: skip
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
        try:
            address = f"ws://127.0.0.1:{self.port()}/session"
            # Firefox refuses connections that name an origin, as pages do
            self.socket = create_connection(address, timeout=seconds, suppress_origin=True)
            self.capabilities = self.command("session.new", capabilities={})["capabilities"]
            # keys and changes of fields need the focus, which only a new tab gets
            self.context = self.command("browsingContext.create", type="tab")["context"]
            self.command("session.subscribe", events=EVENTS)
        except BaseException:
            self.quit()
            raise

    def port(self):
        """The port that Firefox chose, which it writes into its profile."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with open(f"{self.folder.name}/WebDriverBiDiServer.json", encoding="utf-8") as file:
                    return json.load(file)["ws_port"]
            except (FileNotFoundError, json.JSONDecodeError):
                time.sleep(0.1)
        raise TimeoutError(f"Firefox does not listen after {START_SECONDS} s")

    def command(self, method, **params):
        """The result of a command of the protocol."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv())).get("id") != number:
            self.events.append(answer)
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
        return answer["result"]

    def get(self, address):
        """Open an address, and wait until it is loaded."""
        self.command("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def run_first(self, script):
        """Run a script before those of every page; returns a name for ``forget``."""
        declaration = f"() => {{ {script} }}"
        return self.command("script.addPreloadScript", functionDeclaration=declaration)["script"]

    def forget(self, name):
        """No longer run a script of ``run_first``."""
        self.command("script.removePreloadScript", script=name)

    def execute_script(self, script, *arguments):
        """What the body of a function returns, read as JSON."""
        return self.evaluate(f"(function () {{ {script} }})(...{json.dumps(arguments)})")

    def execute_async_script(self, script, *arguments):
        """What the body of a function gives to the function that is its last argument."""
        call = f"(function () {{ {script} }})(...{json.dumps(arguments)}, done)"
        return self.evaluate(f"new Promise((done) => {call})")

    def evaluate(self, expression):
        """The value of an expression, or of its promise."""
        answer = self.command("script.evaluate", target={"context": self.context},
                              expression=f"Promise.resolve({expression}).then(JSON.stringify)",
                              awaitPromise=True)  # fmt: skip
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"].get("value", "null"))  # undefined has no value

    def set_window_size(self, width, height):
        """The size of the page, which is that of a window without frame."""
        self.command("browsingContext.setViewport", context=self.context,
                     viewport={"width": width, "height": height})  # fmt: skip

    def act(self, kind, *actions):
        """Actions of one device: ``"pointer"`` or ``"key"``."""
        source = {"type": kind, "id": kind, "actions": list(actions)}
        self.command("input.performActions", context=self.context, actions=[source])

    def keys(self, *keys):
        """Press keys, one after the other."""
        steps = [{"type": step, "value": key} for key in keys for step in ("keyDown", "keyUp")]
        self.act("key", *steps)

    def quit(self):
        """End Firefox, and remove its profile."""
        self.process.terminate()
        self.process.wait(START_SECONDS)
        self.folder.cleanup()
