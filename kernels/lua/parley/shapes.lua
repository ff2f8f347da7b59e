--- Shapes of subscriptions: another rhythm than one event at a time, as options of `parley.on`.

local options = require "parley.options"

local error, format, math_type, next, tostring, type = error, string.format, math.type, next, tostring, type
local find = string.find

local shapes = {}

local HUGE <const> = math.huge
local WHAT <const> = "parley.on"

local function seconds(value)
  return type(value) == "number" and value > 0 and value < HUGE, "seconds above 0, as a number"
end

local function count(value) return math_type(value) == "integer" and value > 0, "an integer of at least 1" end

local function pointer(value)
  return type(value) == "string" and (value == "" or find(value, "^/") ~= nil), 'a JSON pointer, like "/id"'
end

--- By shape and field, its check. Those of `optional` need not be there.
local SHAPES <const> = {
  batch = { window = seconds, max = count },
  debounce = { wait = seconds, max_wait = seconds },
  throttle = { interval = seconds },
  latest = { key = pointer, interval = seconds },
}
local optional <const> = { max = true, max_wait = true, key = true }

local function fields_of(name, given, level)
  local fields, checked = SHAPES[name], {}
  if type(given) ~= "table" then
    error(format("bad option '%s' of '%s' (a table expected, with: %s; got %s)", name, WHAT, options.names(fields), type(given)),
      level + 1)
  end
  for field, value in next, given do
    if not fields[field] then
      error(format("bad field '%s' of '%s' in '%s' (there are: %s)", tostring(field), name, WHAT, options.names(fields)), level + 1)
    end
    local ok, expected = fields[field](value)
    if not ok then
      error(format("bad field '%s' of '%s' in '%s' (%s expected, got %s)", field, name, WHAT, expected, tostring(value)), level + 1)
    end
    checked[field] = value
  end
  for field in next, fields do
    if checked[field] == nil and not optional[field] then
      error(format("bad option '%s' of '%s' (its field '%s' is missing; there are: %s)", name, WHAT, field, options.names(fields)),
        level + 1)
    end
  end
  return checked
end

--- The shape that the options of `parley.on` ask for: `{batch = {window = 0.5, max = 100}}`; nil for none.
---@param given any
---@param level integer of the plugin's line, seen from the caller
---@return table<string, table>?
function shapes.of(given, level)
  local shape
  for name, fields in next, options.known(given, SHAPES, WHAT, level + 1) do
    if shape then error(format("bad options of '%s' (one shape at a time: %s)", WHAT, options.names(given)), level + 1) end
    shape = { [name] = fields_of(name, fields, level + 1) }
  end
  return shape
end

return shapes
