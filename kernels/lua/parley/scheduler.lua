--- Frames, each in a coroutine of its own, and the places where they wait.
---
--- A frame that waits is suspended, never a loop within a loop; whatever arrives for it resumes it. While plugin code runs
--- `current()` is the frame it runs for: exactly the one whose coroutine was resumed.

local native = require "parley_native"
local errors = require "parley.errors"
local trace = require "parley.trace"

local close, create, is_yieldable, yield = coroutine.close, coroutine.create, coroutine.isyieldable, coroutine.yield
local error, format, ipairs, pairs, setmetatable = error, string.format, ipairs, pairs, setmetatable
local resume = native.resume

local scheduler = {}

--- What the shim's own yields carry, to tell them from a plugin's.
local WAIT <const> = {}
scheduler.WAIT = WAIT

---@class parley.Frame
---@field id string msg_id of the message that opened it
---@field header string that message's header, the parent of all that is sent for this frame
---@field label string what runs in it: a method, an event, …
---@field entry? function what the shim called, for its place in the error's frames
---@field waiting? parley.Inbox
---@field told? string what was last told of its waiting, once it was asked about; see waits
---@field cancelled? string the reason
---@field output? table see streams
---@field fail fun(frame: parley.Frame, failure: table) replies when the frame can no longer do so itself

---@class parley.Inbox a queue of messages that one frame at a time can wait for
---@field waiter? parley.Frame
---@field id? string msg_id of the request whose answers arrive here
---@field type? string that request's
---@field items? integer items of a stream that have come

--- Sends what a frame has printed; set by the kernel.
---@param frame parley.Frame
function scheduler.before_wait(frame) end -- luacheck: ignore 212

--- Tells what a frame waits for that was asked about; set by waits.
---@param frame parley.Frame
function scheduler.on_wait(frame) end -- luacheck: ignore 212

--- Takes a turn of the loop, for a program that attached and waits outside of any frame; nil in a kernel.
scheduler.pump = nil ---@type fun()?

local current
local frames, running_count = {}, 0

---@return parley.Frame?
function scheduler.current() return current end

---@return integer
function scheduler.count() return running_count end

---@param id string
---@return parley.Frame?
function scheduler.find(id) return frames[id] end

--- Coroutines are used again: to make one costs more than to run a short handler.
local DONE <const> = {}
local POOL_SIZE <const> = 64
local pool, pooled = {}, 0
local owned = setmetatable({}, { __mode = "k" })

--- Whether a coroutine is a frame's, which only the shim may resume.
---@param co thread
---@return boolean
function scheduler.owns(co) return owned[co] == true end

local function run_frames(frame, body)
  while true do
    body(frame)
    frame, body = yield(DONE)
  end
end

--- A frame has ended, but not by returning.
local function broken(frame, ok, problem)
  local co = frame.co
  if ok then
    -- The plugin yielded where nobody of its own had resumed it.
    local failure = trace.capture(errors.failure("StrayYield", "coroutine.yield outside of a coroutine of the plugin's own: "
      .. "a handler is resumed by Parley alone; to wait, call parley.call"), frame.entry, frame.label, co)
    close(co)
    return frame:fail(failure)
  end
  frame:fail { value = problem, frames = {} }
end

--- Runs a frame until it waits or ends.
local function step(frame, ...)
  local outer = current
  current = frame
  local ok, signal = resume(frame.co, ...)
  current = outer
  if ok and signal == WAIT then return end
  frames[frame.id] = nil
  running_count = running_count - 1
  if not ok or signal ~= DONE then return broken(frame, ok, signal) end
  if pooled < POOL_SIZE then
    pooled = pooled + 1
    pool[pooled] = frame.co
  end
end

--- Opens a frame: runs `body(frame)` in a coroutine of its own.
---@param frame parley.Frame
---@param body fun(frame: parley.Frame)
function scheduler.start(frame, body)
  local co
  if pooled > 0 then
    co = pool[pooled]
    pool[pooled], pooled = nil, pooled - 1
  else
    co = create(run_frames)
    owned[co] = true
  end
  frame.co = co
  frames[frame.id] = frame
  running_count = running_count + 1
  step(frame, frame, body)
end

---@return parley.Inbox
function scheduler.inbox() return { first = 1, last = 0 } end

--- Puts a message into an inbox, and resumes the frame that waits for it.
---@param inbox parley.Inbox
---@param message any
function scheduler.deliver(inbox, message)
  local last = inbox.last + 1
  inbox[last], inbox.last = message, last
  local frame = inbox.waiter
  if frame then
    inbox.waiter, frame.waiting = nil, nil
    step(frame, true)
  end
end

local blocked -- a coroutine in which something that Lua cannot suspend has resumed a plugin's own

--- While the result is not given back, nothing that runs can be suspended.
---@param co thread?
---@return thread? before
function scheduler.block(co)
  local before = blocked
  blocked = co
  return before
end

--- Raises an error, unless what runs now can be suspended.
---@param what string the SDK's function, for the error
function scheduler.check(what)
  if not current then
    if scheduler.pump then return end
    error(errors.failure("CannotWait", what .. " cannot wait here: no frame is running (a finalizer?)"), 0)
  end
  if blocked or not is_yieldable() then
    local trap, advice = trace.trap(blocked)
    error(errors.failure("CannotWait", format("%s cannot wait inside %s, which Lua cannot suspend: %s", what, trap, advice)), 0)
  end
end

--- The next message of an inbox; suspends the running frame until there is one.
---@param inbox parley.Inbox
---@param what string the SDK's function, for errors
---@return any
function scheduler.take(inbox, what)
  -- The program itself waits, outside of any handler, which can run meanwhile.
  while not current and scheduler.pump and inbox.last < inbox.first do scheduler.pump() end
  if inbox.last < inbox.first then
    scheduler.check(what)
    local frame = current
    if inbox.waiter then
      error(errors.failure("CannotWait", what .. ": another frame waits here already"), 0)
    end
    if frame.output then scheduler.before_wait(frame) end
    inbox.waiter, frame.waiting = frame, inbox
    if frame.told then scheduler.on_wait(frame) end
    local ok, problem = yield(WAIT)
    if not ok then
      inbox.waiter, frame.waiting = nil, nil
      error(problem, 0)
    end
  end
  local first = inbox.first
  local message = inbox[first]
  inbox[first], inbox.first = nil, first + 1
  return message
end

--- Raises `cancelled` in a frame where it waits. What it had called is for the orchestrator to cancel.
---@param frame parley.Frame
---@param reason string
function scheduler.cancel(frame, reason)
  frame.cancelled = frame.cancelled or reason
  local inbox = frame.waiting
  if not inbox then return end
  inbox.waiter, frame.waiting = nil, nil
  step(frame, false, errors.new("cancelled", { message = "the frame was cancelled: " .. reason, reason = reason }))
end

--- Cancels every frame.
---@param reason string
function scheduler.cancel_all(reason)
  local all = {}
  for _, frame in pairs(frames) do all[#all + 1] = frame end
  for _, frame in ipairs(all) do scheduler.cancel(frame, reason) end
end

return scheduler
