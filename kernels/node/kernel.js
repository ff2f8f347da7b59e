/** The kernel: takes each message to what it is for. No message ends it. */

import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import process from 'node:process';
import { Unavailable, fromObject } from './errors.js';
import { Events } from './events.js';
import { Executor } from './executor.js';
import { Frame, setRoot } from './frame.js';
import { guard, leave, logTo } from './guards.js';
import { takeSigint } from './interrupts.js';
import { Session } from './session.js';
import { capture } from './streams.js';
import { errorObject } from './traces.js';
import { Watches } from './watches.js';
import { Waits } from './waits.js';

/**
 * @typedef {import('./envelope.js').Message} Message
 * @typedef {object} Attachment
 * @property {() => void} welcomed
 * @property {(plugin: string) => void} started called when this program is the plugin
 * @property {(failure: Error) => void} ended called once, with why, for whoever waits to join
 */

const HELLO = {
  protocol_versions: ['1.0'],
  implementation: 'parley-node',
  implementation_version: '1.0.0',
  language_info: {
    name: 'javascript',
    version: process.versions.node,
    mimetype: 'text/javascript',
    file_extension: '.mjs',
  },
  pid: process.pid,
  features: ['streams', 'locks', 'buffers', 'execute', 'waits'],
};

/**
 * Keeps the young generation of the heap at 1 MB, which saves 25 MB under load and costs no speed. Only now: a flag of V8's
 * makes Node's own compiled code invalid, and on the command line `--max-semi-space-size` adds 20 ms to every start.
 */
