import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seal } from '../envelope.js';
import { Signer } from '../signer.js';
import { kernelWith } from './orchestrator.js';

const alive = async (kernel) => assert.deepEqual((await kernel.call('echo', { s: 'ü"', n: [1] })).content, { value: { s: 'ü"', n: [1] } });
const ECHO = `import { provide, call } from 'parley'; provide('echo', (p) => p);\n`;

test('process.exit ends the frame, not the kernel', async (context) => {
  const kernel = await kernelWith(context, `${ECHO}
    provide('exits', () => process.exit(3));
    provide('swallows', async () => { try { process.exit(3) } catch {} await null; return 1 });
  `);
  for (const method of ['exits', 'swallows']) {
    const { outcome, content } = await kernel.call(method);
    assert.deepEqual([outcome, content.ename], ['handler_error', 'SystemExit']);
    assert.match(content.message, /process\.exit\(3\)/);
  }
  await alive(kernel);
});

test('globals that a plugin breaks do not break the shim', async (context) => {
  const kernel = await kernelWith(context, `${ECHO}
    provide('breaks', () => {
      JSON.stringify = JSON.parse = () => 'broken';
      process.stdout.write = console.log = () => { throw 1 };
      process.stdout.end(); process.stdout.destroy();
      globalThis.Buffer = globalThis.setTimeout = globalThis.performance = null;
      Array.isArray = () => false;
      Object.prototype.toJSON = Error.prepareStackTrace = () => { throw 2 };
      process.removeAllListeners();
    });
    provide('exits', () => process.exit(3));
  `);
  assert.equal((await kernel.call('breaks')).outcome, 'ok');
  await alive(kernel);
  const { outcome, content } = await kernel.call('exits');
  assert.deepEqual([outcome, content.ename], ['handler_error', 'SystemExit']);
  await alive(kernel);
});

test('errors that nobody catches are told, with the method they began in', async (context) => {
  const kernel = await kernelWith(context, `${ECHO}
    provide('stray', () => { setTimeout(() => { throw new Error('from a timer') }, 1); Promise.reject(new Error('lost')) });
  `);
  await kernel.call('stray');
  for (const text of ['from a timer', 'lost']) {
    const { content } = await kernel.wait((one) => one.type === 'log' && one.content.message.includes(text));
    assert.deepEqual([content.level, content.fields.began_in, content.fields.frames[0].line], ['error', 'stray', 3]);
  }
  await alive(kernel);
});

test('whatever is thrown or returned becomes an outcome', async (context) => {
  const kernel = await kernelWith(context, `${ECHO}
    provide('null', () => { throw null });
    provide('text', async () => { throw 'text' });
    provide('unreadable', () => { throw Object.defineProperty(new Error('x'), 'message', { get() { throw 1 } }) });
    provide('surrogate', () => { throw new Error('bad \\ud800') });
    provide('circular', () => { const e = new Error('c'); e.cause = e; throw e });
    provide('thenable', () => ({ then(done) { done(1); done(2); throw 3 } }));
    provide('iterator', () => ({ [Symbol.asyncIterator]: () => ({ next: () => 5 }) }));
    provide('odd', async () => { try { await call('nobody') } catch (e) { e.nearest = () => 1; throw e } });
    provide('odder', async () => { try { await call('stats') } catch (e) { e.frames = e.ename = [Symbol()]; throw e } });
    provide('huge', () => { throw new Error('x'.repeat(3e6)) });
  `, { services: { stats: () => ({ outcome: 'handler_error', error: { message: 'm', ename: 'E', evalue: 'm', traceback: [], frames: [] } }) } });
  for (const method of ['null', 'text', 'odd', 'odder', 'unreadable', 'surrogate', 'circular', 'huge']) {
    const { outcome, content } = await kernel.call(method);
    assert.equal(outcome, 'handler_error', method);
    assert.equal(typeof content.message, 'string', method);
  }
  assert.equal((await kernel.call('thenable')).content.value, 1);
  assert.equal((await kernel.call('iterator', {}, { metadata: { stream: true, credit: 1 } })).outcome, 'handler_error');
  await alive(kernel);
});

test('100,000 lines arrive in order, before the reply', async (context) => {
  const kernel = await kernelWith(context, `${ECHO} provide('prints', () => { for (let i = 0; i < 100_000; i++) console.log(i) });`);
  const request = kernel.request('prints');
  await kernel.reply(request);
  const lines = kernel.printed(request).split('\n');
  assert.equal(lines.length, 100_001);
  assert.ok(lines.slice(0, -1).every((line, i) => line === String(i)));
});

test('what is printed belongs to its frame, through every await', async (context) => {
  const kernel = await kernelWith(context, `${ECHO}
    provide('speaks', async ({ n }) => { console.log('a', n); await call('pause'); process.stdout.write('b ' + n); console.error('c', n) });
  `, { services: { pause: () => ({ value: null }) } });
  const requests = [1, 2, 3].map((n) => kernel.request('speaks', { n }));
  for (const [i, request] of requests.entries()) {
    await kernel.reply(request);
    assert.equal(kernel.printed(request), `a ${i + 1}\nb ${i + 1}`);
    assert.equal(kernel.printed(request, 'stderr'), `c ${i + 1}\n`);
  }
});

test('what is printed before a crash is not lost', async (context) => {
  const kernel = await kernelWith(context, `${ECHO} provide('dies', () => { console.log('last'); console.log('words'); process.kill(process.pid, 'SIGKILL') });`);
  const request = kernel.request('dies');
  await kernel.ended;
  assert.equal(kernel.printed(request), 'last\nwords\n');
});

test('garbage is dropped or answered, never fatal', async (context) => {
  const kernel = await kernelWith(context, ECHO);
  kernel.sendFrames(['junk']);
  kernel.sendFrames(['<IDS|MSG>', '0'.repeat(64), '{}', '{}', '{}', '{}']);
  kernel.sendFrames(seal(new Signer('the key'), '{"msg_id":"m1","msg_type":"ping"}', '{}', 'nonsense', '{}'));
  await kernel.wait((one) => one.type === 'error' && one.parent.includes('m1'));
  const calls = [['call_request', { method: 'echo' }, '[1'], ['load_plugin', {}, {}], ['call_request', { method: 'echo', buffer_paths: [['x']] }, {}]];
  for (const [type, metadata, content] of calls) {
    const header = kernel.send(type, '{}', metadata, content);
    await kernel.wait((one) => one.type === 'error' && one.parent === header);
  }
  kernel.send('of_the_future', '{}', {}, {});
  kernel.send('call_reply', '{"msg_id":"never asked"}', { outcome: 'ok' }, {});
  await alive(kernel);
});

test('a repeated message is dropped', async (context) => {
  const kernel = await kernelWith(context, `${ECHO} let n = 0; provide('counts', () => ++n);`);
  const frames = seal(new Signer('the key'), '{"msg_id":"same","msg_type":"call_request"}', '{}', '{"method":"counts"}', '{}');
  kernel.sendFrames(frames);
  kernel.sendFrames(frames);
  assert.equal((await kernel.call('counts')).content.value, 2);
});

test('a kernel without its orchestrator ends', async (context) => {
  const kernel = await kernelWith(context, ECHO);
  kernel.disconnect();
  await kernel.ended;
  assert.equal(kernel.status, 0);
});
