/**
 * SIGINT: it ends what a handler or a cell does before its first await, and leaves an idle kernel alone.
 *
 * JavaScript that keeps the interpreter busy cannot see a signal. Node's `vm` can end what it runs (`breakOnSigint`),
 * by a thread that waits for the signal; it starts and stops that thread for every run, which takes 100 µs, and a signal that
 * falls between two runs ends the process. So the thread is held for good, as Node's console does it: then a run costs
 * 1 µs more than a call, and SIGINT is never left to its default. What runs after an await is out of its reach.
 */

import process from 'node:process';
import { Script } from 'node:vm';
import { Interrupted } from './errors.js';
import { internal } from './internals.js';

const { performance } = globalThis;
const SLOT = Symbol.for('parley.guarded');
const OPTIONS = { breakOnSigint: true, displayErrors: false };
const ENOUGH = 16;
const SLOW = 2;

let held = false;
/** @type {() => void} */
let recover = () => {};
/** @type {Script | undefined} none in a program that Parley did not start: its signals are its own */
let script;

/**
 * Takes SIGINT over.
 * @param {() => void} repair called when it has ended something: that may have been in the middle of the shim
 */
export function takeSigint(repair) {
  recover = repair;
  script = new Script(`globalThis[Symbol.for('parley.guarded')]()`, { filename: import.meta.url });
  held = hold();
  if (held) keepListenersAway();
  // Without the thread there must be a listener, or SIGINT would end an idle kernel.
  else process.on('SIGINT', () => {});
}

/** Starts the thread that waits for SIGINT, to stay. */
function hold() {
  const { emitWarning } = process;
  // The only door to it says on standard error that it is for tests.
  process.emitWarning = () => {};
  try {
    internal('test/binding').internalBinding('contextify').startSigintWatchdog();
    return true;
  } catch {
    return false;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** A listener of the plugin's would take the signal from the thread: it is never called. */
function keepListenersAway() {
  /** @type {any} */
  const events = process;
  for (const listen of events.listeners('newListener')) {
    events.removeListener('newListener', listen);
    events.on('newListener', (/** @type {string} */ name, /** @type {Function} */ listener) => {
      if (name !== 'SIGINT') listen.call(process, name, listener);
    });
  }
}

/**
 * Runs code so that SIGINT ends what it does before its first await.
 * @template T
 * @param {() => T} body
 * @returns {T}
 * @throws {Interrupted}
 */
export function guarded(body) {
  /** @type {any} */ (globalThis)[SLOT] = body;
  try {
    return /** @type {Script} */ (script).runInThisContext(OPTIONS);
  } catch (error) {
    if (error?.code !== 'ERR_SCRIPT_EXECUTION_INTERRUPTED') throw error;
    recover();
    throw new Interrupted();
  }
}

/** Where each handler was registered. @type {WeakMap<Function, Error>} */
const sites = new WeakMap();

/**
 * Remembers that the running code registers a handler: the one line of it that can be told when it is interrupted.
 * @param {Function} handler
 */
export function remember(handler) {
  sites.set(handler, new Error());
}

/**
 * What SIGINT ended has no stack any more: the place where the handler was registered stands for it.
 * @param {unknown} error
 * @param {Function} handler
 */
export function located(error, handler) {
  const site = sites.get(handler)?.stack?.split('\n').slice(1).join('\n');
  if (error instanceof Interrupted && site !== undefined) error.stack = `${error.name}: ${error.message}\n${site}`;
  return error;
}

/** How many times in a row each handler has let go of the interpreter at once. @type {WeakMap<Function, number>} */
const quickRuns = new WeakMap();

/**
 * Calls a handler so that SIGINT can interrupt it.
 * @param {Function} handler
 * @param {unknown[]} values
 */
export function interruptible(handler, ...values) {
  try {
    if (script === undefined) return handler(...values);
    return held ? guarded(() => handler(...values)) : sparingly(handler, values);
  } catch (error) {
    throw located(error, handler);
  }
}

/**
 * Where the thread could not be held, its start costs more than most calls: a handler that was quick often enough is
 * called as it is.
 * @param {Function} handler
 * @param {unknown[]} values
 */
function sparingly(handler, values) {
  const quick = quickRuns.get(handler) ?? 0;
  const began = performance.now();
  const result = quick < ENOUGH ? guarded(() => handler(...values)) : handler(...values);
  if (performance.now() - began > SLOW) quickRuns.set(handler, 0);
  else if (quick < ENOUGH) quickRuns.set(handler, quick + 1);
  return result;
}
