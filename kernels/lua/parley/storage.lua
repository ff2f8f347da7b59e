--- Storage: values and blobs that outlive the plugin, and handlers that are told of changes.

local errors = require "parley.errors"
local native = require "parley_native"
local options = require "parley.options"
local requests = require "parley.requests"
local scheduler = require "parley.scheduler"
local values = require "parley.values"
local watches = require "parley.watches"

local error, format, ipairs, math_type, type = error, string.format, ipairs, math.type, type
local getmetatable = debug.getmetatable
local argument, encode = options.argument, values.encode

local storage = {}

local NAMES <const> = { blob_put = "put_blob", blob_get = "get_blob" }

--- Asks the orchestrator's store, and waits for the answer.
---@param op string
---@param fields string JSON, each with a comma before it
---@return table content
local function request(op, fields, metadata, buffers)
  local what = "parley.storage." .. (NAMES[op] or op)
  scheduler.check(what)
  local content = '{"op":"' .. op .. '"' .. fields .. "}"
  return requests.reply(requests.ask(scheduler.current(), "storage_request", metadata or "{}", content, buffers), what).content
end

local function key_of(key, name)
  argument(key, "string", 1, "parley.storage." .. name, 3)
  return ',"key":' .. encode(key)
end

--- A path of keys and indexes as errors tell it: $.rows[3].when
local function told(path)
  local text = "$"
  for _, step in ipairs(path) do text = text .. (math_type(step) == "integer" and format("[%d]", step) or "." .. step) end
  return text
end

local function value_of(value, name)
  if value == nil then
    error(format("bad argument #2 to 'parley.storage.%s' (a value expected: parley.null for null; parley.storage.delete deletes)",
      name), 3)
  end
  local json, paths = encode(value)
  if paths then
    local path = told(native.decode(paths)[1])
    error(errors.new("not_serializable", { path = path,
      message = format("the bytes at %s cannot stand in a value: put them with parley.storage.put_blob, and store the reference",
        path) }), 0)
  end
  return ',"value":' .. json
end

local function present(value) if value == nil then return values.null end return value end

--- The value of a key, or the default when there is none.
---@param key string 1 to 512 bytes; "global:…" is shared by all plugins
---@param default? any
---@return any
function storage.get(key, default)
  local content = request("get", key_of(key, "get"))
  if content.found == true then return present(content.value) end
  return default
end

--- The value of a key with its version; nil when there is none.
---@param key string
---@return {value: any, version: integer}?
function storage.entry(key)
  local content = request("get", key_of(key, "entry"))
  if content.found == true then return { value = present(content.value), version = content.version } end
end

--- Stores a value; returns its version.
---@param key string
---@param value any
---@return integer version
function storage.set(key, value)
  return request("set", key_of(key, "set") .. value_of(value, "set")).version
end

--- Deletes a key; returns whether it was there.
---@param key string
---@return boolean
function storage.delete(key)
  return request("delete", key_of(key, "delete")).deleted == true
end

--- The entries whose keys begin with a prefix, by key.
---@param prefix? string all when left out
---@return {key: string, value: any, version: integer}[]
function storage.list(prefix)
  if prefix ~= nil then argument(prefix, "string", 1, "parley.storage.list", 2) end
  return request("list", ',"prefix":' .. encode(prefix or "")).entries
end

--- Stores a value if the key still has that version; 0: if it is not there.
---@param key string
---@param value any
---@param version integer
---@return integer? version the new one; nil when another was there
function storage.compare_and_set(key, value, version)
  local fields = key_of(key, "compare_and_set") .. value_of(value, "compare_and_set")
  if math_type(version) ~= "integer" or version < 0 then
    error(format("bad argument #3 to 'parley.storage.compare_and_set' (a version expected, an integer of at least 0; got %s)",
      type(version)), 2)
  end
  local content = request("compare_and_set", fields .. format(',"version":%d', version))
  if content.swapped == true then return content.version end
end

--- Stores bytes; returns the reference by which they are found again, which can be stored in a value.
---@param data string|table a string of any bytes, or parley.bytes
---@return {blob: string, size: integer}
function storage.put_blob(data)
  if type(data) ~= "string" then
    if getmetatable(data) ~= native.bytes_mark then
      error(format("bad argument #1 to 'parley.storage.put_blob' (bytes expected, as a string or parley.bytes; got %s)", type(data)), 2)
    end
    data = data.data
  end
  local content = request("blob_put", ',"value":null', '{"buffer_paths":[["value"]]}', { data })
  return { blob = content.blob, size = content.size }
end

--- The bytes of a blob.
---@param reference {blob: string}|string
---@return table bytes as parley.bytes: `.data` is the string
function storage.get_blob(reference)
  local blob = reference
  if type(reference) == "table" then blob = reference.blob end
  if type(blob) ~= "string" then
    error(format("bad argument #1 to 'parley.storage.get_blob' (the reference from put_blob expected, got %s)", type(reference)), 2)
  end
  return request("blob_get", ',"blob":' .. encode(blob)).value
end

--- The storage of one plugin.
---@param owner parley.Plugin
---@return table
function storage.new(owner)
  return {
    get = storage.get, entry = storage.entry, set = storage.set, delete = storage.delete, list = storage.list,
    compare_and_set = storage.compare_and_set, put_blob = storage.put_blob, get_blob = storage.get_blob,
    watch = function(prefix, handler)
      argument(prefix, "string", 1, "parley.storage.watch", 2)
      handler = options.handler(handler, 2, "parley.storage.watch", 2)
      local watch = watches.open(owner, prefix, handler, request)
      return watch
    end,
  }
end

return storage
