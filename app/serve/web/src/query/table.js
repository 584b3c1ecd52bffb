// A table of any length: the rows in view are in the document, space stands for the rest; on paper they are all there.
import { h, isLinkable, grouped } from '../parts/dom.js';
import { short } from './vocabulary.js';

const ROW_PX = 34;
const WHOLE_UP_TO = 150;
const SPARE_ROWS = 12;
const MOST_PRINTED = 5000;
let printable = null;

addEventListener('beforeprint', () => { if (printable?.element.isConnected) printable.print(); });
addEventListener('afterprint', () => { if (printable?.element.isConnected) printable.render(true); });

/** A cell's content: a link where that is safe, its language and direction kept. */
export function cellContent(value, { labels, prefixes, base }) {
  if (value === null) return h('span', { class: 'visually-hidden' }, 'no value');
  if (value.type === 'bnode') return h('span', { class: 'iri' }, `_:${value.value}`);
  if (value.type === 'uri') {
    const words = labels.get(value.value) ?? short(value.value, prefixes);
    const isOurs = value.value.startsWith(`${base}id/`);
    const target = isOurs ? value.value.slice(base.length - 1) : isLinkable(value.value) ? value.value : null;
    const attributes = { dir: 'auto', title: value.value, class: labels.has(value.value) ? null : 'iri' };
    return target ? h('a', { ...attributes, href: target, rel: isOurs ? null : 'nofollow noreferrer' }, words) : h('span', attributes, words);
  }
  return h('span', { dir: 'auto', lang: value['xml:lang'], title: value.value.length > 60 ? value.value : null }, value.value);
}

/** A table view: `{element, refresh}`; `onView(from, to)` is told which rows are seen. */
export function makeTable(answer, kinds, look, onView) {
  const { columns } = answer;
  const rows = [...answer.rows];
  const isWhole = rows.length <= WHOLE_UP_TO;
  const body = h('tbody');
  const sorting = { column: -1, direction: 1 };
  const heads = columns.map((name, at) => h('th', { scope: 'col', class: kinds[at] === 'number' ? 'number' : null, 'aria-sort': 'none' },
    h('button', { type: 'button', class: 'sort', onclick: () => sort(at) }, name)));
  const table = h('table', { class: isWhole ? 'rows' : 'rows fixed', 'aria-rowcount': rows.length + 1, 'aria-colcount': columns.length },
    h('caption', { class: 'visually-hidden' }, `${grouped(rows.length)} rows`), h('thead', {}, h('tr', { 'aria-rowindex': 1 }, heads)), body);
  const element = h('div', { class: isWhole ? 'scroll' : 'scroll window', tabindex: 0, role: 'region', 'aria-label': 'Rows of the answer' }, table);
  let shown = [-1, -1];

  const row = (cells, at) => h('tr', { 'aria-rowindex': at + 2 }, cells.map((value, column) => h('td', { class: kinds[column] === 'number' ? 'number' : null }, cellContent(value, look))));
  const space = (count) => { const tr = h('tr', { class: 'space', 'aria-hidden': 'true' }, h('td', { colspan: columns.length })); tr.style.height = `${count * ROW_PX}px`; return tr; };

  function render(force) {
    const first = isWhole ? 0 : Math.max(0, Math.floor(element.scrollTop / ROW_PX) - SPARE_ROWS);
    const last = isWhole ? rows.length : Math.min(rows.length, Math.ceil((element.scrollTop + (element.clientHeight || 600)) / ROW_PX) + SPARE_ROWS);
    if (!force && first === shown[0] && last === shown[1]) return;
    shown = [first, last];
    const inView = rows.slice(first, last).map((cells, i) => row(cells, first + i));
    body.replaceChildren(...(first ? [space(first)] : []), ...inView, ...(last < rows.length ? [space(rows.length - last)] : []));
    onView(rows, first, last);
  }

  /** All rows as far as paper is made for them, and how many are not there. */
  function print() {
    const left = rows.length - MOST_PRINTED;
    const note = () => h('tr', { class: 'left' }, h('td', { colspan: columns.length }, `and ${grouped(left)} more rows: save the answer as CSV or JSON to have them all`));
    body.replaceChildren(...rows.slice(0, MOST_PRINTED).map(row), ...(left > 0 ? [note()] : []));
  }

  function sort(at) {
    sorting.direction = sorting.column === at ? -sorting.direction : 1;
    sorting.column = at;
    const key = kinds[at] === 'number' ? (cells) => Number(cells[at]?.value ?? Infinity) : (cells) => { const value = cells[at]; return value ? look.labels.get(value.value) ?? value.value : ''; };
    const collator = new Intl.Collator('en', { numeric: true });
    rows.sort((one, other) => sorting.direction * (kinds[at] === 'number' ? key(one) - key(other) : collator.compare(key(one), key(other))));
    heads.forEach((head, i) => head.setAttribute('aria-sort', i !== at ? 'none' : sorting.direction > 0 ? 'ascending' : 'descending'));
    render(true);
  }

  if (!isWhole) {
    let waiting = false;
    element.addEventListener('scroll', () => { if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; render(false); }); } }, { passive: true });
  }
  render(true);
  printable = isWhole ? null : { element, print, render };
  return { element, refresh: () => render(true), settle: () => { if (!isWhole) render(true); } };
}
