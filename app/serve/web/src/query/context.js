// Where the cursor stands in a query, and the pattern that everything before it makes.
import { tokens, isInert } from './tokens.js';

const OPENERS = { '{': '}', '[': ']', '(': ')' };
const TERMS = new Set(['iri', 'name', 'variable', 'blank', 'text', 'number']);
const GROUP_WORDS = new Set(['OPTIONAL', 'MINUS', 'EXISTS', 'NOT', 'WHERE', 'UNION']);
const PROBE = 'rashomonProbe';

/**
 * The context of the cursor: `{kind, from, word, probe}`.
 * `kind` is `property`, `class`, `object`, `subject`, `variable`, or `none`; `from` is where the word begins that is being
 * written; `probe` is the query that finds the terms which give an answer with all that stands before (null where there is none).
 */
export function contextAt(text, offset) {
  if (isInert(text, offset)) return { kind: 'none', from: offset, word: '', probe: null };
  const word = text.slice(0, offset).match(/(?:[?$][\p{L}\p{N}_]*|[\p{L}_][\p{L}\p{N}_-]*:[\p{L}\p{N}_.%-]*|:[\p{L}\p{N}_.%-]*|[\p{L}\p{N}_-]+)$/u)?.[0] ?? '';
  const from = offset - word.length;
  const before = text.slice(0, from);
  const walk = new Walk(before);
  const base = { from, word, probe: null, subject: null, stack: walk.stack };
  if (!walk.isInGroup) return { ...base, kind: walk.stack.length ? 'variable' : 'head' };
  const kind = { subject: 'subject', predicate: 'property', step: 'property', object: walk.isType ? 'class' : 'object', other: 'variable', done: 'none' }[walk.state];
  return { ...base, kind, subject: walk.subject, probe: ['subject', 'variable', 'none'].includes(kind) ? null : walk.probe(kind) };
}

