/** Errors as error objects: frames of user code only, outermost first, joined with those of other languages. */

import { dirname, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { HandlerError, ParleyError, isRemote } from './errors.js';
import { encode, repaired } from './values.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const LONGEST_TEXT = 65536;
const DEEPEST_CAUSE = 8;

/** @typedef {{ file: string, line: number, column?: number, function: string }} TraceFrame */

/**
 * Text that every language can read, and not too much of it.
 * @param {unknown} value
 */
export function plain(value) {
  const text = String(value);
  return repaired(text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);
}

/**
 * The lines of a stack that are frames, without the message: that may hold anything.
 * @param {any} error
 */
function stackLines(error) {
  let stack;
  try {
    stack = String(error?.stack ?? '');
  } catch {
    // What formats it (Error.prepareStackTrace) may be the plugin's.
    return [];
  }
  const message = typeof error.message === 'string' ? error.message : '';
  const start = message === '' ? 0 : Math.max(0, stack.indexOf(message)) + message.length;
  return stack.slice(start).split('\n').filter((/** @type {string} */ line) => /^\s+at /.test(line));
}

/**
 * One line of a V8 stack; undefined when it is not user code.
 * @param {string} line
 * @returns {TraceFrame | undefined}
 */
function parseLine(line) {
  // What eval runs is shown at the place that called eval.
  const place = line.includes('eval at ') ? /\(([^()]+:\d+:\d+)\)/.exec(line) : /([^(\s][^(]*:\d+:\d+)\)?$/.exec(line);
  const found = /^(?:at )?(?:async )?(.+):(\d+):(\d+)$/.exec(place?.[1] ?? '');
  if (!found) return undefined;
  let file = found[1];
  if (file.startsWith('file://')) file = fileURLToPath(file);
  if (!/^<cell \d+>$/.test(file) && (!isAbsolute(file) || dirname(file) === HERE)) return undefined;
  const name = / at (?:async )?(?:new )?([^(]+?) \(/.exec(line)?.[1];
  return { file, line: Number(found[2]), function: plain(name ?? '<anonymous>') };
}

/**
 * Where in user code an error was raised: outermost call first.
 * @param {unknown} error
 * @returns {TraceFrame[]}
 */
export function userFrames(error) {
  const frames = [];
  for (const line of stackLines(error)) {
    const frame = parseLine(line);
    if (frame) frames.unshift(frame);
  }
  return frames;
}

/**
 * The lines that Node would print, without those of the shim and of Node itself.
 * @param {any} error
 * @param {string} headline
 */
function traceback(error, headline) {
  return [...headline.split('\n'), ...stackLines(error).filter(parseLine).map(plain)];
}

/**
 * What a reply says of an error that a handler raised (or of one in a chain of causes).
 * @param {any} error
 * @param {number} [depth]
 * @returns {Record<string, unknown>}
 */
export function errorObject(error, depth = 0) {
  try {
    if (!(error instanceof Error)) return thrownValue(error);
    if (isRemote(error) && error instanceof HandlerError) return passedOn(error, depth);
    if (error instanceof ParleyError && error.code !== 'handler_error') return otherOutcome(error, depth);
    return ownError(error, depth);
  } catch {
    // An error may be made so that looking at it fails.
    const message = 'the handler raised an error that cannot be read';
    return { message, ename: 'Error', evalue: message, traceback: [message], frames: [] };
  }
}

/** @param {unknown} value */
function thrownValue(value) {
  const evalue = plain(typeof value === 'string' ? value : inspect(value));
  const ename = typeof value === 'object' ? value?.constructor?.name ?? String(value) : typeof value;
  const message = `${evalue} was thrown, which is not an Error`;
  return { message, ename: plain(ename), evalue, traceback: [message], frames: [] };
}

/**
 * @param {Error} error
 * @param {number} depth
 */
function ownError(error, depth) {
  const message = plain(error.message);
  const ename = plain(error.name || error.constructor.name);
  const object = {
    message: message || ename,
    ename,
    evalue: message,
    traceback: traceback(error, message ? `${ename}: ${message}` : ename),
    frames: userFrames(error),
  };
  return withCause(object, error, depth);
}

/**
 * @param {Record<string, unknown>} object
 * @param {Error} error
 * @param {number} depth
 */
function withCause(object, error, depth) {
  if (error.cause === undefined || error.cause === null || depth === DEEPEST_CAUSE) return object;
  return { ...object, cause: causeObject(error.cause, depth + 1) };
}

/**
 * @param {unknown} cause
 * @param {number} depth
 */
function causeObject(cause, depth) {
  if (cause instanceof ParleyError && cause.code !== 'handler_error') return outcomeObject(cause, depth);
  return { outcome: 'handler_error', ...errorObject(cause, depth) };
}

/**
 * A handler let the error of what it had called pass: the same error, with the frames of both.
 * @param {any} error
 * @param {number} depth
 */
function passedOn(error, depth) {
  const { ename, evalue, traceback: lines, frames } = error;
  const both = [...userFrames(error), ...(frames ?? [])];
  return withCause({ message: error.message, ename, evalue, traceback: lines, frames: both }, error, depth);
}

/**
 * A handler let another outcome pass, say kernel_died of what it had called.
 * @param {ParleyError} error
 * @param {number} depth
 */
function otherOutcome(error, depth) {
  const { cause, ...own } = ownError(error, DEEPEST_CAUSE);
  return { ...own, cause: outcomeObject(error, depth) };
}

/**
 * The error object of an outcome, its own fields included.
 * @param {ParleyError} error
 * @param {number} [depth]
 * @returns {Record<string, unknown>}
 */
export function outcomeObject(error, depth = 0) {
  const { code, name, stack, cause, message, ...fields } = /** @type {Record<string, any>} */ (error);
  /** @type {Record<string, unknown>} */
  const object = { outcome: code, message: plain(error.message) };
  for (const field of Object.keys(fields)) if (sendable(fields[field])) object[field] = fields[field];
  return withCause(object, error, depth);
}

/**
 * A plugin can make an error of ours with any fields: what cannot be sent is left out.
 * @param {unknown} value
 */
function sendable(value) {
  try {
    return encode(value).buffers.length === 0;
  } catch {
    return false;
  }
}
