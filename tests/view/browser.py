"""A headless Chromium, driven over WebDriver with nothing but Python's standard library.

    with Browser() as browser:
        browser.open("file:///tmp/run.html")
        browser.keys("n")
        browser.run("return document.title")
"""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--font-render-hinting=none",
    "--force-color-profile=srgb", "--proxy-server=127.0.0.1:9", # whatever it asks the network for, fails
]
SPECIAL = {"Escape": "\ue00c", "Enter": "\ue007", "PageDown": "\ue00f", "PageUp": "\ue00e",
           "End": "\ue010", "Home": "\ue011", "ArrowDown": "\ue015", "ArrowUp": "\ue013",
           "ArrowRight": "\ue014", "Tab": "\ue004"}


def what_is_missing():
    """A sentence, or "" when Chromium and its driver are there."""
    missing = [name for name in ("chromium", "chromedriver") if not find(name)]
    return "%s not found: install it with ./rill setup --dev" % " and ".join(missing) if missing else ""


def find(name):
    return shutil.which(name) or shutil.which(name, path="/usr/bin:/usr/local/bin:/usr/lib/chromium")


def skip_or_fail():
    """For tests: without Chromium they are skipped, but not where CI wants all of them."""
    missing = what_is_missing()
    if missing:
        print("skipped: " + missing)
        sys.exit(1 if os.environ.get("CI") == "true" else 0)


class Browser:
    def __init__(self, width=1440, height=900, dark=False):
        self.folder = tempfile.mkdtemp(prefix="rill-browser-")
        self.driver = subprocess.Popen([find("chromedriver"), "--port=0", "--allowed-ips="],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                       env={**os.environ, "HOME": self.folder})
        self.session = None
        try:
            self.base = "http://127.0.0.1:%d" % self.port()
            options = {"binary": find("chromium"),
                       "args": FLAGS + ["--user-data-dir=%s/profile" % self.folder,
                                        "--window-size=%d,%d" % (width, height)]
                       + (["--force-dark-mode"] if dark else [])}
            answer = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:chromeOptions": options,
                "goog:loggingPrefs": {"browser": "ALL"}}}})
            self.session = answer["sessionId"]
            self.emulate(width, height)
        except BaseException:
            self.close()
            raise

    def port(self):
        for line in self.driver.stdout:
            if "started successfully on port" in line:
                return int(line.split()[-1].rstrip("."))
        raise RuntimeError("chromedriver did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            if self.session:
                self.call("DELETE", "/session/" + self.session)
        finally:
            self.driver.terminate()
            self.driver.wait()
            shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"},
                                         method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise RuntimeError(value.get("message", value)) from None

    def do(self, path, body=None, method="POST"):
        return self.call(method, "/session/%s%s" % (self.session, path), {} if body is None and method == "POST" else body)

    def cdp(self, command, **parameters):
        return self.do("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def emulate(self, width, height, scale=1):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height,
                 deviceScaleFactor=scale, mobile=False)

    def prefer(self, scheme):
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, url):
        self.do("/url", {"url": url})

    def run(self, script, *arguments):
        return self.do("/execute/sync", {"script": script, "args": list(arguments)})

    def wait_for_frames(self):
        """Until what was asked for has been drawn."""
        self.do("/execute/async", {"script": "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));", "args": []})

    def keys(self, *keys):
        """Presses keys one by one, wherever the focus is."""
        actions = []
        for key in keys:
            value = SPECIAL.get(key, key)
            actions += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        self.do("/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def click(self, x, y):
        self.do("/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": [
            {"type": "pointerMove", "x": int(x), "y": int(y)}, {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0}]}]})

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0]).innerText", selector)

    def log(self):
        """What the console has said since the last call."""
        return self.do("/se/log", {"type": "browser"})

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.do("/screenshot", method="GET")))
