--- Loading, starting and unloading plugins, and the end of the kernel.

local errors = require "parley.errors"
local events = require "parley.events"
local executor = require "parley.executor"
local loader = require "parley.loader"
local plugin = require "parley.plugin"
local requests = require "parley.requests"
local trace = require "parley.trace"
local watches = require "parley.watches"

local error, ipairs, type = error, ipairs, type
local insert, remove = table.insert, table.remove
local collect = collectgarbage
local post = requests.post

local lifecycle = {}

local loaded = {} ---@type parley.Plugin[]

--- The plugin that a message means: the one it names, or the one that was loaded last.
local function meant(message)
  local name = message.content.plugin
  if type(name) ~= "string" then return loaded[#loaded] end
  for _, owner in ipairs(loaded) do
    if owner.name == name then return owner end
  end
end

local function forget(owner)
  plugin.forget(owner)
  for i, other in ipairs(loaded) do
    if other == owner then remove(loaded, i) end
  end
end

local function done(frame) post(frame, frame.reply_type, '{"outcome":"ok"}', "{}") end

local function refuse(frame)
  requests.refuse(frame, frame.reply_type, "handler_error", errors.object(errors.failure("NoPlugin", "no plugin is loaded here")))
end

--- Opens the frame in which a plugin's file is run.
---@param message parley.Message
function lifecycle.load(message)
  local description = message.content
  for _, field in ipairs { "plugin", "folder", "main" } do
    if type(description[field]) ~= "string" then error("load_plugin without its " .. field, 0) end
  end
  local owner = plugin.new(description)
  insert(loaded, owner)
  executor.open(message, "load_plugin_reply", owner, "main chunk", function(frame)
    trace.set_plugin_folder(description.folder)
    owner.environment = loader.environment(description.folder, owner.sdk)
    local chunk, problem = loader.file(description.main, owner.environment)
    if not chunk then
      forget(owner)
      return frame:fail { value = problem, frames = {} }
    end
    frame.entry = chunk
    local ok, failure = executor.run(chunk)
    if ok then return done(frame) end
    forget(owner)
    frame:fail(failure)
  end)
end

--- The plugin is a program that has attached: it is loaded already.
---@param message parley.Message
---@param owner parley.Plugin
function lifecycle.adopt(message, owner)
  plugin.describe(owner, message.content)
  loaded = { owner }
  executor.open(message, "load_plugin_reply", owner, "attach", done)
end

--- Opens the frame in which the on_start handlers run.
---@param message parley.Message
function lifecycle.start(message)
  local owner = meant(message)
  executor.open(message, "start_plugin_reply", owner, "on_start", function(frame)
    if not owner then return refuse(frame) end
    for _, handler in ipairs(owner.on_start) do
      frame.entry = handler
      local ok, failure = executor.run(handler)
      if not ok then return frame:fail(failure) end
    end
    done(frame)
    events.release(owner)
    watches.release(owner)
  end)
end

--- Runs the on_stop handlers, the last registered first; one that fails does not keep the others from running.
local function stop(frame, owner)
  local first
  for i = #owner.on_stop, 1, -1 do
    frame.plugin, frame.entry = owner, owner.on_stop[i]
    local ok, failure = executor.run(owner.on_stop[i])
    if not ok then first = first or failure end
  end
  owner.on_stop = {}
  return first
end

---@param message parley.Message
function lifecycle.unload(message)
  local owner = meant(message)
  executor.open(message, "unload_plugin_reply", owner, "on_stop", function(frame)
    if not owner then return refuse(frame) end
    local failure = stop(frame, owner)
    forget(owner)
    owner.environment = nil
    collect()
    if failure then return frame:fail(failure) end
    done(frame)
  end)
end

--- Opens the frame of the end: all on_stop handlers, then `leave`.
---@param message parley.Message
---@param cells parley.Plugin
---@param leave fun()
function lifecycle.shutdown(message, cells, leave)
  executor.open(message, "shutdown_reply", nil, "on_stop", function(frame)
    if cells then stop(frame, cells) end
    for i = #loaded, 1, -1 do stop(frame, loaded[i]) end
    local restart = message.content.restart == true
    post(frame, "shutdown_reply", '{"outcome":"ok"}', '{"status":"ok","restart":' .. (restart and "true" or "false") .. "}")
    leave()
  end)
end

return lifecycle
