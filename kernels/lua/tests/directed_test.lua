local harness = require "harness"
local o = require "orchestrator"
local values = require "parley.values"
local test, equal, contains = harness.test, harness.equal, harness.contains

local subscriptions -- by the pattern of each subscribe, its content

--- Loads a plugin, and keeps what it subscribed to.
local function load(text, options)
  subscriptions = {}
  local confirm = o.confirm
  function o.confirm(message, events)
    subscriptions[message.content.pattern] = message.content
    confirm(message, message.content.shape and {} or events)
  end
  local reply = o.load(text, options)
  o.confirm = confirm
  return reply
end

local HANDLERS <const> = [[
  seen = parley.array()
  local function note(text) seen[#seen + 1] = text end
  parley.on("a:b", function(event) note("exact " .. event.x) end)
  parley.on("a:*", function(event) note("wide " .. event.x) end)
  parley.on("a:context", function() local c = parley.context() note(c.event_id) note(c.attempt) note(c.retained) end)
  parley.provide("t.seen", function() local was = seen seen = parley.array() return was end)
]]

local function seen() return o.call("t.seen").content.value end

local function direct(metadata, content)
  metadata.event_id, metadata.attempt = metadata.event_id or "e-1", metadata.attempt or 1
  return o.send("event", "{}", metadata, content or { x = 1 })
end

test("a directed event runs just the subscriptions that it names", function()
  load(HANDLERS)
  direct { event = "a:b", delivery = "queued", subscriptions = { subscriptions["a:*"].subscription } }
  equal(o.take("event_reply").content.handlers, 1)
  equal(seen(), values.array { "wide 1" })
  direct { event = "a:b", delivery = "queued" }
  equal(o.take("event_reply").content.handlers, 2)
  equal(seen(), values.array { "exact 1", "wide 1" })
end)

test("a directed event for subscriptions that are gone is answered", function()
  direct { event = "a:b", subscriptions = { "gone" } }
  equal(o.take("event_reply").content.handlers, 0)
  load(HANDLERS, { unstarted = true })
  direct { event = "a:b", subscriptions = { subscriptions["a:b"].subscription } }
  o.none "event_reply"
  o.send "start_plugin"
  equal(o.take("event_reply").content.handlers, 1)
end)

test("a directed event has no part in the counting of sequence numbers", function()
  load(HANDLERS)
  o.publish("a:b", { x = 1 }, 1)
  direct { event = "a:b", sequence = 9 }
  o.publish("a:b", { x = 1 }, 2)
  o.none "event_gap"
  o.sent = {}
end)

test("the context of a directed event tells its id, its attempt and whether it is retained", function()
  seen()
  local id = subscriptions["a:context"].subscription
  direct { event = "a:context", event_id = "e-7", attempt = 3, retained = true, subscriptions = { id } }
  equal(seen(), values.array { "e-7", 3, true })
  o.sent = {}
end)

test("a directed event waits for its grant like any other", function()
  load(HANDLERS, { grants = true })
  direct { event = "a:b" }
  local start = o.take "event_start"
  o.none "event_reply"
  o.send("event_grant", start.header, { outcome = "ok" })
  o.take "event_reply"
end)

test("the shape of a subscription goes out as it was given", function()
  load [[
    parley.on("a:batch", print, { batch = { window = 0.5, max = 100 } })
    parley.on("a:debounce", print, { debounce = { wait = 1, max_wait = 5.5 } })
    parley.on("a:throttle", print, { throttle = { interval = 2 } })
    parley.on("a:latest", print, { latest = { key = "/id", interval = 2 } })
    parley.on("a:plain", print, {})
  ]]
  equal(subscriptions["a:batch"].shape, { batch = { window = 0.5, max = 100 } })
  equal(subscriptions["a:debounce"].shape, { debounce = { wait = 1, max_wait = 5.5 } })
  equal(subscriptions["a:throttle"].shape, { throttle = { interval = 2 } })
  equal(subscriptions["a:latest"].shape, { latest = { key = "/id", interval = 2 } })
  equal(subscriptions["a:plain"].shape, nil)
end)

test("the handler of a batch gets the list, and no single event", function()
  load [[
    got = parley.array()
    parley.on("a:b", function(items) got[#got + 1] = items end, { batch = { window = 1 } })
    parley.on("a:*", function(event) got[#got + 1] = event end)
    parley.provide("t.got", function() return got end)
  ]]
  direct({ event = "a:b", batch = true }, '{"items":[{"x":1},{"x":2}]}')
  equal(o.take("event_reply").content.handlers, 1)
  direct({ event = "a:b" }, { x = 3 })
  equal(o.take("event_reply").content.handlers, 1)
  equal(o.call("t.got").content.value, values.array { values.array { { x = 1 }, { x = 2 } }, { x = 3 } })
  direct({ event = "a:b", batch = true }, { items = 5 })
  contains(o.take("error").content.evalue, "a batch without its items")
end)

test("wrong options of on are told at their line, with the right ones", function()
  local cases = {
    ["{ bach = {} }"] = "bad option 'bach' of 'parley.on' (there are: batch, debounce, latest, throttle)",
    ["{ batch = { window = 1, size = 3 } }"] = "bad field 'size' of 'batch' in 'parley.on' (there are: max, window)",
    ["{ batch = { max = 3 } }"] = "its field 'window' is missing",
    ["{ batch = 3 }"] = "a table expected, with: max, window",
    ["{ debounce = { wait = 0 } }"] = "seconds above 0",
    ["{ latest = { interval = 1, key = 'id' } }"] = "a JSON pointer",
    ["{ throttle = { interval = 1 }, batch = { window = 1 } }"] = "one shape at a time: batch, throttle",
    ["'batch'"] = "a table expected",
  }
  for options, wanted in pairs(cases) do
    local reply = load("local x = 1\nparley.on('a:b', print, " .. options .. ")\nreturn x")
    contains(reply.content.message, wanted)
    equal(reply.content.frames[#reply.content.frames].line, 2)
  end
end)

local function failing(...)
  local text = { "" }
  for i, body in ipairs { ... } do text[i] = ("parley.on('a:b', function() %s end)"):format(body) end
  load(table.concat(text, "\n"))
  direct { event = "a:b", delivery = "durable" }
  return o.take "event_reply"
end

test("a nack hands the event back, with its delay", function()
  local reply = failing "parley.nack(2.5)"
  equal(reply.metadata, { outcome = "handler_error", disposition = "nack", delay = 2.5 })
  equal(reply.content.ename, "Nack")
  contains(reply.content.message, "2.5 s")
  equal(#reply.content.frames, 1)
  equal(failing("parley.nack()").metadata, { outcome = "handler_error", disposition = "nack" })
end)

test("a rejection says why", function()
  local reply = failing "parley.reject('no such order')"
  equal(reply.metadata, { outcome = "handler_error", disposition = "reject" })
  equal({ reply.content.ename, reply.content.message }, { "Reject", "no such order" })
end)

test("any other error has no disposition", function()
  equal(failing("error 'oh'").metadata, { outcome = "handler_error" })
end)

test("of several failures a rejection goes before a nack, and a nack before any other error", function()
  local reply = failing("error 'one'", "parley.nack(1)", "parley.reject 'never'", "parley.nack(9)")
  equal(reply.metadata, { outcome = "handler_error", disposition = "reject" })
  equal(reply.content.message, "never")
  local names = {}
  for i, failure in ipairs(reply.content.errors) do names[i] = failure.ename end
  equal(names, { "Error", "Nack", "Reject", "Nack" })
  equal(failing("error 'one'", "parley.nack(1)", "parley.nack(9)").metadata.delay, 1)
end)

test("a published event is handed back in the same way", function()
  load [[parley.on("a:b", function() parley.reject() end)]]
  o.publish("a:b", {}, 1)
  equal(o.take("event_reply").metadata.disposition, "reject")
end)

test("nack and reject are no errors of outcomes, and check what they are given", function()
  load [[
    parley.provide("t.what", function()
      local _, nack = pcall(parley.nack, 1)
      local texts = parley.array { parley.is_error(nack), tostring(nack) }
      for _, case in ipairs { { parley.nack, -1 }, { parley.nack, "soon" }, { parley.reject, {} } } do
        texts[#texts + 1] = tostring(select(2, pcall(table.unpack(case))))
      end
      return texts
    end)
  ]]
  local texts = o.call("t.what").content.value
  equal(texts[1], false)
  for i = 3, 5 do contains(texts[i], "bad argument #1") end
end)
