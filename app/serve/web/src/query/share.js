// The share drawer: a link to the query, a citation of query and answer, and code that asks it elsewhere.
import { h } from '../parts/dom.js';

const string = (text) => JSON.stringify(text);
const triple = (text) => `"""${text.replace(/\\/g, '\\\\').replace(/"""/g, '\\"\\"\\"')}"""`;
const shell = (text) => `'${text.replace(/'/g, `'\\''`)}'`;

/** Code in each language that asks the query of an endpoint. */
export function snippets(endpoint, query) {
  const python = `from SPARQLWrapper import JSON, SPARQLWrapper\n\nendpoint = SPARQLWrapper(${string(endpoint)})\nendpoint.setReturnFormat(JSON)\nendpoint.setQuery(${triple(query)})\nfor row in endpoint.query().convert()["results"]["bindings"]:\n    print({name: cell["value"] for name, cell in row.items()})\n`;
  const pandas = `import io\nimport urllib.parse\nimport urllib.request\n\nimport pandas\n\nquery = ${triple(query)}\nbody = urllib.parse.urlencode({"query": query, "format": "csv"}).encode()\nwith urllib.request.urlopen(${string(endpoint)}, body) as answer:\n    rows = pandas.read_csv(io.BytesIO(answer.read()))\nprint(rows)\n`;
  return {
    curl: `curl --get ${shell(endpoint)} \\\n  --header 'Accept: text/csv' \\\n  --data-urlencode ${shell(`query=${query}`)}\n`,
    Python: python,
    pandas,
    R: `library(SPARQL)\n\nquery <- ${rString(query)}\nanswer <- SPARQL(url = ${string(endpoint)}, query = query)\nprint(answer$results)\n`,
    JavaScript: `const query = ${jsString(query)};\nconst answer = await fetch(${string(endpoint)}, {\n  method: 'POST',\n  headers: { accept: 'application/sparql-results+json' },\n  body: new URLSearchParams({ query }),\n});\nconst { results } = await answer.json();\nconsole.table(results.bindings.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell.value]))));\n`,
    Notebook: notebook(pandas, query),
  };
}

const rString = (text) => `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
const jsString = (text) => `\`${text.replace(/[\\`]/g, '\\$&').replace(/\$\{/g, '\\${')}\``;

/** A notebook of two cells as JSON text. */
function notebook(code, query) {
  const lines = (text) => text.split(/(?<=\n)/);
  return `${JSON.stringify({
    cells: [
      { cell_type: 'markdown', id: 'question', metadata: {}, source: lines(`# A query to Rashomon\n\nWhat it gives are claims of claimants, never facts.\n\n\`\`\`sparql\n${query}\n\`\`\`\n`) },
      { cell_type: 'code', id: 'ask', metadata: {}, execution_count: null, outputs: [], source: lines(code) },
    ],
    metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } }, nbformat: 4, nbformat_minor: 5,
  }, null, 1)}\n`;
}

/** Fill the drawer for a query. */
export function fillDrawer(drawer, query) {
  const endpoint = new URL('/sparql', location.href).href;
  const link = permalink(query).href;
  const code = snippets(endpoint, query);
  const shown = h('pre', { class: 'raw', tabindex: 0 });
  let name = 'curl';
  const buttons = Object.keys(code).map((language) => h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => choose(language) }, language));
  const choose = (language) => {
    name = language;
    shown.textContent = code[language];
    buttons.forEach((button) => button.setAttribute('aria-pressed', String(button.textContent === language)));
  };
  const said = h('output', { class: 'hint', 'aria-live': 'polite' });
  const copy = (text, what) => navigator.clipboard.writeText(text).then(() => { said.textContent = `${what} copied.`; }, () => { said.textContent = 'Copying is not allowed here: mark and copy by hand.'; });
  const citation = h('div', { class: 'citation' });
  drawer.replaceChildren(
    h('div', { class: 'share-row' }, h('label', { for: 'permalink' }, 'Link to this query'), h('input', { id: 'permalink', readonly: true, value: link, onfocus: (event) => event.target.select() }),
      h('button', { type: 'button', onclick: () => copy(link, 'Link') }, 'Copy')),
    h('div', { class: 'share-row' }, h('button', { type: 'button', id: 'cite', onclick: () => cite(query, citation) }, 'Make a citable query'),
      h('span', { class: 'hint' }, 'Keeps the query with this snapshot and the hash of its answer under an address of its own.')),
    citation,
    h('div', { class: 'share-row', role: 'group', 'aria-label': 'Code that asks this query' }, buttons),
    shown,
    h('div', { class: 'share-row' }, h('button', { type: 'button', onclick: () => copy(code[name], 'Code') }, 'Copy code'),
      h('button', { type: 'button', onclick: () => download(code[name], name) }, 'Download'), said));
  choose('curl');
}

/** The address that shows a query here. */
export function permalink(query) {
  const url = new URL('/query', location.href);
  url.searchParams.set('query', query);
  return url;
}

const ENDINGS = { curl: 'sh', Python: 'py', pandas: 'py', R: 'R', JavaScript: 'mjs', Notebook: 'ipynb' };

function download(text, language) {
  const link = h('a', { href: URL.createObjectURL(new Blob([text], { type: 'text/plain' })), download: `rashomon-query.${ENDINGS[language]}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function cite(query, place) {
  place.replaceChildren(h('p', { class: 'hint' }, 'Asking …'));
  try {
    const answer = await fetch('/q', { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify({ query }) });
    if (answer.status === 404 || answer.status === 405) throw new Error('This server does not keep citable queries; cite the link and the snapshot in the footer.');
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.detail ?? 'The query could not be kept.');
    const path = `/q/${body.hash}`;
    place.replaceChildren(h('p', {}, 'Cite as ', h('a', { href: path }, new URL(path, location.href).href), '. As ',
      ...['bibtex', 'ris', 'csl'].flatMap((format, i) => [i ? ' · ' : '', h('a', { href: `${path}?format=${format}` }, { bibtex: 'BibTeX', ris: 'RIS', csl: 'CSL-JSON' }[format])])),
      h('p', { class: 'hint' }, `Snapshot ${body.snapshot}, answer ${String(body.result_hash).slice(0, 16)}…`));
  } catch (error) {
    place.replaceChildren(h('p', { class: 'error', role: 'alert' }, error.message));
  }
}
