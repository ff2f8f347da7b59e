/** Runs cells: code without a file, in one namespace that lives as long as the kernel. */

import { createRequire } from 'node:module';
import { isAbsolute } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import vm from 'node:vm';
import { Refusal } from './errors.js';
import { failure } from './executor.js';
import { guarded } from './interrupts.js';
import { internal } from './internals.js';
import { syntaxError } from './loader.js';
import { plain } from './traces.js';
import { encode } from './values.js';

/**
 * @typedef {import('./executor.js').Executor} Executor
 * @typedef {import('./envelope.js').Message} Message
 */

let count = 0;

/** The SDK's names, and `require`, are there without import. */
async function prepare() {
  const names = { ...(await import('./plugin.js')), require: createRequire(`${process.cwd()}/`) };
  for (const [name, value] of Object.entries(names)) {
    if (name in globalThis) continue;
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: false });
  }
}

/**
 * A cell that awaits is wrapped so that what it declares stays; Node's own console does it in the same way.
 * @param {string} code
 * @returns {string | undefined} code whose value is a promise of `{ value }`
 */
function wrap(code) {
  const { processTopLevelAwait } = internal('repl/await') ?? {};
  if (processTopLevelAwait) return processTopLevelAwait(code) ?? undefined;
  const expression = `(async () => ({ value: (${code}\n) }))()`;
  return attempt(expression, 'cell') ? expression : `(async () => {${code}\n})()`;
}

/**
 * @param {string} code
 * @param {string} filename
 */
function compile(code, filename) {
  // kernel.json has the flag that this takes.
  const importModuleDynamically = /** @type {any} */ ((/** @type {string} */ name) => import(locate(name)));
  return new vm.Script(code, { filename, importModuleDynamically });
}

/**
 * What a file in the plugin's folder would import by this name.
 * @param {string} name
 */
function locate(name) {
  const base = `${process.cwd()}/`;
  if (/^\.{0,2}\//.test(name)) return new URL(name, pathToFileURL(base)).href;
  try {
    const path = createRequire(base).resolve(name);
    return isAbsolute(path) ? pathToFileURL(path).href : name;
  } catch {
    return name;
  }
}

/**
 * @param {string} code
 * @param {string} filename
 * @returns {Promise<{ value?: unknown }>} in an object, since the value may be a promise that nobody awaited
 */
async function evaluate(code, filename) {
  // As in Node's console, what could be a block or an object is an object.
  const object = /^\s*\{/.test(code) && !/;\s*$/.test(code) ? attempt(`(${code.trim()})`, filename) : undefined;
  const run = (/** @type {vm.Script} */ script) => guarded(() => script.runInThisContext({ displayErrors: false }));
  if (object) return { value: run(object) };
  let script;
  try {
    script = compile(code, filename);
  } catch (error) {
    const wrapped = /\bawait\b/.test(code) ? wrap(code) : undefined;
    script = wrapped === undefined ? undefined : attempt(wrapped, filename);
    if (!script) throw syntaxError(error) ?? error;
    return (await run(script)) ?? {};
  }
  return { value: run(script) };
}

/**
 * @param {string} code
 * @param {string} filename
 */
function attempt(code, filename) {
  try {
    return compile(code, filename);
  } catch {
    return undefined;
  }
}

/**
 * Runs a cell and tells what came of it in Jupyter's words.
 * @param {Executor} executor
 * @param {Message} message `execute_request`
 */
export async function execute(executor, message) {
  const { code = '', silent = false } = message.content();
  if (count === 0) await prepare();
  if (!silent || count === 0) count++;
  const number = count;
  await executor.run(message, 'execute_reply', async (frame) => {
    try {
      const { value } = await evaluate(String(code), `<cell ${number}>`);
      if (value !== undefined && !silent) {
        const data = { 'text/plain': plain(inspect(value)) };
        frame.send('execute_result', '{}', { execution_count: number, data, metadata: {} });
      }
      return { text: encode({ status: 'ok', execution_count: number, user_expressions: {}, payload: [] }).text };
    } catch (error) {
      const { outcome, object } = failure(frame, error);
      const { ename = outcome, evalue = object.message, traceback = [object.message] } = object;
      frame.send('error', '{}', { ename, evalue, traceback });
      throw new Refusal(outcome, { ...object, ename, evalue, traceback, status: 'error', execution_count: number });
    }
  });
}
