--- The SDK: what a plugin's author sees, as the global `parley` and by `require "parley"`.

local acknowledgement = require "parley.acknowledgement"
local calls = require "parley.calls"
local emissions = require "parley.emissions"
local errors = require "parley.errors"
local native = require "parley_native"
local option_checks = require "parley.options"
local requests = require "parley.requests"
local scheduler = require "parley.scheduler"
local services = require "parley.services"
local shapes = require "parley.shapes"
local storage = require "parley.storage"
local subscriptions = require "parley.subscriptions"
local values = require "parley.values"
local watches = require "parley.watches"

local error, next, pcall, setmetatable = error, next, pcall, setmetatable
local argument, handler_of = option_checks.argument, option_checks.handler
local current, encode, monotonic = scheduler.current, values.encode, native.monotonic

local plugin = {}

---@class parley.Plugin
---@field name string
---@field tenant? string
---@field event_grants boolean
---@field early_events? table[] events that came before the plugin had started
---@field changes table[] changes of storage whose handlers have not run yet
---@field changing boolean whether they are running
---@field on_start function[]
---@field on_stop function[]
---@field sdk table
---@field environment? table

local providers = {} ---@type table<string, {handler: function, plugin: parley.Plugin}>

--- Who provides a method.
---@param method string
---@return {handler: function, plugin: parley.Plugin}?
function plugin.provider(method) return providers[method] end

local Provision = { __name = "parley.provision" }
Provision.__index = Provision

--- Provides the method no more; twice is fine.
function Provision:dispose()
  if providers[self.method] ~= self.provider then return end
  providers[self.method] = nil
  requests.dismiss("withdraw", '{"method":' .. encode(self.method) .. "}")
end
Provision.__close = Provision.dispose

local function provide(owner, method, handler)
  scheduler.check "parley.provide"
  local before = providers[method]
  local provider = { handler = handler, plugin = owner }
  providers[method] = provider -- before the reply: calls may come right behind it
  local reply = scheduler.take
  local inbox = requests.ask(current(), "provide", "{}", '{"method":' .. encode(method) .. "}")
  local ok, problem = pcall(reply, inbox, "parley.provide")
  requests.forget(inbox)
  if ok then ok, problem = pcall(requests.checked, problem) end
  if not ok then
    providers[method] = before
    error(problem, 0)
  end
  return setmetatable({ method = method, provider = provider }, Provision)
end

--- About the running frame.
local function context()
  local frame = current()
  if not frame then error("parley.context: no frame is running", 2) end
  local metadata, owner = frame.metadata, frame.plugin
  return {
    plugin = owner and owner.name, tenant = metadata.tenant or owner and owner.tenant,
    method = frame.method, caller = metadata.caller, event = frame.event, emitter = metadata.emitter,
    event_id = metadata.event_id, attempt = metadata.attempt,
    retained = metadata.retained == true, depth = frame.depth, trace = metadata.traceparent,
    deadline = frame.deadline and frame.deadline - monotonic(), cancelled = frame.cancelled ~= nil,
  }
end

--- The SDK of one plugin.
---@param owner parley.Plugin
---@return table
local function new_sdk(owner)
  local sdk = {
    call = calls.call, stream = calls.stream, emit = emissions.emit, lock = calls.lock, progress = calls.progress, log = calls.log,
    context = context, null = values.null, array = values.array, object = values.object, bytes = values.bytes,
    is_error = errors.is, settings = owner.settings, nack = acknowledgement.nack, reject = acknowledgement.reject,
    services = services.services, wait_for = services.wait_for, contributions = services.contributions,
    storage = storage.new(owner),
  }

  --- Handles an event, or all that match a pattern ("order:*"), from before this returns until it is disposed.
  ---@param pattern string
  --- With a shape among the options its events come in another rhythm: `{batch = {window = 0.5, max = 100}}` gives the
  --- handler a list; `{debounce = {wait = 1}}`, `{throttle = {interval = 1}}`, `{latest = {key = "/id", interval = 1}}`.
  ---@param pattern string
  ---@param handler fun(event: table)
  ---@param options? {batch: table?, debounce: table?, throttle: table?, latest: table?} one of them; times in seconds
  ---@return parley.Subscription disposer
  function sdk.on(pattern, handler, options)
    argument(pattern, "string", 1, "parley.on", 2)
    handler = handler_of(handler, 2, "parley.on", 2)
    return subscriptions.subscribe(owner, pattern, handler, shapes.of(options, 2))
  end

  --- Provides a method: the handler takes the table of parameters and returns the result, or an iterator function.
  ---@param method string
  ---@param handler fun(params: table): any
  ---@return table disposer
  function sdk.provide(method, handler)
    argument(method, "string", 1, "parley.provide", 2)
    return provide(owner, method, handler_of(handler, 2, "parley.provide", 2))
  end

  --- Runs a function when the plugin starts: after it is loaded, before its first event.
  ---@param handler function
  function sdk.on_start(handler)
    owner.on_start[#owner.on_start + 1] = handler_of(handler, 1, "parley.on_start", 2)
  end

  --- Runs a function when the plugin is unloaded or the kernel ends; the last registered first.
  ---@param handler function
  function sdk.on_stop(handler)
    owner.on_stop[#owner.on_stop + 1] = handler_of(handler, 1, "parley.on_stop", 2)
  end

  return sdk
end

--- A plugin, as load_plugin describes it.
---@param description table
---@return parley.Plugin
function plugin.new(description)
  local owner = {
    name = description.plugin, tenant = description.tenant, event_grants = description.event_grants == true,
    settings = description.settings, early_events = {}, changes = {}, changing = false, on_start = {}, on_stop = {},
  }
  owner.sdk = new_sdk(owner)
  return owner
end

--- Gives a plugin that is there what load_plugin says of it.
---@param owner parley.Plugin
---@param description table
function plugin.describe(owner, description)
  owner.name, owner.tenant, owner.settings = description.plugin, description.tenant, description.settings
  owner.event_grants, owner.sdk.settings = description.event_grants == true, description.settings
  owner.early_events, owner.changes, owner.changing = {}, {}, false
end

--- Forgets all that a plugin has registered; the orchestrator knows.
---@param owner parley.Plugin
function plugin.forget(owner)
  subscriptions.forget(owner)
  watches.forget(owner)
  for method, provider in next, providers do
    if provider.plugin == owner then providers[method] = nil end
  end
end

return plugin
