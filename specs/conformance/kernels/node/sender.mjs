import { emit, provide } from 'parley';

provide('__plugin__.echo', async ({ value }) => value);

provide('__plugin__.send', async ({ event, payloads, options: { event_id: eventId, ...options } = {} }) => {
  let result;
  for (const payload of payloads) result = await emit(event, payload, { eventId, ...options });
  if (!options.confirm) return result;
  const outcomes = Object.entries(result.outcomes).map(([plugin, { outcome }]) => [plugin, outcome]);
  const told = { confirmed: result.confirmed, outcomes: Object.fromEntries(outcomes) };
  return eventId ? { ...told, duplicate: result.duplicate } : told;
});
