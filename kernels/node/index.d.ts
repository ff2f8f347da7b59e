/** What a plugin imports as `parley`. */

/** What is known of the invocation that runs. */
export interface Context {
  /** The name of the plugin itself. */
  readonly plugin: string;
  /** The method that was called, in a handler of `provide`. */
  readonly method: string | null;
  /** The event, in a handler of `on`. */
  readonly event: string | null;
  /** The plugin that called. */
  readonly caller: string | null;
  /** The plugin that emitted the event. */
  readonly emitter: string | null;
  /** How deeply calls are nested. */
  readonly depth: number;
  /** Seconds that remain; null when there is no deadline. */
  readonly deadline: number | null;
  readonly tenant: string | null;
  /** The W3C traceparent. */
  readonly trace: string | null;
  /** The same for every delivery of an event. */
  readonly event_id: string | null;
  /** Counts the deliveries of an event, from 1. */
  readonly attempt: number | null;
  /** Whether the event is the last value of one that is retained, and not a new one. */
  readonly retained: boolean;
  readonly cancelled: boolean;
  /** Aborted when the invocation is cancelled; give it to `fetch`, timers and the like. */
  readonly signal: AbortSignal;
}

/** What `on`, `provide` and `storage.watch` return. */
export interface Registration {
  /** Fulfilled when it is in force, rejected when it was refused. Loading the plugin waits for it in any case. */
  readonly ready: Promise<this>;
  /** Ends it; a second time does nothing. */
  dispose(): void;
}

/** What `attach` gives. */
export interface Attachment {
  /** The plugin that this program is. */
  readonly plugin: string;
  /** Whether it still is. */
  readonly isAttached: boolean;
  /** Runs the `onStop` handlers and leaves: what is provided and subscribed to is gone, and the name is free. */
  detach(): Promise<void>;
}

/**
 * Joins the running orchestrator as a plugin, from a program that Parley did not start. The token comes from
 * `parley attach --manifest plugin.json`: it is given, or in PARLEY_TOKEN; with `manifest` that command is run here.
 */
export function attach(
  options?: string | { token?: string; manifest?: string; command?: string },
): Promise<Attachment>;
/** Leaves. Without an attachment it does nothing. */
export function detach(): Promise<void>;

/** A lock that is held. It is given back when its invocation ends, at the latest. */
export interface Lock {
  readonly name: string;
  /** Gives it back; a second time does nothing. */
  release(): void;
}

export interface CallOptions {
  /** Seconds. */
  timeout?: number;
  /** Gives the call up when it is aborted. */
  signal?: AbortSignal;
  /** Told of the progress that the method reports. */
  onProgress?: (fraction: number | null, message: string) => unknown;
}

export interface StreamOptions extends CallOptions {
  /** How many items may be on their way; 64 unless said. */
  window?: number;
}

/** Whatever has a faithful JSON form: see README.md. Integers beyond 2^53 are bigints, bytes are Uint8Arrays. */
export type Value = any;
export type Fields = Record<string, Value>;

/** The rhythm in which a subscription wants its events: just one of these. Times are in seconds. */
export type Shape =
  /** The last event, once none has come for `wait`, and after `maxWait` in any case. */
  | { debounce: { wait: number; maxWait?: number } }
  /** One event an interval. */
  | { throttle: { interval: number } }
  /** The last event of an interval, for each value that `key`, a JSON pointer, finds in the payload. */
  | { latest: { key?: string; interval: number } };

/** Gathers events for `window` seconds, `max` of them at most: the handler gets a list. */
export interface Batch {
  batch: { window: number; max?: number };
}

/**
 * The payloads of the plugins' events, the parameters and results of their methods, and the items of those that yield,
 * by name. `parley types --language node` writes them; what is not among them may be anything.
 */
export interface Events {}
export interface Methods {}
export interface Streams {}

/** What is sent under a name, and what arrives. */
export type Payload<Name> = Name extends keyof Events ? Events[Name] : Fields;
export type Received<Name> = Name extends keyof Events ? Events[Name] : Value;
export type Params<Name, Table = Methods> =
  Name extends keyof Table ? (Table[Name] extends { params: infer Known } ? Known : Fields) : Fields;
export type Result<Name, Table = Methods> =
  Name extends keyof Table ? (Table[Name] extends { result: infer Known } ? Known : Value) : Value;

