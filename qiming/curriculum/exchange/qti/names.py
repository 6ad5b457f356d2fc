"""One spelling for all versions of QTI: `choiceInteraction` (2.x) and `qti-choice-interaction` (3.0) become `choice-interaction`."""

import re

from lxml import etree

from qiming.curriculum.exchange.xml import Element, local, namespace

QTI3 = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
_KEPT = ("http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2000/svg")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def plain_names(root: Element) -> Element:
    """The tree with names as said above and without namespaces, changed in place; formulas and drawings stay as they are."""
    for element in list(root.iter()):
        name = local(element)
        if not name or namespace(element) in _KEPT:
            continue
        element.tag = kebab(name)
        for attribute, value in list(element.attrib.items()):
            plain = kebab(etree.QName(attribute).localname)
            if plain != attribute:
                del element.attrib[attribute]
                element.set(plain, value)
    return root


def kebab(name: str) -> str:
    """`responseIdentifier` as `response-identifier`, `qti-item-body` as `item-body`."""
    if name.startswith("qti-"):
        return name.removeprefix("qti-")
    return _HUMP.sub("-", name).lower()


def version_of(root: Element) -> str:
    """Which QTI a document says it is: 3.0, 2.2, 2.1, 2.0, 1.2, or "" for something else."""
    name, said = local(root), namespace(root)
    if name == "questestinterop":
        return "1.2"
    if said == QTI3 or name.startswith("qti-"):
        return "3.0"
    for mark, version in (("v2p2", "2.2"), ("v2p1", "2.1"), ("v2p0", "2.0")):
        if mark in said:
            return version
    return "2.1" if name in ("assessmentItem", "assessmentTest", "assessmentStimulus") else ""
