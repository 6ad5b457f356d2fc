"""Pages and texts of a cartridge as Markdown, their addresses as files of the package."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from qiming.curriculum.exchange.markup import Writer, escaped
from qiming.curriculum.exchange.model import Level, Report
from qiming.curriculum.exchange.pictures import Pictures
from qiming.curriculum.exchange.xml import Element, local, parse_page

_FILEBASE = re.compile(r"^(?:\$|%24)IMS[-_]CC[-_]FILEBASE(?:\$|%24)/?", re.IGNORECASE)
_PLATFORM = re.compile(r"^(?:\$|%24)[A-Z_-]+(?:\$|%24)")
MOST_PAGE = 60_000


@dataclass(slots=True)
class Pages:
    """Turns the HTML of one file into Markdown; pictures go to the lesson's media."""

    pictures: Pictures
    report: Report

    def html(self, source: str | bytes, where: str) -> str:
        """A page or fragment."""
        body = parse_page(source)
        if body is None:
            return ""
        text = self._writer(where).block(body)
        if len(text) > MOST_PAGE:
            self.report.add(Level.LOST, where, f"这一页太长（{len(text)}字），只收了前{MOST_PAGE}字")
            text = text[:MOST_PAGE].rsplit("\n", 1)[0]
        return text

    def said(self, holder: Element | None, where: str) -> str:
        """The material of a QTI 1.2 element: its texts and pictures, in order."""
        if holder is None:
            return ""
        parts = []
        for one in holder.iter():
            name = local(one)
            if name in ("mattext", "matemtext", "text") and one.text:
                parts.append(self.words("".join(one.itertext()), one.get("texttype") or "", where))
            elif name == "matimage":
                found = self.picture(where)(one.get("uri") or "", "")
                parts.append(f"![]({found})" if found else "")
            elif name in ("mataudio", "matvideo", "matapplet", "matapplication"):
                self.report.add(Level.LOST, where, "声音、视频和小程序没有收")
        return "\n\n".join(part for part in parts if part)

    def words(self, text: str, texttype: str, where: str) -> str:
        """A text by what it says it is; what looks like HTML is HTML."""
        if "html" in texttype or re.search(r"</?[a-zA-Z][^<>]*>|&[a-z]+;|&#\d+;", text):
            return self.html(text, where)
        return escaped(text.strip())

    def line(self, holder: Element | None, where: str) -> str:
        return " ".join(self.said(holder, where).replace("\\\n", " ").split())

    def _writer(self, where: str) -> Writer:
        return Writer(tell=lambda what: self.report.add(Level.LOST, where, what), picture=self.picture(where))

    def picture(self, where: str) -> Callable[[str, str], str]:
        def take(href: str, _alt: str) -> str:
            return self.pictures.take(
                self.inside(href, where), where, lambda what: self.report.add(Level.LOST, where, what)
            )

        return take

    def inside(self, href: str, where: str) -> str:
        """An address with the marks for "this package" turned into a name the package may hold."""
        plain = _FILEBASE.sub("", href.strip())
        if plain == href.strip() and not _PLATFORM.match(plain):
            return plain
        plain = unquote(plain.split("?", 1)[0]).lstrip("/")
        package = self.pictures.package
        for name in (plain, f"web_resources/{plain}", re.sub(r"^(\.\./)+", "", plain)):
            if name in package.sizes:
                return "/" + name
        return plain
