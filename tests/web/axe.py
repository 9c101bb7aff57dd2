"""What axe-core finds on a page that keeps people out: of the tests only, from node_modules."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page

SOURCE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
RUN = """async (grave) => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.filter(({ impact }) => grave.includes(impact)).flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)} ${node.any[0]?.message || ""}`));
}"""


async def grave_faults(page: Page) -> list[str]:
    """Each serious or critical fault of what is shown now: rule, element and why."""
    if not SOURCE.is_file():
        pytest.fail("axe-core is missing: npm ci")
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(SOURCE.read_text())
    found: list[str] = await page.evaluate(RUN, list(GRAVE))
    return found
