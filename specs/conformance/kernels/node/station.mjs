import * as parley from 'parley';
import { ParleyError, call, context, emit, lock, log, progress, provide, stream } from 'parley';

const FIELDS = [
  'ename', 'frames', 'nearest', 'permission', 'pointer', 'path', 'signal', 'started', 'cycle', 'limit', 'size', 'reason',
  'retry_after',
];
let journal = [];

class Boom extends Error {
  name = 'Boom';
}

async function described(body) {
  try {
    return { kind: 'ok', value: await body() };
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
    const found = FIELDS.filter((name) => error[name] !== undefined).map((name) => [name, error[name]]);
    return { kind: error.code, message: error.message, ...Object.fromEntries(found) };
  }
}

function nextCall({ route: [first, ...rest], params, timeout }) {
  return call(first, rest.length > 0 ? { route: rest, params } : params, { timeout });
}

async function inSequence(calls) {
  const results = [];
  for (const { method, params } of calls) results.push(await call(method, params));
  return results;
}

provide('__plugin__.echo', async ({ value }) => value);

provide('__plugin__.relay', async (params) => await nextCall(params));

provide('__plugin__.tidy', async (params) => {
  try {
    return await nextCall(params);
  } finally {
    const { kind } = await described(() => call('__plugin__.echo', { value: 1 }));
    log(`tidied ${kind}`);
  }
});

provide('__plugin__.sequence', async ({ calls }) => await inSequence(calls));

provide('__plugin__.both', async ({ calls }) => await Promise.all(calls.map(({ method, params }) => call(method, params))));

provide('__plugin__.fail', async ({ message }) => {
  throw new Boom(message);
});

provide('__plugin__.fail_because', async ({ message }) => {
  throw new Boom(message, { cause: new Boom('the root') });
});

provide('__plugin__.catch', async ({ method, params, timeout }) => await described(() => call(method, params, { timeout })));

provide('__plugin__.catch_as', async ({ name, method, params, timeout }) => {
  try {
    await call(method, params, { timeout });
  } catch (error) {
    if (error instanceof parley[name]) return `caught ${error.code}`;
    throw error;
  }
  return 'nothing was raised';
});

provide('__plugin__.context', async () => {
  const { plugin, method, caller, depth, tenant, trace, deadline } = context();
  return { plugin, method, caller, depth, tenant, trace, deadline };
});

const MAKERS = {
  'nan': () => NaN,
  'inf': () => Infinity,
  '-inf': () => -Infinity,
  '2^63': () => 2n ** 63n,
  'function': () => () => {},
  'cycle': () => {
    const cycle = [];
    cycle.push(cycle);
    return cycle;
  },
  'broken_text': () => 'a\ud800b',
  'bad_key': () => new Map([[1, 1]]),
  'too_deep': () => Array.from({ length: 130 }).reduce((inner) => [inner], []),
};

const made = (what) => ({ rows: [1, MAKERS[what]()] });

provide('__plugin__.make', async ({ what }) => made(what));

provide('__plugin__.send', async ({ method, what }) => await described(() => call(method, made(what))));

provide('__plugin__.bytes', async ({ octets }) => Uint8Array.from(octets));

provide('__plugin__.note', async ({ text }) => {
  journal.push(text);
  return null;
});

provide('__plugin__.journal', async () => journal.splice(0));

provide('__plugin__.bracket', async ({ tag, method, params }) => {
  journal.push(`<${tag}`);
  await call(method, params);
  journal.push(`${tag}>`);
  return null;
});

async function* numbers(count) {
  let done = false;
  try {
    for (let n = 0; count < 0 || n < count; n++) yield n;
    done = true;
  } finally {
    if (!done) log('closed');
  }
}

provide('__plugin__.numbers', ({ count }) => numbers(count));

provide('__plugin__.yields_unasked', () => numbers(3));

provide('__plugin__.plain_as_stream', async () => 1);

provide('__plugin__.failing_numbers', async function* failingNumbers({ count }) {
  for (let n = 0; n < count; n++) yield n;
  throw new Boom('no more numbers');
});

provide('__plugin__.replies', async function* replies({ calls }) {
  for (const { method, params } of calls) yield await call(method, params);
});

provide('__plugin__.collect', async ({ method, params, limit, between }) => {
  const items = [];
  for await (const item of stream(method, params)) {
    items.push(item);
    if (between) await call(between.method, between.params);
    if (items.length === limit) break;
  }
  return items;
});

provide('__plugin__.advance', async ({ steps }) => {
  for (let i = 1; i <= steps; i++) progress(i / steps, String(i));
  return 'done';
});

provide('__plugin__.watch', async ({ method, params }) => {
  const reports = [];
  const onProgress = (fraction, text) => reports.push([fraction, text]);
  const value = await call(method, params, { onProgress });
  return { value, progress: reports };
});

provide('__plugin__.locked', async ({ name, calls }) => await lock(name, () => inSequence(calls)));

provide('__plugin__.speak', async ({ tag, method, params }) => {
  console.log(`${tag} before`);
  const value = await call(method, params);
  console.log(`${tag} after`);
  return value;
});

provide('__plugin__.spin', async () => {
  console.log('spinning');
  for (;;);
});

provide('__plugin__.text', async ({ size }) => 'x'.repeat(size));

provide('__plugin__.oversize', async ({ size }) => await described(() => call('__plugin__.echo', { value: 'x'.repeat(size) })));

provide('__plugin__.emit', async ({ event, payload, times = 1 }) => {
  let reached;
  for (let n = 1; n <= times; n++) reached = await emit(event, { ...payload, n });
  return reached;
});
