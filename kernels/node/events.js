/** Subscriptions: which topics are in force, which handlers an event is for, and which events were missed. */

import { fromObject } from './errors.js';
import { Frame } from './frame.js';
import { Registration } from './registrations.js';
import { Signer } from './signer.js';

/**
 * @typedef {import('./envelope.js').Message} Message
 * @typedef {import('./executor.js').Executor} Executor
 * @typedef {Record<string, object> | undefined} Shape the rhythm that a subscription asks for
 * @typedef {{ pattern: string, handler: Function, shape: Shape, confirmed: () => void }} Subscription
 * @typedef {{ event: string, signer: Signer, ids: Set<string> }} Topic
 * @typedef {{ message: Message, ids: string[] }} Arrived an event, and the subscriptions that were in force when it came
 */

// An event and a ping come by different sockets: the ping may overtake the event that it counts.
const OVERTAKING = 100;
const { setTimeout } = globalThis;

/**
 * Whether an event fits a pattern.
 * @param {string} pattern
 * @param {string} event
 */
export function matches(pattern, event) {
  const wanted = pattern.split(':');
  const given = event.split(':');
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '**') return true;
    if (i >= given.length || (wanted[i] !== '*' && wanted[i] !== given[i])) return false;
  }
  return wanted.length === given.length;
}

export class Events {
  /** Whether each event asks the orchestrator before it runs. */
  grants = false;
  #executor;
  #session;
  #count = 0;
  /** @type {Map<string, Subscription>} in the order in which they were made */
  #subscriptions = new Map();
  /** @type {Map<string, Topic>} */
  #topics = new Map();
  /** @type {Map<string, number>} the last sequence number of each event */
  #last = new Map();
  /** @type {Map<string, Arrived>} events that wait for their turn, by the msg_id of their event_start */
  #asked = new Map();
  /** @type {Arrived[] | undefined} events that came before the plugin had started */
  #early = [];

  /** @param {Executor} executor */
  constructor(executor) {
    this.#executor = executor;
    this.#session = executor.session;
  }

