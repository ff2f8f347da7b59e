--- Which topics the SUB socket hears, and which subscriptions each event is for.

local envelope = require "parley.envelope"
local requests = require "parley.requests"
local scheduler = require "parley.scheduler"
local values = require "parley.values"

local error, format, ipairs, next, pcall, setmetatable, type = error, string.format, ipairs, next, pcall, setmetatable, type
local gmatch = string.gmatch
local insert, remove = table.insert, table.remove

local subscriptions = {}

local session
local count = 0
local all = {} ---@type parley.Subscription[] in order of subscription
local by_id = {} ---@type table<string, parley.Subscription>
local topics = {} ---@type table<string, {event: string, signer: userdata, users: integer}>

---@class parley.Subscription
---@field id string
---@field pattern string
---@field handler function
---@field plugin parley.Plugin
---@field shape? table<string, table>
---@field topics table<string, string> topic → event
---@field events table<string, integer> event → how many of its topics
local Subscription = { __name = "parley.subscription" }
Subscription.__index = Subscription

--- Told when nothing is heard of an event any more; set by the events module.
---@param event string
function subscriptions.unheard(event) end -- luacheck: ignore 212

---@param opened parley.Session
function subscriptions.open(opened) session = opened end

--- A list of a message; whatever else stands there is none.
local function list(value) return type(value) == "table" and value or {} end

local function add_topic(sub, entry)
  if type(entry) ~= "table" then return end
  local topic, event = entry.topic, entry.event
  if type(event) ~= "string" then return end
  if type(topic) ~= "string" or type(entry.key) ~= "string" then -- an event that is only ever sent to us directly
    sub.events[event] = (sub.events[event] or 0) + 1
    return
  end
  if sub.topics[topic] then return end
  sub.topics[topic], sub.events[event] = event, (sub.events[event] or 0) + 1
  local known = topics[topic]
  if known then
    known.users = known.users + 1
  else
    topics[topic] = { event = event, signer = envelope.signer(entry.key), users = 1 }
    session:subscribe(topic)
  end
end

local function remove_topic(sub, topic)
  local event = sub.topics[topic]
  if not event then return end
  sub.topics[topic] = nil
  sub.events[event] = sub.events[event] > 1 and sub.events[event] - 1 or nil
  local known = topics[topic]
  known.users = known.users - 1
  if known.users == 0 then
    topics[topic] = nil
    session:unsubscribe(topic)
    for _, other in next, topics do
      if other.event == event then return end
    end
    subscriptions.unheard(event)
  end
end

--- Lets go of a subscription here; true the first time.
local function drop(sub)
  if by_id[sub.id] ~= sub then return false end
  by_id[sub.id] = nil
  for i, other in ipairs(all) do
    if other == sub then
      remove(all, i)
      break
    end
  end
  for topic in next, sub.topics do remove_topic(sub, topic) end
  return true
end

--- Ends the subscription; twice is fine.
function Subscription:dispose()
  if not drop(self) then return end
  requests.dismiss("unsubscribe", format('{"subscription":"%s"}', self.id))
end
Subscription.__close = Subscription.dispose

--- The nonce goes the way of the topics, after them: who has read it has read them. It is wanted only once.
local function announce(nonce)
  if type(nonce) ~= "string" then return end
  session:subscribe(nonce)
  session:unsubscribe(nonce)
end

--- Subscribes a handler, and returns when no event can be missed any more.
---@param plugin parley.Plugin
---@param pattern string
---@param handler function
---@param shape? table<string, table> as shapes.of gives it
---@return parley.Subscription
function subscriptions.subscribe(plugin, pattern, handler, shape)
  scheduler.check "parley.on"
  count = count + 1
  local sub = setmetatable({ id = "s-" .. count, pattern = pattern, handler = handler, plugin = plugin, shape = shape,
    topics = {}, events = {} }, Subscription)
  local inbox = requests.ask(scheduler.current(), "subscribe", "{}",
    format('{"subscription":"%s","pattern":%s%s}', sub.id, values.encode(pattern), shape and ',"shape":' .. values.encode(shape) or ""))
  local reply = scheduler.take(inbox, "parley.on")
  if reply.metadata.outcome ~= "ok" then requests.forget(inbox) end
  requests.checked(reply)
  by_id[sub.id] = sub
  insert(all, sub)
  for _, entry in ipairs(list(reply.content.topics)) do add_topic(sub, entry) end
  announce(reply.content.nonce)
  local ok, problem = pcall(scheduler.take, inbox, "parley.on") -- `subscribed`
  requests.forget(inbox)
  if not ok then
    drop(sub)
    error(problem, 0)
  end
  return sub
end

--- The orchestrator has found more events that match a pattern, or taken some away.
---@param content table
function subscriptions.update(content)
  local sub = by_id[content.subscription]
  if not sub then return end
  for _, entry in ipairs(list(content.add)) do add_topic(sub, entry) end
  announce(content.nonce)
  for _, topic in ipairs(list(content.remove)) do remove_topic(sub, topic) end
end

--- Ends all subscriptions of a plugin that is unloaded; the orchestrator knows.
---@param plugin parley.Plugin
function subscriptions.forget(plugin)
  for i = #all, 1, -1 do
    if all[i].plugin == plugin then drop(all[i]) end
  end
end

--- Whether a pattern matches an event: segments joined by ":", "*" one of them, "**" the rest.
local function matches(pattern, event)
  local segment = gmatch(event, "[^:]+")
  for wanted in gmatch(pattern, "[^:]+") do
    if wanted == "**" then return true end
    local got = segment()
    if got == nil or wanted ~= "*" and wanted ~= got then return false end
  end
  return segment() == nil
end

--- The subscriptions that hear a published event, in their order.
---@param event string
---@return parley.Subscription[]
function subscriptions.of(event)
  local found = {}
  for i = 1, #all do
    if all[i].events[event] then found[#found + 1] = all[i] end
  end
  return found
end

--- Whether an event that names no subscriptions is for one: by its name, and by whether it is a batch.
local function is_for(sub, metadata)
  local takes_batches = sub.shape ~= nil and sub.shape.batch ~= nil
  return takes_batches == (metadata.batch == true) and (sub.events[metadata.event] or matches(sub.pattern, metadata.event))
end

--- The subscriptions of an event that was sent to this plugin alone, in their order: those that it names, if it does.
---@param metadata table
---@return parley.Subscription[]
function subscriptions.directed(metadata)
  local named
  if type(metadata.subscriptions) == "table" then
    named = {}
    for _, id in next, metadata.subscriptions do named[id] = true end
  end
  local found = {}
  for _, sub in ipairs(all) do
    if named and named[sub.id] or not named and is_for(sub, metadata) then found[#found + 1] = sub end
  end
  return found
end

---@param sub parley.Subscription
---@return boolean
function subscriptions.is_live(sub) return by_id[sub.id] == sub end

--- Reads what came on the SUB; nil when the topic is unknown or the signature is not of its key.
---@param frames string[]
---@return parley.Message?
function subscriptions.read(frames)
  local known = topics[frames[1]]
  if not known then return nil end
  local message = envelope.decode(known.signer, frames, 2)
  if message and message.type == "event" and message.metadata.event == known.event then return message end
end

return subscriptions
