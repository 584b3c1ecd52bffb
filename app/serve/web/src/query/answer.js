// An answer on the page: its tabs, and the labels of its things in one batch.
import { h, grouped, settled } from '../parts/dom.js';
import { makeTimelinePanel, makeMapPanel } from './places.js';
import { cellContent, makeTable } from './table.js';
import { edgesOf, makeGraph } from './graph.js';
import { isChartable, makeChart } from './chart.js';
import { irisOf, kindsOf, labelQuery } from './results.js';
import { makeTabs } from './tabs.js';
import { select } from './endpoint.js';
import { short } from './vocabulary.js';

const FIRST_ROWS = 400;
const RAW_CHARS = 300_000;

/** Show an answer in `host`; `settings` has prefixes, base and the view that the query asks for. */
export function showAnswer(host, answer, query, settings) {
  if (answer.form === 'ask') {
    host.replaceChildren(h('p', { class: 'lead' }, answer.boolean ? 'Yes: the graph has such a pattern.' : 'No: the graph has no such pattern.'));
    return;
  }
  if (answer.rows.length === 0) {
    host.replaceChildren(h('p', { class: 'lead' }, 'No row: nothing in this snapshot answers the pattern.'), h('p', { class: 'hint' }, 'That is a fact about this corpus, not about the world.'));
    return;
  }
  const labels = new Labels();
  const kinds = kindsOf(answer);
  const look = { labels: labels.known, prefixes: settings.prefixes, base: settings.base };
  const words = (value) => (value.type === 'literal' ? value.value : labels.known.get(value.value) ?? short(value.value ?? '', settings.prefixes));
  let table = null;
  // The table fills labels in when they come; pictures wait for them, because nothing moves after it is drawn.
  const named = labels.ask(irisOf(answer.rows, 0, FIRST_ROWS)).then((isNew) => isNew && table?.refresh());
  const whenNamed = (make) => async (panel) => { await named; return make(panel); };
  const views = [
    { name: 'table', label: 'Table', isOn: true, make: (panel) => {
      const ask = settled((rows, from, to) => labels.ask(irisOf(rows, from, to)).then((isNew) => isNew && table.refresh()), 120);
      table = makeTable(answer, kinds, look, ask);
      panel.replaceChildren(table.element);
      table.settle();
      return { show: table.refresh };
    } },
    { name: 'map', label: 'Map', isOn: kinds.includes('wkt'), why: 'needs a column of geometries (geo:wktLiteral)', make: whenNamed((panel) => makeMapPanel(panel, answer, kinds, words, (value) => cellContent(value, look))) },
    { name: 'timeline', label: 'Timeline', isOn: kinds.includes('date'), why: 'needs a column of dates', make: whenNamed((panel) => makeTimelinePanel(panel, answer, kinds, words, settings.base)) },
    { name: 'chart', label: 'Chart', isOn: isChartable(kinds), why: 'needs a column of numbers and one to set it against', make: whenNamed((panel) => { const chart = makeChart(answer, kinds, words); panel.replaceChildren(chart.element); return chart; }) },
    { name: 'graph', label: 'Graph', isOn: edgesOf(answer, kinds).length > 0, why: 'needs triples, or two columns of things', make: whenNamed((panel) => makeGraph(panel, edgesOf(answer, kinds), words)) },
    { name: 'raw', label: 'Raw', isOn: true, make: (panel) => panel.replaceChildren(downloads(answer, query), h('pre', { class: 'raw', tabindex: 0 }, answer.text.slice(0, RAW_CHARS) + (answer.text.length > RAW_CHARS ? `\n… ${grouped(answer.text.length - RAW_CHARS)} more characters: download them` : ''))) },
  ];
  makeTabs(host, views, settings.view);
}

/** Labels of things, asked for in one batch and never twice. */
class Labels {
  constructor() { this.known = new Map(); this.asked = new Set(); }

  async ask(iris) {
    const wanted = iris.filter((iri) => !this.asked.has(iri)).slice(0, 600);
    if (wanted.length === 0) return false;
    wanted.forEach((iri) => this.asked.add(iri));
    try {
      const rows = await select(labelQuery(wanted), { timeout: 5 });
      for (const row of rows) if (row.label) this.known.set(row.thing.value, row.label.value);
      return rows.length > 0;
    } catch { return false; }
  }
}

function downloads(answer, query) {
  const formats = answer.form === 'graph' ? { Turtle: 'ttl', 'N-Triples': 'nt', 'JSON-LD': 'jsonld', 'RDF/XML': 'rdf' } : { CSV: 'csv', TSV: 'tsv', JSON: 'json', XML: 'xml' };
  return h('p', { class: 'acts' }, 'Download as ', Object.entries(formats).map(([name, short_], i) => [i ? ' · ' : '', h('a', { href: `/sparql?download=1&format=${short_}&query=${encodeURIComponent(query)}`, download: `rashomon-answer.${short_}` }, name)]));
}
