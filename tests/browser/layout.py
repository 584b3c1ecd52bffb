"""What lies on something else, or leaves its box, on a page."""

# Boxes of one kind that lie on each other, words that leave their box, a page wider than its window. Runs in the page.
OVERLAPS = """() => {
  const found = [];
  const shown = (e) => !e.closest('details:not([open]) > :not(summary)');
  const kinds = 'main .statement, main .story > li, main .answers > div, main section > h2';
  const boxes = [...document.querySelectorAll(kinds)].filter(shown).map((e) => [e, e.getBoundingClientRect()])
    .filter(([, r]) => r.width && r.height);
  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length && j < i + 12; j++) {
    const [a, p] = boxes[i], [b, q] = boxes[j];
    if (a.contains(b) || b.contains(a)) continue;
    const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
    const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (wide > 2 && high > 2) found.push(`${a.id || a.textContent.slice(0, 40)} on ${b.id || b.className}`);
  }
  for (const e of document.querySelectorAll('main :is(p, h1, h2, h3, h4, dd, dt, blockquote, li, summary)')) {
    if (e.closest('.scroll, .visually-hidden') || !shown(e) || getComputedStyle(e).display === 'inline') continue;
    if (e.clientWidth && e.scrollWidth > e.clientWidth + 2) found.push(`${e.tagName}: ${e.textContent.slice(0, 60)}`);
  }
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) found.push(`the page is ${wide} wide`);
  return found.slice(0, 8);
}"""
