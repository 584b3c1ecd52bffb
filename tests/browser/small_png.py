"""A screenshot as a PNG of at most 128 colours, which takes a third of the bytes; Chromium decodes the picture."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

from playwright.sync_api import Page

# Colours are counted in steps of 8; the most frequent become the palette, every other pixel takes the nearest of them.
_COUNT = """async (data) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], {type: 'image/png'}));
  const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  const pixels = pen.getImageData(0, 0, image.width, image.height).data, counts = new Map();
  const key = (i) => (pixels[i] >> 3) << 10 | (pixels[i + 1] >> 3) << 5 | pixels[i + 2] >> 3;
  for (let i = 0; i < pixels.length; i += 4) counts.set(key(i), (counts.get(key(i)) ?? 0) + 1);
  const top = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 128).map(([k]) => k);
  const part = (k, shift) => { const v = (k >> shift) & 31; return v << 3 | v >> 2; };
  const palette = top.map((k) => [part(k, 10), part(k, 5), part(k, 0)]), nearest = new Map(top.map((k, n) => [k, n]));
  const find = (k) => {
    if (!nearest.has(k)) {
      const [r, g, b] = [part(k, 10), part(k, 5), part(k, 0)];
      let best = 0, least = Infinity;
      palette.forEach((c, n) => {
        const far = (c[0] - r) ** 2 + (c[1] - g) ** 2 + (c[2] - b) ** 2;
        if (far < least) [best, least] = [n, far];
      });
      nearest.set(k, best);
    }
    return nearest.get(k);
  };
  let text = '';
  for (let i = 0; i < pixels.length; i += 4) text += String.fromCharCode(find(key(i)));
  return {width: image.width, height: image.height, palette, pixels: btoa(text)};
}"""


def shrink(page: Page, picture: bytes) -> bytes:
    """Return a PNG with a palette; `page` lends its browser for decoding."""
    found: dict[str, Any] = page.evaluate(_COUNT, base64.b64encode(picture).decode())
    width, height = found["width"], found["height"]
    pixels = base64.b64decode(found["pixels"])
    rows = b"".join(b"\0" + pixels[y * width : (y + 1) * width] for y in range(height))
    head = struct.pack("!IIBBBBB", width, height, 8, 3, 0, 0, 0)
    colours = b"".join(bytes(c) for c in found["palette"])
    parts = ((b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body))
