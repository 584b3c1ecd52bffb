// A map that says its borders are contested: land only, borders a toggle with a note, nothing from another host.
import { map, canvas, circleMarker, geoJSON, latLngBounds, polyline, polygon, control } from 'leaflet/dist/leaflet-src.esm.js';
import 'leaflet/dist/leaflet.css';
import './pictures.css';
import { feature, mesh } from 'topojson-client';
import landUrl from 'world-atlas/land-50m.json?url';
import countriesUrl from 'world-atlas/countries-50m.json?url';
import { h } from './dom.js';

export const BORDER_NOTE = 'Land only: borders here are contested. They can be drawn as one public data set (Natural Earth) has them, which takes no side and settles nothing.';

const loaded = new Map();
const load = (url) => { if (!loaded.has(url)) loaded.set(url, fetch(url).then((answer) => answer.json())); return loaded.get(url); };
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * A map under `host`; `draw(places)` shows `{shape, label, detail?, onSelect?, weight?}`, `focus(i)` opens one of them.
 */
export function makeMap(host, { label = 'Map of the places named' } = {}) {
  const box = h('div', { class: 'map', role: 'region', 'aria-label': label, tabindex: 0 });
  const toggle = h('input', { type: 'checkbox', onchange: () => showBorders(toggle.checked) });
  const note = h('p', { class: 'hint map-note' }, h('label', {}, toggle, ' Borders '), '· ', BORDER_NOTE);
  host.append(box, note);
  const view = map(box, { preferCanvas: true, renderer: canvas({ tolerance: 6 }), attributionControl: false, zoomControl: false, worldCopyJump: true, minZoom: 1, maxZoom: 11, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false }).setView([30, 25], 2);
  control.zoom({ zoomInTitle: 'Closer', zoomOutTitle: 'Further' }).addTo(view);
  view.createPane('ground').style.zIndex = 150;
  let borders = null, drawn = [];
  const ground = canvas({ pane: 'ground' });
  const isReady = load(landUrl).then((world) => geoJSON(feature(world, world.objects.land), { pane: 'ground', renderer: ground, interactive: false, style: { color: token('--line'), weight: 1, fillColor: token('--land') || token('--soft'), fillOpacity: 1 } }).addTo(view));

  async function showBorders(isShown) {
    if (!isShown) return borders?.remove();
    const world = await load(countriesUrl);
    borders = geoJSON(mesh(world, world.objects.countries, (one, other) => one !== other), { pane: 'ground', renderer: ground, interactive: false, style: { color: token('--muted'), weight: 1, dashArray: '3 4' } });
    return borders.addTo(view);
  }

  function shapeOf(place) {
    const style = { color: token('--paper'), weight: 1.5, fillColor: token('--blue'), fillOpacity: .85 };
    const { kind, parts } = place.shape;
    if (kind === 'point') return circleMarker(parts[0][0], { ...style, radius: 5 + Math.min(9, Math.sqrt(place.weight ?? 1) * 1.6) });
    const line = { color: token('--blue'), weight: 2, fillOpacity: .15 };
    return kind === 'polygon' ? polygon(parts, line) : polyline(parts, line);
  }

  return {
    box,
    isReady,
    draw(places) {
      drawn.forEach((layer) => layer.remove());
      drawn = places.map((place) => {
        const layer = shapeOf(place).addTo(view);
        layer.bindPopup(() => h('div', { class: 'map-popup' }, h('b', { dir: 'auto' }, place.label), place.detail ? place.detail() : null), { autoPanPadding: [20, 20] });
        if (place.onSelect) layer.on('click', place.onSelect);
        return layer;
      });
      const bounds = latLngBounds(places.flatMap((place) => place.shape.parts.flat()));
      if (bounds.isValid()) view.fitBounds(bounds.pad(.2), { maxZoom: 7, animate: false });
      return drawn.length;
    },
    focus(at) { const layer = drawn[at]; if (layer) { view.panTo(layer.getLatLng?.() ?? layer.getBounds().getCenter(), { animate: false }); layer.openPopup(); } },
    /** Mark one of the places without opening it; a number that is none marks nothing. */
    point(at) { drawn.forEach((layer, i) => layer.setStyle({ fillColor: token(i === at ? '--rust' : '--blue') })); drawn[at]?.bringToFront(); },
    resize: () => view.invalidateSize(),
  };
}
