// The event page's extras: a map of the land, loaded only when somebody asks for it. Without it the locator and the list say the same.
import { readWkt } from '../src/parts/geometry.js';

const figure = document.querySelector('figure[data-map]');
if (figure) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'scripted';
  button.textContent = 'Show on a map';
  figure.append(button);
  button.addEventListener('click', async () => {
    button.disabled = true;
    const { makeMap } = await import('../src/parts/map.js');
    const places = [...figure.querySelectorAll('[data-latitude]')].map((spot) => ({
      shape: readWkt(`POINT(${spot.dataset.longitude} ${spot.dataset.latitude})`), label: spot.dataset.label, weight: 4,
    }));
    figure.replaceChildren();
    figure.classList.add('drawn-map');
    const map = makeMap(figure, { label: 'Map of the places that accounts name' });
    await map.isReady;
    map.draw(places.filter((place) => place.shape));
    map.box.focus();
  });
}
