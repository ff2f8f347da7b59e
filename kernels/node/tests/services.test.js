import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as sdk from '../plugin.js';
import { kernelWith } from './orchestrator.js';

const LISTED = [
  { method: 'tax.rate', plugin: 'tax', language: 'python', stream: false, available: true },
  { method: 'tax.table', plugin: 'tax', language: 'python', stream: true, available: false },
];
const cancel = (kernel, request) => kernel.send('cancel', request, { frame: JSON.parse(request).msg_id }, { reason: 'timeout' });

test('services lists the methods that may be called', async (context) => {
  const kernel = await kernelWith(context, `
    import { provide, services } from 'parley';
    provide('all', () => services());
    provide('some', () => services('tax.*'));
    provide('wrong', () => services(5));
  `);
  kernel.answers.services_request = () => [{ outcome: 'ok' }, { services: LISTED }];
  const request = kernel.request('all');
  assert.deepEqual((await kernel.reply(request)).content.value, LISTED);
  await kernel.call('some');
  assert.match((await kernel.call('wrong')).content.message, /services\(\) wants a pattern, as text/);
  const [all, some] = kernel.sent('services_request');
  assert.deepEqual([all.parent, all.metadata, all.content], [request, {}, {}]);
  assert.deepEqual(some.content, { pattern: 'tax.*' });
});

test('waitFor suspends its frame until the method is there', async (context) => {
  const kernel = await kernelWith(context, `
    import { provide, waitFor } from 'parley';
    provide('waits', async ({ options }) => { await waitFor('tax.rate', options); return 'there' });
    provide('other', () => 'alive');
  `);
  kernel.answers.service_wait = () => undefined;
  const request = kernel.request('waits', { options: { timeout: 2.5 } });
  const asked = await kernel.wait((one) => one.type === 'service_wait');
  assert.deepEqual([asked.parent, asked.metadata, asked.content], [request, { timeout: 2.5 }, { method: 'tax.rate' }]);
  assert.equal((await kernel.call('other')).content.value, 'alive');
  kernel.send('service_wait_reply', asked.header, { outcome: 'ok' }, {});
  assert.equal((await kernel.reply(request)).content.value, 'there');
  const second = kernel.request('waits');
  const plain = await kernel.wait((one) => one.type === 'service_wait' && one.parent === second);
  assert.deepEqual(plain.metadata, {});
  cancel(kernel, second);
  assert.equal((await kernel.reply(second)).outcome, 'cancelled');
});

test('waiting in vain is an error of its kind, and wrong options are refused', async (context) => {
  const kernel = await kernelWith(context, `
    import { provide, waitFor } from 'parley';
    const told = (...given) => waitFor(...given).then(() => 'there', (e) => [e.name, e.message]);
    provide('tries', async () => [
      await told('late.method'), await told('foreign.method'), await told('a.b', { timeout: 0 }), await told('a.b', 5),
      await told('a.b', { seconds: 1 }), await told(),
    ]);
  `);
  kernel.answers.service_wait = ({ content }) => (content.method === 'late.method'
    ? [{ outcome: 'timeout' }, { message: 'late.method did not come within 2 s', started: false, timeout: 2 }]
    : [{ outcome: 'permission_denied' }, { message: 'not allowed', permission: 'call:foreign.method' }]);
  const told = (await kernel.call('tries')).content.value;
  assert.deepEqual(told.map(([name]) => name), ['Timeout', 'PermissionDenied', 'Timeout', 'TypeError', 'TypeError', 'TypeError']);
  assert.equal(told[4][1], "waitFor() has no option 'seconds'; it takes 'timeout'");
  assert.equal(kernel.sent('service_wait').length, 2);
});

const CONTRIBUTED = [
  { id: 'csv', plugin: 'table', language: 'lua', methods: { render: 'table.render' }, data: { label: 'CSV', order: 1 } },
  { id: 'pdf', plugin: 'paper', language: 'ruby', methods: { render: 'paper.to_pdf' }, data: {} },
];

test('contributions are called by the names of the interface, and one that fails leaves the others alone', async (context) => {
  const kernel = await kernelWith(context);
  Object.assign(kernel.services, {
    'table.render': ({ text }) => ({ value: `${text},` }),
    'paper.to_pdf': () => ({ outcome: 'handler_error', error: { message: 'no paper', ename: 'Jam', evalue: 'no paper', traceback: [], frames: [] } }),
  });
  kernel.answers.contributions_request = () => [{ outcome: 'ok' }, { contributions: CONTRIBUTED }];
  const loaded = await kernel.load(`
    import { contributions, onStart, provide } from 'parley';
    let found = [];
    onStart(async () => { found = await contributions('editor.exporter') });
    provide('facts', () => found.map(({ id, plugin, language, data }) => ({ id, plugin, language, data })));
    provide('renders', () => Promise.all(found.map((one) => one.call('render', { text: 'x' }, { timeout: 3 }).catch((e) => [e.code, e.message]))));
    provide('unknown', () => found[0].call('constructor').catch((e) => [e.code, e.message, e.nearest]));
  `);
  assert.equal(loaded.outcome, 'ok');
  const [asked] = kernel.sent('contributions_request');
  assert.deepEqual([asked.metadata, asked.content], [{}, { point: 'editor.exporter' }]);
  assert.deepEqual((await kernel.call('facts')).content.value, CONTRIBUTED.map(({ methods, ...facts }) => facts));
  assert.deepEqual((await kernel.call('renders')).content.value, ['x,', ['handler_error', 'no paper']]);
  const calls = kernel.sent('call_request').map(({ metadata, content }) => [metadata, content]);
  assert.deepEqual(calls, [[{ method: 'table.render', timeout: 3 }, { text: 'x' }], [{ method: 'paper.to_pdf', timeout: 3 }, { text: 'x' }]]);
  assert.deepEqual((await kernel.call('unknown')).content.value, ['no_provider', 'the contribution csv of table has no method constructor; it has render', ['render']]);
});

test('a point of another plugin is refused', async (context) => {
  const kernel = await kernelWith(context, `
    import { contributions, provide } from 'parley';
    provide('asks', async function asks() { return (await contributions('their.point')).length });
  `);
  kernel.answers.contributions_request = () => [{ outcome: 'permission_denied' }, { message: 'the point is of editor', permission: 'point:their.point' }];
  const { outcome, content } = await kernel.call('asks');
  assert.deepEqual([outcome, content.ename, content.cause.outcome], ['handler_error', 'PermissionDenied', 'permission_denied']);
  assert.deepEqual(content.frames, [{ file: kernel.path('plugin.mjs'), line: 3, function: 'asks' }]);
});

test('what is exported and what has a type are the same', () => {
  const types = readFileSync(new URL('../index.d.ts', import.meta.url), 'utf8');
  const typed = new Set([...types.matchAll(/^export (?:function|class|const) (\w+)/gm)].map(([, name]) => name));
  const hidden = new Set(['Lock']);
  assert.deepEqual(Object.keys(sdk).filter((name) => !hidden.has(name)), [...typed].sort());
});
