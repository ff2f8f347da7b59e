import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelWith } from './orchestrator.js';

const run = async (kernel, code) => {
  const header = kernel.send('execute_request', '{}', {}, { code, silent: false, store_history: true, allow_stdin: false, stop_on_error: true });
  const reply = await kernel.reply(header);
  const shown = kernel.messages.find((one) => one.parent === header && one.type === 'execute_result');
  return { header, ...reply, shown: shown?.content.data['text/plain'] };
};

test('a cell shows its last value, and its names stay', async (context) => {
  const kernel = await kernelWith(context, undefined, {});
  kernel.services['a.b'] = ({ n }) => ({ value: n + 1 });
  for (const [code, shown] of [
    ['1 + 1', '2'], ['let x = 5; const f = () => x', undefined], ['f()', '5'], ['undefined', undefined], ['({ a: [1] })', '{ a: [ 1 ] }'],
    ['{ a: 1 }', '{ a: 1 }'], ['const y = await call("a.b", { n: x }); y * 2', '12'], ['y', '6'], ['"text"', "'text'"],
    ['(await import("node:path")).sep', "'/'"], ['require("node:os").EOL', "'\\n'"], ['class P {}', undefined], ['new P()', 'P {}'],
  ]) {
    const cell = await run(kernel, code);
    assert.equal(cell.content.status, 'ok', JSON.stringify(cell.content));
    assert.equal(cell.shown, shown, code);
  }
  assert.match((await run(kernel, 'Promise.resolve(1)')).shown, /^Promise \{\s*1/);
});

test('an error of a cell names the cell', async (context) => {
  const kernel = await kernelWith(context);
  const thrown = await run(kernel, '\nthrow new TypeError("x")');
  assert.deepEqual([thrown.outcome, thrown.content.status, thrown.content.ename], ['handler_error', 'error', 'TypeError']);
  assert.deepEqual(thrown.content.frames, [{ file: '<cell 1>', line: 2, function: '<anonymous>' }]);
  assert.ok(kernel.messages.some((one) => one.type === 'error' && one.content.ename === 'TypeError'));
  const wrong = await run(kernel, 'let a =\n ;');
  assert.deepEqual(wrong.content.frames, [{ file: '<cell 2>', line: 2, column: 2, function: '<module>' }]);
  const awaited = await run(kernel, 'await null;\nlet b = ;');
  assert.deepEqual(awaited.content.ename, 'SyntaxError');
});

/** Interrupts the handler that has just printed: a little later, when it really spins. */
async function interrupt(kernel, header) {
  await kernel.wait((one) => one.type === 'stream' && one.parent === header);
  await new Promise((resolve) => setTimeout(resolve, 50));
  kernel.signal('SIGINT');
  return kernel.reply(header);
}

test('SIGINT leaves an idle kernel alone', async (context) => {
  const kernel = await kernelWith(context, `import { provide } from 'parley'; provide('echo', (p) => p);`);
  kernel.signal('SIGINT');
  // A thread of Node's waits for the signal: on a busy machine it wakes up late, and finds the next call instead.
  const outcomes = [];
  while (outcomes.at(-1) !== 'ok') outcomes.push((await kernel.call('echo', { n: 1 })).outcome);
  assert.ok(outcomes.length <= 2, String(outcomes));
});

test('SIGINT ends a busy cell and a busy handler', async (context) => {
  const kernel = await kernelWith(context, `import { provide } from 'parley'; provide('spins', () => { console.log('on'); for (;;); });
    provide('yields', async function* () { console.log('on'); for (;;); }); provide('echo', (p) => p);`);
  for (let i = 0; i < 2; i++) {
    const reply = await interrupt(kernel, kernel.request('spins'));
    assert.deepEqual([reply.outcome, reply.content.ename], ['handler_error', 'Interrupted']);
    assert.deepEqual(reply.content.frames, [{ file: kernel.path('plugin.mjs'), line: 1, function: '<anonymous>' }]);
  }
  const streamed = kernel.request('yields', {}, { metadata: { stream: true, credit: 1 } });
  assert.equal((await interrupt(kernel, streamed)).content.ename, 'Interrupted');
  const header = kernel.send('execute_request', '{}', {}, { code: 'console.log("on"); for (;;);' });
  assert.equal((await interrupt(kernel, header)).content.ename, 'Interrupted');
  assert.equal((await kernel.call('echo', { n: 2 })).content.value.n, 2);
});
