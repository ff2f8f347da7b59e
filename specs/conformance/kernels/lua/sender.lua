parley.provide("__plugin__.echo", function(p) return p.value end)

parley.provide("__plugin__.send", function(p)
  local result
  for _, payload in ipairs(p.payloads) do result = parley.emit(p.event, payload, p.options) end
  if not (p.options and p.options.confirm) then return result end
  local outcomes = parley.object {}
  for plugin, outcome in pairs(result.outcomes) do outcomes[plugin] = outcome.outcome end
  local duplicate = nil
  if p.options.event_id then duplicate = result.duplicate end
  return { confirmed = result.confirmed, outcomes = outcomes, duplicate = duplicate }
end)
