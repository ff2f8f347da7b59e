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
  readonly cancelled: boolean;
  /** Aborted when the invocation is cancelled; give it to `fetch`, timers and the like. */
  readonly signal: AbortSignal;
}

/** What `on` and `provide` return. */
export interface Registration {
  /** Fulfilled when it is in force, rejected when it was refused. Loading the plugin waits for it in any case. */
  readonly ready: Promise<this>;
  /** Ends it; a second time does nothing. */
  dispose(): void;
}

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

/** Subscribes to an event, or to a pattern such as `order:*` (one segment) or `order:**` (the rest). */
export function on(pattern: string, handler: (event: Value, context: Context) => unknown): Registration;

/** Offers a method to other plugins; an async generator is read with `stream`. */
export function provide(method: string, handler: (params: Value, context: Context) => unknown): Registration;

/**
 * Calls a method of another plugin.
 * @throws {ParleyError} a subclass for each outcome
 */
export function call(method: string, params?: Fields, options?: CallOptions): Promise<Value>;

/** Reads what a method yields: `for await (const item of stream("log.lines")) …`. Leaving the loop ends the method. */
export function stream(method: string, params?: Fields, options?: StreamOptions): AsyncGenerator<Value, void, void>;

/** Emits an event; how many subscriptions it matched. */
export function emit(event: string, payload?: Fields): Promise<number>;

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
