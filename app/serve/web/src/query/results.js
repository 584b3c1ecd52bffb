// Answers as tables of cells, whatever form the query had, and what kind of values each column holds.
const XSD = 'http://www.w3.org/2001/XMLSchema#';
const RDFS_LABEL = 'http://www.w3.org/2000/01/rdf-schema#label';
const NUMBERS = new Set(['integer', 'decimal', 'double', 'float', 'nonNegativeInteger', 'positiveInteger', 'int', 'long'].map((name) => XSD + name));
const DATES = new Set(['date', 'dateTime', 'gYear', 'gYearMonth'].map((name) => XSD + name));
const WKT = 'http://www.opengis.net/ont/geosparql#wktLiteral';

/** `{form: select|ask|graph, columns, rows, text, media}` of a response. */
export async function readAnswer(response) {
  const media = response.headers.get('content-type').split(';')[0];
  const text = await response.text();
  if (!media.includes('json')) return { form: 'graph', media, text, ...triples(text) };
  const body = JSON.parse(text);
  if ('boolean' in body) return { form: 'ask', media, text, columns: [], rows: [], boolean: body.boolean };
  const columns = body.head.vars;
  return { form: 'select', media, text, columns, rows: body.results.bindings.map((row) => columns.map((name) => row[name] ?? null)) };
}

/** N-Triples as rows of three cells. */
function triples(text) {
  const rows = [];
  for (const line of text.split('\n')) {
    const found = line.match(/^(\S+) (\S+) (.*) \.\s*$/);
    if (found) rows.push([cell(found[1]), cell(found[2]), cell(found[3])]);
  }
  return { columns: ['subject', 'property', 'value'], rows };
}

function cell(term) {
  if (term.startsWith('<')) return { type: 'uri', value: unescaped(term.slice(1, -1)) };
  if (term.startsWith('_:')) return { type: 'bnode', value: term.slice(2) };
  const found = term.match(/^"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?$/s);
  if (!found) return { type: 'literal', value: term };
  return { type: 'literal', value: unescaped(found[1]), ...(found[2] && { 'xml:lang': found[2] }), ...(found[3] && { datatype: found[3] }) };
}

function unescaped(text) {
  const plain = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f' };
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, four, eight, one) => (one ? plain[one] ?? one : String.fromCodePoint(parseInt(four ?? eight, 16))));
}

/** The kind of each column by the datatypes of its values: number, date, wkt, iri, text, or mixed. */
export function kindsOf({ columns, rows }) {
  return columns.map((_, at) => {
    const kinds = new Set();
    for (let i = 0; i < rows.length && i < 2000; i++) if (rows[i][at]) kinds.add(kindOf(rows[i][at]));
    return kinds.size === 1 ? [...kinds][0] : kinds.size ? 'mixed' : 'empty';
  });
}

function kindOf(value) {
  if (value.type !== 'literal' && value.type !== 'typed-literal') return 'iri';
  if (NUMBERS.has(value.datatype)) return 'number';
  if (DATES.has(value.datatype)) return 'date';
  return value.datatype === WKT ? 'wkt' : 'text';
}

/** Distinct IRIs of the first rows, those that want a label. */
export function irisOf(rows, from, to) {
  const found = new Set();
  for (const row of rows.slice(from, to)) for (const value of row) if (value?.type === 'uri') found.add(value.value);
  return [...found];
}

/** One question for the labels of many things: English before others. */
export function labelQuery(iris) {
  const safe = iris.filter((iri) => /^[^<>"{}|^`\\\s]+$/.test(iri)).map((iri) => `<${iri}>`);
  const fitting = [];
  let size = 300;
  for (const iri of safe) { size += new TextEncoder().encode(iri).length + 1; if (size > 60_000) break; fitting.push(iri); }
  return `SELECT ?thing (COALESCE(MIN(?english), MIN(?other)) AS ?label) WHERE { VALUES ?thing { ${fitting.join(' ')} } ?thing <${RDFS_LABEL}> ?name . BIND(IF(LANGMATCHES(LANG(?name), "en"), ?name, ?none) AS ?english) BIND(STR(?name) AS ?other) } GROUP BY ?thing`;
}
