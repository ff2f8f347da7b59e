local parley = require "parley"

local RULES = "rules.lua"
local rules, text

-- The rules as the file has them now. It is small, so comparing its text is as quick as asking when it was changed, and
-- finds every change. A file that is broken, half saved perhaps, is told of once, and the rules from before stay.
local function current_rules()
  local file <close> = assert(io.open(RULES))
  local now = file:read "a"
  if now == text then return rules end
  local chunk, problem = load(now, "@" .. RULES)
  if chunk then
    rules = chunk()
    if text then parley.log.info(("%s has changed: %d rules"):format(RULES, #rules)) end
  elseif rules then
    parley.log.warning("the rules from before stay: " .. problem)
  else
    error(problem, 0)
  end
  text = now
  return rules
end

-- Appends to `found` what a day breaks.
local function judge(day, by, found)
  for _, rule in ipairs(by) do
    if rule.when(day) then
      found[#found + 1] = { date = day.date, what = rule.name, measure = rule.measure, value = day[rule.measure] }
    end
  end
end

parley.provide("rules.judge", function(params)
  local found = parley.array {} -- marked as an array, so that an empty one is sent as [] and not as {}
  local by = current_rules()
  for _, day in ipairs(params.rows) do judge(day, by, found) end
  parley.call("alerts.send", { alerts = found })
  return found
end)

local heard, breaks = 0, 0

parley.on("reading:parsed", function(day)
  local found = {}
  judge(day, current_rules(), found)
  for _, broken in ipairs(found) do parley.emit("rule:broken", broken) end
  heard, breaks = heard + 1, breaks + #found
end)

parley.on("replay:finished", function(replay)
  parley.log.info(("heard %d of %d readings, %d broken rules"):format(heard, replay.readings, breaks))
  heard, breaks = 0, 0
end)
