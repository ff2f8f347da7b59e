--- Values between Lua and JSON: the marks that Lua lacks, the codec with its errors, and bytes that travel in buffers.

local native = require "parley_native"
local errors = require "parley.errors"

local error, math_type, pairs, setmetatable, type = error, math.type, pairs, setmetatable, type
local byte, format = string.byte, string.format
local native_encode = native.encode

local values = { null = native.null, decode = native.decode }

local array_mark, object_mark, bytes_mark = native.array_mark, native.object_mark, native.bytes_mark

debug.getmetatable(native.null).__tostring = function() return "null" end

bytes_mark.__tostring = function(self) return self.data end
bytes_mark.__len = function(self) return #self.data end
bytes_mark.__eq = function(a, b) return a.data == b.data end

--- Marks a table as an array, so that an empty one is `[]`. Arrays that arrive are marked.
---@param list? table
---@return table list the same table
function values.array(list)
  return setmetatable(list or {}, array_mark)
end

--- Marks a table as an object: elements in it are an error then, not an array.
---@param fields? table
---@return table fields the same table
function values.object(fields)
  return setmetatable(fields or {}, object_mark)
end

--- Wraps a string of any bytes; it travels beside the JSON and arrives wrapped alike.
--- `.data` and `tostring()` give the string, `#` its length.
---@param data string
---@return table
function values.bytes(data)
  if type(data) ~= "string" then
    error("bad argument #1 to 'parley.bytes' (string expected, got " .. type(data) .. ")", 2)
  end
  return setmetatable({ data = data }, bytes_mark)
end

--- Encodes a value, or raises not_serializable.
---@param value any
---@param prefix? string the key in the message's content under which the value will stand
---@return string json
---@return string? paths of the buffers, as JSON
---@return string[]? buffers
function values.encode(value, prefix)
  local json, paths, buffers = native_encode(value, prefix)
  if json then return json, paths, buffers end
  local problem, path = paths, buffers
  error(errors.new("not_serializable", { message = format("the value at %s cannot be sent: %s", path, problem), path = path }), 0)
end

--- Encodes parameters or an event's payload: content of a message, hence always an object.
---@param fields table?
---@param what string the function's name, for the error
---@return string json
---@return string? paths
---@return string[]? buffers
function values.encode_object(fields, what)
  if fields == nil then return "{}" end
  if type(fields) ~= "table" then
    error(format("bad argument #2 to '%s' (a table of named fields expected, got %s)", what, type(fields)), 3)
  end
  local json, paths, buffers = values.encode(fields)
  if byte(json) ~= 123 then
    error(format("bad argument #2 to '%s' (a table of named fields expected, got a list)", what), 3)
  end
  return json, paths, buffers
end

--- Puts the buffers of a message where they belong in its content.
---@param content table
---@param paths any `metadata.buffer_paths`
---@param buffers string[]
---@return boolean ok false when a path leads nowhere
function values.place(content, paths, buffers)
  if type(paths) ~= "table" then return false end
  for i, path in pairs(paths) do
    local at, last = content, nil
    if type(path) ~= "table" or buffers[i] == nil or #path == 0 then return false end
    for step = 1, #path do
      if type(at) ~= "table" then return false end
      if last ~= nil then at = at[last] end
      last = path[step]
      if math_type(last) == "integer" then last = last + 1 elseif type(last) ~= "string" then return false end
    end
    if type(at) ~= "table" or last == nil then return false end
    at[last] = values.bytes(buffers[i])
  end
  return true
end

return values
