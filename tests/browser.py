"""A page in a real browser: how it is opened, what is held against it, and who measures it.

The browser is the system's Chromium, never one that Playwright downloads. Fixtures: `browser`, `visit`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = "no Chromium found; on Debian: apt-get install chromium; elsewhere name it: CHROMIUM=/path/to/it"


def executable() -> str | None:
    """What CHROMIUM names, else the first name that is known here."""
    named = os.environ.get("CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else NAMES)), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless Chromium; without one the tests skip, but never in CI, which must not pass untested."""
    path = executable()
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--disable-gpu"])
        yield browser
        browser.close()


class Visit:
    """Opens pages offline and notes what no page of ours may do: ask for anything, complain, pop up."""

    def __init__(self, browser: Browser) -> None:
        self.troubles: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def __call__(
        self,
        file: Path,
        width: int = 1366,
        height: int = 768,
        *,
        dark: bool = False,
        still: bool = False,
        script: bool = True,
        printed: bool = False,
        fragment: str = "",
        first: str = "",
        **more: Any,
    ) -> Page:
        """`file` as a visitor sees it.

        `still`: less motion wanted; `script`: JavaScript is on; `first` is a script that runs before its own.
        """
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if still else "no-preference",
            java_script_enabled=script,
            offline=True,
            **more,
        )
        context.set_default_timeout(30_000)  # a wait, not a promise: machines are busy
        self._contexts.append(context)
        context.add_init_script(first)
        page = context.new_page()
        self._watch(page, file.as_uri())
        page.goto(file.as_uri() + fragment)
        if printed:
            page.emulate_media(media="print")
        return page

    def _watch(self, page: Page, own: str) -> None:
        def asked(url: str) -> None:
            if url.split("#")[0] != own and not url.startswith(("data:", "about:")):
                self.troubles.append(f"request: {url}")

        page.on("request", lambda request: asked(request.url))
        page.on("websocket", lambda socket: asked(socket.url))
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on("popup", lambda popup: self.troubles.append(f"window: {popup.url}"))
        page.on(
            "dialog", lambda dialog: (self.troubles.append(f"dialog: {dialog.message}"), dialog.dismiss())
        )
        page.on("console", lambda said: said.type in ("error", "warning") and self.troubles.append(said.text))

    def close(self) -> None:
        for context in self._contexts:
            for page in context.pages:
                page.evaluate("0")  # one round trip: what the page still had to say has arrived
            context.close()


def painted(shown: Page) -> Page:
    """The page when what was asked of it has been drawn: the player draws when the browser next paints."""
    shown.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return shown


def serious(page: Page) -> list[str]:
    """What axe-core calls serious or critical, a line each: rule, element, why."""
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {' '.join(node['failureSummary'].split())}"
        for rule in Axe().run(page).response["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
