// Things and their relations as a drawing; Cytoscape is loaded when the tab is opened.
import { h } from '../parts/dom.js';

const MOST_EDGES = 400;
const CYTOSCAPE_STYLE = '__________cytoscape_stylesheet';
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Edges of an answer: triples between things, or the first two columns of IRIs. */
export function edgesOf(answer, kinds) {
  if (answer.form === 'graph') return answer.rows.filter((row) => row[2].type !== 'literal').map(([from, by, to]) => ({ from, by, to }));
  const [one, other] = kinds.flatMap((kind, at) => (kind === 'iri' ? [at] : []));
  if (other === undefined) return [];
  return answer.rows.filter((row) => row[one] && row[other]).map((row) => ({ from: row[one], by: { value: answer.columns[other], isWord: true }, to: row[other] }));
}

/** A drawing of edges; what is named by `words(cell)`. */
export async function makeGraph(host, edges, words) {
  const { default: cytoscape } = await import('cytoscape');
  // Cytoscape would write an inline style sheet, which our content policy refuses; query.css has that rule instead.
  if (!document.getElementById(CYTOSCAPE_STYLE)) document.head.append(h('meta', { id: CYTOSCAPE_STYLE }));
  const shown = edges.slice(0, MOST_EDGES);
  const box = h('div', { class: 'graph', role: 'img', 'aria-label': `${shown.length} relations as a drawing; the table has the same` });
  const note = edges.length > shown.length ? `The first ${MOST_EDGES} of ${edges.length} relations are drawn. ` : '';
  host.replaceChildren(box, h('p', { class: 'hint' }, `${note}Drag to move, scroll to come closer. The table is an equal view.`));
  const nodes = new Map();
  for (const edge of shown) for (const end of [edge.from, edge.to]) nodes.set(end.value, words(end));
  cytoscape({
    container: box,
    elements: [
      ...[...nodes].map(([id, label]) => ({ data: { id, label: label.length > 46 ? `${label.slice(0, 45)}…` : label } })),
      ...shown.map((edge, i) => ({ data: { id: `edge-${i}`, source: edge.from.value, target: edge.to.value, label: edge.by.isWord ? '' : words(edge.by) } })),
    ],
    style: [
      { selector: 'node', style: { label: 'data(label)', color: token('--ink'), 'font-size': 12, 'text-wrap': 'wrap', 'text-max-width': 150, 'text-valign': 'bottom', 'text-margin-y': 4, width: 16, height: 16, 'background-color': token('--blue') } },
      { selector: 'edge', style: { label: 'data(label)', color: token('--muted'), 'font-size': 9, 'text-rotation': 'autorotate', 'text-background-color': token('--paper'), 'text-background-opacity': .85, width: 1.2, 'line-color': token('--muted'), 'line-opacity': .55, 'target-arrow-color': token('--muted'), 'target-arrow-shape': 'triangle', 'curve-style': 'bezier' } },
    ],
    layout: { name: nodes.size > 150 ? 'concentric' : 'cose', animate: false, nodeDimensionsIncludeLabels: true, randomize: false, idealEdgeLength: 90 },
  });
}
