import { EventEmitter, once } from 'node:events';
import { setImmediate as immediate, setTimeout as later } from 'node:timers/promises';
import vm from 'node:vm';
import { call, provide } from 'parley';

const traps = {
  forgotten_await: (ask) => {
    ask();
    return 'forgotten_await';
  },
  forgotten_failure: () => {
    call('nobody.there', {});
    return 'forgotten_failure';
  },
  rejection_nobody_handles: () => {
    Promise.reject(new Error('nobody handles this'));
    return 'rejection_nobody_handles';
  },
  thrown_in_a_timer: async (ask) => {
    setTimeout(() => {
      throw new Error('thrown in a timer');
    }, 0);
    await later(5);
    return await ask();
  },
  thrown_in_a_listener: async (ask) => {
    const emitter = new EventEmitter();
    process.nextTick(() => emitter.emit('error', new Error('an error event that nobody handles')));
    await immediate();
    return await ask();
  },
  thenable: async (ask) => await { then: (resolve, reject) => ask().then(resolve, reject) },
  never_settled: (ask) => Promise.race([new Promise(() => {}), ask()]),
  event: async (ask) => {
    const emitter = new EventEmitter();
    setImmediate(async () => emitter.emit('answer', await ask()));
    return (await once(emitter, 'answer'))[0];
  },
  microtask: (ask) => new Promise((resolve) => queueMicrotask(() => resolve(ask()))),
  sort: async (ask) => {
    const answers = [];
    [2, 1].sort(() => answers.push(ask()) && 0);
    return await answers[0];
  },
  replace: async (ask) => {
    let answer;
    'x'.replace(/x/, () => (answer = ask()) && '');
    return await answer;
  },
  getter: (ask) => ({ get value() { return ask(); } }).value,
  proxy: (ask) => new Proxy({}, { get: () => ask() }).value.then((value) => value),
  async_generator: async (ask) => {
    async function* answers() {
      yield await ask();
    }
    for await (const answer of answers()) return answer;
    return undefined;
  },
  callback_of_an_old_kind: (ask) => new Promise((resolve) => setTimeout(() => ask().then(resolve), 1)),
  vm_context: (ask) => vm.runInNewContext('(async () => await ask())()', { ask }),
  to_string: async (ask) => {
    let answer;
    String({ toString: () => (answer = ask()) && 'text' });
    return await answer;
  },
  abort: async () => {
    const giving = new AbortController();
    const answer = call('__plugin__.echo', { value: 1 }, { signal: giving.signal });
    giving.abort();
    return await answer.then(() => 'answered', () => 'abort');
  },
};

provide('__plugin__.echo', async ({ value }) => value);

provide('__plugin__.spring', async ({ trap, method }) => await traps[trap](() => call(method, { value: trap })));
