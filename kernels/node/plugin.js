/** What a plugin imports as `parley`. */

import { NotSerializable } from './errors.js';
import { here } from './frame.js';
import { logTo } from './guards.js';
import { kernel } from './kernel.js';
import { checkHandler } from './registrations.js';
import { checkTimeout, checked, encodeObject } from './requests.js';
import { shapeOf } from './shapes.js';

export {
  Cancelled, Deadlock, DepthExceeded, HandlerError, InvalidPayload, InvalidReply, KernelDied, NoProvider,
  NotSerializable, Overloaded, ParleyError, PermissionDenied, RateLimited, Timeout, TooLarge, Unavailable,
} from './errors.js';
export { attach, detach } from './attaching.js';
export { call, stream } from './calls.js';
export { Nack, Reject } from './dispositions.js';
export { emit } from './emissions.js';
export { Contribution, contributions, services, waitFor } from './services.js';
export { storage } from './storage.js';

/** @typedef {import('./frame.js').Frame} Frame */

/**
 * Subscribes to an event, or to a pattern of events such as `order:*` or `order:**`.
 * @param {string} pattern
 * @param {(event: any, context: import('./frame.js').Context) => unknown} handler
 * @param {import('./shapes.js').Shape} [options] ask for the events in another rhythm
 * @returns {import('./registrations.js').Registration} its `ready` promise confirms it, its `dispose()` ends it
 */
export function on(pattern, handler, options = {}) {
  checkHandler('on', pattern, handler);
  return kernel.events.subscribe(here(), pattern, handler, shapeOf(pattern, options));
}

/**
 * Offers a method to other plugins.
 * @param {string} method
 * @param {(params: any, context: import('./frame.js').Context) => unknown} handler a function, or an async generator
 * @returns {import('./registrations.js').Registration}
 */
export function provide(method, handler) {
  checkHandler('provide', method, handler);
  return kernel.executor.provide(here(), method, handler);
}

/**
 * Holds a lock that all plugins share, while `body` runs or until it is released.
 * @template T
 * @overload
 * @param {string} name
 * @param {() => T | Promise<T>} body
 * @param {{ timeout?: number }} [options]
 * @returns {Promise<T>}
 */
/**
 * @overload
 * @param {string} name
 * @param {{ timeout?: number }} [options]
 * @returns {Promise<Lock>}
 */
/**
 * @param {string} name
 * @param {any} [body]
 * @param {{ timeout?: number }} [options]
 * @returns {Promise<any>}
 */
export async function lock(name, body, options) {
  if (typeof body !== 'function') [body, options] = [undefined, body];
  const frame = here();
  const timeout = options?.timeout;
  checkTimeout(timeout);
  checked(await frame.request('lock_request', timeout === undefined ? '{}' : { timeout }, { name }));
  const held = new Lock(frame, name);
  if (!body) return held;
  try {
    return await body();
  } finally {
    held.release();
  }
}

/** A lock that is held. It is given back when its frame ends, at the latest. */
export class Lock {
  #frame;
  #held = true;

  /**
   * @param {Frame} frame
   * @param {string} name
   */
  constructor(frame, name) {
    this.#frame = frame;
    this.name = name;
  }

  /** Gives it back; a second time does nothing. */
  release() {
    if (this.#held && !this.#frame.ended) this.#frame.send('unlock', '{}', { name: this.name });
    this.#held = false;
  }
}
if (Symbol.dispose) Object.defineProperty(Lock.prototype, Symbol.dispose, { value: Lock.prototype.release });

/**
 * Tells the caller how far the handler has come.
 * @param {number | null} fraction from 0 to 1
 * @param {string} [message]
 */
export function progress(fraction, message = '') {
  here().send('progress', '{}', encodeObject('progress', { fraction, message }).text);
}

/**
 * Writes to the orchestrator's log: `log.info("started", { port })`, and `debug`, `warning`, `error` likewise.
 * @param {string} message
 * @param {Record<string, unknown>} [fields]
 */
export function log(message, fields = {}) {
  write('info', message, fields);
}
log.debug = (/** @type {string} */ message, fields = {}) => write('debug', message, fields);
log.info = log;
log.warning = (/** @type {string} */ message, fields = {}) => write('warning', message, fields);
log.error = (/** @type {string} */ message, fields = {}) => write('error', message, fields);

/**
 * @param {string} level
 * @param {string} message
 * @param {Record<string, unknown>} fields
 */
function write(level, message, fields) {
  const { text, buffers } = encodeObject('the fields of a log entry', fields);
  if (buffers.length > 0) throw new NotSerializable('$ cannot be sent: a log entry holds no bytes', { path: '$' });
  logTo(here(), level, message, text);
}

/**
 * Runs a function when all plugins are loaded, before the first event.
 * @param {() => unknown} handler
 */
export function onStart(handler) {
  checkHandler('onStart', 'a start', handler);
  if (kernel.isAttached) throw new Error('onStart is for plugins that Parley starts: after attach() just call the function');
  kernel.executor.starting.push(handler);
}

/**
 * Runs a function when the plugin is unloaded; the last one registered runs first.
 * @param {() => unknown} handler
 */
export function onStop(handler) {
  checkHandler('onStop', 'a stop', handler);
  here();
  kernel.executor.stopping.push(handler);
}

/** What is known of the invocation that runs: plugin, method or event, caller or emitter, deadline, … */
export function context() {
  return here().context;
}

/** The plugin's settings, from its manifest and the host's configuration. */
export function settings() {
  return here().facts.settings;
}
