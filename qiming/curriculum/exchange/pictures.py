"""Pictures out of a package into our media: drawn anew, named plainly, drawings without anything that runs."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml import etree
from PIL import Image

from qiming.curriculum.checks.svg import drawing_problems
from qiming.curriculum.exchange.archive import NotThere, Package
from qiming.curriculum.exchange.xml import NotReadable, parse
from qiming.kernel import uploads
from qiming.kernel.errors import UserError

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


@dataclass(slots=True)
class Pictures:
    """The media of one lesson in the making; the same file comes in once."""

    package: Package
    media: dict[str, bytes] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)

    def take(self, href: str, beside: str, tell: Callable[[str], None]) -> str:
        """`media/x.png` for the picture that `href` in the file `beside` shows; "" and a word about it when it can't come."""
        scheme = urlsplit(href).scheme.lower() if "://" in href or href.startswith("data:") else ""
        if scheme:
            tell("放在别的网站上的图没有收" if scheme != "data" else "写在页面里的图没有收")
            return ""
        name = self.package.find(href, beside)
        if name is None:
            tell(f"包里没有这张图：{href[:80]}")
            return ""
        if name not in self._known:
            self._known[name] = self._kept(name, tell)
        return self._known[name]

    @property
    def used(self) -> set[str]:
        """The files of the package that were looked at."""
        return set(self._known)

    def put(self, stem: str, ending: str, body: bytes) -> str:
        """Keep a picture under a name of its own."""
        plain = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:40] or "picture"
        name, n = f"media/{plain}.{ending}", 1
        while name in self.media and self.media[name] != body:
            n += 1
            name = f"media/{plain}-{n}.{ending}"
        self.media[name] = body
        return name

    def _kept(self, name: str, tell: Callable[[str], None]) -> str:
        try:
            body = self.package.read(name, uploads.MAX_BYTES)
            kept, ending = redrawn(body)
        except (NotThere, NotReadable) as error:
            tell(f"图没有收（{name[:80]}）：{error}")
            return ""
        except UserError as error:
            tell(f"图没有收（{name[:80]}）：{error.message}")
            return ""
        return self.put(name.rpartition("/")[2].rpartition(".")[0], ending, kept)


def redrawn(body: bytes) -> tuple[bytes, str]:
    """A picture as we may keep it and its ending; raises `UserError` or `NotReadable`."""
    if uploads.sniff(body) in _ENDINGS:
        clean = uploads.picture(body)
        return clean.data, _ENDINGS[clean.media_type]
    if body[:6] in (b"GIF87a", b"GIF89a"):
        return uploads.picture(_first_frame(body)).data, "png"
    if b"<svg" in body[:4096] or b"<svg" in body.replace(b"\0", b"")[:4096]:
        return _drawing(body), "svg"
    raise NotReadable("不是 PNG、JPG、WebP、GIF 或 SVG 图")


def _first_frame(body: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(body), formats=["GIF"]) as opened:
            if opened.width * opened.height > uploads.MAX_PIXELS_AT_ONCE:
                raise NotReadable("图的尺寸太大")
            out = io.BytesIO()
            opened.convert("RGBA").save(out, format="PNG")
    except NotReadable:
        raise
    except Exception as error:  # a damaged picture fails inside the decoder in a dozen different ways
        raise NotReadable("图打不开，可能没有传完整") from error
    return out.getvalue()


def _drawing(body: bytes) -> bytes:
    root = parse(body)
    if "viewBox" not in root.attrib:
        sides = [re.fullmatch(r"\s*([\d.]+)(?:px)?\s*", root.get(side, "")) for side in ("width", "height")]
        if not all(sides):
            raise NotReadable("SVG 没有写尺寸")
        root.set("viewBox", "0 0 " + " ".join(side.group(1) for side in sides if side))
    plain: bytes = etree.tostring(root, encoding="utf-8")
    problem = next(iter(drawing_problems("", plain)), None)
    if problem is not None:
        raise NotReadable(problem.words.zh.rstrip("。"))
    return plain
