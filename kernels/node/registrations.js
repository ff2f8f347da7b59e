/** What registers a handler returns: `on`, `provide` and `storage.watch`. */

import { logTo } from './guards.js';
import { remember } from './interrupts.js';

/**
 * @param {string} verb
 * @param {unknown} name
 * @param {unknown} handler
 */
export function checkHandler(verb, name, handler) {
  if (typeof name !== 'string') throw new TypeError(`${verb}() wants a name first`);
  if (typeof handler !== 'function') throw new TypeError(`${verb}(${name}, …) wants a function`);
  remember(handler);
}

export class Registration {
  #withdraw;
  #disposed = false;

  /**
   * @param {import('./frame.js').Frame} frame on whose behalf it is made
   * @param {() => Promise<void>} ask asks the orchestrator; rejects when it refuses
   * @param {() => void} withdraw takes it back
   */
  constructor(frame, ask, withdraw) {
    this.#withdraw = withdraw;
    const site = new Error();
    /**
     * Fulfilled when it is in force; rejected when it was refused. Loading waits for it in any case.
     * @type {Promise<this>}
     */
    this.ready = ask().then(
      () => this,
      (error) => {
        // The refusal came later: what helps is the line that asked.
        error.stack = `${error.name}: ${error.message}\n${site.stack?.split('\n').slice(1).join('\n')}`;
        throw error;
      },
    );
    frame.registrations?.push(this.ready);
    this.ready.catch((error) => {
      if (!frame.registrations) logTo(frame, 'error', `a registration was refused: ${error.message}`);
    });
  }

  /** Ends it; a second time does nothing. */
  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#withdraw();
  }
}
const { prototype } = Registration;
if (Symbol.dispose) Object.defineProperty(prototype, Symbol.dispose, { value: prototype.dispose });
