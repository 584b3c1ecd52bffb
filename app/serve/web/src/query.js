// The query workbench: turns the plain form into an editor with completion, runs and cancels, shows answers in views.
import { EngineError, post } from './query/endpoint.js';
import { fillDrawer, permalink } from './query/share.js';
import { readAnswer } from './query/results.js';
import { vocabulary } from './query/vocabulary.js';
import { makeEditor, placeOf } from './query/editor.js';
import { showAnswer } from './query/answer.js';
import { counted, grouped, h } from './parts/dom.js';

const ACCEPT = 'application/sparql-results+json, application/n-triples;q=0.9';
const QUIET_MS = 300;
const at = (id) => document.getElementById(id);
const data = JSON.parse(at('bench-data').textContent);
const [run, cancel, share, status, results, drawer] = ['run', 'cancel', 'share', 'status', 'results', 'drawer'].map(at);
let running = null;

const editor = makeEditor(at('query'), {
  onRun: () => ask(),
  onCancel: () => { if (!running) return false; stop(); return true; },
  onChange: () => { if (!drawer.hidden) fillDrawer(drawer, editor.text); },
});
share.hidden = at('keys').hidden = at('example-filter').hidden = false;
vocabulary();

at('asking').addEventListener('submit', (event) => { event.preventDefault(); ask(); });
cancel.addEventListener('click', stop);
share.addEventListener('click', () => {
  drawer.hidden = !drawer.hidden;
  share.setAttribute('aria-expanded', String(!drawer.hidden));
  if (!drawer.hidden) fillDrawer(drawer, editor.text);
});
addEventListener('keydown', (event) => { if (event.key === 'Escape' && running) stop(); });
at('filter').addEventListener('input', () => {
  const words = at('filter').value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const example of at('example-list').children) {
    example.hidden = !words.every((word) => example.dataset.words.includes(word));
    shown += !example.hidden;
  }
  at('no-example').hidden = shown > 0;
});
at('example-list').addEventListener('click', (event) => {
  const link = event.target.closest('a[data-example]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  editor.text = data.examples.find((example) => example.name === link.dataset.example).query;
  ask();
  editor.focus();
});
addEventListener('popstate', () => { const query = new URLSearchParams(location.search).get('query'); if (query) { editor.text = query; ask({ remember: false }); } });
if (data.given && !data.answered) ask({ remember: false });

/** Run the query; a running one is stopped first. */
async function ask({ remember = true } = {}) {
  stop();
  const query = editor.text;
  if (!query.trim()) { say('There is no query yet.'); return; }
  const mine = running = new AbortController();
  const started = performance.now();
  cancel.hidden = false;
  const busy = setTimeout(() => { say('Running …'); results.setAttribute('aria-busy', 'true'); }, QUIET_MS);
  if (remember && permalink(query).href !== location.href && permalink(query).href.length < 8000) history.pushState(null, '', permalink(query));
  try {
    const response = await post(query, { accept: ACCEPT, signal: mine.signal });
    const answer = await readAnswer(response);
    const { prefixes } = await vocabulary();
    if (running !== mine) return;
    editor.mark(null);
    results.classList.remove('stale');
    showAnswer(results, answer, query, { prefixes, base: data.base, view: query.match(/^\s*#\s*view:\s*(\w+)/im)?.[1].toLowerCase() });
    say(inWords(answer, performance.now() - started));
  } catch (error) {
    if (running !== mine && error.name === 'AbortError') return;
    fail(error);
  } finally {
    clearTimeout(busy);
    results.removeAttribute('aria-busy');
    if (running === mine) { running = null; cancel.hidden = true; }
  }
}

/** Give the running query up; the server stops its worker when the connection closes. */
function stop() {
  if (!running) return;
  running.abort();
  running = null;
  cancel.hidden = true;
  say('Cancelled: the query was stopped on the server.');
}

function fail(error) {
  const found = error instanceof EngineError && placeOf(editor.text, error);
  const place = found ? `Line ${found.line}, column ${found.column}: ` : '';
  const text = found ? found.message : error instanceof EngineError ? error.message : 'The server could not be reached or cut the answer off.';
  editor.mark(error instanceof EngineError ? error : null);
  results.replaceChildren(h('div', { class: 'error', role: 'alert' }, h('p', {}, h('b', {}, place + text)), error.problem?.why ? h('p', {}, error.problem.why) : null, error.problem?.advice ? h('p', { class: 'hint' }, error.problem.advice) : null));
  say(error.status === 504 ? `Stopped after ${data.limits.seconds} seconds.` : 'No answer.');
}

function inWords(answer, ms) {
  const time = ms < 1000 ? `${Math.max(1, Math.round(ms))} milliseconds` : `${(ms / 1000).toFixed(1)} seconds`;
  if (answer.form === 'ask') return `Answered in ${time}.`;
  const full = answer.rows.length >= data.limits.rows ? ` That is the limit of ${grouped(data.limits.rows)}; there may be more.` : '';
  return `${counted(answer.rows.length, answer.form === 'graph' ? 'triple' : 'row')} in ${time}.${full}`;
}

function say(text) { status.textContent = text; }
