"""Hold packages we export against the published schemas of 1EdTech: `python -m tests.exchange_schemas FOLDER PACKAGE…`

The schemas are not ours to ship. FOLDER holds them as found in public repositories (docs/exchange.md says where):
`qti3/` with the QTI 3.0 XSDs, `cc/` with the Common Cartridge XSDs. Formulas, speech and inclusion, which our exports
never hold, are stood in for by empty schemas, so that nothing is fetched from the network.
"""

import re
import sys
import zipfile
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

_XSD = "http://www.w3.org/2001/XMLSchema"
_STAND_INS = {
    "http://www.w3.org/1998/Math/MathML": ("math",),
    "http://www.w3.org/2001/10/synthesis": [
        "audio",
        "break",
        "emphasis",
        "lexicon",
        "lookup",
        "mark",
        "phoneme",
        "prosody",
        "say-as",
        "sub",
        "token",
        "voice",
        "p",
        "s",
        "w",
        "desc",
        "metadata",
        "meta",
        "speak",
    ],
    "http://www.w3.org/2001/XInclude": ("include", "fallback"),
}


class _Offline(etree.Resolver):
    """Schemas by their file's name from one folder; stand-ins for the rest."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.name: path for path in folder.rglob("*.xsd")}

    def resolve(self, system_url: str, _public: Any, context: Any) -> Any:
        name = system_url.rpartition("/")[2]
        if name.startswith("stand-in-"):
            return self.resolve_string(_stand_in(int(name.removeprefix("stand-in-"))), context)
        if name in self._files:
            return self.resolve_string(self._files[name].read_bytes(), context, base_url=name)
        raise FileNotFoundError(f"no schema called {name} in the folder")


def _stand_in(number: int) -> bytes:
    namespace, names = list(_STAND_INS.items())[number]
    elements = "".join(f'<xs:element name="{name}" type="xs:anyType"/>' for name in names)
    return f'<xs:schema xmlns:xs="{_XSD}" targetNamespace="{namespace}">{elements}</xs:schema>'.encode()


def schema_of(path: Path) -> Any:
    """The schema in `path`, its imports taken from the folder around it."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Offline(path.parent))
    text = path.read_text(encoding="utf-8")
    for number, namespace in enumerate(_STAND_INS):
        imported = re.compile(
            rf'(<xs:import[^>]*namespace\s*=\s*"{re.escape(namespace)}"[^>]*schemaLocation\s*=\s*")[^"]*"'
        )
        text = imported.sub(rf'\g<1>stand-in-{number}"', text)
    return etree.XMLSchema(etree.fromstring(text.encode(), parser, base_url=path.name))


def problems(schemas: Path, package: Path) -> tuple[int, Counter[str]]:
    """How many documents were looked at, and what the schemas say against them."""
    found: Counter[str] = Counter()
    looked = 0
    with zipfile.ZipFile(package) as archive:
        names = [name for name in archive.namelist() if name.endswith(".xml")]
        for name in names:
            root = etree.fromstring(archive.read(name))
            schema = _schema_for(schemas, str(root.tag))
            if schema is None:
                found[f"{name}: no schema for {root.tag}"] += 1
                continue
            looked += 1
            if not schema.validate(root):
                found.update(f"{name.split('/')[0]}: {error.message}" for error in schema.error_log)
    return looked, found


@lru_cache(maxsize=32)
def _schema_for(schemas: Path, tag: str) -> Any:
    namespace = tag.partition("}")[0].removeprefix("{")
    for path in sorted(schemas.rglob("*.xsd")):
        head = path.read_text(encoding="utf-8")[:4000]
        if re.search(rf'targetNamespace\s*=\s*"{re.escape(namespace)}"', head):
            return schema_of(path)
    return None


def main() -> int:
    schemas, packages = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    bad = 0
    for package in packages:
        looked, found = problems(schemas, package)
        print(f"{package.name}: {looked} documents, {sum(found.values())} complaints")
        for said, times in found.most_common(20):
            print(f"  {times} × {said[:300]}")
        bad += sum(found.values())
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
