// The two views that place rows: on a map by a column of geometries, on a timeline by columns of dates.
import { h } from '../parts/dom.js';
import { dayRange, drawTimeline } from '../parts/timeline.js';
import { readWkt } from '../parts/geometry.js';

const firstOf = (kinds, wanted) => kinds.findIndex((kind) => kind === wanted);

/** The column that names a row: text before things, never the geometry. */
function naming(kinds) {
  for (const kind of ['text', 'iri', 'mixed']) if (kinds.includes(kind)) return firstOf(kinds, kind);
  return 0;
}

/** Rows with a geometry on a map; rows at one point share a mark. */
export async function makeMapPanel(panel, answer, kinds, words, content) {
  const { makeMap } = await import('../parts/map.js');
  const [at, name] = [firstOf(kinds, 'wkt'), naming(kinds)];
  const places = new Map();
  let without = 0;
  for (const row of answer.rows) {
    const shape = row[at] && readWkt(row[at].value);
    if (!shape) { without++; continue; }
    const key = row[at].value;
    if (!places.has(key)) places.set(key, { shape, rows: [] });
    places.get(key).rows.push(row);
  }
  panel.replaceChildren();
  const view = makeMap(panel, { label: `Map of ${places.size} places` });
  const list = [...places.values()].map(({ shape, rows }) => ({
    shape, weight: rows.length,
    label: rows.length === 1 ? words(rows[0][name] ?? { type: 'literal', value: '' }) : `${rows.length} rows here`,
    detail: () => h('ul', {}, rows.slice(0, 12).map((row) => h('li', {}, row.flatMap((value, i) => (i === at || !value ? [] : [content(value), ' ']))))),
  }));
  view.draw(list);
  if (without) panel.append(h('p', { class: 'hint' }, `${without} of ${answer.rows.length} rows have no geometry and are in the table only.`));
  return { show: view.resize };
}

/** Rows as bars from their first to their last date. */
export function makeTimelinePanel(panel, answer, kinds, words, base) {
  const dates = kinds.flatMap((kind, at) => (kind === 'date' ? [at] : []));
  const name = naming(kinds);
  const thing = answer.columns.findIndex((_, at) => kinds[at] === 'iri' && answer.rows.some((row) => row[at]?.value.startsWith(`${base}id/`)));
  const show = () => {
    const entries = answer.rows.flatMap((row) => {
      const ranges = dates.map((at) => row[at] && dayRange(row[at].value)).filter(Boolean);
      if (ranges.length === 0) return [];
      const link = thing >= 0 ? row[thing]?.value : null;
      return [{ from: new Date(Math.min(...ranges.map((range) => +range.from))), to: new Date(Math.max(...ranges.map((range) => +range.to))), label: row[name] ? words(row[name]) : '', words: dates.map((at) => row[at]?.value).filter(Boolean).join(' to '), href: link?.startsWith(`${base}id/`) ? link.slice(base.length - 1) : null }];
    });
    panel.replaceChildren(...drawTimeline(entries, Math.max(300, panel.clientWidth)), h('p', { class: 'hint' }, 'A bar reaches from the first to the last day that the row gives; a long bar is an imprecise date.'));
  };
  return { show };
}
