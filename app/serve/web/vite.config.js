// Builds every page's module and the style sheets into hashed files, writes NOTICE.txt and compressed copies beside them.
import { readdirSync, readFileSync, existsSync, writeFileSync, mkdirSync } from 'node:fs';
import { join, relative, extname } from 'node:path';
import { gzipSync, brotliCompressSync, constants } from 'node:zlib';
import { defineConfig } from 'vite';

const web = import.meta.dirname;
const LICENCES = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0']);

/** One entry for each module directly under src/ and pages/, and for each style sheet under css/. */
function entries() {
  const found = {};
  for (const [folder, kind] of [['src', '.js'], ['pages', '.js'], ['css', '.css'], ['.', '.css']]) {
    if (!existsSync(join(web, folder))) continue;
    for (const name of readdirSync(join(web, folder))) {
      if (extname(name) === kind && (folder !== '.' || name !== 'plain.css')) {
        found[`${folder === '.' ? '' : folder + '-'}${name.replace('.', '-')}`] = join(web, folder, name);
      }
    }
  }
  return found;
}

/** The content security policy takes no data: image, so those of Swagger's style sheet become files. */
function unpackSwaggerStyle() {
  const folder = join(web, 'node_modules', '.rashomon');
  mkdirSync(folder, { recursive: true });
  let count = 0;
  const style = readFileSync(join(web, 'node_modules/swagger-ui-dist/swagger-ui.css'), 'utf8')
    .replace(/url\((["']?)data:image\/svg\+xml(;[^,]*)?,(.*?)\1\)/g, (_, _quote, options, data) => {
      const name = `icon-${count++}.svg`;
      writeFileSync(join(folder, name), options?.includes('base64') ? Buffer.from(data, 'base64') : decodeURIComponent(data));
      return `url("./${name}")`;
    })
    .replace(/\/\*# sourceMappingURL=.*?\*\//g, '');
  writeFileSync(join(folder, 'swagger-ui.css'), style);
}

/** Name, version and licence text of every part whose code is in the bundle; an unlisted licence stops the build. */
function notices() {
  return {
    name: 'notices',
    generateBundle() {
      const parts = new Set();
      for (const id of this.getModuleIds()) {
        const inside = relative(web, id.replace('\0', '')).match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
        if (inside && inside[1] !== 'vite' && !inside[1].startsWith('.')) parts.add(inside[1]);
      }
      parts.add('swagger-ui-dist');
      const texts = [...parts].sort().map((name) => {
        const folder = join(web, 'node_modules', name);
        const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
        if (!LICENCES.has(about.license)) this.error(`${name} has the licence ${about.license}, which is not on the list`);
        const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)|es-bundle\.js\.LICENSE/i.test(file)).sort();
        const body = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
        return `${name} ${about.version} (${about.license})\n${'='.repeat(72)}\n${body}\n`;
      });
      this.emitFile({ type: 'asset', fileName: 'NOTICE.txt', source: texts.join('\n\n') });
    },
  };
}

/** .gz and .br beside each text file, so that the server only picks one. */
function compressed() {
  return {
    name: 'compressed',
    writeBundle(options, bundle) {
      for (const name of Object.keys(bundle)) {
        if (!/\.(js|css|json|svg|txt)$/.test(name) || name.includes('manifest')) continue;
        const path = join(options.dir, name);
        const bytes = readFileSync(path);
        if (bytes.length < 1000) continue;
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
      }
    },
  };
}

export default defineConfig(() => {
  unpackSwaggerStyle();
  return {
    root: web,
    base: '/static/',
    publicDir: false,
    plugins: [notices(), compressed()],
    build: {
      outDir: process.env.RASHOMON_STATIC ?? join(web, '../static'),
      emptyOutDir: true,
      manifest: 'manifest.json',
      assetsInlineLimit: 0,
      assetsDir: '',
      target: 'es2022',
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 3000,
      rolldownOptions: { input: entries() },
    },
  };
});
