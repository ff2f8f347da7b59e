import { setTimeout as pause } from 'node:timers/promises';
import { call, context, Nack, on, progress, provide, Reject } from 'parley';

const notes = [];

class Boom extends Error {
  name = 'Boom';
}

provide('__plugin__.echo', async ({ value }) => value);

provide('__plugin__.seen', async () => notes.splice(0));

async function handle(event) {
  const { attempt, plugin } = context();
  const first = Array.isArray(event) ? event[0] : event;
  notes.push(Array.isArray(event) ? { items: event.map(({ n }) => n) } : { n: event.n, attempt });
  for (let step = 1; step <= (first.steps ?? 0); step++) {
    await pause(first.pause * 1000);
    if (!first.silent) progress(step / first.steps);
  }
  if (first.then) notes.push({ then: await call(first.then, { value: first.n }) });
  if (first.nack !== undefined && attempt === 1) throw new Nack(first.nack);
  if (first.reject === plugin) throw new Reject('it is told to');
  if (attempt <= (first.fail ?? 0)) throw new Boom('it is told to');
}

provide('__plugin__.listen', async ({ pattern, shape }) => {
  await on(pattern, handle, shape ?? {}).ready;
  return null;
});
