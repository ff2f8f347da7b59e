local notes = {}

parley.provide("__plugin__.echo", function(p) return p.value end)

parley.provide("__plugin__.seen", function()
  local seen = parley.array(notes)
  notes = {}
  return seen
end)

-- Lua has no sleep of its own, and its clock is that of the processor.
local function pause(seconds) os.execute("sleep " .. seconds) end

local function handle(event)
  local context = parley.context()
  local first = event
  if event[1] then
    local items = {}
    for index, item in ipairs(event) do items[index] = item.n end
    notes[#notes + 1] = { items = items }
    first = event[1]
  else
    notes[#notes + 1] = { n = event.n, attempt = context.attempt }
  end
  for step = 1, first.steps or 0 do
    pause(first.pause)
    if not first.silent then parley.progress(step / first.steps) end
  end
  if first["then"] then notes[#notes + 1] = { ["then"] = parley.call(first["then"], { value = first.n }) } end
  if first.nack and context.attempt == 1 then parley.nack(first.nack) end
  if first.reject == context.plugin then parley.reject("it is told to") end
  if context.attempt <= (first.fail or 0) then
    error(setmetatable({ message = "it is told to" }, { __name = "Boom" }))
  end
end

parley.provide("__plugin__.listen", function(p) parley.on(p.pattern, handle, p.shape) end)
