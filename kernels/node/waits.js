/**
 * What the orchestrator asks before it calls something a deadlock: whether a frame waits, and for which requests. It asks only
 * about frames that might be in one, and is told from then on whenever such a frame waits.
 *
 * Nobody can know what a handler awaits. So a frame is told to wait when nothing but a message can make anything in this process
 * go on: no timer runs and nothing else is open. Then it waits for any of the requests that are open in the kernel.
 */

import process from 'node:process';

/**
 * @typedef {import('./frame.js').Frame} Frame
 * @typedef {import('./session.js').Session} Session
 * @typedef {import('./session.js').Waiting} Waiting
 */

const LOOK_AGAIN = 50;
const { setTimeout } = globalThis;
const IS_ANSWERED_LATER = new Set(['call_request', 'lock_request', 'emit']);
// The two sockets, and standard output and error: nothing of them wakes plugin code.
const OWN = new Set(['PipeWrap', 'TTYWrap']);

export class Waits {
  /** @type {Map<Frame, string>} what was told of those that were asked about */
  #told = new Map();
  #session;
  #isLooking = false;
  /** How many things of the shim's own are open, at least until a plugin is there. */
  #own;

  /** @param {Session} session connected, with standard output and error captured */
  constructor(session) {
    this.#session = session;
    this.#own = open().filter((name) => OWN.has(name)).length;
  }

  /** @param {Frame | undefined} frame that is asked about */
  ask(frame) {
    if (!frame) return;
    this.#told.set(frame, '');
    this.#lookLater(1);
  }

  /** @param {number} milliseconds */
  #lookLater(milliseconds) {
    if (this.#isLooking) return;
    this.#isLooking = true;
    // Unreferenced, it is not among what is open.
    setTimeout(() => this.#look(), milliseconds).unref();
  }

  #look() {
    this.#isLooking = false;
    const requests = this.#isQuiet() ? this.#requests() : undefined;
    for (const [frame, told] of this.#told) {
      if (frame.ended) {
        this.#told.delete(frame);
      } else if (requests !== undefined && requests !== told) {
        this.#told.set(frame, requests);
        this.#session.send('waiting', frame.header, '{}', requests);
      }
    }
    if (this.#told.size > 0) this.#lookLater(LOOK_AGAIN);
  }

  /** Whether nothing of the plugin's is open. */
  #isQuiet() {
    const names = open();
    return names.length === this.#own && names.every((name) => OWN.has(name));
  }

  /** The open requests of the kernel as content; undefined when there is one that is answered at once, or there is none. */
  #requests() {
    const requests = [];
    for (const [id, { type, received = 0, mayStop }] of this.#session.waiting) {
      if (!IS_ANSWERED_LATER.has(type) || mayStop) return undefined;
      requests.push({ msg_id: id, items: received });
    }
    return requests.length > 0 ? JSON.stringify({ requests }) : undefined;
  }
}

/** What is open that may wake code: timers, files, sockets, workers. */
const open = () => process.getActiveResourcesInfo();
