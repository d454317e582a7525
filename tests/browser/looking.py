"""What is asked of any page, by a program that knows nothing of how it was made."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ASK_AXE = """async (tags) => {
  const found = await axe.run(document, { runOnly: tags, resultTypes: ["violations"], iframes: false });
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target} ${node.html.slice(0, 200)} ${node.any.concat(node.all).map((one) => one.message).join("; ")}`));
}"""
ASK_WIDTH = """() => {
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over <= 0) return [];
  const scrolls = (one) => one !== document.documentElement &&
    (getComputedStyle(one).overflowX !== "visible" || scrolls(one.parentElement));
  const wide = [...document.body.querySelectorAll("*")].filter((one) =>
    one.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !scrolls(one.parentElement));
  return [`${over}px too wide`, ...wide.slice(0, 5).map((one) => one.outerHTML.slice(0, 160))];
}"""
ASK_FRAME = """() => ({
  language: document.documentElement.lang,
  title: document.title,
  headings: document.querySelectorAll("h1").length,
  mains: document.querySelectorAll("main").length,
  ways: [...document.querySelectorAll("nav a, header a, .path a, main a[href^='/']")].filter((one) => one.checkVisibility()).length,
})"""


def axe_finds(page: Page) -> list[str]:
    """Everything that axe-core has against the page, WCAG 2.0 to 2.2 A and AA and its best practice."""
    page.evaluate(AXE)  # not as a script element: the policy would rightly stop it
    found: list[str] = page.evaluate(ASK_AXE, RULES)
    return found


def sticks_out(page: Page) -> list[str]:
    """What makes the page scroll sideways as a whole."""
    found: list[str] = page.evaluate(ASK_WIDTH)
    return found


def frame_of(page: Page) -> dict[str, Any]:
    """What every page must have around its content."""
    found: dict[str, Any] = page.evaluate(ASK_FRAME)
    return found


WATCH_FOCUS = """() => {
  const ways = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const shown = (one) => one.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }) && !one.disabled;
  const name = (one) => one.tagName + " " + (one.getAttribute("aria-label") || one.name || one.textContent.trim()).slice(0, 40);
  window.waysIn = [...document.querySelectorAll(ways)].filter(shown);
  window.reached = [];
  document.addEventListener("focusin", ({ target }) => {
    const style = getComputedStyle(target), box = target.getBoundingClientRect();
    const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
      && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
    window.reached.push({ name: name(target), at: window.waysIn.indexOf(target), seen });
  });
  return window.waysIn.map(name);
}"""


def walk_by_tab(page: Page, steps: int) -> tuple[list[str], list[dict[str, Any]]]:
    """Every visible link, button and field in the order of the page, and what each press of Tab led to."""
    ways: list[str] = page.evaluate(WATCH_FOCUS)
    for _ in range(min(steps, len(ways))):
        page.keyboard.press("Tab")
    reached: list[dict[str, Any]] = page.evaluate("window.reached")
    return ways, reached