/** Subscribes to an event, or to a pattern such as `order:*` (one segment) or `order:**` (the rest). */
export function on<Name extends string>(
  pattern: Name, handler: (event: Received<Name>, context: Context) => unknown, options?: Shape,
): Registration;
export function on<Name extends string>(
  pattern: Name, handler: (events: Received<Name>[], context: Context) => unknown, options: Batch,
): Registration;

/** Offers a method to other plugins; an async generator is read with `stream`. */
export function provide(method: string, handler: (params: Value, context: Context) => unknown): Registration;

/**
 * Calls a method of another plugin.
 * @throws {ParleyError} a subclass for each outcome
 */
export function call<Name extends string>(
  method: Name, params?: Params<Name>, options?: CallOptions,
): Promise<Result<Name>>;

/** Reads what a method yields: `for await (const item of stream("log.lines")) …`. Leaving the loop ends the method. */
export function stream<Name extends string>(
  method: Name, params?: Params<Name, Streams>, options?: StreamOptions,
): AsyncGenerator<Result<Name, Streams>, void, void>;

export interface EmitOptions {
  /** Whether an event that nobody subscribes to is an error, NoProvider. */
  require?: boolean;
  /** Seconds; how long a confirmation is waited for. */
  timeout?: number;
  /** A name for the event, up to 256 bytes: one of the same name that is emitted again with it is a duplicate, and goes to nobody. */
  eventId?: string;
}

/** What became of an event that was emitted with `confirm`. */
export interface Confirmation {
  /** How many subscriptions it matched. */
  subscriptions: number;
  event_id: string;
  /** Whether as many have handled it as were asked for. */
  confirmed: boolean;
  /** Whether an event with this id was emitted before: then nobody gets it again, and nobody is waited for. */
  duplicate: boolean;
  /** By plugin: `{ outcome: 'ok' }`, or an error object with its outcome. */
  outcomes: Record<string, { outcome: string; message?: string; [field: string]: Value }>;
}

/** Emits an event and waits until all subscribers, any of them or so many have handled it. */
export function emit<Name extends string>(
  event: Name, payload: Payload<Name> | undefined, options: EmitOptions & { confirm: 'all' | 'any' | number },
): Promise<Confirmation>;
/** Emits an event; how many subscriptions it matched. */
export function emit<Name extends string>(
  event: Name, payload?: Payload<Name>, options?: EmitOptions,
): Promise<number>;

/** A handler of an event throws it to hand the event back: it comes again, after `delay` seconds. */
export class Nack extends Error {
  constructor(delay?: number, options?: { cause?: unknown });
  readonly delay: number | undefined;
}

/** A handler of an event throws it to say that it can never handle the event: it does not come again. */
export class Reject extends Error {
  constructor(reason?: string, options?: { cause?: unknown });
  readonly reason: string;
}

/** A method that the plugin may call. */
export interface Service {
  method: string;
  plugin: string;
  language: string;
  /** Whether it yields: read it with `stream`. */
  stream: boolean;
  /** Whether its provider has started and provides it now. */
  available: boolean;
}

/** The methods that the plugin may call, or those of them that fit a pattern such as `pricing.*`. */
export function services(pattern?: string): Promise<Service[]>;

/** Waits until a method is available, `timeout` seconds at most. */
export function waitFor(method: string, options?: { timeout?: number }): Promise<void>;

/** What one plugin contributes to an extension point. */
export class Contribution {
  private constructor();
  readonly id: string;
  readonly plugin: string;
  readonly language: string;
  readonly data: Fields;
  /** Calls a method of the point's interface; one that fails rejects here alone. */
  call(name: string, params?: Fields, options?: CallOptions): Promise<Value>;
}

/** What other plugins contribute to an extension point of this plugin, in the order that the point declares. */
export function contributions(point: string): Promise<Contribution[]>;

/** A value that is stored. Its version grows with each change of the key. */
export interface Entry {
  key: string;
  value: Value;
  version: number;
}

/** A change of what is stored. */
export interface Change {
  key: string;
  version: number;
  /** `undefined` when it was deleted. */
  value: Value;
  deleted: boolean;
}

/** A reference to bytes that are stored; a value may hold it. */
export interface BlobReference {
  blob: string;
  /** Bytes. */
  size: number;
}

