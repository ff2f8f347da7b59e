local harness = require "harness"
local o = require "orchestrator"
local values = require "parley.values"
local test, equal, contains = harness.test, harness.equal, harness.contains

local function emitting()
  o.load [[
    parley.provide("t.emit", function(p)
      local got, id = parley.emit("a:b", { x = 1 }, p.options)
      return { got, id or "none" }
    end)
    parley.provide("t.kind", function(p)
      local ok, e = pcall(parley.emit, "a:b", {}, p.options)
      return { ok, type(e) == "table" and e.kind or tostring(e) }
    end)
    parley.provide("t.line", function()
      parley.emit("a:b", {}, { confrim = "all" })
    end)
  ]]
end

test("a confirmed emit says on the wire what it wants, and returns what the handlers did", function()
  emitting()
  o.call("t.emit", { options = { confirm = "all", require = true, timeout = 2.5 } })
  local emit = o.take "emit"
  equal(emit.metadata, { event = "a:b", confirm = "all", require = true, timeout = 2.5 })
  equal(emit.content, { x = 1 })
  o.none "call_reply"
  local content = { subscriptions = 2, event_id = "e", confirmed = false, outcomes = { one = { outcome = "ok" },
    two = { outcome = "handler_error", message = "no" } } }
  o.reply(emit, "emit_reply", content)
  content.duplicate = false
  equal(o.take("call_reply").content.value, values.array { content, "none" })
end)

test("a number of subscribers can be wanted, and any of them", function()
  for _, confirm in ipairs { 2, "any" } do
    o.call("t.emit", { options = { confirm = confirm } })
    local emit = o.take "emit"
    equal(emit.metadata, { event = "a:b", confirm = confirm })
    o.reply(emit, "emit_reply", { subscriptions = 0, event_id = "e", confirmed = true, outcomes = values.object {} })
    equal(o.take("call_reply").content.value[1].confirmed, true)
  end
end)

test("an emit names its event, and is told of a duplicate", function()
  o.call("t.emit", { options = { event_id = "order-17", confirm = "all" } })
  local emit = o.take "emit"
  equal(emit.metadata, { event = "a:b", event_id = "order-17", confirm = "all" })
  o.reply(emit, "emit_reply",
    { subscriptions = 0, event_id = "order-17", confirmed = false, duplicate = true, outcomes = values.object {} })
  equal(o.take("call_reply").content.value[1].duplicate, true)
  local kind = o.call("t.kind", { options = { event_id = 17 } }).content.value
  contains(kind[2], "bad option 'event_id' of 'parley.emit' (string expected, got number)")
  o.none "emit"
end)

test("without confirm an emit returns the number of subscriptions and the id, as ever", function()
  o.call("t.emit", { options = {} })
  local emit = o.take "emit"
  equal(emit.metadata, { event = "a:b" })
  o.reply(emit, "emit_reply", { subscriptions = 3, event_id = "e" })
  equal(o.take("call_reply").content.value, values.array { 3, "e" })
end)

test("an emit that is refused raises its outcome", function()
  o.call("t.kind", { options = { confirm = "any", require = true } })
  o.reply(o.take "emit", "emit_reply", { message = "nobody listens", nearest = {} }, "no_provider")
  equal(o.take("call_reply").content.value, values.array { false, "no_provider" })
  equal(o.call("t.kind", { options = { confirm = "all", timeout = 0 } }).content.value, values.array { false, "timeout" })
  o.none "emit"
end)

test("wrong options of an emit are told at their line, with the right ones", function()
  local reply = o.call "t.line"
  contains(reply.content.message, "bad option 'confrim' of 'parley.emit' (there are: confirm, event_id, require, timeout)")
  equal(reply.content.frames[1].line, 10)
  for _, options in ipairs { { confirm = true }, { confirm = 0 }, { confirm = "some" }, { require = 1 }, { timeout = "soon" }, "all" } do
    contains(o.call("t.kind", { options = options }).content.value[2], "bad option")
  end
  o.none "emit"
end)

test("cancelling ends the wait for a confirmation", function()
  local _, header = o.call("t.emit", { options = { confirm = "all" } })
  local emit = o.take "emit"
  o.send("cancel", header, { frame = o.id(header) }, { reason = "timeout" })
  equal(o.take("call_reply").metadata.outcome, "cancelled")
  o.reply(emit, "emit_reply", { subscriptions = 1, event_id = "e", confirmed = true, outcomes = {} }) -- too late
  o.none "call_reply"
end)