async function saveMemory() {
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** @param {Error} [error] what kept the connection from being made, or broke it */
const reached = (error) =>
  new Unavailable(`The orchestrator of this token cannot be reached${error ? `: ${error.message}` : ''}. Get a token with `
    + '`parley attach --manifest plugin.json`.');

class Kernel {
  /** @type {import('./frame.js').PluginFacts} */
  #facts = { plugin: '', settings: {} };
  /** @type {Session} */
  #session;
  /** @type {Frame} */
  #root;
  /** @type {Attachment | undefined} of a program that Parley did not start */
  #attachment;
  /** @type {Executor} */
  executor;
  /** @type {Events} */
  events;
  /** @type {Watches} */
  watches;
  /** @type {Waits} */
  waits;

  /**
   * Connects to the orchestrator and introduces itself.
   * @param {Record<string, any>} file the connection file
   */
  start(file) {
    this.#connect(file);
    capture();
    this.waits = new Waits(this.#session);
    guard();
    takeSigint(() => this.#session.recover());
  }

  /**
   * Connects a program that Parley did not start: its output, its signals and its end are its own.
   * @param {Record<string, any>} file what the token holds
   * @param {Attachment} attachment told what becomes of it
   */
  attach(file, attachment) {
    this.#attachment = attachment;
    this.#facts = { plugin: '', settings: {} };
    this.#connect(file, `.${randomBytes(6).toString('hex')}`);
    this.waits = new Waits(this.#session);
  }

  /** Whether the process is a program's that Parley did not start. */
  get isAttached() {
    return this.#attachment !== undefined;
  }

  /**
   * Takes its leave; the attachment is told when that is done.
   * @param {Promise<unknown>} ended settled then
   */
  detach(ended) {
    this.#session.send('detach', '{}', '{}', {});
    this.#session.during(ended);
  }

  /**
   * A program that attached is a plugin no more, and goes on.
   * @param {string} reason
   * @param {Error} [failure]
   */
  abandon(reason, failure = new Unavailable(`The orchestrator has let go of this program: ${reason}`)) {
    const attachment = this.#attachment;
    if (attachment === undefined) return;
    this.#attachment = undefined;
    this.#session.end(reason);
    this.events.end();
    for (const frame of [...this.executor.frames.values()]) frame.cancel('shutdown');
    setRoot(undefined);
    attachment.ended(failure);
  }

  /**
   * @param {Record<string, any>} file
   * @param {string} [suffix]
   */
  #connect(file, suffix) {
    const attachment = this.#attachment;
    this.#session = new Session(file, {
      message: (message) => this.#receive(message),
      signer: (topic) => this.events.signer(topic),
      event: (message, topic) => this.#guarded(message, () => this.events.receive(message, topic)),
      refused: (error) => {
        if (error.header) this.#complain(error.header, error);
        logTo(this.#root, 'warning', `a message was dropped: ${error.message}`, { code: error.code });
      },
      ended: (error) => {
        if (attachment !== undefined) {
          if (this.#attachment === attachment) this.abandon('the orchestrator is gone', reached(error));
          return;
        }
        if (error) writeSync(2, `parley: the connection to the orchestrator broke: ${error.message}\n`);
        leave(error ? 1 : 0);
      },
    }, suffix);
    this.#session.send('hello', '{}', '{}', HELLO);
    this.executor = new Executor(this.#session, this.#facts);
    this.events = new Events(this.executor);
    this.#root = new Frame(this.#session, this.#facts);
    setRoot(this.#root);
    this.watches = new Watches(this.#root);
  }

  /** @param {Message} message */
  #receive(message) {
    this.#guarded(message, () => this.#dispatch(message));
  }

  /**
   * What goes wrong in handling a message is told to whoever sent it.
   * @param {Message} message
   * @param {() => unknown} body
   */
  async #guarded(message, body) {
    try {
      await body();
    } catch (error) {
      this.#complain(message.header, error);
    }
  }

  /**
   * @param {string} header
   * @param {unknown} error
   */
  #complain(header, error) {
    const { ename, evalue, traceback } = errorObject(error);
    this.#session.send('error', header, '{}', { ename, evalue, traceback });
  }

  /**
   * @param {Message} message
   * @returns {unknown}
   */
  #dispatch(message) {
    switch (message.type) {
      case 'call_request':
        return this.executor.call(message);
      case 'call_reply':
      case 'emit_reply':
      case 'lock_reply':
      case 'provide_reply':
      case 'withdraw_reply':
      case 'subscribe_reply':
      case 'unsubscribe_reply':
      case 'services_reply':
      case 'service_wait_reply':
      case 'contributions_reply':
      case 'storage_reply':
        return this.#session.settle(message);
      case 'yield_item':
        return this.#session.item(message);
      case 'wait_query':
        return this.waits.ask(this.#frame(message));
      case 'progress':
        return this.#session.waiting.get(message.parentId)?.item?.(message);
      case 'credit':
        return this.executor.frames.get(message.parentId)?.credit?.(Number(message.metadata.credit) || 0);
      case 'cancel':
        return this.#frame(message)?.cancel(String(message.content().reason ?? 'cancelled'));
      case 'event':
        return this.events.receive(message);
      case 'event_grant':
        return this.events.grant(message);
      case 'subscribed':
        return this.events.confirm(message);
      case 'subscription_update':
        return this.events.update(message);
      case 'storage_changed':
        return this.watches.changed(message);
      case 'ping':
        return this.#ping(message);
      case 'welcome':
        return this.#welcome(message);
      case 'load_plugin':
        return this.#load(message);
      case 'start_plugin':
        return this.#startPlugin(message);
      case 'unload_plugin':
        return this.#unload(message);
      case 'execute_request':
        return import('./cells.js').then(({ execute }) => execute(this.executor, message));
      case 'shutdown_request':
        return this.#shutdown(message);
      default:
        // Versions grow: what we do not know is not for us.
        return undefined;
    }
  }

  /** @param {Message} message */
  #frame({ metadata, parentId }) {
    return this.executor.frames.get(metadata.frame) ?? this.executor.frames.get(parentId);
  }

  /** @param {Message} message */
  #ping(message) {
    const { events = {} } = message.content();
    this.events.compare(events);
    this.#session.send('pong', message.header, '{}', { frames: this.executor.frames.size });
  }

  /** @param {Message} message */
  #welcome(message) {
    const content = message.content();
    if (message.ok) {
      this.#session.limit = content.max_message_bytes ?? this.#session.limit;
      this.#attachment?.welcomed();
      return;
    }
    if (this.isAttached) {
      this.abandon(content.message, fromObject(String(message.metadata.outcome), content));
      return;
    }
    writeSync(2, `parley: the orchestrator refused this kernel: ${content.message}\n`);
    leave(1);
  }

  /** @param {Message} message */
  async #load(message) {
    const { plugin, folder, main, settings = {}, event_grants: grants = false } = message.content();
    if (this.isAttached) {
      // The program is loaded already.
      Object.assign(this.#facts, { plugin, settings });
      this.events.grants = grants;
      await this.executor.load(message, async () => {});
      return;
    }
    if (typeof main !== 'string' || typeof folder !== 'string') throw new TypeError('load_plugin without main or folder');
    Object.assign(this.#facts, { plugin, settings });
    this.events.grants = grants;
    process.chdir(folder);
    const { load } = await import('./loader.js');
    await this.executor.load(message, () => load(main, folder));
  }

  /** @param {Message} message */
  async #startPlugin(message) {
    await this.executor.life(message, 'start_plugin_reply', this.executor.starting);
    this.events.release();
    if (!this.isAttached) {
      await saveMemory();
      return;
    }
    this.#attachment?.started(this.#facts.plugin);
    // From now on the program goes on only while it waits for something.
    await this.#session.during(Promise.resolve());
  }

  /** @param {Message} message */
  async #unload(message) {
    await this.#stop(message, 'unload_plugin_reply');
    this.events.clear();
    this.watches.clear();
    this.executor.methods.clear();
    this.executor.starting = [];
  }

  /**
   * @param {Message} message
   * @param {string} type
   * @param {{ text: string }} [content]
   */
  async #stop(message, type, content) {
    const handlers = this.executor.stopping.reverse();
    this.executor.stopping = [];
    await this.executor.life(message, type, handlers, content);
  }

  /** @param {Message} message */
  async #shutdown(message) {
    const { restart = false, reason } = message.content();
    if (this.isAttached && reason !== undefined) {
      this.abandon(reason);
      return;
    }
    await this.#stop(message, 'shutdown_reply', { text: `{"restart":${restart === true}}` });
    if (!this.isAttached) this.#session.flush(() => leave(0));
  }
}

/** The one kernel of this process. */
export const kernel = new Kernel();
