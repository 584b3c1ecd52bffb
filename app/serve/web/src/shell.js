// On every page: suggestions under the search box (a combobox of the ARIA practices guide).
import { suggest } from './shell/suggest.js';

const box = document.querySelector('#find');
if (box) suggest(box);
