import { call, log, on, provide } from 'parley';

/** By day and reason, so that an alert which comes twice is kept once. */
const alerts = new Map();

/** Keeps alerts with a caption, which the report's plugin words: it has the names of days and months. */
async function keep(incoming) {
  const captions = await call('report.caption', { alerts: incoming });
  incoming.forEach((alert, index) => {
    alerts.set(`${alert.date} ${alert.what}`, { ...alert, caption: captions[index] });
  });
  return captions;
}

provide('alerts.send', async ({ alerts: incoming }) => {
  await keep(incoming);
  return { kept: alerts.size };
});

provide('alerts.list', async ({ last = 10 }) =>
  [...alerts.values()].sort((a, b) => a.date.localeCompare(b.date)).slice(-last));

for (const event of ['reading:anomalous', 'rule:broken']) {
  on(event, async (alert) => {
    const [caption] = await keep([alert]);
    log.warning(caption);
  });
}
