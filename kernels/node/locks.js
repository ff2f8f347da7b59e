/** Locks that all plugins share; the orchestrator keeps them. */

import { here } from './frame.js';
import { checkTimeout, checked } from './requests.js';

/** @typedef {import('./frame.js').Frame} Frame */

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
