/**
 * Parts of Node that have no public name yet in the versions that need them: `--expose-internals` (kernel.json) gives
 * them. Everything that asks for one has another way when it is not there.
 */

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * @param {string} id
 * @returns {any} undefined when this Node has no such part, or does not give it
 */
export function internal(id) {
  try {
    return require(`internal/${id}`);
  } catch {
    return undefined;
  }
}
