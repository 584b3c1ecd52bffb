// A chart that suits the columns: bars of a number by a name, points over time, or points of two numbers.
import { scaleLinear, scaleUtc } from 'd3-scale';
import { h, s } from '../parts/dom.js';
import { dayRange } from '../parts/timeline.js';

const MOST_BARS = 40;
const BAR_PX = 26;

/** Which columns a chart needs: a number, and something to set it against. */
export function isChartable(kinds) {
  return kinds.includes('number') && kinds.length > 1;
}

/** A chart with choosers of its columns. */
export function makeChart(answer, kinds, words) {
  const numbers = answer.columns.filter((_, at) => kinds[at] === 'number');
  const others = answer.columns;
  const start = answer.columns.find((_, at) => kinds[at] === 'date') ?? answer.columns.find((_, at) => !['number', 'wkt'].includes(kinds[at])) ?? answer.columns.find((name) => name !== numbers.at(-1));
  const chooser = (name, list, chosen) => h('label', {}, `${name} `, h('select', { onchange: () => draw() }, list.map((column) => h('option', { value: column, selected: column === chosen }, column))));
  const across = chooser('Against', others, start);
  const number = chooser('Number', numbers, numbers.at(-1));
  const canvas = h('div', { class: 'chart-canvas' });
  const element = h('div', { class: 'chart' }, h('p', { class: 'acts' }, number, across), canvas);
  const value = (control) => answer.columns.indexOf(control.querySelector('select').value);

  function draw() {
    const [x, y] = [value(across), value(number)];
    const width = Math.max(280, canvas.clientWidth || 800);
    const pairs = answer.rows.filter((row) => row[x] && row[y]).map((row) => ({ x: row[x], y: Number(row[y].value) })).filter((pair) => Number.isFinite(pair.y));
    const kind = kinds[x];
    const picture = kind === 'number' && x !== y ? points(pairs.map((pair) => ({ at: Number(pair.x.value), y: pair.y, words: pair.x.value })), scaleLinear(), width)
      : kind === 'date' ? points(pairs.map((pair) => ({ at: dayRange(pair.x.value)?.from, y: pair.y, words: pair.x.value })).filter((pair) => pair.at), scaleUtc(), width)
        : bars(pairs.map((pair) => ({ label: words(pair.x), y: pair.y })), width);
    canvas.replaceChildren(...picture, h('p', { class: 'hint' }, `${answer.columns[y]} against ${answer.columns[x]}: figures as the sources give them, none added up or judged.`));
  }
  return { element, show: draw };
}

function bars(pairs, width) {
  const shown = pairs.slice(0, MOST_BARS);
  const room = Math.min(width * .45, 320);
  const x = scaleLinear().domain([Math.min(0, ...shown.map((pair) => pair.y)), Math.max(1, ...shown.map((pair) => pair.y))]).range([room, width - 60]);
  const height = shown.length * BAR_PX + 8;
  const lines = shown.map((pair, i) => s('g', {},
    s('text', { x: room - 8, y: i * BAR_PX + 18, 'text-anchor': 'end', class: 'lane-label' }, clip(pair.label, room)),
    s('rect', { class: 'bar', x: x(Math.min(0, pair.y)), y: i * BAR_PX + 5, height: 17, width: Math.max(1, Math.abs(x(pair.y) - x(0))) }),
    s('text', { x: x(Math.max(0, pair.y)) + 5, y: i * BAR_PX + 18, class: 'figure' }, String(pair.y)),
    s('title', {}, `${pair.label}: ${pair.y}`)));
  const note = pairs.length > shown.length ? h('p', { class: 'hint' }, `The first ${MOST_BARS} of ${pairs.length} rows, in the answer's order.`) : null;
  return [s('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Bars of ${shown.length} rows` }, lines), note].filter(Boolean);
}

function points(pairs, scale, width) {
  const height = 340, left = 56;
  const ys = pairs.map((pair) => pair.y), xs = pairs.map((pair) => +pair.at);
  const x = scale.domain([Math.min(...xs), Math.max(...xs)]).nice().range([left, width - 20]);
  const y = scaleLinear().domain([Math.min(0, ...ys), Math.max(1, ...ys)]).nice().range([height - 30, 12]);
  const across = x.ticks(Math.max(2, Math.floor(width / 120))).map((tick) => s('text', { x: x(tick), y: height - 8, 'text-anchor': 'middle', class: 'figure' }, x.tickFormat()(tick)));
  const up = y.ticks(6).map((tick) => s('g', { class: 'tick' }, s('line', { x1: left, x2: width - 20, y1: y(tick), y2: y(tick) }), s('text', { x: left - 8, y: y(tick) + 4, 'text-anchor': 'end' }, y.tickFormat(6)(tick))));
  const dots = pairs.map((pair) => s('circle', { class: 'dot', cx: x(pair.at), cy: y(pair.y), r: 4.5 }, s('title', {}, `${pair.words}: ${pair.y}`)));
  return [s('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Points of ${pairs.length} rows` }, up, across, dots)];
}

const clip = (text, px) => { const room = Math.floor(px / 7); return text.length > room ? `${text.slice(0, room - 1)}…` : text; };
