// Completion: variables, prefixes, keywords, and terms that give an answer in this graph with the pattern so far.
import { contextAt } from './context.js';
import { declaredPrefixes } from './tokens.js';
import { select } from './endpoint.js';
import { prefixChange, short, vocabulary, written } from './vocabulary.js';
import { h, grouped } from '../parts/dom.js';

const TIME_LIMIT_S = 3;
const SAMPLED_ROWS = 20000;
const WAIT_MS = 90;
const KEPT = 60;
const KEYWORDS = {
  head: ['SELECT', 'SELECT DISTINCT', 'CONSTRUCT', 'DESCRIBE', 'ASK', 'WHERE', 'ORDER BY', 'GROUP BY', 'HAVING', 'LIMIT', 'OFFSET', 'FROM', 'FROM NAMED'],
  subject: ['FILTER', 'OPTIONAL', 'BIND', 'VALUES', 'UNION', 'MINUS', 'GRAPH', 'FILTER NOT EXISTS', 'FILTER EXISTS'],
};
const FUNCTIONS = ['BOUND', 'COALESCE', 'CONTAINS', 'COUNT', 'DATATYPE', 'EXISTS', 'GROUP_CONCAT', 'IF', 'IN', 'isIRI', 'LANG', 'LANGMATCHES', 'LCASE', 'MAX', 'MIN', 'NOT IN', 'REGEX', 'SAMPLE', 'STR', 'STRENDS', 'STRLEN', 'STRSTARTS', 'SUM', 'UCASE', 'YEAR', 'AVG', 'ABS'];
const answers = new Map();

/** A CodeMirror completion source. */
export async function complete(context) {
  const text = context.state.doc.toString();
  const place = contextAt(text, context.pos);
  if (place.kind === 'none' || (!context.explicit && place.word === '' && !['property', 'class', 'object'].includes(place.kind))) return null;
  if (!context.explicit && place.word === '' && context.state.sliceDoc(context.pos - 1, context.pos) !== ' ') return null;
  const known = await vocabulary();
  const terms = place.probe ? await probed(place, text, known, context) : [];
  if (terms === null) return null;
  const options = [...terms, ...variables(text, place), ...words(place)];
  return options.length ? { from: place.from, options, validFor: /^[?$]?[\p{L}\p{N}_.:-]*$/u } : null;
}

function variables(text, place) {
  if (place.kind === 'class') return [];
  const names = new Set([...text.matchAll(/[?$]([\p{L}_][\p{L}\p{N}_]*)/gu)].map((match) => match[1]));
  if (place.word.startsWith('?') || place.word.startsWith('$')) names.delete(place.word.slice(1));
  return [...names].map((name) => ({ label: `?${name}`, type: 'variable', boost: place.kind === 'property' ? -60 : 10 }));
}

function words(place) {
  const list = KEYWORDS[place.kind] ?? (place.kind === 'variable' ? FUNCTIONS : []);
  const options = list.map((label) => ({ label, type: 'keyword', boost: -20 }));
  return place.kind === 'property' && 'a'.startsWith(place.word) ? [{ label: 'a', type: 'keyword', detail: 'is of the class', boost: 40 }, ...options] : options;
}

/** Terms that give an answer, best first; null when the question was given up. */
async function probed(place, text, known, context) {
  await new Promise((go) => { setTimeout(go, WAIT_MS); });
  if (context.aborted) return null;
  const given = new AbortController();
  context.addEventListener?.('abort', () => given.abort());
  let found;
  try { found = await answering(place.probe, known, given.signal); } catch { return []; }
  if (context.aborted) return null;
  const uses = ranking(place, text, known);
  return found.map((iri) => option(iri, place, text, known, uses(iri))).sort((one, other) => other.uses - one.uses).map((o, i) => ({ ...o, boost: Math.max(-50, 30 - i) }));
}

/** The terms that fit where the probe's variable stands: all of them, or in time trouble those of a sample. */
async function answering({ prologue, pattern, variable }, known, signal) {
  const declared = declaredPrefixes(prologue);
  const missing = Object.entries(known.prefixes).filter(([prefix]) => !(prefix in declared) && pattern.includes(`${prefix}:`));
  const head = prologue + '\n' + missing.map(([prefix, namespace]) => `PREFIX ${prefix}: <${namespace}>`).join('\n');
  const question = `${head}\nSELECT DISTINCT ?${variable} WHERE ${pattern} LIMIT 400`;
  if (answers.has(question)) return answers.get(question);
  let rows;
  try {
    rows = await select(question, { signal, timeout: TIME_LIMIT_S });
  } catch (error) {
    if (error.status !== 504) throw error;
    rows = await select(`${head}\nSELECT DISTINCT ?${variable} WHERE { { SELECT ?${variable} WHERE ${pattern} LIMIT ${SAMPLED_ROWS} } } LIMIT 400`, { signal, timeout: TIME_LIMIT_S });
  }
  const iris = rows.map((row) => row[variable]).filter((cell) => cell?.type === 'uri').map((cell) => cell.value);
  if (answers.size >= KEPT) answers.delete(answers.keys().next().value);
  answers.set(question, iris);
  return iris;
}

/** Uses of a term where it stands: of a property with things of the subject's class, else over the graph. */
function ranking(place, text, known) {
  if (place.kind === 'class') return (iri) => known.classes[iri] ?? 0;
  if (place.kind !== 'property') return () => 0;
  const name = place.subject?.text;
  const declared = { ...known.prefixes, ...declaredPrefixes(text) };
  const escaped = name?.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const typed = escaped && text.match(new RegExp(`${escaped}\\s+(?:a|rdf:type)\\s+([\\p{L}\\p{N}_-]*):([\\p{L}\\p{N}_.-]*[\\p{L}\\p{N}_])`, 'u'));
  const pairs = typed ? known.pairs[(declared[typed[1]] ?? '') + typed[2]] : null;
  return (iri) => pairs?.[iri] ?? (pairs ? 0 : known.properties[iri] ?? 0);
}

function option(iri, place, text, known, uses) {
  const name = written(iri, text, known.prefixes);
  const [label, comment] = known.words[iri] ?? ['', ''];
  const count = place.kind === 'class' ? known.classes[iri] : known.properties[iri];
  return {
    label: name.text,
    detail: label && label.toLowerCase() !== short(iri, known.prefixes).split(':').pop().toLowerCase() ? label : undefined,
    type: place.kind === 'class' ? 'class' : place.kind === 'property' ? 'property' : 'constant',
    uses,
    info: () => h('div', { class: 'term-info' },
      h('b', {}, label || name.text), comment ? h('p', {}, comment) : null,
      count ? h('p', { class: 'uses' }, `${grouped(count)} uses in this snapshot${uses && uses !== count ? `, ${grouped(uses)} with this class` : ''}`) : null,
      h('p', { class: 'uses' }, iri)),
    apply: (view, completion, from, to) => {
      const declaration = prefixChange(view.state.doc.toString(), name.prefix, name.namespace);
      const changes = [{ from, to, insert: name.text }];
      if (declaration) changes.unshift(declaration);
      const shift = declaration ? declaration.insert.length : 0;
      view.dispatch({ changes, selection: { anchor: from + shift + name.text.length }, userEvent: 'input.complete' });
    },
  };
}
