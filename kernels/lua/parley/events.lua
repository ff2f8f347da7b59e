--- Events: one frame for each, its handlers one after the other; grants, gaps, and what waits for the start.

local acknowledgement = require "parley.acknowledgement"
local envelope = require "parley.envelope"
local executor = require "parley.executor"
local native = require "parley_native"
local requests = require "parley.requests"
local scheduler = require "parley.scheduler"
local subscriptions = require "parley.subscriptions"
local values = require "parley.values"

local error, format, math_type, next, pcall, type = error, string.format, math.type, next, pcall, type
local encode, monotonic, post = values.encode, native.monotonic, requests.post

local events = {}

local last_seen = {} ---@type table<string, integer> event → the highest sequence number

-- Who subscribes again later has missed nothing in between.
function subscriptions.unheard(event) last_seen[event] = nil end

local function gap(event, missed)
  post(nil, "event_gap", "{}", format('{"event":%s,"missed":%d}', encode(event), missed))
end

local function note_sequence(event, sequence)
  if math_type(sequence) ~= "integer" then return end
  local last = last_seen[event]
  if last and sequence > last + 1 then gap(event, sequence - last - 1) end
  if not last or sequence > last then last_seen[event] = sequence end
end

--- Compares what has come with what the orchestrator says it has published: a lost tail shows in no other way.
---@param published table<string, integer>
function events.check_tail(published)
  for event, sequence in next, published do
    if math_type(sequence) == "integer" and #subscriptions.of(event) > 0 then
      local last = last_seen[event]
      if last and sequence > last then gap(event, sequence - last) end
      if not last or sequence > last then last_seen[event] = sequence end
    end
  end
end

--- Takes the grant of a serial plugin's turn; false when the event is to be dropped.
local function granted(frame)
  local inbox = requests.ask(frame, "event_start", "{}", "{}")
  local grant = scheduler.take(inbox, "an event")
  requests.forget(inbox)
  local metadata = grant.metadata
  if metadata.outcome ~= "ok" then return false end
  frame.depth = metadata.depth
  if type(metadata.remaining) == "number" then frame.deadline = monotonic() + metadata.remaining end
  return true
end

--- What a handler gets; the second has a copy of its own.
local function payload(message, first)
  local content = first and message.content or envelope.content(message)
  if message.metadata.batch == true then return content.items end
  return content
end

local function run_handlers(frame, subs)
  local failures, ran = {}, 0
  for i, sub in next, subs do
    if frame.cancelled then break end
    if subscriptions.is_live(sub) then
      ran = ran + 1
      frame.plugin, frame.entry = sub.plugin, sub.handler
      local ok, failure = executor.run(sub.handler, payload(frame.message, i == 1))
      if not ok then failures[#failures + 1] = failure end
    end
  end
  return failures, ran
end

--- Replies with the failure that decides how the event goes on, and with all of them when there are more.
local function refuse(frame, failures)
  local decisive, disposition = acknowledgement.decide(failures)
  local outcome, content = executor.error_of(frame, decisive)
  if #failures > 1 then
    content.errors = values.array()
    for i, failure in next, failures do
      local _, other = executor.error_of(frame, failure)
      content.errors[i] = other
    end
  end
  requests.refuse(frame, "event_reply", outcome, content, disposition)
end

local function event_body(frame)
  if frame.needs_grant then
    local ok, go_on = pcall(granted, frame)
    if not ok then return frame:fail { value = go_on, frames = {} } end
    if not go_on then return end
  end
  local failures, ran = run_handlers(frame, frame.subscriptions)
  if #failures == 0 then return post(frame, "event_reply", '{"outcome":"ok"}', format('{"handlers":%d}', ran)) end
  refuse(frame, failures)
end

--- Opens the frame of an event.
---@param message parley.Message
---@param subs parley.Subscription[]
local function open(message, subs)
  local metadata = message.metadata
  local frame = executor.frame(message, "event_reply", metadata.event)
  frame.message, frame.subscriptions, frame.plugin, frame.event = message, subs, subs[1].plugin, metadata.event
  frame.needs_grant = frame.plugin.event_grants
  scheduler.start(frame, event_body)
end

local function subscriptions_of(message, directed)
  if directed then return subscriptions.directed(message.metadata) end
  return subscriptions.of(message.metadata.event)
end

--- Opens the frame of an event, unless nobody is left to handle it: then whoever has sent it to us alone is told so.
local function deal(message, subs, directed)
  if #subs > 0 then return open(message, subs) end
  if directed then post({ header = message.header }, "event_reply", '{"outcome":"ok"}', '{"handlers":0}') end
end

--- An event has come.
---@param message parley.Message
---@param directed boolean it came on the DEALER
function events.arrived(message, directed)
  local metadata = message.metadata
  local event = metadata.event
  if type(event) ~= "string" then error("an event without its name", 0) end
  if metadata.batch == true and type(message.content.items) ~= "table" then error("a batch without its items", 0) end
  if not directed then note_sequence(event, metadata.sequence) end
  local subs = subscriptions_of(message, directed)
  local early = subs[1] and subs[1].plugin.early_events
  if not early then return deal(message, subs, directed) end
  early[#early + 1] = { message, directed }
end

--- Runs what came before the plugin had started.
---@param plugin parley.Plugin
function events.release(plugin)
  local early = plugin.early_events or {}
  plugin.early_events = nil
  for _, entry in next, early do deal(entry[1], subscriptions_of(entry[1], entry[2]), entry[2]) end
end

return events
