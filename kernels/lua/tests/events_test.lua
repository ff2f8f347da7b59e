local harness = require "harness"
local o = require "orchestrator"
local values = require "parley.values"
local test, equal, contains = harness.test, harness.equal, harness.contains

local PLUGIN <const> = [[
  seen = parley.array()
  parley.on("a:b", function(event) seen[#seen + 1] = "first " .. event.x event.x = "changed" end)
  parley.on("a:*", function(event) seen[#seen + 1] = "second " .. event.x end)
  parley.on("a:bad", function() error("one") end)
  parley.on("a:bad", function() error("two") end)
  parley.on("a:context", function() context = parley.context() end)
  parley.provide("t.seen", function() local was = seen seen = parley.array() return was end)
  parley.provide("t.context", function() return context end)
  parley.on_start(function() seen[#seen + 1] = "start" end)
  parley.on_stop(function() print("stop one") end)
  parley.on_stop(function() print("stop two") end)
]]

local function seen() return o.call("t.seen").content.value end

local function load(options)
  options = options or {}
  o.load(PLUGIN, options)
end

test("on returns when the subscription is confirmed, not before", function()
  o.sent = {}
  local folder, path = o.file("late.lua", "parley.on('a:b', print)")
  o.send("load_plugin", "{}", {}, { plugin = "late", folder = folder, main = path })
  local subscribe = o.take "subscribe"
  o.reply(subscribe, "subscribe_reply", { topics = { { event = "a:b", topic = "secret", key = "k" } }, nonce = "once" })
  equal(o.subscribed.secret, true)
  o.none "load_plugin_reply"
  o.reply(subscribe, "subscribed")
  equal(o.take("load_plugin_reply").metadata.outcome, "ok")
  equal(o.subscribed.once, nil)
  o.send "unload_plugin"
  equal(o.subscribed.secret, nil)
  os.remove(path)
end)

test("an event runs the handlers of all subscriptions in order, each with its own copy", function()
  load { events = { ["a:*"] = { "a:b" } } }
  equal(seen(), values.array { "start" })
  local header = o.publish("a:b", { x = 1 }, 1)
  local reply = o.take "event_reply"
  equal(reply.parent, header)
  equal(reply.content.handlers, 2)
  equal(seen(), values.array { "first 1", "second 1" })
end)

test("events wait for the end of on_start", function()
  load { unstarted = true }
  o.publish("a:b", { x = 5 }, 1)
  o.none "event_reply"
  o.send "start_plugin"
  equal(o.take("start_plugin_reply").metadata.outcome, "ok")
  o.take "event_reply"
  equal(seen(), values.array { "start", "first 5" })
end)

test("a handler that fails does not keep the others from running, and all errors are told", function()
  load()
  o.publish("a:bad", { x = 1 }, 1)
  local reply = o.take "event_reply"
  equal(reply.metadata.outcome, "handler_error")
  equal(reply.content.message, "one")
  equal(reply.content.errors[2].message, "two")
end)

test("the context of an event says where it comes from", function()
  o.publish("a:context", {}, 1)
  local context = o.call("t.context").content.value
  equal({ context.event, context.emitter, context.event_id, context.attempt }, { "a:context", "test", "e-1", 1 })
end)

test("a wrong key, an unknown topic and a repetition are dropped", function()
  o.sent = {}
  o.publish("a:b", { x = 1 }, 1, "another key")
  o.publish("no:such", { x = 1 }, 1)
  o.none "event_reply"
end)

test("gaps are reported once, the first number is taken as it is", function()
  load()
  o.publish("a:b", { x = 1 }, 17)
  o.none "event_gap"
  o.publish("a:b", { x = 1 }, 20)
  equal(o.take("event_gap").content, { event = "a:b", missed = 2 })
  local events = require "parley.events"
  events.check_tail { ["a:b"] = 22, ["not:ours"] = 5 }
  o.send "ping"
  equal(o.take("event_gap").content, { event = "a:b", missed = 2 })
  events.check_tail { ["a:b"] = 22 }
  o.publish("a:b", { x = 1 }, 23)
  o.none "event_gap"
end)

test("with grants an event waits for its turn", function()
  load { grants = true }
  seen()
  local header = o.publish("a:b", { x = 1 }, 1)
  local start = o.take "event_start"
  equal(start.parent, header)
  o.none "event_reply"
  o.send("event_grant", start.header, { outcome = "ok", remaining = 3, depth = 1 })
  o.take "event_reply"
  o.publish("a:b", { x = 2 }, 2)
  o.send("event_grant", o.take("event_start").header, { outcome = "unavailable" })
  o.none "event_reply"
  equal(seen(), values.array { "first 1" })
end)

test("an event that comes directly finds its handlers by name", function()
  load()
  seen()
  o.send("event", "{}", { event = "a:other", event_id = "e-2", sequence = 1 }, { x = 3 })
  equal(o.take("event_reply").content.handlers, 1)
  equal(seen(), values.array { "second 3" })
  o.send("event", "{}", { event = "b:other" }, { x = 3 })
  equal(o.take("event_reply").content.handlers, 0)
end)

test("an update adds and takes away topics", function()
  local folder, path = o.file("update.lua", [[
    got = 0
    parley.on('a:*', function() got = got + 1 end)
    parley.provide('t.got', function() return got end)
  ]])
  o.send("unload_plugin")
  o.sent = {}
  o.send("load_plugin", "{}", {}, { plugin = "update", folder = folder, main = path })
  local subscribe = o.take "subscribe"
  o.confirm(subscribe, {})
  o.reply(o.take "provide", "provide_reply")
  o.send "start_plugin"
  o.topics["a:new"] = { event = "a:new", topic = "fresh", key = "k2" }
  o.send("subscription_update", "{}", {}, { subscription = subscribe.content.subscription, add = { o.topics["a:new"] }, remove = {},
    nonce = "n2" })
  equal(o.subscribed.fresh, true)
  o.publish("a:new", {}, 1)
  o.send("subscription_update", "{}", {}, { subscription = subscribe.content.subscription, remove = { "fresh" } })
  equal(o.subscribed.fresh, nil)
  o.publish("a:new", {}, 2)
  o.sent = {}
  equal(o.call("t.got").content.value, 1)
  os.remove(path)
end)

test("a subscription can be disposed, twice", function()
  o.load([[
    local sub = parley.on("a:b", print)
    parley.provide("t.drop", function() sub:dispose() sub:dispose() return "dropped" end)
  ]])
  o.call "t.drop"
  o.reply(o.take "unsubscribe", "unsubscribe_reply")
  equal(o.take("call_reply").content.value, "dropped")
  o.publish("a:b", {}, 1)
  o.none "event_reply"
end)

test("a refused subscription is an error at its line, and a failed load", function()
  local folder, path = o.file("refused.lua", "\nlocal function register()\n  parley.on('no:way', print)\nend\nregister()\n")
  o.send("load_plugin", "{}", {}, { plugin = "refused", folder = folder, main = path })
  o.reply(o.take "subscribe", "subscribe_reply", { message = "no", permission = "subscribe:no:way" }, "permission_denied")
  local reply = o.take "load_plugin_reply"
  equal(reply.metadata.outcome, "handler_error")
  equal(reply.content.ename, "PermissionDenied")
  equal({ reply.content.frames[1].line, reply.content.frames[2].line }, { 5, 3 })
  os.remove(path)
end)

test("on_stop handlers run in reverse order, and nothing is left", function()
  load()
  o.sent = {}
  o.send "unload_plugin"
  local first, second = o.take "stream", o.take "stream"
  contains(first.content.text, "stop two")
  contains(second.content.text, "stop one")
  equal(o.take("unload_plugin_reply").metadata.outcome, "ok")
  o.publish("a:b", { x = 1 }, 99)
  o.none "event_reply"
  equal(o.call("t.seen").metadata.outcome, "no_provider")
end)
