/** What a plugin imports as `parley`. */

import { Cancelled, NotSerializable, Timeout, fromObject } from './errors.js';
import { here } from './frame.js';
import { logTo } from './guards.js';
import { remember } from './interrupts.js';
import { kernel } from './kernel.js';
import { encode } from './values.js';
import { WINDOW, consume } from './yields.js';

export {
  Cancelled, Deadlock, DepthExceeded, HandlerError, InvalidPayload, InvalidReply, KernelDied, NoProvider,
  NotSerializable, Overloaded, ParleyError, PermissionDenied, RateLimited, Timeout, TooLarge, Unavailable,
} from './errors.js';

/**
 * @typedef {import('./frame.js').Frame} Frame
 * @typedef {import('./envelope.js').Message} Message
 * @typedef {object} CallOptions
 * @property {number} [timeout] seconds
 * @property {AbortSignal} [signal] gives the call up when it is aborted
 * @property {(fraction: number | null, message: string) => unknown} [onProgress]
 * @property {number} [window] of a stream: how many items may be on their way
 */

/**
 * Subscribes to an event, or to a pattern of events such as `order:*` or `order:**`.
 * @param {string} pattern
 * @param {(event: any, context: import('./frame.js').Context) => unknown} handler
 * @returns {import('./registrations.js').Registration} its `ready` promise confirms it, its `dispose()` ends it
 */
export function on(pattern, handler) {
  checkHandler('on', pattern, handler);
  return kernel.events.subscribe(here(), pattern, handler);
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
 * Calls a method of another plugin and waits for its result.
 * @param {string} method
 * @param {Record<string, unknown>} [params]
 * @param {CallOptions} [options]
 * @returns {Promise<any>}
 * @throws {import('./errors.js').ParleyError} one class for each outcome
 */
export async function call(method, params = {}, options = {}) {
  const frame = here();
  const { metadata, content, buffers } = prepare(method, params, options);
  const { signal, onProgress } = options;
  const item = (/** @type {Message} */ message) => {
    if (message.type !== 'progress' || !onProgress) return;
    const { fraction, message: text } = message.content();
    // Asynchronous, so that an error of the plugin's is told like any other that nobody catches.
    frame.run(async () => onProgress(fraction ?? null, text ?? ''));
  };
  let id = '';
  const sent = (/** @type {string} */ given) => mayStop((id = given), frame, signal);
  const giveUp = () => cancel(frame, id, signal?.reason);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    // Awaited here, so that the stack of an error has the line that called.
    const reply = await frame.request('call_request', metadata, content, buffers, { sent, item });
    return checked(reply).content().value;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

/**
 * Notes that a call may end by a signal, which need not come from the orchestrator.
 * @param {string} id
 * @param {Frame} frame
 * @param {AbortSignal} [signal]
 */
function mayStop(id, frame, signal) {
  const waiting = frame.session.waiting.get(id);
  if (waiting && signal) waiting.mayStop = true;
}

/**
 * Reads what a method of another plugin yields. Leaving the loop early ends the method.
 * @param {string} method
 * @param {Record<string, unknown>} [params]
 * @param {CallOptions} [options]
 * @returns {AsyncGenerator<any, void, void>}
 */
export function stream(method, params = {}, options = {}) {
  const frame = here();
  const window = Math.max(1, Math.floor(options.window ?? WINDOW));
  const { metadata, content, buffers } = prepare(method, params, options, { stream: true, credit: window });
  /** @type {(() => void) | undefined} */
  let giveUp;
  return consume(frame, [metadata, content, buffers], window, {
    begin(id) {
      mayStop(id, frame, options.signal);
      giveUp = () => cancel(frame, id, options.signal?.reason);
      options.signal?.addEventListener('abort', giveUp, { once: true });
    },
    check(reply) {
      if (giveUp) options.signal?.removeEventListener('abort', giveUp);
      checked(reply);
    },
    cancel: (id, reason) => cancel(frame, id, reason),
  });
}

/**
 * Emits an event.
 * @param {string} event
 * @param {Record<string, unknown>} [payload]
 * @returns {Promise<number>} how many subscriptions it matched
 */
export async function emit(event, payload = {}) {
  const { text, buffers, paths } = encodeObject('the payload of an event', payload);
  const metadata = { event, ...(buffers.length > 0 ? { buffer_paths: paths } : {}) };
  const reply = await here().request('emit', metadata, text, buffers);
  return checked(reply).content().subscriptions;
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
  kernel.executor.starting.push(handler);
}

/**
 * Runs a function when the plugin is unloaded; the last one registered runs first.
 * @param {() => unknown} handler
 */
export function onStop(handler) {
  checkHandler('onStop', 'a stop', handler);
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

/**
 * @param {string} method
 * @param {unknown} params
 * @param {CallOptions} options
 * @param {{ stream?: true, credit?: number }} [more]
 */
function prepare(method, params, { timeout, signal }, more = {}) {
  if (typeof method !== 'string') throw new TypeError('the name of a method is text, like "pricing.quote"');
  checkTimeout(timeout);
  if (signal?.aborted) throw givenUp(signal.reason);
  const { text: content, buffers, paths } = encodeObject('the parameters of a call', params);
  const metadata = { method, timeout, ...more, ...(buffers.length > 0 ? { buffer_paths: paths } : {}) };
  return { metadata, content, buffers };
}

/** @param {number} [timeout] */
function checkTimeout(timeout) {
  if (timeout === undefined || timeout > 0) return;
  throw new Timeout('the timeout has passed before the call', { started: false, timeout });
}

/**
 * @param {string} what
 * @param {unknown} value
 */
function encodeObject(what, value) {
  const encoded = encode(value);
  if (encoded.text[0] === '{') return encoded;
  throw new NotSerializable(`$ cannot be sent: ${what} are an object, not ${encoded.text.slice(0, 40)}`, { path: '$' });
}

/**
 * @param {Message} reply
 * @returns {Message}
 */
function checked(reply) {
  if (reply.ok) return reply;
  throw fromObject(String(reply.metadata.outcome), reply.content());
}

/** @param {unknown} reason */
const givenUp = (reason) => new Cancelled('the call was given up', { reason: String(reason), cause: reason });

/**
 * Gives a call up: whoever awaits it goes on at once.
 * @param {Frame} frame
 * @param {string} id
 * @param {unknown} reason
 */
function cancel(frame, id, reason) {
  const waiting = frame.session.waiting.get(id);
  if (!waiting) return;
  frame.session.waiting.delete(id);
  frame.send('cancel', { call: id }, { reason: String(reason ?? 'cancelled') });
  waiting.reject(givenUp(reason));
}

/**
 * @param {string} verb
 * @param {unknown} name
 * @param {unknown} handler
 */
function checkHandler(verb, name, handler) {
  if (typeof name !== 'string') throw new TypeError(`${verb}() wants a name first`);
  if (typeof handler !== 'function') throw new TypeError(`${verb}(${name}, …) wants a function`);
  remember(handler);
}
