// The editor: CodeMirror in a shadow root, where its styles are constructed sheets that a strict content policy allows.
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter, drawSelection, highlightSpecialChars } from '@codemirror/view';
import { defaultKeymap, history, historyKeymap, selectLine } from '@codemirror/commands';
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion } from '@codemirror/autocomplete';
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { linter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { tags } from '@lezer/highlight';
import { sparql } from 'codemirror-lang-sparql';
import { check } from './endpoint.js';
import { undeclared } from './tokens.js';
import { complete } from './completion.js';

const CHECK_AFTER_MS = 700;

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword], color: 'var(--blue)', fontWeight: '600' },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: 'var(--rust)' },
  { tag: [tags.string, tags.number, tags.bool], color: 'var(--ochre)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.namespace, tags.url, tags.propertyName], color: 'var(--ink)' },
]);

const theme = EditorView.theme({
  '&': { fontSize: '.92rem', color: 'var(--ink)', backgroundColor: 'var(--paper)', height: '100%' },
  '&.cm-focused': { outline: '2px solid var(--blue)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5', maxHeight: '60vh', overflow: 'auto' },
  '.cm-content, .cm-gutter': { minHeight: '15rem' },
  '.cm-content': { caretColor: 'var(--ink)', paddingBlock: '.5rem' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--soft)', color: 'var(--muted)', border: '0', borderRight: '1px solid var(--line)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--blue) 5%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--line)', color: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--blue) 25%, var(--paper))' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'color-mix(in srgb, var(--ochre) 30%, transparent)' },
  '.cm-tooltip': { backgroundColor: 'var(--paper)', color: 'var(--ink)', border: '1px solid var(--muted)', borderRadius: '4px', boxShadow: '0 6px 20px var(--shade)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', fontSize: '.86rem', maxHeight: '16rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--blue)', color: 'var(--paper)' },
  '.cm-completionDetail': { fontFamily: 'var(--sans)', fontStyle: 'normal', opacity: '.85' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionInfo': { fontFamily: 'var(--sans)', fontSize: '.86rem', maxWidth: '24rem', padding: '.5rem .7rem' },
  '.term-info p': { margin: '.25rem 0' },
  '.term-info .uses': { color: 'var(--muted)', fontSize: '.8rem', overflowWrap: 'anywhere' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--rust)', fontFamily: 'var(--sans)', fontSize: '.86rem' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--rust)' },
});

/** Put an editor over a text area, which stays the form's field. `{onRun, onCancel}` are called for the keys. */
export function makeEditor(area, { onRun, onCancel, onChange }) {
  const host = document.createElement('div');
  host.className = 'editor-host';
  const root = host.attachShadow({ mode: 'open' });
  const mount = root.appendChild(document.createElement('div'));
  area.after(host);
  area.hidden = true;
  area.removeAttribute('required');
  const view = new EditorView({
    parent: mount,
    root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        keymap.of([
          { key: 'Mod-Enter', run: () => { onRun(); return true; } },
          { key: 'Shift-Enter', run: () => { onRun(); return true; } },
          { key: 'Ctrl-Space', run: startCompletion },
          ...completionKeymap,
          { key: 'Escape', run: onCancel },
          { key: 'Alt-l', run: selectLine },
          ...closeBracketsKeymap, ...historyKeymap, ...lintKeymap, ...defaultKeymap,
        ]),
        lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
        highlightActiveLine(), highlightActiveLineGutter(), EditorView.lineWrapping,
        sparql(), syntaxHighlighting(colours), theme,
        autocompletion({ override: [complete], activateOnTyping: true, activateOnTypingDelay: 120, maxRenderedOptions: 120, icons: false }),
        linter(checkOnServer, { delay: CHECK_AFTER_MS }),
        EditorView.contentAttributes.of({ 'aria-label': 'Query in SPARQL', 'aria-describedby': 'keys', spellcheck: 'false', autocapitalize: 'off' }),
        EditorView.updateListener.of((update) => { if (update.docChanged) { area.value = update.state.doc.toString(); onChange(area.value); } }),
      ],
    }),
  });
  return {
    view,
    get text() { return view.state.doc.toString(); },
    set text(value) { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } }); },
    focus: () => view.focus(),
    /** Mark the place of an engine's error and go there. */
    mark(error) {
      const diagnostic = asDiagnostic(view.state.doc, error);
      view.dispatch(setDiagnostics(view.state, diagnostic ? [diagnostic] : []), diagnostic ? { selection: { anchor: diagnostic.from }, scrollIntoView: true } : {});
    },
  };
}

let running = null;

/**
 * Where an error is shown: the engine names the place after the last thing that it could read, and where only space stands
 * before that on its line, what is wrong is the end of the line before. Of a prefix that is not declared it says only what it
 * would have expected instead, so that is said in its place.
 */
export function placeOf(text, error) {
  if (!error?.line) return null;
  const missing = undeclared(text);
  if (missing) return { line: missing.line, column: missing.column, message: `The prefix ${missing.prefix}: is not declared. Add a line PREFIX ${missing.prefix}: <…>.` };
  const lines = text.split('\n');
  let line = Math.min(error.line, lines.length), column = Math.min(error.column ?? 1, lines[line - 1].length + 1);
  while (line > 1 && lines[line - 1].slice(0, column - 1).trim() === '') { line--; column = lines[line - 1].trimEnd().length + 1; }
  return { line, column, message: error.message };
}

/** Diagnostics from the engine itself, so that they are of the grammar that will run the query. */
async function checkOnServer(view) {
  running?.abort();
  running = new AbortController();
  const text = view.state.doc.toString();
  if (!text.trim()) return [];
  try {
    const error = await check(text, running.signal);
    const diagnostic = error && asDiagnostic(view.state.doc, error);
    return diagnostic ? [diagnostic] : [];
  } catch { return []; }
}

function asDiagnostic(doc, error) {
  const place = placeOf(doc.toString(), error);
  if (!place) return null;
  const line = doc.line(place.line);
  const from = Math.max(line.from, Math.min(line.from + place.column - 1, line.to - 1));
  const end = doc.sliceString(from, line.to).match(/^[\p{L}\p{N}_:?$-]+/u)?.[0].length ?? 1;
  return { from: Math.min(from, doc.length), to: Math.min(from + end, doc.length), severity: 'error', message: place.message };
}
