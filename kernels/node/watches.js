/** Watches of the storage: each change is taken to the handlers of its watch, one after the other. */

import { fromObject } from './errors.js';
import { logError } from './guards.js';
import { interruptible } from './interrupts.js';
import { Registration } from './registrations.js';

/**
 * @typedef {import('./envelope.js').Message} Message
 * @typedef {import('./frame.js').Frame} Frame
 * @typedef {object} Change
 * @property {string} key
 * @property {number} version
 * @property {any} value none when it was deleted
 * @property {boolean} deleted
 */

export class Watches {
  #session;
  #root;
  #count = 0;
  /** @type {Map<string, { prefix: string, handler: Function }>} */
  #watches = new Map();
  /** @type {{ watch: string, change: Change }[]} changes that wait for their turn */
  #changes = [];
  #busy = false;

  /** @param {Frame} root in whose name the handlers act: nothing is counted as their frame */
  constructor(root) {
    this.#session = root.session;
    this.#root = root;
  }

  /**
   * @param {Frame} frame
   * @param {string} prefix
   * @param {Function} handler
   * @returns {Registration}
   */
  watch(frame, prefix, handler) {
    const watch = `w${++this.#count}`;
    return new Registration(frame, () => this.#ask(frame, watch, prefix, handler), () => this.#drop(frame, watch));
  }

  /**
   * @param {Frame} frame
   * @param {string} watch
   * @param {string} prefix
   * @param {Function} handler
   */
  async #ask(frame, watch, prefix, handler) {
    frame.check();
    // Changes may come before the reply: none is missed.
    this.#watches.set(watch, { prefix, handler });
    const reply = await frame.request('storage_request', '{}', { op: 'watch', prefix, watch }).catch((error) => {
      // Given up, so that nobody knows whether it is in force.
      this.#drop(frame, watch);
      throw error;
    });
    if (reply.ok) return;
    this.#watches.delete(watch);
    throw fromObject(reply.metadata.outcome, reply.content());
  }

  /**
   * @param {Frame} frame
   * @param {string} watch
   */
  #drop(frame, watch) {
    if (!this.#watches.delete(watch)) return;
    this.#session.request(['storage_request', frame.ended ? '{}' : frame.header, '{}', { op: 'unwatch', watch }]).catch(() => {});
  }

  /** @param {Message} message `storage_changed` */
  changed(message) {
    const { watch, key, version, value, deleted = false } = message.content();
    if (!this.#watches.has(watch)) return;
    this.#changes.push({ watch, change: { key, version, value: deleted ? undefined : value, deleted } });
    if (!this.#busy) this.#root.run(() => this.#work());
  }

  /** Runs the handlers until no change waits. */
  async #work() {
    this.#busy = true;
    for (let next = this.#changes.shift(); next; next = this.#changes.shift()) {
      const watch = this.#watches.get(next.watch);
      // It may have been disposed of while the change waited.
      if (!watch) continue;
      try {
        await interruptible(watch.handler, next.change);
      } catch (error) {
        logError(this.#root, `a handler of storage.watch(${watch.prefix}) failed at ${next.change.key}`, error);
      }
    }
    this.#busy = false;
  }

  /** Nothing stays of a plugin that was unloaded. */
  clear() {
    this.#watches.clear();
    this.#changes = [];
  }
}
