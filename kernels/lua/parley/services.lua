--- What others offer: methods that can be called, and what they contribute to an extension point.

local calls = require "parley.calls"
local errors = require "parley.errors"
local options = require "parley.options"
local requests = require "parley.requests"
local scheduler = require "parley.scheduler"
local values = require "parley.values"

local error, format, ipairs, pairs, setmetatable, sort, tostring, type =
  error, string.format, ipairs, pairs, setmetatable, table.sort, tostring, type
local argument, encode = options.argument, values.encode

local services = {}

local TIMEOUT <const> = { timeout = true }

local function ask(message_type, metadata, content, what)
  scheduler.check(what)
  return requests.reply(requests.ask(scheduler.current(), message_type, metadata, content), what).content
end

---@class parley.Service
---@field method string
---@field plugin string
---@field language string
---@field stream boolean
---@field available boolean whether its provider has started and provides it now

--- The methods that this plugin may call, by name.
---@param pattern? string like "pricing.*"
---@return parley.Service[]
function services.services(pattern)
  if pattern ~= nil then argument(pattern, "string", 1, "parley.services", 2) end
  local content = pattern and '{"pattern":' .. encode(pattern) .. "}" or "{}"
  return ask("services_request", "{}", content, "parley.services").services
end

--- Waits until a method can be called; raises "timeout" when that takes too long.
---@param method string
---@param given? {timeout: number?} in seconds
function services.wait_for(method, given)
  argument(method, "string", 1, "parley.wait_for", 2)
  given = options.known(given, TIMEOUT, "parley.wait_for", 2)
  local timeout = options.timeout(given, method .. " was not waited for", 2)
  ask("service_wait", timeout and '{"timeout":' .. encode(timeout) .. "}" or "{}", '{"method":' .. encode(method) .. "}",
    "parley.wait_for")
end

---@class parley.Contribution
---@field id string
---@field plugin string
---@field language string
---@field data table
---@field methods table<string, string> name in the point's interface → method
local Contribution = { __name = "parley.contribution" }
Contribution.__index = Contribution

local function names_of(methods)
  local names = values.array()
  for name in pairs(methods) do names[#names + 1] = name end
  sort(names)
  return names
end

--- Calls a method of the contribution, by its name in the point's interface.
---@param name string
---@param params? table
---@param given? {timeout: number?, on_progress: function?}
---@return any
function Contribution:call(name, params, given)
  argument(name, "string", 1, "contribution:call", 2)
  local method = self.methods[name]
  if method then
    local value = calls.call(method, params, given) -- not a tail call: that would hide where it was called from
    return value
  end
  error(errors.new("no_provider", { message = format("the contribution '%s' of %s has no method '%s'; it has: %s", tostring(self.id),
    tostring(self.plugin), name, options.names(self.methods)), nearest = names_of(self.methods) }), 0)
end

--- What plugins contribute to an extension point of this plugin's own, in the order that the point declares.
---@param point string
---@return parley.Contribution[]
function services.contributions(point)
  argument(point, "string", 1, "parley.contributions", 2)
  local content = ask("contributions_request", "{}", '{"point":' .. encode(point) .. "}", "parley.contributions")
  local found = {}
  for i, entry in ipairs(content.contributions) do
    local data, methods = entry.data, entry.methods
    found[i] = setmetatable({ id = entry.id, plugin = entry.plugin, language = entry.language, data = type(data) == "table" and data or {},
      methods = type(methods) == "table" and methods or {} }, Contribution)
  end
  return found
end

return services
