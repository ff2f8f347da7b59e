import { execFileSync } from 'node:child_process';
import process from 'node:process';
import * as parley from 'parley';

const { call, provide } = parley;

class Own {
  #secret = 1;

  reveal() {
    return this.#secret;
  }
}

provide('__plugin__.echo', async ({ value }) => value);

provide('__plugin__.exit', async () => process.exit(3));

provide('__plugin__.close_output', async () => {
  process.stdout.destroy();
  process.stderr.end();
  console.log('into nowhere');
  return 'still here';
});

provide('__plugin__.flood', async ({ lines }) => {
  for (let i = 0; i < lines; i++) console.log(`line ${i}`);
  return lines;
});

provide('__plugin__.child', async () => {
  execFileSync('echo', ['from the child'], { stdio: 'inherit' });
  return 'done';
});

provide('__plugin__.swallow', async ({ method, params }) => {
  for (let i = 0; i < 3; i++) await call(method, params).catch(() => {});
  return 'swallowed';
});

provide('__plugin__.garbage', async ({ what }) => {
  const cycle = {};
  cycle.a = cycle;
  const garbage = {
    function: { a: () => {} }, cycle, sdk: { a: parley.call }, error: new TypeError('x'), self: new Own(),
  };
  return garbage[what];
});

provide('__plugin__.raise_odd', async ({ what }) => {
  if (what === 'nothing') throw undefined;
  if (what === 'text') throw 'just text';
  if (what === 'table') throw {};
  throw { get message() { throw new Error('not even text'); } };
});

provide('__plugin__.patch', async () => {
  const broken = () => {
    throw new Error('this was replaced');
  };
  JSON.stringify = JSON.parse = broken;
  console.log = process.stdout.write = broken;
  Error.prepareStackTrace = broken;
  Error.captureStackTrace = broken;
  return 'patched';
});

const deeper = (n) => 1 + deeper(n + 1);

provide('__plugin__.deep', async () => deeper(1));
