# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""Headless Chromium through its DevTools protocol over two pipes: no port, no driver, nothing to install but the browser.

https://chromedevtools.github.io/devtools-protocol/
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_S = 60


def find():
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    def __init__(self, program):
        self.profile = tempfile.TemporaryDirectory(prefix="bartizan-chromium-")
        (commands_out, self.commands), (self.answers, answers_in) = os.pipe(), os.pipe()
        # The browser reads commands from descriptor 3 and answers on 4. The sandbox needs rights that containers lack; the page is ours.
        arguments = [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-dev-shm-usage",
                     "--disable-background-networking", "--disable-component-update", "--user-data-dir=" + self.profile.name, "--remote-debugging-pipe"]
        shell = ["sh", "-c", f'exec "$@" 3<&{commands_out} 4>&{answers_in}', "sh"]
        self.process = subprocess.Popen(shell + arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        pass_fds=(commands_out, answers_in))
        os.close(commands_out)
        os.close(answers_in)
        self.buffer, self.number, self.events = b"", 0, []

    def close(self):
        try:
            self.call("Browser.close")
            self.process.wait(PATIENCE_S)
        except (OSError, EOFError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.commands)
        os.close(self.answers)
        self.profile.cleanup()

    def receive(self):
        while b"\0" not in self.buffer:
            if not select.select([self.answers], [], [], PATIENCE_S)[0]:
                raise EOFError("the browser does not answer")
            more = os.read(self.answers, 1 << 20)
            if not more:
                raise EOFError("the browser is gone")
            self.buffer += more
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        self.number += 1
        command = {"id": self.number, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        data = json.dumps(command).encode() + b"\0"
        while data:
            data = data[os.write(self.commands, data):]
        while True:
            message = self.receive()
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def open(self, path, **options):
        return Tab(self, path, **options)


class Tab:
    """A page, its network requests and what its console said."""

    def __init__(self, browser, path, width=1200, height=900, dark=False, script=True, reduced_motion=True):
        self.browser = browser
        self.target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(domain + ".enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                                                          {"name": "prefers-reduced-motion", "value": "reduce" if reduced_motion else "no-preference"}])
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.url = "file://" + os.path.abspath(path)
        self.call("Page.navigate", url=self.url)
        while not self.seen("Page.loadEventFired"):
            browser.events.append(browser.receive())

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)

    def seen(self, method):
        return [e["params"] for e in self.browser.events if e.get("method") == method and e.get("sessionId") == self.session]

    def requests(self):
        return [r["request"]["url"] for r in self.seen("Network.requestWillBeSent")]

    def complaints(self):
        said = [e["exceptionDetails"]["text"] for e in self.seen("Runtime.exceptionThrown")]
        said += [e["entry"]["text"] for e in self.seen("Log.entryAdded")]
        return said + [e["type"] for e in self.seen("Runtime.consoleAPICalled")]

    def run(self, expression):
        """The value of a JavaScript expression, once it is settled and the page has been drawn."""
        code = f"(async () => {{ const value = await ({expression}); await new Promise(r => requestAnimationFrame(() => setTimeout(r, 0))); return value; }})()"
        answer = self.call("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def key(self, key):
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        code = {"Enter": 13, "Tab": 9, "Escape": 27, "ArrowRight": 39, "ArrowDown": 40}.get(key, ord(key[0]))
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", key=key, text=text, windowsVirtualKeyCode=code)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)
        self.run("0")

    def mouse(self, kind, x, y, **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, x, y):
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, x, y, button="left", clickCount=1)

    def picture(self, path, height=None):
        """A PNG of the view, or of the page down to `height`."""
        area = {}
        if height:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            area = {"captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": size["width"], "height": min(height, size["height"]), "scale": 1}}
        self.save(path, self.call("Page.captureScreenshot", **area)["data"])

    def pdf(self, path):
        self.save(path, self.call("Page.printToPDF", printBackground=True, paperWidth=8.27, paperHeight=11.69)["data"])

    @staticmethod
    def save(path, data):
        with open(path, "wb") as out:
            out.write(base64.b64decode(data))