/** The plugin's own storage; keys that begin with `global:` are shared by all plugins that may. */
export const storage: {
  /** The value of a key, or the fallback when there is none. */
  get(key: string, fallback?: Value): Promise<Value>;
  /** The value and its version; `undefined` when there is none. */
  entry(key: string): Promise<Entry | undefined>;
  /** Its new version. */
  set(key: string, value: Value): Promise<number>;
  /** Whether it was there. */
  delete(key: string): Promise<boolean>;
  /** What is stored under the keys that begin with a prefix, by key. */
  list(prefix?: string): Promise<Entry[]>;
  /** Sets a value if its version is still that one (0: if there is none): its new version, or `undefined`. */
  compareAndSet(key: string, value: Value, version: number): Promise<number | undefined>;
  /** Tells of each change of the keys that begin with a prefix. Handlers run one after the other. */
  watch(prefix: string, handler: (change: Change) => unknown): Registration;
  /** Stores bytes. */
  putBlob(bytes: Uint8Array | ArrayBuffer): Promise<BlobReference>;
  getBlob(reference: BlobReference | string): Promise<Uint8Array>;
};

/** Holds a lock that all plugins share, while `body` runs. */
export function lock<T>(name: string, body: () => T | Promise<T>, options?: { timeout?: number }): Promise<T>;
/** Holds a lock that all plugins share, until it is released. */
export function lock(name: string, options?: { timeout?: number }): Promise<Lock>;

/** Tells the caller how far the handler has come: from 0 to 1, or null when nobody knows. */
export function progress(fraction: number | null, message?: string): void;

/** Writes to the orchestrator's log, at level `info`. */
export const log: {
  (message: string, fields?: Fields): void;
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warning(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
};

/** Runs a function when all plugins are loaded, before the first event. */
export function onStart(handler: () => unknown): void;

/** Runs a function when the plugin is unloaded; the last one registered runs first. */
export function onStop(handler: () => unknown): void;

/** What is known of the invocation that runs. */
export function context(): Context;

/** The plugin's settings, from its manifest and the host's configuration. */
export function settings(): Fields;

/** What an operation ended in, when it did not end well. */
export class ParleyError extends Error {
  constructor(message?: string, fields?: Fields);
  /** The outcome, such as `no_provider`. */
  code: string;
}

/** One function of a plugin in a traceback. */
export interface TraceFrame {
  plugin?: string;
  language?: string;
  file: string;
  line: number;
  column?: number;
  function: string;
}

/** The handler that was called raised an error. */
export class HandlerError extends ParleyError {
  ename: string;
  evalue: string;
  traceback: string[];
  /** The outermost call first, through all languages. */
  frames: TraceFrame[];
}
/** Nobody provides the method. */
export class NoProvider extends ParleyError {
  nearest: string[];
}
/** A manifest or a grant does not allow it. */
export class PermissionDenied extends ParleyError {
  permission: string;
}
/** The parameters do not fit. */
export class InvalidPayload extends ParleyError {
  pointer: string;
  expected: Value;
  got: Value;
}
/** The result does not fit. */
export class InvalidReply extends ParleyError {
  pointer: string;
  expected: Value;
  got: Value;
}
/** The deadline passed. */
export class Timeout extends ParleyError {
  /** Whether the handler had begun. */
  started: boolean;
  /** Seconds. */
  timeout: number;
}
/** The invocation or the call was given up. */
export class Cancelled extends ParleyError {
  reason: string;
}
/** The process of the other plugin ended. */
export class KernelDied extends ParleyError {
  signal?: string;
  exit_code?: number;
  /** The last lines. */
  stderr: string[];
  /** Whether the handler had begun: if so, nobody knows what it has done. */
  started: boolean;
}
/** The other plugin is not there for now. */
export class Unavailable extends ParleyError {
  since: Value;
  /** Seconds. */
  retry_after: number;
}
/** The other plugin's mailbox is full. */
export class Overloaded extends ParleyError {
  /** Seconds. */
  retry_after: number;
  limit: number;
}
/** Too many operations in too short a time. */
export class RateLimited extends ParleyError {
  /** Seconds. */
  retry_after: number;
  limit: number;
}
/** The call would have waited for ever. */
export class Deadlock extends ParleyError {
  cycle: string[];
  path: Value;
}
/** Calls are nested too deeply. */
export class DepthExceeded extends ParleyError {
  limit: number;
  chain: string[];
}
/** The message is too long. */
export class TooLarge extends ParleyError {
  /** Bytes. */
  size: number;
  /** Bytes. */
  limit: number;
}
/** A value has no faithful JSON form. */
export class NotSerializable extends ParleyError {
  /** Leads to the value, like `$.rows[3].when`. */
  path: string;
}
