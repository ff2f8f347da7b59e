local harness = require "harness"
local o = require "orchestrator"
local values = require "parley.values"
local test, equal, contains = harness.test, harness.equal, harness.contains

local function producing()
  o.load [[
    closed = 0
    parley.provide("t.count", function(p)
      return coroutine.wrap(function()
        local _ <close> = setmetatable({}, { __close = function() closed = closed + 1 end })
        for i = 1, p.n do coroutine.yield(i) end
      end)
    end)
    parley.provide("t.closed", function() return closed end)
    parley.provide("t.closure", function() local i = 0 return function() i = i + 1 if i <= 3 then return parley.null end end end)
    parley.provide("t.pairs", function() return ipairs { "a", "b" } end)
    parley.provide("t.fails", function() return coroutine.wrap(function() coroutine.yield(1) error("midway") end) end)
    parley.provide("t.bad", function() return coroutine.wrap(function() coroutine.yield(1) coroutine.yield(print) end) end)
    parley.provide("t.value", function() return 5 end)
    parley.provide("t.calls", function()
      return coroutine.wrap(function() for i = 1, 2 do coroutine.yield(parley.call("other.it", { i = i })) end end)
    end)
    parley.provide("t.read", function(p)
      local got = parley.array()
      for item in parley.stream("other.items", {}, { window = 4 }) do
        got[#got + 1] = item
        if item == p.stop then break end
      end
      return got
    end)
    parley.provide("t.drop", function() local it = parley.stream("other.items") it = nil collectgarbage() collectgarbage() end)
    parley.provide("t.relay", function() return parley.stream("other.items") end)
  ]]
end

local function items()
  local got = {}
  while true do
    local ok, item = pcall(o.take, "yield_item")
    if not ok then return got end
    equal(item.metadata.sequence, #got)
    got[#got + 1] = item.content.value
  end
end

local function stream(method, params, credit)
  return o.call(method, params, { stream = true, credit = credit })
end

test("items go out, and the end is a reply", function()
  producing()
  local reply = stream("t.count", { n = 3 })
  equal(items(), { 1, 2, 3 })
  equal(reply.json, '{"value":null}')
end)

test("a producer stops when its credit is used up, and goes on with more", function()
  local _, header = stream("t.count", { n = 5 }, 2)
  equal(#items(), 2)
  equal(o.id(o.take("credit_wait").parent), o.id(header))
  o.send("credit", header, { credit = 2 })
  equal(o.take("yield_item").metadata.sequence, 2)
  o.send("credit", header, { credit = 10 })
  equal(o.take("call_reply").metadata.outcome, "ok")
  o.sent = {}
end)

test("cancelling a producer closes its iterator", function()
  local before = o.call("t.closed").content.value
  local _, header = stream("t.count", { n = 100 }, 2)
  o.send("cancel", header, { frame = o.id(header) }, { reason = "cancelled" })
  equal(o.take("call_reply").metadata.outcome, "cancelled")
  o.sent = {}
  equal(o.call("t.closed").content.value, before + 1)
end)

test("closures, pairs and null items are streams too", function()
  stream "t.closure"
  equal(items(), { values.null, values.null, values.null })
  o.sent = {}
  stream "t.pairs"
  equal(items(), { 1, 2 })
  o.sent = {}
end)

test("an error midway ends the stream after its items", function()
  local reply = stream "t.fails"
  equal(items(), { 1 })
  equal(reply.metadata.outcome, "handler_error")
  equal(reply.content.message, "midway")
  reply = stream "t.bad"
  equal(reply.metadata.outcome, "not_serializable")
  o.sent = {}
end)

test("a stream that is called, and a value that is streamed, are invalid replies", function()
  local before = o.call("t.closed").content.value
  local reply = o.call("t.count", { n = 1 })
  equal(reply.metadata.outcome, "invalid_reply")
  contains(reply.content.message, "read it with stream()")
  equal(o.call("t.closed").content.value, before) -- it had not begun
  reply = stream "t.value"
  equal(reply.metadata.outcome, "invalid_reply")
  contains(reply.content.message, "call it with call()")
end)

test("a producer may call between its items", function()
  stream "t.calls"
  for i = 1, 2 do
    o.reply(o.take "call_request", "call_reply", { value = i * 10 })
    equal(o.take("yield_item").content.value, i * 10)
  end
  equal(o.take("call_reply").metadata.outcome, "ok")
end)

test("a consumer gives credit when half of its window is used", function()
  o.call "t.read"
  local request = o.take "call_request"
  equal(request.metadata, { method = "other.items", stream = true, credit = 4 })
  for i = 1, 4 do
    o.send("yield_item", request.header, { sequence = i - 1 }, { value = i })
    if i % 2 == 0 then equal(o.take("credit").metadata, { call = request.id, credit = 2 }) else o.none "credit" end
  end
  o.reply(request, "call_reply", { value = values.null })
  equal(o.take("call_reply").content.value, values.array { 1, 2, 3, 4 })
end)

test("leaving the loop, or losing the iterator, cancels the producer", function()
  o.call("t.read", { stop = 1 })
  local request = o.take "call_request"
  o.send("yield_item", request.header, { sequence = 0 }, { value = 1 })
  equal(o.take("cancel").metadata.call, request.id)
  equal(o.take("call_reply").content.value, values.array { 1 })
  o.call "t.drop"
  equal(o.take("cancel").metadata.call, o.take("call_request").id)
end)

test("a stream can be passed on", function()
  local _, header = stream("t.relay", {}, 10)
  local request = o.take "call_request"
  o.send("yield_item", request.header, { sequence = 0 }, { value = "a" })
  local item = o.take "yield_item"
  equal(item.content.value, "a")
  equal(item.parent, header)
  o.reply(request, "call_reply", { value = values.null })
  equal(o.take("call_reply").metadata.outcome, "ok")
end)
