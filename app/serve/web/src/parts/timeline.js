// Time in lanes: each entry a bar from its earliest to its latest day, so that an imprecise date looks imprecise.
import { scaleUtc } from 'd3-scale';
import './pictures.css';
import { s, h } from './dom.js';

const LANE_PX = 26;
const LEFT_PX = 8;
const MOST = 300;

/** The first and last day (UTC dates) that an xsd:date, dateTime, gYearMonth or gYear stands for; null for anything else. */
export function dayRange(text) {
  const found = text.match(/^(-?\d{4,})(?:-(\d{2}))?(?:-(\d{2}))?(?:T.*)?(?:Z|[+-]\d{2}:\d{2})?$/);
  if (!found) return null;
  const [year, month, day] = found.slice(1).map((part) => (part === undefined ? null : Number(part)));
  const from = Date.UTC(year, (month ?? 1) - 1, day ?? 1);
  const to = day ? Date.UTC(year, month - 1, day + 1) : month ? Date.UTC(year, month, 1) : Date.UTC(year + 1, 0, 1);
  return { from: new Date(from), to: new Date(to) };
}

/** An SVG of entries `{from, to, label, words, href?, kind?}`, by first day; `width` in pixels. */
export function drawTimeline(entries, width, { onSelect } = {}) {
  const sorted = [...entries].sort((one, other) => one.from - other.from || one.to - other.to).slice(0, MOST);
  const height = sorted.length * LANE_PX + 34;
  const [first, last] = [Math.min(...sorted.map((entry) => +entry.from)), Math.max(...sorted.map((entry) => +entry.to))];
  const spare = Math.max((last - first) * .03, 86_400_000);
  const x = scaleUtc().domain([first - spare, last + spare]).range([LEFT_PX, width - 12]);
  const ticks = x.ticks(Math.max(2, Math.floor(width / 110)));
  const write = x.tickFormat();
  const axis = ticks.map((tick) => s('g', { class: 'tick' }, s('line', { x1: x(tick), x2: x(tick), y1: 22, y2: height }), s('text', { x: x(tick), y: 14, 'text-anchor': 'middle' }, write(tick))));
  const lanes = sorted.map((entry, i) => {
    const [from, to] = [x(entry.from), x(entry.to)];
    const isLeft = from < width * .55;
    const bar = s('rect', { x: from, y: 30 + i * LANE_PX, width: Math.max(4, to - from), height: 12, rx: 2, class: `bar ${entry.kind ?? ''}` });
    const words = s('text', { x: isLeft ? Math.max(to, from + 4) + 6 : from - 6, y: 40.5 + i * LANE_PX, 'text-anchor': isLeft ? 'start' : 'end', class: 'lane-label' }, clipped(entry.label, isLeft ? width - to : from));
    const title = s('title', {}, `${entry.label}: ${entry.words}`);
    const group = entry.href ? s('a', { href: entry.href }, title, bar, words) : s('g', { role: 'img', 'aria-label': `${entry.label}: ${entry.words}` }, title, bar, words);
    if (onSelect) group.addEventListener('mouseenter', () => onSelect(entry));
    return group;
  });
  const note = entries.length > MOST ? h('p', { class: 'hint' }, `The first ${MOST} of ${entries.length} are drawn; the table has all.`) : null;
  return [s('svg', { class: 'timeline', width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': `Timeline of ${sorted.length}` }, axis, lanes), note].filter(Boolean);
}

function clipped(text, px) {
  const room = Math.max(8, Math.floor((px - 24) / 6.6));
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}
