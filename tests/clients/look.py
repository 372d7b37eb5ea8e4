"""A page in headless Chromium -> what a reader of it meets, as JSON, or pictures of it.

`python look.py PAGE AXE` in the environment of tools/page.txt: for each width and colour scheme how wide the page is,
what axe finds (AXE is the axe.min.js of axe-core) and what the console says; once, what it asks the network for and
which of its links lead to nothing on it. In the middle width all that is folded is open.
`python look.py PAGE --pictures FOLDER [ID]` writes a picture for each, from the element of that id on, and a PDF.
"""

from __future__ import annotations

import base64
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

WIDTHS = (360, 820, 1440)
SCHEMES = ("light", "dark")
HEIGHT = 1400
UNFOLD = (
    "document.querySelectorAll('details:not(.account), .account:first-of-type').forEach((fold) => { fold.open = true })"
)
SEARCHES = "return document.querySelectorAll('[type=search]').length"
ASTRAY = (
    "return [...document.querySelectorAll('a')].map((link) => link.getAttribute('href'))"
    ".filter((href) => !href.startsWith('#') || !document.getElementById(decodeURIComponent(href.slice(1))))"
)
OPEN = (
    "const from = document.getElementById(arguments[0]);"
    "from.parentElement.querySelectorAll('details').forEach((fold) => { fold.open = true });"
    "from.scrollIntoView(); window.scrollBy(0, -24)"
)
AXE = (
    "const done = arguments[0];"
    "axe.run(document, {resultTypes: ['violations']}).then((found) => done(found.violations.map("
    "(one) => `${one.id}: ${one.help}: ${one.nodes[0].html.slice(0, 200)}`)))"
)


def browser() -> webdriver.Chrome:
    """Chromium as Debian packages it."""
    options = Options()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb"):
        options.add_argument(word)
    options.binary_location = str(shutil.which("chromium"))
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service(str(shutil.which("chromedriver"))))


def seen(driver: webdriver.Chrome, page: Path) -> Iterator[tuple[int, str]]:
    """The page at each width in each scheme."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            size = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            media = [{"name": "prefers-color-scheme", "value": scheme}]
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
            driver.get(page.as_uri())
            yield width, scheme


def met(driver: webdriver.Chrome, page: Path, axe: str) -> dict[str, Any]:
    """Every look at the page."""
    looks: list[dict[str, Any]] = []
    for width, scheme in seen(driver, page):
        if width == WIDTHS[1]:
            driver.execute_script(UNFOLD)
        driver.execute_script(axe)
        looks.append(
            {
                "width": width,
                "scheme": scheme,
                "wide": driver.execute_script("return document.documentElement.scrollWidth"),
                "violations": driver.execute_async_script(AXE),
                "console": [entry["message"] for entry in driver.get_log("browser")],
            }
        )
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = {one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"}
    once = {"searches": driver.execute_script(SEARCHES), "astray": driver.execute_script(ASTRAY)}
    return {"looks": looks, "requests": sorted(asked), **once}


def pictures(driver: webdriver.Chrome, page: Path, folder: Path, begins: str) -> None:
    """Write what is seen without scrolling, or from an element on, and the page as it is printed."""
    for width, scheme in seen(driver, page):
        if begins:
            driver.execute_script(OPEN, begins)
        save(folder / f"{page.stem}-{width}-{scheme}.png", driver.get_screenshot_as_base64())
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    save(folder / f"{page.stem}.pdf", driver.execute_cdp_cmd("Page.printToPDF", {})["data"])


def save(path: Path, data: str) -> None:
    """Write what the browser gives as base64."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(base64.b64decode(data))


def main(arguments: list[str]) -> None:
    """Print what was met, or write the pictures."""
    page = Path(arguments[0]).resolve()
    driver = browser()
    driver.set_script_timeout(300)
    try:
        if arguments[1] == "--pictures":
            pictures(driver, page, Path(arguments[2]), "".join(arguments[3:]))
        else:
            sys.stdout.write(json.dumps(met(driver, page, Path(arguments[1]).read_text(encoding="utf-8"))))
    finally:
        driver.quit()


if __name__ == "__main__":
    main(sys.argv[1:])
