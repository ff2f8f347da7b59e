/** Joining as a plugin from a program that Parley did not start. */

import { Buffer } from 'node:buffer';
import { execFile } from 'node:child_process';
import process from 'node:process';
import { Unavailable } from './errors.js';
import { kernel } from './kernel.js';

const PREFIX = 'parley-';
const PATIENCE = 10_000;
const ADVICE = 'Get a token with `parley attach --manifest plugin.json`.';
const { setTimeout, clearTimeout } = globalThis;

/** @type {Attachment | undefined} */
let current;

/** What `attach` gives. */
export class Attachment {
  /** The plugin that this program is. */
  plugin = '';
  /** @type {Promise<void>} */
  #left;
  /** @type {'joining' | 'attached' | 'left'} */
  #state = 'joining';

  /** Whether it still is. */
  get isAttached() {
    return this.#state === 'attached';
  }

  /** Whether it may join, or has joined, and has not left. */
  get isOpen() {
    return this.#state !== 'left';
  }

  /**
   * Connects, and waits until the orchestrator counts this program as the plugin.
   * @param {Record<string, any>} file what the token holds
   * @returns {Promise<this>}
   */
  join(file) {
    return new Promise((resolve, reject) => {
      const patience = setTimeout(
        () => kernel.abandon('it did not answer', new Unavailable(`The orchestrator did not answer. ${ADVICE}`)),
        PATIENCE,
      );
      this.#left = new Promise((left) => {
        kernel.attach(file, {
          welcomed: () => clearTimeout(patience),
          started: (plugin) => {
            this.plugin = plugin;
            this.#state = 'attached';
            resolve(this);
          },
          ended: (failure) => {
            clearTimeout(patience);
            this.#state = 'left';
            left();
            reject(failure);
          },
        });
      });
    });
  }

  /** Runs the `onStop` handlers and leaves: what is provided and subscribed to is gone, and the name is free. */
  async detach() {
    if (!this.isAttached) return;
    kernel.detach(this.#left);
    await this.#left;
  }
}
if (Symbol.asyncDispose) {
  Object.defineProperty(Attachment.prototype, Symbol.asyncDispose, { value: Attachment.prototype.detach });
}

/**
 * Joins the running orchestrator as a plugin. The token comes from `parley attach --manifest plugin.json`: it is given, or in
 * PARLEY_TOKEN; with `manifest` that command is run here.
 * @param {string | { token?: string, manifest?: string, command?: string }} [options]
 * @returns {Promise<Attachment>}
 */
export async function attach(options = {}) {
  /** @type {{ token?: string, manifest?: string, command?: string }} */
  const wanted = typeof options === 'string' ? { token: options } : options;
  const { token, manifest, command = 'parley' } = wanted;
  if (current?.isOpen) throw new Error(`this program is attached already: call detach() first`);
  const line = token ?? (manifest === undefined ? process.env.PARLEY_TOKEN ?? '' : await ask(manifest, command));
  const file = read(line.trim());
  const attachment = new Attachment();
  current = attachment;
  await attachment.join(file);
  process.once('beforeExit', () => attachment.detach());
  return attachment;
}

/** Leaves. Without an attachment it does nothing. */
export async function detach() {
  await current?.detach();
}

/**
 * @param {string} token
 * @returns {Record<string, any>} the connection file that it holds
 */
function read(token) {
  if (token === '') throw new Unavailable(`There is no token: PARLEY_TOKEN is not set. ${ADVICE}`);
  try {
    const file = JSON.parse(Buffer.from(token.slice(PREFIX.length), 'base64url').toString());
    if (token.startsWith(PREFIX) && typeof file.kernel_id === 'string') return file;
  } catch {
    // Told below.
  }
  throw new Unavailable(`This is no token of Parley's, or only a part of one. ${ADVICE}`);
}

/**
 * A token for the plugin of this manifest.
 * @param {string} manifest
 * @param {string} command
 * @returns {Promise<string>}
 */
function ask(manifest, command) {
  return new Promise((resolve, reject) => {
    execFile(command, ['attach', '--manifest', manifest], (error, output, errors) => {
      if (error === null) resolve(output);
      else reject(new Unavailable(`\`${command} attach\` gave no token: ${errors.trim() || error.message}`));
    });
  });
}
