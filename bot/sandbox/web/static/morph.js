// Turns one tree of nodes into another in place, so that a video plays on and the focus stays where it was.
// What a member has changed by hand (a spoiler opened) is kept in attributes that an edit does not touch.

const KEPT = new Set(["data-open", "data-told", "aria-expanded"]);

/** Make `old` look like `fresh` and return the node that now stands there. */
export function morph(old, fresh) {
  if (!alike(old, fresh)) {
    old.replaceWith(fresh);
    return fresh;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return old;
  }
  attributes(old, fresh);
  if (old.nodeName !== "VIDEO") children(old, fresh);
  return old;
}

function alike(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) return false;
  return old.nodeType === Node.TEXT_NODE || (old.dataset?.key === fresh.dataset?.key && old.id === fresh.id);
}

function attributes(old, fresh) {
  // The same file may have another address after an edit; loading it anew would stop it.
  const held = fresh.dataset?.key ? new Set([...KEPT, "src"]) : KEPT;
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !held.has(name) && name !== "style") old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (held.has(name) && old.hasAttribute(name)) continue;
    if (name === "style") old.style.cssText = fresh.style.cssText;
    else if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function children(old, fresh) {
  const keyed = new Map();
  for (const child of old.children) if (child.dataset.key) keyed.set(child.dataset.key, child);
  let place = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const known = keyed.get(wanted.dataset?.key);
    if (known && known !== place && known.parentNode === old) old.insertBefore(known, place);
    const here = known ?? place;
    if (here && !(here.dataset?.key && here !== known) && alike(here, wanted)) {
      place = morph(here, wanted).nextSibling;
    } else {
      old.insertBefore(wanted, place);
    }
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}
