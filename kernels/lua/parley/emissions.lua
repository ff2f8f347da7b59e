--- Emitting events, and waiting for those who handle them.

local options = require "parley.options"
local requests = require "parley.requests"
local scheduler = require "parley.scheduler"
local values = require "parley.values"

local error, format, math_type, tostring, type = error, string.format, math.type, tostring, type
local encode = values.encode

local emissions = {}

local OPTIONS <const> = { confirm = true, require = true, timeout = true, event_id = true }

---@class parley.Confirmation
---@field subscriptions integer how many the event reached
---@field event_id string
---@field confirmed boolean whether as many have handled it as were wanted
---@field duplicate boolean whether an event with this id was emitted before: then nobody gets it again, or is waited for
---@field outcomes table for each plugin a table with its `outcome`: "ok", or another and the error's fields

--- The options of an emit as metadata; `confirm` is "all", "any" or a number of subscribers.
local function metadata_of(event, given, level)
  local confirm, metadata = given.confirm, ""
  if confirm ~= nil then
    if confirm ~= "all" and confirm ~= "any" and not (math_type(confirm) == "integer" and confirm > 0) then
      error(format("bad option 'confirm' of 'parley.emit' (\"all\", \"any\" or a number of subscribers expected, got %s)",
        tostring(confirm)), level + 1)
    end
    metadata = ',"confirm":' .. encode(confirm)
  end
  if given.require ~= nil then
    if type(given.require) ~= "boolean" then
      error(format("bad option 'require' of 'parley.emit' (boolean expected, got %s)", type(given.require)), level + 1)
    end
    metadata = metadata .. ',"require":' .. tostring(given.require)
  end
  if given.event_id ~= nil then
    if type(given.event_id) ~= "string" then
      error(format("bad option 'event_id' of 'parley.emit' (string expected, got %s)", type(given.event_id)), level + 1)
    end
    metadata = metadata .. ',"event_id":' .. encode(given.event_id)
  end
  local timeout = options.timeout(given, event .. " was not emitted", level + 1)
  return timeout and metadata .. ',"timeout":' .. encode(timeout) or metadata
end

--- Emits an event, and returns how many subscriptions it reached. With `confirm` it waits until so many plugins have
--- handled it, and returns a confirmation.
---@param event string like "cart:updated"
---@param payload? table
---@param given? {confirm: "all"|"any"|integer|nil, require: boolean?, timeout: number?, event_id: string?} timeout in
--- seconds; with `require`, no subscriber is an error, "no_provider"; an event that is emitted again with its `event_id` is a
--- duplicate, and goes to nobody
---@return integer|parley.Confirmation subscriptions
---@return string? event_id
function emissions.emit(event, payload, given)
  options.argument(event, "string", 1, "parley.emit", 2)
  given = options.known(given, OPTIONS, "parley.emit", 2)
  local json, paths, buffers = values.encode_object(payload, "parley.emit")
  local metadata = metadata_of(event, given, 2)
  scheduler.check "parley.emit"
  metadata = '{"event":' .. encode(event) .. metadata .. (paths and ',"buffer_paths":' .. paths or "") .. "}"
  local content = requests.reply(requests.ask(scheduler.current(), "emit", metadata, json, buffers), "parley.emit").content
  if given.confirm == nil then return content.subscriptions, content.event_id end
  return { subscriptions = content.subscriptions, event_id = content.event_id, confirmed = content.confirmed == true,
    duplicate = content.duplicate == true, outcomes = content.outcomes }
end

return emissions
