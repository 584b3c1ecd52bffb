// The OpenAPI description as Swagger UI, all of it from this server; without scripts the page has a plain table.
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import '../node_modules/.rashomon/swagger-ui.css';

const host = document.getElementById('interface');
const description = await fetch(host.dataset.description).then((answer) => answer.json());
host.replaceChildren();
new MutationObserver(tidy).observe(host, { childList: true, subtree: true });

/** A layout of the operations alone: Swagger's own has a second main landmark and a heading of the whole page. */
const operationsAlone = ({ React }) => ({
  components: { OperationsAlone: ({ getComponent }) => React.createElement('div', { className: 'swagger-ui' }, React.createElement(getComponent('operations', true))) },
});

/** Headings follow the page's own, and boxes that scroll can be reached by keyboard. */
function tidy() {
  host.querySelectorAll('h4:not([aria-level])').forEach((heading) => heading.setAttribute('aria-level', '2'));
  host.querySelectorAll('h5:not([aria-level])').forEach((heading) => heading.setAttribute('aria-level', '3'));
  host.querySelectorAll('pre:not([tabindex]), .table-container:not([tabindex])').forEach((box) => box.setAttribute('tabindex', '0'));
}
SwaggerUI({
  spec: description,
  domNode: host,
  plugins: [operationsAlone],
  layout: 'OperationsAlone',
  validatorUrl: null,
  deepLinking: false,
  docExpansion: 'list',
  defaultModelsExpandDepth: -1,
  tryItOutEnabled: false,
  supportedSubmitMethods: ['get', 'post'],
  syntaxHighlight: { activated: false },
});