/** Walks over the tokens of a text and keeps the open brackets and the place within the triple. */
class Walk {
  constructor(text) {
    this.text = text;
    this.stack = [];
    this.state = 'other';
    this.subject = null;
    this.predicate = [];
    this.prologue = text.match(/^(?:\s|#[^\n]*\n|(?:PREFIX|BASE)\s+(?:[\p{L}\p{N}_.-]*:)?\s*<[^<>]*>)*/iu)[0];
    this.previous = null;
    for (const token of tokens(text)) { this.take(token); this.previous = token; }
  }

  get isInGroup() {
    const open = this.stack.at(-1);
    return open !== undefined && open.isPattern && (open.sign === '{' || open.sign === '[');
  }

  get isType() {
    return this.predicate.length === 1 && (this.predicate[0].text === 'a' || /^rdf:type$/.test(this.predicate[0].text));
  }

  take(token) {
    const { text } = token;
    if (text in OPENERS && token.kind === 'sign') return this.open(token);
    if (token.kind === 'sign' && Object.values(OPENERS).includes(text)) return this.close(token);
    if (!this.isInGroup) {
      if (this.stack.length === 0 && token.kind === 'word' && !/^(prefix|base)$/i.test(text)) this.headWord ??= text.toUpperCase();
      return undefined;
    }
    if (token.kind === 'word' && text !== 'a') return this.keyword(token);
    if (this.state === 'other') return undefined;
    if (text === '.') { this.state = 'subject'; this.subject = null; this.predicate = []; return undefined; }
    if (text === ';') { this.state = 'predicate'; this.predicate = []; return undefined; }
    if (text === ',') { this.state = 'object'; return undefined; }
    return this.inTriple(token);
  }

  inTriple(token) {
    if (this.state === 'subject') {
      if (TERMS.has(token.kind)) { this.subject = token; this.state = 'predicate'; this.predicate = []; }
    } else if (this.state === 'predicate' || this.state === 'step') {
      if (this.predicate.length === 0) this.predicateFrom = token.from;
      this.predicate.push(token);
      if (TERMS.has(token.kind) || token.text === 'a') this.state = 'object';
    } else if (this.state === 'object') {
      if (['/', '|', '^'].includes(token.text)) { this.predicate.push(token); this.state = 'step'; return; }
      if (['*', '+', '?'].includes(token.text)) this.predicate.push(token);
      else if (TERMS.has(token.kind)) this.state = 'done';
    }
  }

  keyword(token) {
    const word = token.text.toUpperCase();
    this.lastKeyword = word;
    this.predicate = [];
    this.subject = null;
    this.state = ['FILTER', 'BIND', 'VALUES', 'GRAPH', 'SERVICE', 'AS', 'SELECT', 'DISTINCT'].includes(word) ? 'other' : 'subject';
    if (['TRUE', 'FALSE'].includes(word)) this.state = 'done';
  }

  open(token) {
    const word = this.previous?.kind === 'word' ? this.previous.text.toUpperCase() : '';
    const outer = this.stack.at(-1);
    if (token.text === '(' && (this.state === 'predicate' || this.state === 'step')) {
      if (this.predicate.length === 0) this.predicateFrom = token.from;
      this.predicate.push(token);
    }
    const saved = { state: this.state, subject: this.subject, predicate: this.predicate, predicateFrom: this.predicateFrom };
    let isPattern = false;
    if (token.text === '{') {
      isPattern = outer ? outer.isPattern || word === 'EXISTS' : word === 'WHERE' || this.headWord !== 'CONSTRUCT' || this.seenTemplate;
      if (this.lastKeyword === 'VALUES') isPattern = false;
      this.lastKeyword = '';
      if (!outer && this.headWord === 'CONSTRUCT' && word !== 'WHERE') this.seenTemplate = true;
    } else if (token.text === '[') isPattern = outer?.isPattern ?? false;
    this.stack.push({ sign: token.text, from: token.from, word, isPattern, saved });
    this.state = token.text === '{' ? 'subject' : token.text === '[' ? 'predicate' : 'other';
    if (token.text === '[') { this.subject = null; this.predicate = []; }
    if (token.text === '{') { this.subject = null; this.predicate = []; }
  }

  close(token) {
    const open = this.stack.pop();
    if (open === undefined) { this.state = 'other'; return; }
    Object.assign(this, open.saved);
    if (token.text === '}') { this.state = 'subject'; this.subject = null; this.predicate = []; }
    else if (token.text === ']') this.state = this.state === 'subject' ? 'predicate' : 'done';
    else if (this.state === 'predicate' || this.state === 'step') { this.predicate.push(token); this.state = 'object'; }
    else this.state = this.stack.at(-1)?.isPattern ? 'subject' : 'other';
  }

  /** The query for terms that go on from here: the open groups as they are, a variable in place of the word, brackets closed. */
  probe(kind) {
    const first = this.stack.findIndex((open) => open.isPattern);
    if (this.stack.some((open) => open.sign === '(')) return null;
    let pattern = '', at = this.stack[first].from;
    for (const open of this.stack.slice(first)) {
      pattern += untilOpening(this.text.slice(at, open.from), open) + open.sign;
      at = open.from + 1;
    }
    const tail = this.tail(this.text.slice(at), at, kind);
    if (tail === null) return null;
    pattern += tail;
    const closers = this.stack.slice(first).reverse().map((open) => OPENERS[open.sign]).join(' ');
    return { prologue: this.prologue, pattern: `${pattern} ${closers}`, variable: PROBE };
  }

  tail(text, at, kind) {
    if (kind !== 'property') return `${text} ?${PROBE} `;
    if (this.state === 'predicate' && this.predicate.length) return null;
    if (this.state === 'predicate') return `${text} ?${PROBE} ?${PROBE}Value `;
    const path = this.text.slice(this.predicateFrom).trimEnd();
    const start = text.slice(0, this.predicateFrom - at);
    if (/\/\s*\^$/.test(path)) return `${start}${path.replace(/\/\s*\^$/, '')} ?${PROBE}Middle . ?${PROBE}Value ?${PROBE} ?${PROBE}Middle `;
    if (path.endsWith('/')) return `${start}${path.slice(0, -1)} ?${PROBE}Middle . ?${PROBE}Middle ?${PROBE} ?${PROBE}Value `;
    if (path.endsWith('|')) return `${start} ?${PROBE} ?${PROBE}Value `;
    return `${start} ?${PROBE} ?${PROBE}Value `;
  }
}

/** What stands before an open group, without the words that would make the group optional or an alternative. */
function untilOpening(text, open) {
  if (open.word === 'UNION') return withoutBranches(text);
  if (GROUP_WORDS.has(open.word)) return text.replace(/(?:FILTER\s+)?(?:NOT\s+)?(?:OPTIONAL|MINUS|EXISTS)\s*$/i, ' ').replace(/SELECT\b[^{}]*WHERE\s*$/i, ' ');
  return text.replace(/SELECT\b[^{}]*$/i, ' ');
}

/** Cut `{ … } UNION { … } UNION` off the end: the branches beside the one that is being written. */
function withoutBranches(text) {
  let rest = text.replace(/UNION\s*$/i, '').trimEnd();
  while (rest.endsWith('}')) {
    let depth = 0, at = rest.length - 1;
    for (; at >= 0; at--) {
      if (rest[at] === '}') depth++;
      if (rest[at] === '{' && --depth === 0) break;
    }
    rest = rest.slice(0, Math.max(at, 0)).trimEnd();
    const chained = rest.match(/UNION$/i);
    if (!chained) break;
    rest = rest.slice(0, -5).trimEnd();
  }
  return `${rest} `;
}
