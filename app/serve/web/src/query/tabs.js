// Tabs by the ARIA practices guide: arrow keys move, each view is made when it is first opened.
import { h } from '../parts/dom.js';

/** Tabs of `{name, label, isOn, why, make(panel)}`; those that do not suit the answer are there, off, and say why. */
export function makeTabs(host, views, first) {
  const made = new Map();
  const tabs = views.map((view) => h('button', { type: 'button', role: 'tab', id: `tab-${view.name}`, 'aria-controls': `panel-${view.name}`, 'aria-selected': 'false', tabindex: -1, 'aria-disabled': view.isOn ? null : 'true', title: view.isOn ? null : view.why, onclick: () => view.isOn && open(view.name, true) }, view.label));
  const panels = views.map((view) => h('div', { role: 'tabpanel', id: `panel-${view.name}`, 'aria-labelledby': `tab-${view.name}`, hidden: true, class: `panel panel-${view.name}` }));
  const list = h('div', { role: 'tablist', 'aria-label': 'Views of the answer' }, tabs);
  list.addEventListener('keydown', (event) => {
    const usable = views.map((view, i) => (view.isOn ? i : -1)).filter((i) => i >= 0);
    const at = usable.indexOf(tabs.indexOf(document.activeElement));
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1 + usable.length, Home: 0, End: usable.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    open(views[usable[next % usable.length]].name, true);
  });
  host.replaceChildren(list, ...panels);

  function open(name, focus) {
    views.forEach((view, i) => {
      const isChosen = view.name === name;
      tabs[i].setAttribute('aria-selected', String(isChosen));
      tabs[i].tabIndex = isChosen ? 0 : -1;
      panels[i].hidden = !isChosen;
      if (!isChosen) return;
      if (focus) tabs[i].focus();
      if (!made.has(name)) made.set(name, Promise.resolve(view.make(panels[i])));
      made.get(name).then((shown) => shown?.show?.());
    });
  }
  open(views.find((view) => view.name === first && view.isOn)?.name ?? views.find((view) => view.isOn).name, false);
  return { open };
}
