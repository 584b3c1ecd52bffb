// Elements from data: text is always a text node, so that no label of a hostile graph becomes markup.
const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value == null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return node;
}

/** An HTML element; attributes beginning with "on" are listeners. */
export const h = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);

/** An SVG element. */
export const s = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

/** Run `act` after calls have stopped for `ms`. */
export function settled(act, ms) {
  let timer = 0;
  return (...values) => { clearTimeout(timer); timer = setTimeout(act, ms, ...values); };
}

/** Only http and https become links. */
export const isLinkable = (iri) => /^https?:\/\/[^\s<>"]+$/i.test(iri);

/** A whole number with thin groups: 12,345. */
export const grouped = (number) => number.toLocaleString('en');

/** "1 row", "2 rows". */
export const counted = (number, word) => `${grouped(number)} ${word}${number === 1 ? '' : 's'}`;
