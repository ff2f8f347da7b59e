/** One class per outcome of the protocol, under one base class, with the protocol's own field names. */

/**
 * What an operation ended in, when it did not end well. `code` is the outcome's name; the other fields are those of the
 * outcome (see index.d.ts).
 */
export class ParleyError extends Error {
  /** The outcome, such as `no_provider`. */
  code = 'handler_error';

  /**
   * @param {string} [message]
   * @param {Record<string, unknown>} [given] the fields of the outcome, and `cause`
   */
  constructor(message, given = {}) {
    const { cause, ...fields } = given;
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, fields);
  }

  get name() {
    return this.constructor.name;
  }
}

/** The handler that was called raised an error; `ename`, `evalue`, `traceback`, `frames` and `cause` tell of it. */
export class HandlerError extends ParleyError {
  code = 'handler_error';
}

/** Nobody provides the method; `nearest` lists names like it. */
export class NoProvider extends ParleyError {
  code = 'no_provider';
}

/** A manifest or a grant does not allow it; `permission` names what is missing. */
export class PermissionDenied extends ParleyError {
  code = 'permission_denied';
}

/** The parameters do not fit the method's schema: `pointer`, `expected`, `got`. */
export class InvalidPayload extends ParleyError {
  code = 'invalid_payload';
}

/** The result does not fit the method's schema: `pointer`, `expected`, `got`. */
export class InvalidReply extends ParleyError {
  code = 'invalid_reply';
}

/** The deadline passed; `started` tells whether the handler had begun. */
export class Timeout extends ParleyError {
  code = 'timeout';
}

/** The frame or the call was given up; `reason` says why. */
export class Cancelled extends ParleyError {
  code = 'cancelled';
}

/** The process of the other plugin ended: `signal` or `exit_code`, `stderr`, `started`. */
export class KernelDied extends ParleyError {
  code = 'kernel_died';
}

/** The other plugin is not there for now: `since`, `retry_after`. */
export class Unavailable extends ParleyError {
  code = 'unavailable';
}

/** The other plugin's mailbox is full: `retry_after`, `limit`. */
export class Overloaded extends ParleyError {
  code = 'overloaded';
}

/** Too many operations in too short a time: `retry_after`, `limit`. */
export class RateLimited extends ParleyError {
  code = 'rate_limited';
}

/** Waiting would never have ended: `cycle`, `path`. */
export class Deadlock extends ParleyError {
  code = 'deadlock';
}

/** Calls are nested too deeply: `limit`, `chain`. */
export class DepthExceeded extends ParleyError {
  code = 'depth_exceeded';
}

/** The message is too long: `size`, `limit` in bytes. */
export class TooLarge extends ParleyError {
  code = 'too_large';
}

/** A value has no faithful JSON form; `path` leads to it. */
export class NotSerializable extends ParleyError {
  code = 'not_serializable';
}

/** @type {Map<string, typeof ParleyError>} */
const classes = new Map(
  [
    HandlerError, NoProvider, PermissionDenied, InvalidPayload, InvalidReply, Timeout, Cancelled, KernelDied,
    Unavailable, Overloaded, RateLimited, Deadlock, DepthExceeded, TooLarge, NotSerializable,
  ].map((one) => [new one().code, one]),
);

/** What `process.exit` throws in a handler: a plugin may end its frame so, not its kernel. */
export class SystemExit extends Error {
  name = 'SystemExit';
}

/** What SIGINT throws in a handler or a cell that keeps the interpreter busy. */
export class Interrupted extends Error {
  name = 'Interrupted';

  constructor() {
    super('interrupted by SIGINT');
  }
}

/** An outcome that the shim itself decided on, with its error object: not an error of the plugin's. */
export class Refusal {
  /**
   * @param {string} outcome
   * @param {Record<string, unknown>} object
   * @param {Record<string, unknown>} [metadata] what else the reply's metadata has
   */
  constructor(outcome, object, metadata) {
    this.outcome = outcome;
    this.object = object;
    this.metadata = metadata;
  }
}

/**
 * The exception for an outcome that came from the orchestrator.
 * @param {string} outcome
 * @param {Record<string, any>} object the error object
 * @returns {ParleyError}
 */
export function fromObject(outcome, { message, cause, ...fields }) {
  const Class = classes.get(outcome) ?? ParleyError;
  if (typeof cause === 'object' && cause !== null) cause = fromObject(cause.outcome ?? 'handler_error', cause);
  delete fields.outcome;
  delete fields.name;
  delete fields.stack;
  const error = new Class(String(message ?? outcome), { ...fields, ...(cause ? { cause } : {}) });
  error.code = outcome;
  // The stack tells where it was received; the frames of the other languages are in `frames`.
  remote.add(error);
  return error;
}

const remote = new WeakSet();

/**
 * Whether the error came in a reply, as against one that the plugin made.
 * @param {unknown} error
 */
export const isRemote = (error) => remote.has(/** @type {object} */ (error));
