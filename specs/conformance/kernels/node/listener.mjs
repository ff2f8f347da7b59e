import { call, context, on, provide } from 'parley';

let notes = [];
let subscription;

class Boom extends Error {
  name = 'Boom';
}

provide('__plugin__.echo', async ({ value }) => value);

on('*:tick', async (payload) => {
  const { event, emitter } = context();
  notes.push({ handler: 1, payload, event, emitter });
  if (payload.fail) throw new Boom('the first fails');
});

on('*:tick', async ({ n, ask }) => {
  const answer = ask ? await call(ask, { value: n }) : n;
  notes.push({ handler: 2, n: answer });
});

provide('__plugin__.seen', async () => notes.splice(0));

async function listen(pattern) {
  subscription = on(pattern, async ({ n }) => void notes.push({ handler: 3, n }));
  await subscription.ready;
  return null;
}

provide('__plugin__.listen', async ({ pattern }) => await listen(pattern));

provide('__plugin__.forget', async () => {
  subscription.dispose();
  subscription.dispose();
  return null;
});

provide('__plugin__.listen_and_call', async ({ pattern, method, params }) => {
  await listen(pattern);
  return await call(method, params);
});
