"""Someone who looks at the page in Chromium, and measures: first paint, what was transferred, how long frames take."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.web.browser import FLAGS

DEADLINE_MS = 120_000
SETTLED_S = 2.0
AROUND_STEPS = 60
# Before the page's own scripts: count what the stream brings, note when all trucks are drawn, and time each frame.
PROBE = """
window.probe = { came: 0, drawnAt: 0, wanted: %d, frames: null };
const Source = window.EventSource;
window.EventSource = class extends Source {
  constructor(...given) {
    super(...given);
    this.addEventListener("position", () => (window.probe.came += 1));
  }
};
let last = 0;
(function frame(now) {
  const { probe } = window;
  if (!probe.drawnAt && parseInt(document.querySelector(".map-legend details > span")?.textContent) >= probe.wanted) {
    probe.drawnAt = performance.now();
  }
  probe.frames?.push(now - last);
  last = now;
  requestAnimationFrame(frame);
})(0);
"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
SHOWN = "parseInt(document.querySelector('.map-legend details > span').textContent)"


@dataclass
class Transfer:
    """What the browser loaded of the page itself: not the API's answers, which grow with what is told."""

    files: int = 0
    bytes: int = 0  # as sent, with headers
    _asked: dict[str, str] = field(default_factory=dict)

    def follow(self, session: CDPSession) -> None:
        """Count from now on."""
        session.on(
            "Network.requestWillBeSent", lambda said: self._asked.update({said["requestId"]: said["request"]["url"]})
        )
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _finished(self, said: dict[str, object]) -> None:
        path = urlsplit(self._asked.get(str(said["requestId"]), "")).path
        if not path.startswith("/api/"):
            self.files += 1
            self.bytes += int(str(said["encodedDataLength"]).partition(".")[0])


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What was seen."""

    frames_ms: list[float]  # from one frame to the next, while nobody touches anything
    around_ms: list[float]  # while somebody drags and zooms
    first_paint_ms: float
    drawn_ms: float  # until all trucks are on the map
    transferred_bytes: int
    files: int
    trucks: int  # that the page knew in the end
    updates_per_s: float
    script_s: float  # of the page's main thread, while nobody touches anything


def watch(port: int, token: str, trucks: int, seconds: float) -> Watched:
    """Open the page with an empty cache, look at it, then look around."""
    chromium = shutil.which("chromium") or shutil.which("chromium-headless-shell")
    if chromium is None:
        raise FileNotFoundError("neither chromium nor chromium-headless-shell is installed")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            return _watch(browser, f"http://127.0.0.1:{port}", token, trucks, seconds)
        finally:
            browser.close()


def _watch(browser: Browser, url: str, token: str, trucks: int, seconds: float) -> Watched:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    answer = context.request.post(f"{url}/api/v1/session", data={"token": token}, headers={"Origin": url})
    assert answer.ok, answer.text()
    page, transfer = context.new_page(), Transfer()
    page.add_init_script(PROBE % trucks)
    session = context.new_cdp_session(page)
    transfer.follow(session)
    page.goto(url)
    page.wait_for_function("() => window.probe.drawnAt > 0", timeout=DEADLINE_MS)
    time.sleep(SETTLED_S)
    files, transferred = transfer.files, transfer.bytes
    came, busy_s = page.evaluate("probe.came"), _busy_s(session)
    frames_ms = _frames(page, seconds)
    busy_s, came = _busy_s(session) - busy_s, page.evaluate("probe.came") - came
    return Watched(
        frames_ms=frames_ms,
        around_ms=_look_around(page, seconds),
        first_paint_ms=page.evaluate(PAINT),
        drawn_ms=page.evaluate("probe.drawnAt"),
        transferred_bytes=transferred,
        files=files,
        trucks=page.evaluate(SHOWN),
        updates_per_s=came / seconds,
        script_s=busy_s,
    )


def _frames(page: Page, seconds: float) -> list[float]:
    page.evaluate("probe.frames = []")
    page.wait_for_timeout(seconds * 1000)
    return _taken(page)


def _look_around(page: Page, seconds: float) -> list[float]:
    """Drag the map to and fro, and zoom in and out."""
    box = page.locator(".map-canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate("probe.frames = []")
    until_s, turn = time.monotonic() + seconds, 0
    while time.monotonic() < until_s:
        sign = 1 if turn % 2 == 0 else -1
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - sign * 200, y - sign * 120, steps=AROUND_STEPS)
        page.mouse.up()
        page.mouse.wheel(0, -300 if turn % 4 < 2 else 300)
        page.wait_for_timeout(400)
        turn += 1
    return _taken(page)


def _taken(page: Page) -> list[float]:
    frames: list[float] = page.evaluate("(() => { const taken = probe.frames; probe.frames = null; return taken; })()")
    return frames[1:]  # the first began before


def _busy_s(session: CDPSession) -> float:
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))
