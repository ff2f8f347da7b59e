/** Nothing that a plugin does to its process may end the kernel, save what no program can catch. */

import process from 'node:process';
import { SystemExit } from './errors.js';
import { here, origin } from './frame.js';
import { errorObject, plain } from './traces.js';
import { encode } from './values.js';

const { abort, kill, pid } = process;
const reallyExit = /** @type {any} */ (process).reallyExit.bind(process);

/**
 * Ends the process without the hooks and timers of anybody.
 * @param {number} status
 */
export const leave = (status) => reallyExit(status);

/**
 * What `process.exit` does in a plugin: it ends the frame.
 * @param {number | string | null} [code]
 * @returns {never}
 */
function exit(code) {
  const frame = here();
  frame.exit = new SystemExit(`process.exit(${code ?? ''}) was called: a plugin cannot end its kernel so`);
  throw frame.exit;
}

/** What a plugin printed must be out before the process ends by its own hand. */
function flushAll() {
  here().flush();
  here().session.write();
}

/** Puts the guards in place. */
export function guard() {
  process.exit = exit;
  Object.assign(process, { reallyExit: exit });
  process.abort = () => {
    flushAll();
    return abort.call(process);
  };
  process.kill = (target, signal) => {
    if (Math.abs(target) === pid || target === 0) flushAll();
    return kill.call(process, target, signal);
  };
  // What children inherit must not be the flags of this kernel, nor the place of its connection file.
  process.execArgv = [];
  process.argv.length = 1;
  process.on('uncaughtException', report);
  const { removeAllListeners } = process;
  process.removeAllListeners = function remove(/** @type {any[]} */ ...names) {
    removeAllListeners.apply(process, /** @type {any} */ (names));
    if (!process.listeners('uncaughtException').includes(report)) process.on('uncaughtException', report);
    return process;
  };
}

/**
 * An error of a timer, an event listener or a promise that nobody awaits: told to the orchestrator.
 * @param {unknown} error
 */
function report(error) {
  try {
    const frame = origin();
    /** @type {Record<string, unknown>} */
    const fields = {};
    if (frame.id) fields.frame = frame.id;
    const began = frame.metadata.method ?? frame.metadata.event;
    if (began) fields.began_in = began;
    logError(here(), 'an error outside of any handler', error, fields);
  } catch {
    // Nothing is left that could be told of it.
  }
}

/**
 * Writes an error that no reply tells of to the log, with its frames.
 * @param {import('./frame.js').Frame} frame
 * @param {string} what
 * @param {unknown} error
 * @param {Record<string, unknown>} [more] fields
 */
export function logError(frame, what, error, more) {
  const { ename, message, traceback, frames } = errorObject(error);
  const text = `${what}: ${ename}: ${message}`;
  try {
    logTo(frame, 'error', text, { ename, traceback, frames, ...more });
  } catch {
    // A plugin may have put anything into an error that it passes on, and too much of it.
    logTo(frame, 'error', text);
  }
}

/**
 * @param {import('./frame.js').Frame} frame
 * @param {string} level
 * @param {string} message
 * @param {object | string} [fields] as JSON, or what has a plain JSON form
 */
export function logTo(frame, level, message, fields = '{}') {
  const text = typeof fields === 'string' ? fields : encode(fields).text;
  frame.send('log', '{}', `{"level":"${level}","message":${encode(plain(message)).text},"fields":${text}}`);
}
