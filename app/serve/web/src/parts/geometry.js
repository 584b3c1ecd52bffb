// Well-known text (lon lat) to points and lines for a map.

/** Coordinates of a WKT literal as `{kind, parts: [[lat, lon], …][]}`; null where it is none that is drawn. */
export function readWkt(text) {
  const found = text.replace(/^<[^>]*>\s*/, '').match(/^\s*(MULTI)?(POINT|LINESTRING|POLYGON)\s*Z?\s*(\(.*\))\s*$/is);
  if (!found) return null;
  const parts = [...found[3].matchAll(/\(*([^()]+)\)*/g)].map((ring) => ring[1].split(',').map((pair) => pair.trim().split(/\s+/).slice(0, 2).map(Number).reverse()))
    .map((ring) => ring.filter(([lat, lon]) => Number.isFinite(lat) && Number.isFinite(lon) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180)).filter((ring) => ring.length);
  return parts.length ? { kind: found[2].toLowerCase(), parts } : null;
}
