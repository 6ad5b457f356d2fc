"""Writes web/labs/blocks/blockly.css: the styles Blockly would write into a page by itself, which our policy forbids.

python web/testing/blockly_css.py      after a change of Blockly's version; needs Chromium
"""

import re
from pathlib import Path

from playwright.sync_api import sync_playwright

WEB = Path(__file__).resolve().parent.parent
BLOCKLY = WEB / "node_modules" / "blockly"
TARGET = WEB / "labs" / "blocks" / "blockly.css"
HEAD = """/* What Blockly (Apache-2.0, Raspberry Pi Foundation and Google) writes into a page by itself, as a file, because our policy
   lets no page write styles. Made by testing/blockly_css.py. */
"""
# The renderer's and the theme's names stand in the selectors: the same as in labs/blocks/editor.ts.
INJECT = """() => {
  class Renderer extends Blockly.thrasos.Renderer {}
  Blockly.blockRendering.register("qiming", Renderer);
  const fontStyle = { family: "var(--sans)", size: 13 };
  const theme = Blockly.Theme.defineTheme("qiming", { name: "qiming", base: "classic", blockStyles: {}, fontStyle });
  const contents = [{ kind: "category", name: "a", contents: [] }];
  Blockly.inject("x", { renderer: "qiming", theme, media: "", toolbox: { kind: "categoryToolbox", contents } });
  return [...document.querySelectorAll("style")].map((style) => style.textContent).reverse();
}"""


def styles() -> str:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content('<div id="x"></div>')
        for script in ("blockly_compressed.js", "msg/zh-hans.js"):
            page.add_script_tag(content=(BLOCKLY / script).read_text(encoding="utf-8"))
        found: list[str] = page.evaluate(INJECT)
        browser.close()
    return "\n".join(found)


def cleaned(css: str) -> str:
    """Without pictures from elsewhere, without cursors for old browsers, without remarks; one rule a line."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"^.*(?:url\(|cursor: -webkit-).*\n", "", css, flags=re.MULTILINE)
    css = re.sub(r",\s*\)", ")", css)
    css = re.sub(r"[^{}]+\{\s*\}\n?", "", css)
    return (
        "\n".join(" ".join(rule.split()) for rule in re.split(r"(?<=\})\s*\n(?=\S)", css) if rule.strip())
        + "\n"
    )


if __name__ == "__main__":
    TARGET.write_text(HEAD + cleaned(styles()), encoding="utf-8")
