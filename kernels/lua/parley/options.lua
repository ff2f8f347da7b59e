--- Checks of what plugins give as options: a wrong one is an error at the plugin's line, which names the right ones.

local errors = require "parley.errors"

local concat, sort = table.concat, table.sort
local error, format, next, rawget, tostring, type = error, string.format, next, rawget, tostring, type
local getmetatable = debug.getmetatable

local options = {}

local HUGE <const> = math.huge

--- The names of a table, as one reads them.
---@param named table<string, any>
---@return string
function options.names(named)
  local names = {}
  for name in next, named do names[#names + 1] = tostring(name) end
  sort(names)
  return concat(names, ", ")
end

--- Options among those that are known; none is an empty table.
---@param given any
---@param known table<string, any> by name
---@param what string the SDK's function
---@param level integer of the plugin's line, seen from the caller
---@return table
function options.known(given, known, what, level)
  if given == nil then return {} end
  if type(given) ~= "table" then
    error(format("bad options of '%s' (a table expected, with: %s; got %s)", what, options.names(known), type(given)), level + 1)
  end
  for name in next, given do
    if known[name] == nil then
      error(format("bad option '%s' of '%s' (there are: %s)", tostring(name), what, options.names(known)), level + 1)
    end
  end
  return given
end

--- Raises an error unless an argument is of a type.
---@param value any
---@param expected string
---@param position integer
---@param what string the SDK's function
---@param level integer as above
function options.argument(value, expected, position, what, level)
  if type(value) ~= expected then
    error(format("bad argument #%d to '%s' (%s expected, got %s)", position, what, expected, type(value)), level + 1)
  end
end

--- A function, or what can be called like one.
---@param value any
---@param position integer
---@param what string the SDK's function
---@param level integer as above
---@return function
function options.handler(value, position, what, level)
  if type(value) == "function" then return value end
  local class = type(value) == "table" and getmetatable(value)
  if type(class) == "table" and rawget(class, "__call") then
    return function(...) return value(...) end
  end
  error(format("bad argument #%d to '%s' (function expected, got %s)", position, what, type(value)), level + 1)
end

--- The timeout among options, in seconds; nil when there is none. One that is over already is the outcome, unsent.
---@param given? table
---@param refused string what was not done, for the error's message
---@param level integer as above
---@return number?
function options.timeout(given, refused, level)
  local timeout = given and given.timeout
  if timeout == nil then return nil end
  if type(timeout) ~= "number" then
    error("bad option 'timeout' (seconds expected, as a number; got " .. type(timeout) .. ")", level + 1)
  end
  if timeout <= 0 or timeout ~= timeout then
    error(errors.new("timeout", { message = format("%s: its timeout of %g s was over before", refused, timeout),
      started = false, timeout = timeout }), 0)
  end
  return timeout < HUGE and timeout or nil
end

return options
