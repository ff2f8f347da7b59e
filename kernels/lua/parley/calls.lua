--- What a plugin asks of others: calls, streams, locks; and what it says without waiting: progress, logs.

local option_checks = require "parley.options"
local requests = require "parley.requests"
local scheduler = require "parley.scheduler"
local values = require "parley.values"

local error, format, math_type, pairs, pcall, setmetatable, tostring, type =
  error, string.format, math.type, pairs, pcall, setmetatable, tostring, type
local ask, post, take = requests.ask, requests.post, scheduler.take
local argument, timeout_of = option_checks.argument, option_checks.timeout
local check, current = scheduler.check, scheduler.current
local encode, null = values.encode, values.null

local calls = {}

local DEFAULT_WINDOW <const> = 64

--- The metadata of a call_request.
local function call_metadata(method, options, credit, paths)
  local timeout = timeout_of(options, method .. " was not called", 3)
  return '{"method":' .. encode(method) .. (timeout and ',"timeout":' .. encode(timeout) or "")
    .. (credit and ',"stream":true,"credit":' .. format("%d", credit) or "") .. (paths and ',"buffer_paths":' .. paths or "") .. "}"
end

local function on_progress(options, message)
  local handler = options and options.on_progress
  if not handler then return end
  local fraction, text = message.content.fraction, message.content.message
  handler(fraction ~= null and fraction or nil, text ~= null and text or nil)
end

--- Tells the orchestrator that nobody waits for a call any more.
local function give_up(inbox, reason)
  requests.forget(inbox)
  local frame = inbox.frame -- not the running one: this may be a finalizer
  -- A cancelled frame need not: the orchestrator cancels what it had called.
  if frame and frame.cancelled then return end
  local live = frame and scheduler.find(frame.id) == frame
  post(live and frame or nil, "cancel", format('{"call":"%s"}', inbox.id), format('{"reason":"%s"}', reason))
end

local unfinished = { __close = function(self)
  if not self.inbox.done then give_up(self.inbox, "cancelled") end
end }

--- Calls a method of another plugin and waits for its result, while other frames of this plugin run.
---@param method string like "pricing.quote"
---@param params? table named parameters
---@param options? {timeout: number?, on_progress: fun(fraction: number?, message: string?)?} timeout in seconds
---@return any value JSON's null is parley.null
function calls.call(method, params, options)
  argument(method, "string", 1, "parley.call", 2)
  local json, paths, buffers = values.encode_object(params, "parley.call")
  local metadata = call_metadata(method, options, nil, paths)
  check "parley.call"
  local inbox = ask(current(), "call_request", metadata, json, buffers)
  -- A progress handler of the plugin's may fail, and end the wait.
  local _ <close> = options and options.on_progress and setmetatable({ inbox = inbox }, unfinished) or nil
  while true do
    local message = take(inbox, "parley.call")
    if message.type == "call_reply" then
      inbox.done = true
      requests.forget(inbox)
      local value = requests.checked(message).content.value
      if value == nil then return null end
      return value
    elseif message.type == "progress" then
      on_progress(options, message)
    end
  end
end

local stream_end = { __name = "parley.stream" }

function stream_end.__close(self)
  local inbox = self.inbox
  if inbox.done then return end
  inbox.done = true
  give_up(inbox, "cancelled")
end

--- A stream that nobody holds any more is given up as well.
function stream_end.__gc(self) pcall(stream_end.__close, self) end

--- The next item, or nil at the end; raises the error that ends the stream.
local function next_item(state)
  local inbox = state.inbox
  while not inbox.done do
    local message = take(inbox, "parley.stream")
    if message.type == "yield_item" then
      state.consumed = state.consumed + 1
      if state.consumed >= state.refill then
        post(current(), "credit", format('{"call":"%s","credit":%d}', inbox.id, state.consumed), "{}")
        state.consumed = 0
      end
      local value = message.content.value
      if value == nil then return null end
      return value
    elseif message.type == "call_reply" then
      inbox.done = true
      requests.forget(inbox)
      requests.checked(message)
    else
      on_progress(state.options, message)
    end
  end
end

--- Calls a method that yields a stream: `for item in parley.stream("log.lines", {file = "a"}) do … end`.
--- Leaving the loop early cancels the producer.
---@param method string
---@param params? table
---@param options? {timeout: number?, window: integer?, on_progress: function?} window: items under way at most
---@return fun(): any iterator
---@return nil
---@return nil
---@return table closing
function calls.stream(method, params, options)
  argument(method, "string", 1, "parley.stream", 2)
  local json, paths, buffers = values.encode_object(params, "parley.stream")
  local window = options and options.window or DEFAULT_WINDOW
  if math_type(window) ~= "integer" or window < 1 then
    error("bad argument #3 to 'parley.stream' (window must be an integer of at least 1)", 2)
  end
  local metadata = call_metadata(method, options, window, paths)
  local inbox = ask(current(), "call_request", metadata, json, buffers)
  local state = setmetatable({ inbox = inbox, consumed = 0, refill = (window + 1) // 2, options = options }, stream_end)
  return function() return next_item(state) end, nil, nil, state
end

---@class parley.Lock
local Lock = { __name = "parley.lock" }
Lock.__index = Lock

--- Gives the lock back; once is enough, twice is fine.
function Lock:release()
  if self.released then return end
  self.released = true
  post(self.frame, "unlock", "{}", '{"name":' .. encode(self.name) .. "}")
end
Lock.__close = Lock.release

--- Waits for a lock that all plugins share by its name. With a function: runs it under the lock and returns its results.
--- Without: returns the lock, `local held <close> = parley.lock("stock")`, or `held:release()`.
---@param name string
---@param body? function
---@param options? {timeout: number?}
---@return any
function calls.lock(name, body, options)
  argument(name, "string", 1, "parley.lock", 2)
  if type(body) == "table" and options == nil then body, options = nil, body end
  if body ~= nil then argument(body, "function", 2, "parley.lock", 2) end
  local timeout = timeout_of(options, "the lock " .. name .. " was not asked for", 2)
  check "parley.lock"
  local frame = current()
  local metadata = timeout and '{"timeout":' .. encode(timeout) .. "}" or "{}"
  requests.reply(ask(frame, "lock_request", metadata, '{"name":' .. encode(name) .. "}"), "parley.lock")
  local lock = setmetatable({ frame = frame, name = name }, Lock)
  if not body then return lock end
  local _ <close> = lock
  return body()
end

--- Reports on a long call to its caller.
---@param fraction? number 0 to 1
---@param message? string
function calls.progress(fraction, message)
  local frame = current()
  if not frame then return end
  requests.post_now(frame, "progress", "{}", '{"fraction":' .. encode(fraction) .. ',"message":' .. encode(message) .. "}")
end

local LEVELS <const> = { debug = true, info = true, warning = true, error = true }

local function write_log(level, message, fields)
  if message ~= nil then message = tostring(message) end
  post(current(), "log", "{}", '{"level":"' .. level .. '","message":' .. encode(message or "")
    .. ',"fields":' .. values.encode_object(fields, "parley.log") .. "}")
end

--- Logs: `parley.log("warning", "low stock", {left = 3})`, `parley.log.warning("low stock", {left = 3})`, and
--- `parley.log("started")`, which is info.
calls.log = setmetatable({}, { __call = function(_, level, message, fields)
  if LEVELS[level] and type(message) == "string" then return write_log(level, message, fields) end
  write_log("info", level, message)
end })
for level in pairs(LEVELS) do
  calls.log[level] = function(message, fields) write_log(level, message, fields) end
end

return calls
