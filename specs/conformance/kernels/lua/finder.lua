local found = {}

parley.on_start(function()
  local ok, result = pcall(parley.contributions, "__plugin__.format")
  if ok then found = result else parley.log("info", "no point: " .. result.kind) end
end)

parley.on("service:available", function(event) parley.log("info", "saw " .. event.method) end)

parley.provide("__plugin__.echo", function(p) return p.value end)

parley.provide("__plugin__.services", function(p)
  local list = parley.array()
  for i, one in ipairs(parley.services(p.pattern)) do list[i] = { one.method, one.plugin, one.available } end
  return list
end)

parley.provide("__plugin__.wait", function(p)
  local ok, err = pcall(parley.wait_for, p.method, { timeout = p.timeout })
  return ok and "there" or err.kind
end)

parley.provide("__plugin__.offer", function()
  parley.provide("__plugin__.extra", function() return "extra" end)
end)

parley.provide("__plugin__.contributed", function()
  local list = parley.array()
  for i, one in ipairs(found) do list[i] = { one.id, one.plugin, one.data.title } end
  return list
end)

parley.provide("__plugin__.render", function(p)
  local list = parley.array()
  for i, one in ipairs(found) do
    local ok, result = pcall(one.call, one, "render", p.params)
    if ok then list[i] = result else list[i] = result.kind end
  end
  return list
end)

parley.provide("__plugin__.draw", function(p) return { "__plugin__", p.value } end)

parley.provide("__plugin__.fail", function(p) error(tostring(p.value)) end)
