import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { kernelWith } from './orchestrator.js';

const failing = async (context, source, options) => {
  const kernel = await kernelWith(context);
  const reply = await kernel.load(source, options);
  assert.equal(reply.outcome, 'handler_error');
  return { kernel, ...reply.content };
};

test('a syntax error names file, line and column', async (context) => {
  const source = `import { on } from 'parley';\nlet a = ;\n`;
  const { kernel, ename, message, frames } = await failing(context, source);
  const file = kernel.path('plugin.mjs');
  assert.equal(ename, 'SyntaxError');
  assert.ok(message.startsWith(`${file}:2:9: `), message);
  assert.deepEqual(frames, [{ file, line: 2, column: 9, function: '<module>' }]);
});

test('a syntax error in what the plugin imports is found there', async (context) => {
  const { kernel, frames } = await failing(context, `import './other.mjs';`, { files: { 'other.mjs': '\n\n(' } });
  assert.equal(frames[0].file, kernel.path('other.mjs'));
});

test('a name that parley does not have is an error at its import', async (context) => {
  const { kernel, message } = await failing(context, `import { on,\n  nothing } from 'parley';`);
  assert.ok(message.startsWith(`${kernel.path('plugin.mjs')}:2:3: `), message);
});

test('a missing module is named, with who wanted it', async (context) => {
  for (const [name, source] of [['plugin.mjs', `import fs from 'node:fs';\nimport x from 'not-there/at/all';`], ['plugin.cjs', `\nrequire('not-there/at/all');`], ['two.mjs', `\nimport './not-there/at/all'`]]) {
    const { kernel, message, frames } = await failing(context, source, { name });
    assert.match(message, /not-there\/at\/all/);
    assert.deepEqual(frames, [{ file: kernel.path(name), line: 2, function: '<module>' }]);
  }
});

test('an error while loading, and an exit, fail the load', async (context) => {
  const { kernel, ename, frames } = await failing(context, `\nfunction f() { throw new RangeError('x') }\nf();`);
  assert.deepEqual([ename, frames.map((one) => one.line)], ['RangeError', [3, 2]]);
  assert.equal((await kernel.load('process.exit(1)', { name: 'second.mjs' })).content.ename, 'SystemExit');
  assert.equal((await kernel.load('', { name: 'third.mjs' })).outcome, 'ok');
});

test('a refused registration is an error at its line', async (context) => {
  const { kernel, ename, frames, cause } = await failing(context, `import { on } from 'parley';\n\non('forbidden:event', () => {});`);
  assert.deepEqual([ename, cause.outcome, cause.permission], ['PermissionDenied', 'permission_denied', 'subscribe:forbidden:event']);
  assert.deepEqual(frames, [{ file: kernel.path('plugin.mjs'), line: 3, function: '<anonymous>' }]);
});

test('a plugin may be a module without package.json, CommonJS, or await at top level', async (context) => {
  const services = { 'a.b': ({ n }) => ({ value: n + 1 }) };
  const sources = {
    'module.js': `import { provide, call } from 'parley'; import { n } from './helper.js'; const m = await call('a.b', { n }); provide('get', () => m);`,
    'common.js': `const { provide } = require('parley'); const { n } = require('./helper.cjs'); provide('get', () => n);`,
    'common.cjs': `const { provide } = require('parley'); provide('get', () => 42);`,
  };
  const files = { 'helper.js': 'export const n = 41;', 'helper.cjs': 'exports.n = 42;' };
  for (const [name, source] of Object.entries(sources)) {
    const kernel = await kernelWith(context, source, { name, files, services });
    assert.equal((await kernel.call('get')).content.value, 42, name);
    assert.equal(kernel.stderr + kernel.printed('{}', 'stderr'), '', name);
  }
});

test('packages in node_modules work, and may use parley', async (context) => {
  const kernel = await kernelWith(context);
  mkdirSync(kernel.path('node_modules/dep'), { recursive: true });
  const reply = await kernel.load(`import { add } from 'dep'; import { provide } from 'parley'; provide('get', () => [add, process.cwd()]);`, { files: {
    'node_modules/dep/package.json': '{"type":"module","exports":"./index.js"}',
    'node_modules/dep/index.js': `import { call } from 'parley'; export const add = typeof call;`,
  } });
  assert.equal(reply.outcome, 'ok');
  assert.deepEqual((await kernel.call('get')).content.value, ['function', kernel.path('.').replace(/\/\.?$/, '')]);
});

test('a plugin that was unloaded can be loaded again', async (context) => {
  const source = `import { provide } from 'parley'; let n = 0; provide('count', () => ++n);`;
  const kernel = await kernelWith(context, source);
  await kernel.call('count');
  await kernel.ask('unload_plugin', {}, {});
  assert.equal((await kernel.call('count')).outcome, 'no_provider');
  await kernel.load(source);
  assert.equal((await kernel.call('count')).content.value, 1);
});
