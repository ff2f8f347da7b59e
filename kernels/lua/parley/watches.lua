--- Watches of storage: their handlers run one after the other, in order of change, in a frame of the shim's own.
---
--- That frame answers no message: calls made in it have no parent, and an error in a handler is logged.

local errors = require "parley.errors"
local executor = require "parley.executor"
local requests = require "parley.requests"
local scheduler = require "parley.scheduler"
local streams = require "parley.streams"
local values = require "parley.values"

local error, format, next, pcall, setmetatable, tostring = error, string.format, next, pcall, setmetatable, tostring
local insert, remove = table.insert, table.remove
local encode = values.encode

local watches = {}

local count, frame_count = 0, 0
local by_id = {} ---@type table<string, parley.Watch>

---@class parley.Change
---@field key string
---@field value any nil when the key was deleted
---@field version integer
---@field deleted boolean

---@class parley.Watch
---@field id string
---@field prefix string
---@field handler fun(change: parley.Change)
---@field plugin parley.Plugin
local Watch = { __name = "parley.watch" }
Watch.__index = Watch

function Watch:undoing() return format('{"op":"unwatch","watch":"%s"}', self.id) end

--- Watches no more; twice is fine. Changes that have come and were not yet handled are dropped.
function Watch:dispose()
  if by_id[self.id] ~= self then return end
  by_id[self.id] = nil
  requests.dismiss("storage_request", self:undoing())
end
Watch.__close = Watch.dispose

--- Opens a watch, and returns when no change can be missed any more.
---@param owner parley.Plugin
---@param prefix string
---@param handler fun(change: parley.Change)
---@param request fun(op: string, fields: string): table asks the store
---@return parley.Watch
function watches.open(owner, prefix, handler, request)
  count = count + 1
  local watch = setmetatable({ id = "w-" .. count, prefix = prefix, handler = handler, plugin = owner }, Watch)
  by_id[watch.id] = watch -- before the reply: changes may come ahead of it
  local ok, problem = pcall(request, "watch", format(',"prefix":%s,"watch":"%s"', encode(prefix), watch.id))
  if ok then return watch end
  by_id[watch.id] = nil
  -- Whoever asked waits no longer, and it may be granted all the same.
  if errors.is(problem, "cancelled") then requests.post(nil, "storage_request", "{}", watch:undoing()) end
  error(problem, 0)
end

--- Tells the log of a handler that failed, with its frames.
local function log_failure(frame, failure)
  local _, content = executor.error_of(frame, failure)
  local prefix, key = frame.watch.prefix, requests.text(tostring(frame.key))
  local told = format("a handler of storage.watch(%q) failed at %s: %s", prefix, key, requests.text(content.message))
  local fields = { prefix = prefix, key = key, ename = content.ename, frames = content.frames, traceback = content.traceback }
  local function say(with) requests.post(frame, "log", "{}", encode { level = "error", message = told, fields = with }) end
  if not pcall(say, fields) then say(values.object {}) end
end

local function run_changes(frame)
  local owner = frame.plugin
  while owner.changes[1] do
    local entry = remove(owner.changes, 1)
    local watch = entry.watch
    if by_id[watch.id] == watch then
      frame.entry, frame.watch, frame.key = watch.handler, watch, entry.change.key
      local ok, failure = executor.run(watch.handler, entry.change)
      if not ok then log_failure(frame, failure) end
      streams.flush(frame)
    end
  end
  owner.changing = false
end

--- Runs the handlers of what has changed, unless they are running or the plugin has not started.
local function go_on(owner)
  if owner.changing or owner.early_events or not owner.changes[1] then return end
  owner.changing = true
  frame_count = frame_count + 1
  local frame = { id = "changes-" .. frame_count, header = "{}", metadata = {}, label = "storage.watch", plugin = owner }
  function frame:fail(failure) -- the frame is gone: by a stray yield, say
    log_failure(self, failure)
    owner.changing = false
    go_on(owner)
  end
  scheduler.start(frame, run_changes)
end
watches.release = go_on

--- A key under a watched prefix has changed.
---@param message parley.Message
function watches.changed(message)
  local content = message.content
  local watch = by_id[content.watch]
  if not watch then return end
  local deleted, value = content.deleted == true, content.value
  if value == nil and not deleted then error("a storage_changed without its value", 0) end
  local change = { key = content.key, version = content.version, deleted = deleted }
  if not deleted then change.value = value end
  insert(watch.plugin.changes, { watch = watch, change = change })
  go_on(watch.plugin)
end

--- Ends all watches of a plugin that is unloaded; the orchestrator knows.
---@param owner parley.Plugin
function watches.forget(owner)
  for id, watch in next, by_id do
    if watch.plugin == owner then by_id[id] = nil end
  end
  owner.changes = {}
end

return watches
