// Explore: the server's page, kept as it is and made quick. Each choice fetches the same address and takes its parts over.
import { drawTimeline, dayRange } from './parts/timeline.js';
import { readWkt } from './parts/geometry.js';
import { h, settled, grouped } from './parts/dom.js';

const at = (id) => document.getElementById(id);
const form = at('facets');
let map = null, running = null, data = read(document);

at('narrow').hidden = true;
makeSlider();
draw();
form.addEventListener('change', (event) => { if (event.target.id !== 'known-range') show(address()); });
form.addEventListener('submit', (event) => { event.preventDefault(); show(address()); });
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('#explore a[href^="/explore"], #explore a[href^="?"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link.href);
});
addEventListener('popstate', () => show(location.href, { remember: false }));
addEventListener('resize', settled(drawTimes, 150));
at('explore').addEventListener('mouseover', point);
at('explore').addEventListener('focusin', point);

function read(page) { return JSON.parse(page.getElementById('explore-data').textContent); }

/** The address of the choices in the form. */
function address() {
  const kept = [...new FormData(form)].filter(([name, value]) => value && !(name === 'view' && value === 'list'));
  return `/explore${kept.length ? `?${new URLSearchParams(kept)}` : ''}`;
}

/** Take the page at an address over: sentence, lists, facets and pictures; focus and scroll stay where they are. */
async function show(url, { remember = true } = {}) {
  running?.abort();
  const mine = running = new AbortController();
  const waiting = setTimeout(() => at('found').setAttribute('aria-busy', 'true'), 300);
  try {
    const answer = await fetch(url, { signal: mine.signal, headers: { accept: 'text/html' } });
    if (!answer.ok) { location.assign(url); return; }
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const focused = document.activeElement?.dataset.facet ?? document.activeElement?.id;
    if (remember) history.pushState(null, '', url);
    const fresh = page.getElementById('found');
    const pictures = at('pictures');
    const target = fresh.querySelector('#pictures');
    if (pictures && target) { target.replaceWith(pictures); } else map = null;
    at('found').replaceWith(fresh);
    const facets = page.getElementById('facets');
    facets.querySelector('#slider').replaceWith(at('slider'));
    form.replaceChildren(...facets.childNodes);
    at('narrow').hidden = true;
    data = read(page);
    placeSlider();
    if (focused) at(focused)?.focus({ preventScroll: true });
    draw();
  } catch (error) {
    if (error.name !== 'AbortError') location.assign(url);
  } finally {
    clearTimeout(waiting);
    at('found').removeAttribute('aria-busy');
  }
}

/** A slider over the days on which something was published; the last step is "all". */
function makeSlider() {
  const range = h('input', { type: 'range', min: 0, step: 1, id: 'known-range', 'aria-label': 'As known on: published by', oninput: () => settle() });
  const settle = settled(() => { at('as-known').value = data.days[range.value] ?? ''; show(address()); }, 120);
  range.addEventListener('input', () => { at('known-words').textContent = data.days[range.value] ?? 'today: everything published'; range.setAttribute('aria-valuetext', at('known-words').textContent); });
  at('slider').replaceChildren(range, h('output', { id: 'known-words', class: 'hint', for: 'known-range' }));
  at('slider').hidden = data.days.length === 0;
  placeSlider();
}

function placeSlider() {
  const range = at('known-range'), day = at('as-known').value;
  range.max = data.days.length;
  const later = data.days.findIndex((one) => one > day);
  range.value = day ? Math.max(0, (later < 0 ? data.days.length : later) - 1) : data.days.length;
  at('known-words').textContent = day || 'today: everything published';
  range.setAttribute('aria-valuetext', at('known-words').textContent);
}

async function draw() {
  if (!at('pictures')) return;
  at('pictures').hidden = false;
  drawTimes();
  at('nowhere').textContent = data.nowhere ? `${grouped(data.nowhere)} without a place that has a point.` : '';
  at('undated').textContent = data.undated ? `${grouped(data.undated)} without a day.` : '';
  if (!map) {
    const { makeMap } = await import('./parts/map.js');
    if (at('map').firstChild) return;
    map = makeMap(at('map'), { label: 'Map of the places that accounts name' });
  }
  map.resize();
  map.draw(data.places.map((place) => ({ shape: readWkt(place.wkt), label: place.label, weight: place.count, place })).filter((place) => place.shape).map((one) => ({
    ...one,
    detail: () => [
      one.place.precision ? h('p', { class: 'hint' }, one.place.precision) : '',
      h('ul', {}, one.place.events.map(([label, path]) => h('li', {}, h('a', { href: path, dir: 'auto' }, label)))),
      one.place.count > one.place.events.length ? h('p', { class: 'hint' }, `and ${one.place.count - one.place.events.length} more`) : ''].reduce((all, part) => { all.append(part); return all; }, h('div')),
  })));
}

function drawTimes() {
  if (!at('timeline')) return;
  const entries = data.times.map((time) => ({ from: dayRange(time.first).from, to: dayRange(time.last).to, label: time.label, words: time.words, href: time.path }));
  at('timeline').replaceChildren(...(entries.length ? drawTimeline(entries, Math.max(320, at('timeline').clientWidth)) : [h('p', { class: 'hint' }, 'No account gives a day.')]));
}

/** What is pointed at in one view is marked in the others. */
function point(event) {
  const path = event.target.closest?.('[data-path]')?.dataset.path ?? event.target.closest?.('svg.timeline a')?.getAttribute('href');
  if (!path) return;
  document.querySelectorAll('.pointed').forEach((node) => node.classList.remove('pointed'));
  document.querySelectorAll('[data-path]').forEach((node) => node.classList.toggle('pointed', node.dataset.path === path));
  document.querySelectorAll('svg.timeline a').forEach((node) => node.classList.toggle('pointed', node.getAttribute('href') === path));
  map?.point?.(data.places.findIndex((place) => place.events.some(([, there]) => there === path)));
}
