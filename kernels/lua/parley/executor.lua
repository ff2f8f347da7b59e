--- Runs user code in frames, and replies with what came of it.

local coroutines = require "parley.coroutines"
local errors = require "parley.errors"
local native = require "parley_native"
local requests = require "parley.requests"
local scheduler = require "parley.scheduler"
local trace = require "parley.trace"
local values = require "parley.values"

local getmetatable, pcall, type, xpcall = debug.getmetatable, pcall, type, xpcall
local format, math_type, rawget = string.format, math.type, rawget
local capture, current = trace.capture, scheduler.current
local encode, monotonic, post = values.encode, native.monotonic, requests.post

local executor = {}

local DEFAULT_CREDIT <const> = 64

local function on_error(value)
  local frame = current()
  return capture(value, frame.entry, frame.label)
end

--- Runs user code; on failure the second result is a failure as trace.capture makes them.
---@param body function
---@param ... any
---@return boolean ok
---@return any ...
function executor.run(body, ...)
  return xpcall(body, on_error, ...)
end

--- The outcome and error object of a failure.
function executor.error_of(frame, failure)
  -- An error while handling an error (memory, a stack too deep) is not ours.
  if type(failure) ~= "table" or failure.frames == nil then failure = { value = failure, frames = {} } end
  return errors.reply(failure, frame.cancelled)
end

local function fail(frame, failure)
  requests.refuse(frame, frame.reply_type, executor.error_of(frame, failure))
end

--- A frame for a message that opens one.
---@param message parley.Message
---@param reply_type string
---@param label string
---@return parley.Frame
function executor.frame(message, reply_type, label)
  local metadata = message.metadata
  local remaining = metadata.remaining
  -- All that most frames will have, so that the table has its size at once.
  return { co = nil, plugin = nil, entry = nil, waiting = nil, method = nil, params = nil,
    id = message.id, header = message.header, metadata = metadata, reply_type = reply_type, label = label, fail = fail,
    depth = metadata.depth, deadline = type(remaining) == "number" and monotonic() + remaining or nil }
end

--- Replies with a value; when it cannot be sent, that is the outcome.
local function reply_value(frame, value)
  local ok, json, paths, buffers = pcall(encode, value, "value")
  if ok then
    ok, json = pcall(post, frame, frame.reply_type, paths and '{"outcome":"ok","buffer_paths":' .. paths .. "}" or '{"outcome":"ok"}',
      '{"value":' .. json .. "}", buffers)
    if ok then return end
  end
  if not errors.is(json) then return fail(frame, { value = json, frames = {} }) end
  local content = errors.object(json)
  content.outcome = nil
  requests.refuse(frame, frame.reply_type, json.kind, content)
end

local function is_callable(value)
  if type(value) == "function" then return true end
  local class = type(value) == "table" and getmetatable(value)
  return type(class) == "table" and rawget(class, "__call") ~= nil
end

--- Sends one item, when the consumer has room for it.
---@return boolean ok
---@return parley.Error? problem
local function yield_item(frame, value, sequence)
  local ok, json, paths, buffers = pcall(encode, value, "value")
  if not ok then return false, json end
  while frame.credit <= 0 do
    -- The orchestrator must know who waits for whom.
    if frame.credits.last < frame.credits.first then post(frame, "credit_wait", "{}", "{}") end
    frame.credit = frame.credit + scheduler.take(frame.credits, "a stream")
  end
  frame.credit = frame.credit - 1
  return pcall(post, frame, "yield_item", format('{"sequence":%d%s}', sequence, paths and ',"buffer_paths":' .. paths or ""),
    '{"value":' .. json .. "}", buffers)
end

--- Iterates over what the handler returned. `for` closes what is to be closed, however the loop ends.
local function produce(frame, iterator, state, control, closing)
  local sequence = 0
  for item in iterator, state, control, closing do
    local ok, problem = yield_item(frame, item, sequence)
    if not ok then return problem end
    sequence = sequence + 1
  end
end

local function invalid_reply(frame, message, expected, got)
  requests.refuse(frame, "call_reply", "invalid_reply",
    { message = frame.label .. " " .. message, pointer = "", expected = expected, got = got })
end

local function stream_body(frame, iterator, ...)
  if not is_callable(iterator) then
    return invalid_reply(frame, "does not yield: call it with call()", "an iterator function", type(iterator))
  end
  frame.entry = type(iterator) == "function" and iterator or nil
  local ok, problem = executor.run(produce, frame, iterator, ...)
  coroutines.close(iterator)
  if not ok then return fail(frame, problem) end
  if not problem then return post(frame, "call_reply", '{"outcome":"ok"}', '{"value":null}') end
  if not errors.is(problem) then return fail(frame, { value = problem, frames = {} }) end
  local content = errors.object(problem)
  content.outcome = nil
  requests.refuse(frame, "call_reply", problem.kind, content)
end

local function call_body(frame)
  local ok, value, state, control, closing = xpcall(frame.entry, on_error, frame.params)
  if not ok then
    fail(frame, value)
  elseif frame.metadata.stream == true then
    stream_body(frame, value, state, control, closing)
  elseif type(value) == "function" then
    coroutines.close(value)
    invalid_reply(frame, "yields a stream: read it with stream()", "a value", "an iterator function")
  else
    reply_value(frame, value)
  end
end

--- Opens the frame of a call.
---@param message parley.Message
---@param provider {handler: function, plugin: parley.Plugin}
function executor.call(message, provider)
  local metadata = message.metadata
  local frame = executor.frame(message, "call_reply", metadata.method)
  frame.plugin, frame.method, frame.entry, frame.params = provider.plugin, metadata.method, provider.handler, message.content
  if metadata.stream == true then
    frame.credit = math_type(metadata.credit) == "integer" and metadata.credit or DEFAULT_CREDIT
    frame.credits = scheduler.inbox()
  end
  scheduler.start(frame, call_body)
end

--- More items may be sent.
---@param frame parley.Frame?
---@param credit any
function executor.credit(frame, credit)
  if frame and frame.credits and math_type(credit) == "integer" and credit > 0 then scheduler.deliver(frame.credits, credit) end
end

--- Opens a frame that runs a function of the shim's, which runs user code by executor.run and replies itself.
---@param message parley.Message
---@param reply_type string
---@param plugin? parley.Plugin
---@param label string
---@param body fun(frame: parley.Frame)
function executor.open(message, reply_type, plugin, label, body)
  local frame = executor.frame(message, reply_type, label)
  frame.plugin = plugin
  scheduler.start(frame, body)
end

return executor
