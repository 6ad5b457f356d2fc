/**
 * Turns one piece of a page into another while keeping every node that is still right, so that focus,
 * a half-typed field and an open disclosure survive a refresh. Children are matched by id, else by place.
 */
export function morph(from: Element, to: Element): void {
  if (from.isEqualNode(to)) return;
  syncAttributes(from, to);
  syncChildren(from, to);
}

function sameKind(a: Node, b: Node): boolean {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && idOf(a) === idOf(b);
}

function idOf(node: Node): string {
  return node instanceof Element ? node.id : "";
}

/** What the reader changed by hand is theirs: an open disclosure, the value in a focused field. */
function keepsOwn(from: Element, name: string): boolean {
  if (name === "open" && from instanceof HTMLDetailsElement) return true;
  return name === "value" && from === from.ownerDocument.activeElement;
}

function syncAttributes(from: Element, to: Element): void {
  for (const { name, value } of Array.from(to.attributes)) {
    if (!keepsOwn(from, name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  for (const { name } of Array.from(from.attributes)) {
    if (!to.hasAttribute(name) && !keepsOwn(from, name)) from.removeAttribute(name);
  }
}

function syncChildren(from: Element, to: Element): void {
  const byId = new Map<string, Element>();
  for (const child of Array.from(from.children)) if (child.id) byId.set(child.id, child);

  let cursor: ChildNode | null = from.firstChild;
  for (const wanted of Array.from(to.childNodes)) {
    const kept = idOf(wanted) ? byId.get(idOf(wanted)) : undefined;
    if (kept && kept !== cursor && kept.nodeName === wanted.nodeName) {
      from.insertBefore(kept, cursor);
      cursor = kept;
    }
    if (cursor && sameKind(cursor, wanted)) {
      const next: ChildNode | null = cursor.nextSibling;
      if (cursor instanceof Element && wanted instanceof Element) morph(cursor, wanted);
      else if (cursor.nodeValue !== wanted.nodeValue) cursor.nodeValue = wanted.nodeValue;
      cursor = next;
    } else {
      from.insertBefore(from.ownerDocument.importNode(wanted, true), cursor);
    }
  }
  while (cursor) {
    const next: ChildNode | null = cursor.nextSibling;
    cursor.remove();
    cursor = next;
  }
}

/** The first element of a fragment of HTML; scripts in it never run. */
export function parseFragment(html: string): Element | null {
  return new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
}
