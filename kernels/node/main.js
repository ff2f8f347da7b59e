/** Starts the kernel: `node main.js CONNECTION_FILE`. */

import { closeSync, readFileSync, writeSync } from 'node:fs';
import process from 'node:process';
import { kernel } from './kernel.js';

// An error must show the outermost frame too, and the shim's own frames count.
Error.stackTraceLimit = 64;

const path = process.argv[2];
if (path === undefined) {
  writeSync(2, 'parley: this program is started by parley, with a connection file\n');
  process.exit(2);
}
const file = JSON.parse(readFileSync(path, 'utf8'));
// The file is given by an open descriptor: no child of the plugin's shall inherit it.
const descriptor = /^\/(?:proc\/self|dev)\/fd\/(\d+)$/.exec(path)?.[1];
if (descriptor !== undefined) closeSync(Number(descriptor));
kernel.start(file);
