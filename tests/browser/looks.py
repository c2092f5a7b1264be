"""What is wrong with how a page looks: what sticks out of its window, and what axe finds."""

from __future__ import annotations

from collections import Counter
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.people import overflow

SERIOUS = ("serious", "critical")
# What a person sees only in part: it reaches beyond the window and nothing scrolls to it, or it is
# something to press or fill in that one must scroll to.
STICKING_OUT = """() => {
  const shows = ({ overflowX, textOverflow }) =>
    ["auto", "scroll"].includes(overflowX) || textOverflow === "ellipsis";
  const scrolls = (one) => one === document.body || shows(getComputedStyle(one));
  const scroller = (one) => (!one || scrolls(one) ? one : scroller(one.parentElement));
  const right = (one) => one.getBoundingClientRect().right;
  const is_cut = (one) => {
    const box = scroller(one.parentElement);
    if (box === document.body) return right(one) > document.documentElement.clientWidth + 1;
    const is_used = one.matches("button, input, select, textarea, .btn");
    return box && is_used && right(one) > right(box) + 1;
  };
  return [...document.body.querySelectorAll("*")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter(is_cut)
    .map((one) => one.outerHTML.slice(0, 160));
}"""


def violations(page: Page) -> dict[str, list[dict[str, Any]]]:
    """What axe finds on the page, by rule."""
    return {one["id"]: one["nodes"] for one in Axe().run(page).response["violations"]}


def ckans_own(page: Page) -> Counter[str]:
    """How often each rule is broken on a page of CKAN's that this portal leaves as it is."""
    page.goto("/about")
    return Counter({rule: len(nodes) for rule, nodes in violations(page).items()})


def judge(page: Page, usual: Counter[str]) -> list[str]:
    """What is wrong with a page at its width."""
    found = [f"sticks out by {overflow(page)} pixels"] if overflow(page) > 0 else []
    found += [f"sticks out: {html}" for html in page.evaluate(STICKING_OUT)]
    for rule, nodes in violations(page).items():
        serious = any(node["impact"] in SERIOUS for node in nodes)
        if serious or len(nodes) > usual[rule]:
            found += [f"{rule}: {node['html'][:160]}" for node in nodes]
    return found
