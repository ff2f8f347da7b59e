/** The vectors of specs/, which the tests of the orchestrator and of every shim read. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const specs = process.env.PARLEY_SPECS ?? fileURLToPath(new URL('../../../specs', import.meta.url));

/**
 * @param {string} name
 * @returns {any}
 */
export const vectors = (name) => JSON.parse(readFileSync(join(specs, 'vectors', `${name}.json`), 'utf8'));

/** @param {string} hex */
export const bytes = (hex) => Buffer.from(hex, 'hex');