  /**
   * @param {Frame} frame
   * @param {string} pattern
   * @param {Function} handler
   * @param {Shape} [shape]
   * @returns {Registration}
   */
  subscribe(frame, pattern, handler, shape) {
    const id = `s${++this.#count}`;
    return new Registration(frame, () => this.#ask(frame, id, { pattern, handler, shape }), () => this.#drop(frame, id));
  }

  /**
   * @param {Frame} frame
   * @param {string} id
   * @param {{ pattern: string, handler: Function, shape: Shape }} wanted
   */
  async #ask(frame, id, wanted) {
    /** @type {Promise<void>} */
    const confirmed = new Promise((resolve) => this.#subscriptions.set(id, { ...wanted, confirmed: resolve }));
    const { pattern, shape } = wanted;
    try {
      const reply = await frame.request('subscribe', '{}', { subscription: id, pattern, shape });
      const content = reply.content();
      if (!reply.ok) throw fromObject(reply.metadata.outcome, content);
      // A subscription that was disposed of meanwhile has told so already.
      if (this.#subscriptions.has(id)) this.#add(id, content);
      else return;
    } catch (error) {
      this.#subscriptions.delete(id);
      throw error;
    }
    await this.#session.during(confirmed);
  }

  /**
   * The nonce goes through the same pipe as the topics, after them: when the orchestrator reads it, they are in force.
   * @param {string} id
   * @param {Record<string, any>} content
   */
  #add(id, { topics, add = topics, nonce }) {
    for (const { event, topic, key } of add ?? []) {
      const known = this.#topics.get(topic);
      if (known) known.ids.add(id);
      else this.#topics.set(topic, { event, signer: new Signer(key), ids: new Set([id]) });
      if (!known) this.#session.subscribe(topic);
    }
    if (nonce === undefined) return;
    this.#session.subscribe(nonce);
    this.#session.unsubscribe(nonce);
  }

  /** Nothing is confirmed any more. */
  end() {
    for (const { confirmed } of this.#subscriptions.values()) confirmed();
  }

  /** @param {Message} message `subscribed` */
  confirm(message) {
    const subscription = this.#subscriptions.get(message.content().subscription);
    subscription?.confirmed();
  }

  /** @param {Message} message `subscription_update` */
  update(message) {
    const content = message.content();
    if (!this.#subscriptions.has(content.subscription)) return;
    this.#add(content.subscription, content);
    for (const topic of content.remove ?? []) this.#forget(topic, content.subscription);
  }

  /**
   * @param {Frame} frame
   * @param {string} id
   */
  #drop(frame, id) {
    const subscription = this.#subscriptions.get(id);
    if (!subscription) return;
    this.#subscriptions.delete(id);
    for (const topic of this.#topics.keys()) this.#forget(topic, id);
    subscription.confirmed();
    // A program that has left meanwhile has nothing to take back any more.
    this.#session.request(['unsubscribe', frame.ended ? '{}' : frame.header, '{}', { subscription: id }]).catch(() => {});
  }

  /**
   * @param {string} topic
   * @param {string} id
   */
  #forget(topic, id) {
    const known = this.#topics.get(topic);
    if (!known?.ids.delete(id) || known.ids.size > 0) return;
    this.#topics.delete(topic);
    this.#session.unsubscribe(topic);
  }

  /** @param {string} topic */
  signer(topic) {
    return this.#topics.get(topic)?.signer;
  }

  /**
   * An event has come, on a topic or directed to this kernel.
   * @param {Message} message
   * @param {string} [topic]
   */
  receive(message, topic) {
    const { event, sequence } = message.metadata;
    if (topic !== undefined && typeof sequence === 'number') this.#observe(event, sequence - 1, sequence);
    const ids = topic === undefined ? this.#directed(message.metadata) : this.#ordered(this.#topics.get(topic)?.ids);
    if (this.#early) this.#early.push({ message, ids });
    else this.#begin({ message, ids });
  }

  /**
   * Whom an event that came to this plugin alone is for. What has a shape gets only what is addressed to it.
   * @param {Record<string, any>} metadata
   */
  #directed({ event, subscriptions }) {
    if (Array.isArray(subscriptions)) return this.#ordered(new Set(subscriptions));
    const ids = [];
    for (const [id, { pattern, shape }] of this.#subscriptions) if (!shape && matches(pattern, event)) ids.push(id);
    return ids;
  }

  /**
   * Those of the ids that are in force, in the order of subscription.
   * @param {Set<string>} [ids]
   */
  #ordered(ids) {
    const ordered = [];
    for (const id of this.#subscriptions.keys()) if (ids?.has(id)) ordered.push(id);
    return ordered;
  }

  /** The plugin has started: what came before is its first work. */
  release() {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const arrived of early) this.#begin(arrived);
  }

  /** @param {Arrived} arrived */
  #begin(arrived) {
    const { header, metadata } = arrived.message;
    if (this.grants) this.#asked.set(this.#session.send('event_start', header, '{}', '{}'), arrived);
    else this.#open(arrived, metadata);
  }

  /** @param {Message} message `event_grant` */
  grant(message) {
    const arrived = this.#asked.get(message.parentId);
    this.#asked.delete(message.parentId);
    if (arrived && message.ok) this.#open(arrived, { ...arrived.message.metadata, ...message.metadata });
  }

  /**
   * @param {Arrived} arrived
   * @param {Record<string, any>} metadata
   */
  #open({ message, ids }, metadata) {
    const handlers = [];
    for (const id of ids) {
      const subscription = this.#subscriptions.get(id);
      if (subscription) handlers.push(subscription.handler);
    }
    this.#executor.event(message, metadata, handlers);
  }

  /**
   * The orchestrator says how many there were: a lost tail is seen by it alone.
   * @param {Record<string, number>} events
   */
  compare(events) {
    const check = () => {
      for (const [event, last] of Object.entries(events)) {
        if (this.#last.has(event)) this.#observe(event, last, last);
      }
    };
    setTimeout(check, OVERTAKING).unref();
  }

  /**
   * @param {string} event
   * @param {number} before the number up to which all must have come
   * @param {number} now
   */
  #observe(event, before, now) {
    const last = this.#last.get(event);
    if (last !== undefined && before > last) {
      this.#session.send('event_gap', '{}', '{}', { event, missed: before - last });
    }
    if (last === undefined || now > last) this.#last.set(event, now);
  }

  /** Nothing stays of a plugin that was unloaded. */
  clear() {
    for (const topic of this.#topics.keys()) this.#session.unsubscribe(topic);
    this.#subscriptions.clear();
    this.#topics.clear();
    this.#asked.clear();
    this.#last.clear();
    this.#early = [];
  }
}
