local notes = {}
local subscription

parley.provide("__plugin__.echo", function(p) return p.value end)

parley.on("*:tick", function(event)
  local context = parley.context()
  notes[#notes + 1] = { handler = 1, payload = event, event = context.event, emitter = context.emitter }
  if event.fail == true then error(setmetatable({ message = "the first fails" }, { __name = "Boom" })) end
end)

parley.on("*:tick", function(event)
  local n = event.n
  if event.ask then n = parley.call(event.ask, { value = n }) end
  notes[#notes + 1] = { handler = 2, n = n }
end)

parley.provide("__plugin__.seen", function()
  local seen = parley.array(notes)
  notes = {}
  return seen
end)

local function listen(pattern)
  subscription = parley.on(pattern, function(event) notes[#notes + 1] = { handler = 3, n = event.n } end)
end

parley.provide("__plugin__.listen", function(p) listen(p.pattern) end)

parley.provide("__plugin__.forget", function()
  subscription:dispose()
  subscription:dispose()
end)

parley.provide("__plugin__.listen_and_call", function(p)
  listen(p.pattern)
  return parley.call(p.method, p.params)
end)
