--- The coroutine library as plugins see it: their coroutines pass the shim's own yields on to the frame outside, so that
--- `parley.call` works inside them; and every one is resumed where SIGINT can find it.

local native = require "parley_native"
local scheduler = require "parley.scheduler"
local trace = require "parley.trace"

local close, create, is_yieldable, running, status, yield =
  coroutine.close, coroutine.create, coroutine.isyieldable, coroutine.running, coroutine.status, coroutine.yield
local error, setmetatable, type = error, setmetatable, type
local resume = native.resume
local block, owns = scheduler.block, scheduler.owns
local WAIT <const> = scheduler.WAIT

local coroutines = {}

local waiting = setmetatable({}, { __mode = "k" }) -- coroutines suspended by the shim, not by their own yield
local wrapped = setmetatable({}, { __mode = "k" }) -- what coroutine.wrap returned → its coroutine

local pass

local function again(co, ...)
  waiting[co] = nil
  return pass(co, resume(co, ...))
end

function pass(co, ok, first, ...)
  if not ok then
    trace.note(co, first)
    return false, first
  end
  if first ~= WAIT then return true, first, ... end
  waiting[co] = true
  return again(co, yield(WAIT))
end

local function unblock(before, ...)
  block(before)
  return ...
end

local function user_resume(co, ...)
  if owns(co) then return false, "cannot resume a handler's own coroutine: Parley resumes it" end
  if waiting[co] then return false, "cannot resume a coroutine that waits in a call of Parley's for another frame" end
  if is_yieldable() then return pass(co, resume(co, ...)) end
  return unblock(block(running()), pass(co, resume(co, ...)))
end

local function results(co, ok, first, ...)
  if ok then return first, ... end
  if status(co) == "dead" then close(co) end -- else it was never resumed
  error(first, 0)
end

local function user_wrap(body)
  if type(body) ~= "function" then
    error("bad argument #1 to 'wrap' (function expected, got " .. type(body) .. ")", 2)
  end
  local co = create(body)
  local function step(...) return results(co, user_resume(co, ...)) end
  wrapped[step] = co
  return step
end

local function user_status(co)
  if waiting[co] then return "normal" end -- it is running, as far as its plugin is concerned
  return status(co)
end

local function user_close(co)
  if waiting[co] or owns(co) then error("cannot close a coroutine that waits in a call of Parley's", 2) end
  return close(co)
end

--- Closes an iterator that coroutine.wrap made, so that what it holds (`<close>`) is let go.
---@param iterator any
function coroutines.close(iterator)
  local co = wrapped[iterator]
  if co and not waiting[co] and status(co) == "suspended" then close(co) end
end

--- Replaces the functions of Lua's own library; the shim has taken those it needs before.
function coroutines.install()
  local library = coroutine
  library.resume, library.wrap, library.status, library.close = user_resume, user_wrap, user_status, user_close
end

return coroutines
