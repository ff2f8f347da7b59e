/**
 * As much of Node as the shim uses, for `tsc` alone: Debian has no package of Node's types, and the shim installs
 * nothing. It is not part of what a plugin sees.
 */

interface ErrorConstructor {
  stackTraceLimit: number;
}
interface SymbolConstructor {
  readonly dispose: symbol;
  readonly asyncDispose: symbol;
}
interface Number {
  /** A timer of Node's is an object. */
  unref(): void;
}

type BufferEncoding = 'utf8' | 'latin1' | 'hex' | 'base64';

declare class Buffer extends Uint8Array {
  static alloc(size: number): Buffer;
  static allocUnsafeSlow(size: number): Buffer;
  static byteLength(value: string | Uint8Array): number;
  static concat(list: Uint8Array[], size?: number): Buffer;
  static from(value: any, encoding?: any): Buffer;
  static of(...bytes: number[]): Buffer;
  copy(target: Uint8Array, targetStart?: number, start?: number, end?: number): number;
  equals(other: Uint8Array): boolean;
  readUInt32BE(at: number): number;
  subarray(start?: number, end?: number): Buffer;
  toString(encoding?: BufferEncoding, start?: number, end?: number): string;
  write(text: string, encoding: BufferEncoding): number;
  write(text: string, at?: number, encoding?: BufferEncoding): number;
  writeUInt32BE(value: number, at?: number): number;
}

declare module 'node:buffer' {
  const Class: typeof Buffer;
  type Class = Buffer;
  export { Class as Buffer };
  export function isUtf8(bytes: Uint8Array): boolean;
}

declare module 'node:async_hooks' {
  export class AsyncLocalStorage<T> {
    getStore(): T | undefined;
    run<R, A extends unknown[]>(store: T, body: (...values: A) => R, ...values: A): R;
  }
}

declare module 'node:crypto' {
  interface Digest {
    update(data: string | Uint8Array): Digest;
    digest(): Buffer;
    digest(encoding: 'hex'): string;
  }
  export function createHash(algorithm: string): Digest;
  export function createHmac(algorithm: string, key: Uint8Array): Digest;
  export function randomBytes(size: number): Buffer;
  export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
}

declare module 'node:fs' {
  export function closeSync(descriptor: number): void;
  export function readFileSync(path: string, encoding: 'utf8'): string;
  export function writeSync(descriptor: number, data: string | Uint8Array): number;
}

declare module 'node:module' {
  interface Require {
    (id: string): any;
    resolve(id: string): string;
  }
  export function createRequire(path: string): Require;
  const module: object;
  export default module;
}

declare module 'node:net' {
  interface Socket {
    destroy(error?: Error): void;
    on(event: 'error' | 'close', listener: (value: any) => void): void;
    write(data: string | Uint8Array, written?: () => void): void;
  }
  interface Options {
    path: string;
    onread: { buffer: Buffer; callback(size: number, buffer: Uint8Array): boolean };
  }
  export function connect(options: Options): Socket;
}

declare module 'node:path' {
  export function dirname(path: string): string;
  export function isAbsolute(path: string): boolean;
  export function resolve(...paths: string[]): string;
}

declare module 'node:child_process' {
  export function execFile(
    file: string,
    args: string[],
    done: (error: Error | null, output: string, errors: string) => void,
  ): unknown;
}

declare module 'node:process' {
  const process: {
    abort(): never;
    argv: string[];
    chdir(folder: string): void;
    cwd(): string;
    env: Record<string, string | undefined>;
    emitWarning(...values: unknown[]): void;
    execArgv: string[];
    getActiveResourcesInfo(): string[];
    exit(code?: number | string | null): never;
    kill(target: number, signal?: string | number): true;
    listeners(name: string): Function[];
    once(name: string, listener: (...values: any[]) => unknown): unknown;
    nextTick(body: (...values: any[]) => void): void;
    on(name: string, listener: (...values: any[]) => void): void;
    pid: number;
    removeAllListeners(name?: string): typeof process;
    version: string;
    versions: { node: string };
  };
  export default process;
}

declare module 'node:stream' {
  export class Writable {
    constructor(options: { decodeStrings: boolean });
    write(chunk: unknown, encoding?: unknown): boolean;
    /** Set by the subclass, as Node's own streams have them. */
    fd: number;
    _type: string;
  }
}

declare module 'node:string_decoder' {
  export class StringDecoder {
    write(bytes: Buffer): string;
  }
}

declare module 'node:url' {
  export function fileURLToPath(url: string | URL): string;
  export function pathToFileURL(path: string): URL;
}

declare module 'node:util' {
  export function inspect(value: unknown): string;
}

declare module 'node:v8' {
  export function setFlagsFromString(flags: string): void;
}

declare module 'node:vm' {
  export class Script {
    constructor(code: string, options?: { filename?: string; importModuleDynamically?: unknown });
    runInThisContext(options: { breakOnSigint?: boolean; displayErrors?: boolean }): any;
  }
  const vm: { Script: typeof Script };
  namespace vm {
    type Script = import('node:vm').Script;
  }
  export default vm;
}
