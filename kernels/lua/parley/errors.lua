--- Errors: one class for each outcome, and the error objects that cross to other languages.
---
--- An error of the SDK is a table with `kind` (the outcome), `message` and the outcome's fields; `tostring` gives the message.

local getmetatable, ipairs, next, pairs, pcall, rawget, setmetatable, tostring, type =
  getmetatable, ipairs, next, pairs, pcall, rawget, setmetatable, tostring, type
local native = require "parley_native"
local readable, array_mark = native.readable, native.array_mark
local concat, find, match, sub = table.concat, string.find, string.match, string.sub

local debug_getmetatable = debug.getmetatable -- a plugin cannot hide a metatable from it

local errors = {}

---@class parley.Error
---@field kind string the outcome, like "no_provider"
---@field message string a sentence
---@field ename? string the class of the error in the language that raised it
---@field evalue? string
---@field frames? table[] outermost first
---@field cause? parley.Error

--- No text of an error is longer on the wire: an error must always fit.
local TEXT_LIMIT <const> = 65536
local CAUSE_LIMIT <const> = 16

local CLASSES = {
  handler_error = "HandlerError", no_provider = "NoProvider", permission_denied = "PermissionDenied",
  invalid_payload = "InvalidPayload", invalid_reply = "InvalidReply", timeout = "Timeout", cancelled = "Cancelled",
  kernel_died = "KernelDied", unavailable = "Unavailable", overloaded = "Overloaded", rate_limited = "RateLimited",
  deadlock = "Deadlock", depth_exceeded = "DepthExceeded", too_large = "TooLarge", not_serializable = "NotSerializable",
}

--- A list on the wire, also when it is empty.
local function list(items) return setmetatable(items or {}, array_mark) end

local function message_of(self) return tostring(rawget(self, "message")) end

local function new_class(name)
  return { __name = "parley." .. name, __tostring = message_of, class = name }
end

local any_class = new_class "ParleyError"
local classes, is_class = {}, { [any_class] = true }
for kind, name in pairs(CLASSES) do
  local class = new_class(name)
  classes[kind], is_class[class] = class, true
end

--- Errors of the shim that are no outcome of their own: os.exit, an interrupt, a missing module, …
local failure_class = { __name = "parley.Failure", __tostring = message_of }

--- Makes an error of the class of an outcome.
---@param kind string
---@param fields table with `message`; becomes the error itself
---@return parley.Error
function errors.new(kind, fields)
  fields.kind = kind
  if type(fields.message) ~= "string" then fields.message = kind end
  local cause = fields.cause
  if type(cause) == "table" and getmetatable(cause) == nil then
    fields.cause = errors.new(cause.outcome or "handler_error", cause)
  end
  return setmetatable(fields, classes[kind] or any_class)
end

--- An error with a name of its own; other languages see the name as the class.
---@param ename string
---@param message string
---@param fields? table
---@return table
function errors.failure(ename, message, fields)
  local value = fields or {}
  value.ename, value.message = ename, message
  return setmetatable(value, failure_class)
end

--- Whether a value is an error of the SDK, and of that kind when one is given.
---@param value any
---@param kind? string
---@return boolean
function errors.is(value, kind)
  return type(value) == "table" and is_class[getmetatable(value)] == true and (kind == nil or rawget(value, "kind") == kind)
end

local function text(value)
  local ok, result = pcall(tostring, value)
  if not ok then result = "an error of type " .. type(value) .. " whose __tostring fails" end
  if #result > TEXT_LIMIT then result = sub(result, 1, TEXT_LIMIT) .. "…" end
  return (readable(result))
end

--- The text of an error without the position that Lua puts before it: the frames hold that.
local function without_position(value, positions)
  local place, rest = match(value, "^(.-:%d+): (.*)$")
  if place and positions and positions[place] then return rest end
  return value
end

--- An error object of any error value: what another kernel needs to know of it.
---@param value any
---@param positions? table<string, boolean> "file:line" of the frames
---@param level? integer how deep in a chain of causes
---@return table content with `outcome`
function errors.object(value, positions, level)
  level = level or 0
  local content
  if errors.is(value) then
    content = {}
    for k, v in next, value do
      if k ~= "kind" and k ~= "cause" then content[k] = v end
    end
    content.outcome, content.message = rawget(value, "kind"), text(value)
  else
    content = { outcome = "handler_error", ename = "Error", frames = list() }
    if type(value) == "table" then
      local class = debug_getmetatable(value)
      if class == failure_class then content.frames = list(rawget(value, "frames")) end
      local ename = rawget(value, "ename") or rawget(value, "name") or (type(class) == "table" and rawget(class, "__name"))
      local message = rawget(value, "message")
      if type(ename) == "string" then content.ename = text(ename) end
      local has_text = type(class) == "table" and rawget(class, "__tostring")
      content.evalue = text(not has_text and message ~= nil and message or value)
    else
      content.evalue = without_position(text(value), positions)
    end
    content.message = content.evalue
  end
  local cause = type(value) == "table" and rawget(value, "cause")
  if cause and level < CAUSE_LIMIT then content.cause = errors.object(cause, nil, level + 1) end
  return content
end

local function joined(own, other)
  local all = list()
  for _, frames in ipairs { own, type(other) == "table" and other or {} } do
    for _, frame in ipairs(frames) do all[#all + 1] = frame end
  end
  return all
end

local function traceback(content, frames)
  local lines = { "lua: " .. content.message, "stack traceback:" }
  for i = #frames, 1, -1 do
    local f = frames[i]
    local name = f["function"]
    if type(f.file) == "string" then
      lines[#lines + 1] = concat { "\t", f.file, ":", tostring(f.line), ": in ",
        name == "main chunk" and name or "function '" .. tostring(name) .. "'" }
    end
  end
  return list(lines)
end

--- The reply to a frame that failed.
---@param failure {value: any, frames: table[], positions: table<string, boolean>?} from trace.capture
---@param cancelled? string the reason, when the frame was cancelled
---@return string outcome
---@return table content
function errors.reply(failure, cancelled)
  local value, own = failure.value, failure.frames
  if cancelled and errors.is(value, "cancelled") then
    return "cancelled", { message = text(value), reason = cancelled }
  end
  local content
  if errors.is(value) and not errors.is(value, "handler_error") then
    -- An outcome of something this handler had called: for our own caller it is the cause of our failure.
    content = { ename = getmetatable(value).class, evalue = text(value), message = text(value), frames = list(own),
      cause = errors.object(value) }
  else
    content = errors.object(value, failure.positions)
    content.frames = joined(own, content.frames)
  end
  content.outcome = nil
  content.traceback = traceback(content, content.frames)
  if find(content.ename or "", "^parley%.") then content.ename = sub(content.ename, 8) end
  return "handler_error", content
end

return errors
