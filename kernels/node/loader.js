/** Loads the plugin's file so that `parley` is there for it, and says what is wrong with it when it fails. */

import { readFileSync } from 'node:fs';
import module from 'node:module';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Refusal } from './errors.js';
import { internal } from './internals.js';
import { plain, userFrames } from './traces.js';

const SDK = new URL('./plugin.js', import.meta.url).href;
const MODULE_SYNTAX =
  /^\s*(?:import\s*(?:["'{*]|[\w$]+\s*(?:,|from\b))|export\s+(?:default|async|const|let|var|function|class|\{|\*))/m;
const COMMONJS_SYNTAX = /\b(?:require\s*\(|module\.exports|exports\.\w)/;

let folder = '';
/** @type {Map<string, number>} how often each file was loaded */
const loaded = new Map();

/**
 * Node reads a `.js` file without a package.json as CommonJS, or finds out by trying and warns. A plugin is one file:
 * what it is written in tells what it is.
 * @param {any} found what Node resolved
 */
function adjust(found) {
  const { url, format } = found;
  const ours = folder !== '' && url.startsWith(folder) && /\.js(?:\?|$)/.test(url) && !url.includes('/node_modules/');
  if (!ours || format === 'module') return found;
  let source;
  try {
    source = readFileSync(fileURLToPath(url), 'utf8');
  } catch {
    return found;
  }
  return MODULE_SYNTAX.test(source) && !COMMONJS_SYNTAX.test(source) ? { ...found, format: 'module' } : found;
}

/**
 * Makes `parley` importable from any file. module.register would do it everywhere, but takes a thread and 30 ms or more.
 * @param {object} sdk
 */
export function install(sdk) {
  const ours = { url: SDK, format: 'module', shortCircuit: true };
  const loadCommonJS = /** @type {any} */ (module)._load;
  /** @type {any} */ (module)._load = function load(/** @type {string} */ request, /** @type {unknown[]} */ ...rest) {
    return request === 'parley' ? sdk : loadCommonJS.call(this, request, ...rest);
  };
  const { registerHooks } = /** @type {any} */ (module);
  if (registerHooks) {
    registerHooks({
      resolve: (/** @type {string} */ name, /** @type {any} */ context, /** @type {Function} */ next) =>
        (name === 'parley' ? ours : adjust(next(name, context))),
    });
    return;
  }
  const esm = internal('modules/esm/loader')?.getOrInitializeCascadedLoader?.()
    ?? internal('process/esm_loader')?.esmLoader;
  if (typeof esm?.resolve !== 'function' || typeof esm.resolveSync !== 'function') {
    const hooks = `export const resolve = (name, context, next) =>
      name === 'parley' ? ${JSON.stringify(ours)} : next(name, context)`;
    /** @type {any} */ (module).register(`data:text/javascript,${encodeURIComponent(hooks)}`);
    return;
  }
  for (const name of ['resolve', 'resolveSync']) {
    const theirs = esm[name];
    esm[name] = function resolve(/** @type {string} */ wanted, /** @type {unknown[]} */ ...rest) {
      if (wanted === 'parley') return ours;
      const found = theirs.call(this, wanted, ...rest);
      return typeof found.then === 'function' ? found.then(adjust) : adjust(found);
    };
  }
}

/**
 * Runs a plugin's main file.
 * @param {string} main absolute
 * @param {string} home the plugin's folder
 */
export async function load(main, home) {
  if (folder === '') install(await import('./plugin.js'));
  folder = `${pathToFileURL(home).href}/`;
  process.argv[1] = main;
  const url = pathToFileURL(main);
  const times = loaded.get(main) ?? 0;
  loaded.set(main, times + 1);
  // Node never forgets a module: to run the file again it needs another name.
  if (times > 0) url.search = `load=${times + 1}`;
  try {
    await import(url.href);
  } catch (error) {
    throw explain(error, main);
  }
}

/**
 * Errors that have no stack of the plugin's own say where they are in other ways.
 * @param {any} error
 * @param {string} main
 */
function explain(error, main) {
  if (error instanceof SyntaxError) return syntaxError(error, main) ?? error;
  const wanted = /Cannot find (?:package|module) '([^']+)'(?: imported from (.+))?/.exec(String(error?.message));
  if (!wanted || !/MODULE_NOT_FOUND$/.test(error.code)) return error;
  const importer = wanted[2] ?? error.requireStack?.[0] ?? main;
  const place = findImport(importer, wanted[1]);
  const name = place?.name ?? wanted[1];
  const message = plain(`cannot find '${name}', which ${importer}${place ? `:${place.line}` : ''} wants`
    + ` (Node ${process.version}; packages are looked for in node_modules beside it and above)`);
  return located('Error', message, { file: importer, line: place?.line ?? 1 });
}

/**
 * Where a file imports something.
 * @param {string} importer
 * @param {string} wanted a package, or the path of a file
 */
function findImport(importer, wanted) {
  let lines;
  try {
    lines = readFileSync(importer, 'utf8').split('\n');
  } catch {
    return undefined;
  }
  for (const [index, text] of lines.entries()) {
    for (const [, , name] of text.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*(['"])(.+?)\1/g)) {
      const there = name === wanted || name.startsWith(`${wanted}/`) || resolve(dirname(importer), name) === wanted;
      if (there) return { name, line: index + 1 };
    }
  }
  return undefined;
}

/**
 * A syntax error has its place in the first lines of its stack, if Node was so kind as to put it there.
 * @param {SyntaxError} error
 * @param {string} [main] named when there is no better place
 * @returns {Refusal | undefined} nothing when the error was raised by code that ran, such as JSON.parse
 */
export function syntaxError(error, main) {
  internal('util')?.decorateErrorStack?.(error);
  const [place, ...rest] = String(error.stack).split('\n');
  const found = /^(.+):(\d+)$/.exec(place);
  if (!found) {
    if (main === undefined || userFrames(error).length > 0) return undefined;
    return located('SyntaxError', `${main}: ${plain(error.message)}`, { file: main, line: 1 });
  }
  const marks = rest.find((line) => /^\s*\^+\s*$/.test(line)) ?? '';
  const file = found[1].startsWith('file://') ? fileURLToPath(found[1]) : found[1];
  const line = Number(found[2]);
  const column = marks.indexOf('^') + 1 || 1;
  return located('SyntaxError', `${file}:${line}:${column}: ${plain(error.message)}`, { file, line, column });
}

/**
 * @param {string} ename
 * @param {string} message
 * @param {{ file: string, line: number, column?: number }} place
 */
function located(ename, message, place) {
  const frames = [{ ...place, function: '<module>' }];
  return new Refusal('handler_error', { message, ename, evalue: message, traceback: [`${ename}: ${message}`], frames });
}
