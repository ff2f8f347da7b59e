--- How a handler hands an event back: `parley.nack` for another attempt, `parley.reject` for none.
---
--- Both raise what is no error of an outcome: `parley.is_error` says false of it.

local values = require "parley.values"

local error, format, setmetatable, tostring, type = error, string.format, setmetatable, tostring, type
local getmetatable = debug.getmetatable

local acknowledgement = {}

local function message_of(self) return self.message end

local Nack = { __name = "parley.Nack", __tostring = message_of }
local Reject = { __name = "parley.Reject", __tostring = message_of }

--- Hands the event back, to be delivered again. Raises; it does not return.
---@param delay? number seconds until the next attempt; the orchestrator chooses when there is none
function acknowledgement.nack(delay)
  if delay ~= nil and not (type(delay) == "number" and delay >= 0 and delay < math.huge) then
    error(format("bad argument #1 to 'parley.nack' (seconds of at least 0 expected, got %s)", tostring(delay)), 2)
  end
  local message = "the event was handed back" .. (delay and format(", to come again in %g s", delay) or "")
  error(setmetatable({ message = message, delay = delay }, Nack), 0)
end

--- Hands the event back for good: this plugin will never be able to handle it. Raises; it does not return.
---@param reason? string
function acknowledgement.reject(reason)
  if reason ~= nil and type(reason) ~= "string" then
    error(format("bad argument #1 to 'parley.reject' (string expected, got %s)", type(reason)), 2)
  end
  error(setmetatable({ message = reason or "the event was rejected" }, Reject), 0)
end

local RANK <const> = { [Nack] = 1, [Reject] = 2 }

local function rank_of(failure)
  local class = type(failure) == "table" and getmetatable(failure.value)
  return class and RANK[class] or 0
end

--- Which of the failures of one event decides: a rejection before a nack, a nack before any other error.
---@param failures table[] in order of the handlers, at least one
---@return table failure
---@return string? metadata the disposition, as JSON to be appended
function acknowledgement.decide(failures)
  local decisive, highest = failures[1], rank_of(failures[1])
  for i = 2, #failures do
    local rank = rank_of(failures[i])
    if rank > highest then decisive, highest = failures[i], rank end
  end
  if highest == 2 then return decisive, ',"disposition":"reject"' end
  if highest == 0 then return decisive end
  local delay = decisive.value.delay
  return decisive, ',"disposition":"nack"' .. (delay and ',"delay":' .. values.encode(delay) or "")
end

return acknowledgement
