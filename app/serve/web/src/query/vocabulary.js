// The terms of this snapshot and how they are written: prefixes, uses, labels, definitions.
import { declaredPrefixes } from './tokens.js';

let asked = null;

/** Terms of the snapshot, fetched once; without them completion has only variables and keywords. */
export function vocabulary() {
  asked ??= fetch('/query/terms', { headers: { accept: 'application/json' } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error('no terms'))))
    .catch(() => { asked = null; return { prefixes: {}, classes: {}, properties: {}, words: {}, pairs: {} }; });
  return asked;
}

const LOCAL = /^[\p{L}_0-9]([\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?$/u;

/** How an IRI is written in a query: `{text, prefix, namespace}`, the prefix undefined where none fits. */
export function written(iri, query, known) {
  const prefixes = { ...known, ...declaredPrefixes(query) };
  let best = null;
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    if (iri.startsWith(namespace) && LOCAL.test(iri.slice(namespace.length)) && (!best || namespace.length > best.namespace.length)) {
      best = { text: `${prefix}:${iri.slice(namespace.length)}`, prefix, namespace };
    }
  }
  return best ?? { text: `<${iri}>`, prefix: null, namespace: null };
}

/** An IRI for a reader: with a known prefix, else its last part. */
export function short(iri, known = {}) {
  const name = written(iri, '', known);
  if (name.prefix !== null) return name.text;
  return decodeURIComponentSafely(iri.replace(/[/#]+$/, '').match(/[^/#]*$/)[0]) || iri;
}

function decodeURIComponentSafely(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

/** The text change that declares a prefix, at the end of the prologue's prefixes; null where it is declared. */
export function prefixChange(query, prefix, namespace) {
  if (prefix === null || prefix in declaredPrefixes(query)) return null;
  const all = [...query.matchAll(/\bPREFIX\s+[\p{L}\p{N}_.-]*:\s*<[^<>\s]*>[^\S\n]*\n?/giu)];
  const last = all.at(-1);
  const at = last ? last.index + last[0].length : query.match(/^(?:\s*#[^\n]*\n)*/)[0].length;
  const isOpen = last && !last[0].endsWith('\n');
  return { from: at, insert: `${isOpen ? '\n' : ''}PREFIX ${prefix}: <${namespace}>\n` };
}
