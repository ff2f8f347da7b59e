/** A scripted orchestrator: it starts the kernel by its kernel.json and answers it as the protocol says. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { open, seal } from '../envelope.js';
import { Signer } from '../signer.js';
import { Decoder, Output, encodeReady, greeting } from '../zmtp.js';

const HERE = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const LIMIT = 1 << 20;

export class Orchestrator {
  /** Every message of the kernel, with its content read. @type {any[]} */
  messages = [];
  /** Other plugins: methods by name; each gets the parameters and returns the value. @type {Record<string, Function>} */
  services = {};
  /** What is answered to other requests: by type; each gets the message and returns metadata, content and options, or nothing. @type {Record<string, Function>} */
  answers = {};
  topics = new Map();
  status;
  #folder = mkdtempSync(join(tmpdir(), 'parley-'));
  #signer = new Signer('the key');
  #sockets = {};
  #servers = [];
  #child;
  #count = 0;
  #waiters = new Set();
  #nonces = new Map();
  #sequences = new Map();

  /** Starts the kernel and welcomes it. */
  async start() {
    await Promise.all([this.#listen('requests', 'ROUTER'), this.#listen('events', 'XPUB')]);
    const file = join(this.#folder, 'connection.json');
    const [requests, events] = ['requests', 'events'].map((name) => `ipc://${join(this.#folder, name)}`);
    writeFileSync(file, JSON.stringify({ protocol: '1.0', kernel_id: 'k', transport: 'ipc', requests, events, key: 'the key', signature_scheme: 'hmac-sha256', max_message_bytes: LIMIT }));
    const spec = JSON.parse(readFileSync(join(HERE, 'kernel.json'), 'utf8'));
    const argv = spec.argv.map((one) => one.replace('{resource_dir}', HERE).replace('{connection_file}', file));
    this.#child = spawn(process.execPath, argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...spec.env } });
    this.stderr = '';
    this.#child.stderr.on('data', (data) => (this.stderr += data));
    this.ended = once(this.#child, 'exit').then(([code, signal]) => (this.status = code ?? signal));
    const hello = await this.wait((message) => message.type === 'hello');
    this.send('welcome', hello.header, { outcome: 'ok' }, { protocol_version: '1.0', max_message_bytes: LIMIT, default_timeout: 30, max_depth: 64 });
    return hello;
  }

  /** Writes a plugin, loads and starts it; the reply of the load, or of the start when the load went well. */
  async load(source, { name = 'plugin.mjs', grants = false, files = {} } = {}) {
    for (const [file, text] of Object.entries({ ...files, [name]: source })) writeFileSync(this.path(file), text);
    const facts = { plugin: 'tested', version: '1.0.0', generation: 1, tenant: 'default', folder: this.#folder, main: this.path(name), event_grants: grants, settings: { colour: 'red' } };
    const reply = await this.ask('load_plugin', {}, facts);
    return reply.outcome === 'ok' ? this.ask('start_plugin', {}, {}) : reply;
  }

  /** @param {string} file of the plugin's folder */
  path(file) {
    return join(this.#folder, file);
  }

  /** Asks to shut down; the exit status. */
  async stop() {
    if (this.status === undefined) {
      // A kernel that does not answer any more must not outlive its test.
      await this.ask('shutdown_request', {}, { restart: false }).catch(() => this.#child.kill('SIGKILL'));
      await this.ended;
    }
    for (const server of this.#servers) server.close();
    rmSync(this.#folder, { recursive: true, force: true });
    return this.status;
  }

  /** @param {NodeJS.Signals} name */
  signal(name) {
    this.#child.kill(name);
  }

  /** Goes away without a word. */
  disconnect() {
    for (const socket of Object.values(this.#sockets)) socket.destroy();
  }

  /** Sends a message; its header. */
  send(type, parent, metadata, content, { topic, buffers } = {}) {
    const header = JSON.stringify({ msg_id: `o-${++this.#count}`, session: 'o', username: 'parley', date: new Date().toISOString(), msg_type: type, version: '5.4' });
    const signer = topic ? topic.signer : this.#signer;
    const text = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
    const frames = seal(signer, header, parent, text(metadata), text(content), buffers);
    this.sendFrames(topic ? [topic.name, ...frames] : frames, topic ? 'events' : 'requests');
    return header;
  }

  sendFrames(frames, socket = 'requests') {
    const output = new Output();
    output.message(frames);
    this.#sockets[socket].write(Buffer.from(output.bytes));
  }

  /** Sends a request and waits for its reply. */
  ask(type, metadata, content, options) {
    return this.reply(this.send(type, '{}', metadata, content, options));
  }

  /** The reply to what was sent with a header. */
  reply(header) {
    return this.wait((message) => message.parent === header && message.type.endsWith('_reply'));
  }

  /** Calls a method of the plugin. */
  call(method, params = {}, options) {
    return this.reply(this.request(method, params, options));
  }

  request(method, params = {}, { metadata = {}, ...options } = {}) {
    return this.send('call_request', '{}', { method, remaining: 30, depth: 1, tenant: 'default', caller: 'operator', ...metadata }, params, options);
  }

  /** Publishes an event; its header. */
  publish(event, payload = {}, sequence = (this.#sequences.get(event) ?? 0) + 1) {
    this.#sequences.set(event, sequence);
    const metadata = { event, event_id: `e-${sequence}`, sequence, emitter: 'other', tenant: 'default', hops: 1, attempt: 1 };
    return this.send('event', '{}', metadata, payload, { topic: this.topics.get(event) });
  }

  /** Sends an event to this plugin alone; its header. */
  direct(event, payload = {}, metadata = {}, options = {}) {
    const facts = { event, event_id: 'e-1', emitter: 'other', tenant: 'default', hops: 1, attempt: 1, delivery: 'queued' };
    return this.send('event', '{}', { ...facts, ...metadata }, payload, options);
  }

  /** The messages of one type. */
  sent(type) {
    return this.messages.filter((one) => one.type === type);
  }

  /** The first message, past or to come, that fits. */
  wait(fits) {
    const found = this.messages.find(fits);
    if (found) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`nothing came; the last were ${this.messages.slice(-5).map((one) => one.type)}; ${this.stderr}`)), 60_000);
      const waiter = (message) => {
        if (!fits(message)) return;
        clearTimeout(late);
        this.#waiters.delete(waiter);
        resolve(message);
      };
      this.#waiters.add(waiter);
    });
  }

  /** What was printed on behalf of a message, or of none. */
  printed(header = '{}', name = 'stdout') {
    const streams = this.messages.filter((one) => one.type === 'stream' && one.parent === header && one.content.name === name);
    return streams.map((one) => one.content.text).join('');
  }

  async #listen(name, type) {
    const server = createServer((socket) => {
      this.#sockets[name] = socket;
      const decoder = new Decoder(LIMIT * 2, () => {});
      socket.write(Buffer.concat([greeting, encodeReady({ 'Socket-Type': type, Identity: '' })]));
      socket.on('error', () => {});
      socket.on('data', (data) => {
        for (const frames of decoder.push(data)) name === 'events' ? this.#subscribed(frames[0].toString()) : this.#receive(frames);
      });
    });
    this.#servers.push(server);
    server.listen(join(this.#folder, name));
    await once(server, 'listening');
  }

  #subscribed(text) {
    const header = this.#nonces.get(text.slice(1));
    if (text[0] === '\x01' && header) this.send('subscribed', header.parent, {}, { subscription: header.id });
  }

  #receive(frames) {
    const opened = open(frames, this.#signer);
    const { type, header, parent, metadata } = opened;
    const message = { type, header, parent, metadata, outcome: metadata.outcome, content: opened.content() };
    this.messages.push(message);
    for (const waiter of [...this.#waiters]) waiter(message);
    this.#answer(message);
  }

  #answer(message) {
    const { type, header, metadata, content } = message;
    if (this.answers[type]) {
      const [facts, value, options] = this.answers[type](message) ?? [];
      if (facts) this.send(`${type.replace(/_request$/, '')}_reply`, header, facts, value, options);
      return;
    }
    const reply = (kind, outcome, object = {}) => this.send(kind, header, { outcome }, object);
    if (type === 'provide' || type === 'withdraw' || type === 'unsubscribe') reply(`${type}_reply`, 'ok');
    else if (type === 'emit') reply('emit_reply', 'ok', { subscriptions: 3, event_id: 'e' });
    else if (type === 'lock_request') reply('lock_reply', 'ok');
    else if (type === 'event_start') reply('event_grant', content.refuse ? 'overloaded' : 'ok', {});
    else if (type === 'subscribe') this.#subscribe(header, content);
    else if (type === 'call_request') this.#serve(header, metadata.method, content);
  }

  #subscribe(header, { subscription, pattern, shape }) {
    if (pattern === 'forbidden:event') {
      this.send('subscribe_reply', header, { outcome: 'permission_denied' }, { message: 'not allowed', permission: `subscribe:${pattern}` });
      return;
    }
    const nonce = `nonce-${subscription}`;
    this.#nonces.set(nonce, { parent: header, id: subscription });
    if (shape) {
      this.send('subscribe_reply', header, { outcome: 'ok' }, { topics: [], nonce });
      return;
    }
    const event = pattern.replace('*', 'any');
    const topic = this.topics.get(event) ?? { name: `topic of ${event}`, signer: new Signer(`key of ${event}`) };
    this.topics.set(event, topic);
    this.send('subscribe_reply', header, { outcome: 'ok' }, { topics: [{ event, topic: topic.name, key: `key of ${event}` }], nonce });
  }

  #serve(header, method, params) {
    const service = this.services[method];
    if (!service) {
      this.send('call_reply', header, { outcome: 'no_provider' }, { message: `nobody provides ${method}`, nearest: [] });
      return;
    }
    const answer = service(params, header);
    if (answer === undefined) return;
    const [outcome, content] = answer.outcome ? [answer.outcome, answer.error] : ['ok', { value: answer.value }];
    this.send('call_reply', header, { outcome }, content);
  }
}

/**
 * A kernel with a plugin, for one test.
 * @param {import('node:test').TestContext} context
 * @param {string} [source]
 * @param {Parameters<Orchestrator['load']>[1] & { services?: Record<string, Function> }} [options]
 */
export async function kernelWith(context, source, { services = {}, ...options } = {}) {
  const orchestrator = new Orchestrator();
  Object.assign(orchestrator.services, services);
  context.after(() => orchestrator.stop());
  await orchestrator.start();
  if (source !== undefined) {
    const reply = await orchestrator.load(source, options);
    if (reply.outcome !== 'ok') throw new Error(`the plugin did not load: ${JSON.stringify(reply.content)}`);
  }
  return orchestrator;
}
