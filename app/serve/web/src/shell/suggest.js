// Suggestions for a search field from /suggest (the same index as reconciliation).
const WAIT_MS = 120;

/** Show suggestions under `box`; arrow keys choose, Enter opens, Escape closes. Without answers the plain form stays. */
export function suggest(box) {
  const list = document.createElement('ul');
  list.id = 'find-list';
  list.className = 'suggestions';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Suggestions');
  list.hidden = true;
  box.after(list);
  box.setAttribute('role', 'combobox');
  box.setAttribute('aria-autocomplete', 'list');
  box.setAttribute('aria-controls', list.id);
  box.setAttribute('aria-expanded', 'false');
  let timer = 0, running = null, active = -1;

  const close = () => { list.hidden = true; active = -1; box.setAttribute('aria-expanded', 'false'); box.removeAttribute('aria-activedescendant'); };
  const options = () => [...list.children];
  const choose = (place) => {
    active = place;
    options().forEach((option, i) => option.setAttribute('aria-selected', String(i === active)));
    if (active >= 0) box.setAttribute('aria-activedescendant', options()[active].id);
  };
  const show = (found) => {
    list.replaceChildren(...found.slice(0, 8).map((thing, i) => {
      const option = document.createElement('li');
      option.id = `find-${i}`;
      option.setAttribute('role', 'option');
      option.dataset.path = thing.path;
      const label = document.createElement('span');
      label.dir = 'auto';
      label.textContent = thing.label;
      const kind = document.createElement('small');
      kind.textContent = thing.kind ?? '';
      option.append(label, kind);
      option.addEventListener('pointerdown', (event) => { event.preventDefault(); location.assign(thing.path); });
      return option;
    }));
    list.hidden = found.length === 0;
    active = -1;
    box.setAttribute('aria-expanded', String(found.length > 0));
  };
  const ask = async () => {
    running?.abort();
    running = new AbortController();
    const text = box.value.trim();
    if (text.length < 2) return close();
    try {
      const answer = await fetch(`/suggest?q=${encodeURIComponent(text)}`, { signal: running.signal, headers: { accept: 'application/json' } });
      if (!answer.ok) return close();
      const body = await answer.json();
      show((Array.isArray(body) ? body : body.result ?? []).map(thing => ({ ...thing, label: thing.label ?? thing.name, path: localPath(thing) })).filter(t => t.path));
    } catch (error) {
      if (error.name !== 'AbortError') close();
    }
  };
  box.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, WAIT_MS); });
  box.addEventListener('blur', close);
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') return close();
    if (list.hidden) return;
    const count = options().length;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      choose((active + (event.key === 'ArrowDown' ? 1 : count + (active < 0 ? 0 : -1))) % count);
    } else if (event.key === 'Enter' && active >= 0) {
      event.preventDefault();
      location.assign(options()[active].dataset.path);
    }
  });
}

/** Only paths of this server: a hostile answer never becomes a link elsewhere. */
function localPath(thing) {
  const path = thing.path ?? thing.href ?? '';
  return /^\/(?!\/)/.test(path) ? path : '';
}
