/** Calls of other plugins' methods, and the streams that they yield. */

import { Cancelled } from './errors.js';
import { here } from './frame.js';
import { checkTimeout, checked, encodeObject } from './requests.js';
import { WINDOW, consume } from './yields.js';

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
